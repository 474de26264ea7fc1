"""Positions: learned, sinusoidal and rotary.

Attention by itself does not know the order of its inputs. Each scheme here writes the order in:
learned and sinusoidal positions are added to the token embeddings, rotary positions turn the
queries and keys inside each head.
"""

import torch
from torch import Tensor, nn


def sinusoidal_positions(context_length: int, n_embd: int, base: float = 10000.0) -> Tensor:
    """Return the fixed position vectors of the 2017 Transformer, shape (context_length, n_embd).

    Even dimensions hold sines, odd ones cosines, with wavelengths from 2π to base · 2π
    (Vaswani et al. 2017, section 3.5). Raises ValueError for an odd `n_embd`.

    >>> sinusoidal_positions(2, 4)[0].tolist()
    [0.0, 1.0, 0.0, 1.0]
    """
    if n_embd % 2:
        raise ValueError(f"n_embd must be even for sine and cosine pairs, got {n_embd}")
    frequency = base ** (-torch.arange(0, n_embd, 2) / n_embd)  # (C/2,)
    angle = torch.arange(context_length)[:, None] * frequency  # (T, C/2)
    return torch.stack((angle.sin(), angle.cos()), dim=-1).flatten(1)  # (T, C)


def rotate_pairs(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Turn each pair (x[j], x[j + D/2]) of `x` (..., T, D) by an angle given as cos, sin (T, D/2).

    >>> x, quarter_turn = torch.tensor([[1.0, 0.0]]), torch.tensor([[1.0]])
    >>> rotate_pairs(x, cos=0 * quarter_turn, sin=quarter_turn).tolist()
    [[0.0, 1.0]]
    """
    a, b = x.chunk(2, dim=-1)  # (..., T, D/2) each
    return torch.cat((a * cos - b * sin, a * sin + b * cos), dim=-1)  # (..., T, D)


class RotaryEmbedding(nn.Module):
    """Rotary positions: queries and keys are turned by an angle that grows with their position.

    The dot product of a query at t and a key at s then depends on t − s alone
    (Su et al. 2021, RoFormer). Raises ValueError for an odd `head_size`.
    """

    def __init__(self, head_size: int, context_length: int, base: float = 10000.0) -> None:
        super().__init__()
        if head_size % 2:
            raise ValueError(f"head_size must be even for rotary positions, got {head_size}")
        frequency = base ** (-torch.arange(0, head_size, 2) / head_size)  # (D/2,)
        angle = torch.arange(context_length)[:, None] * frequency  # (T, D/2)
        self.register_buffer("cos", angle.cos(), persistent=False)
        self.register_buffer("sin", angle.sin(), persistent=False)

    def forward(self, x: Tensor, start: int = 0) -> Tensor:
        """Turn `x` (B, H, T, D), whose first position is `start`; same shape out."""
        stop = start + x.shape[-2]
        return rotate_pairs(x, self.cos[start:stop].to(x.dtype), self.sin[start:stop].to(x.dtype))
