"""Token embeddings, and learned, sinusoidal and rotary positions.

A token id is a name; its embedding is the row of a learned table that a model reads instead.
Attention by itself does not know the order of its inputs. Each scheme here adds the order:
learned and sinusoidal positions are added to the token embeddings, rotary positions turn the
queries and keys inside each head.
"""

import torch
from torch import Tensor, nn

from llm_lib.model.rotary_scaling import RotaryScaling


class TokenEmbedding(nn.Embedding):
    """A table of learned vectors, one row for each token of the vocabulary: `weight` (V, C).

    >>> table = TokenEmbedding(vocab_size=5, n_embd=3)
    >>> table(torch.tensor([[4, 0, 4]])).shape
    torch.Size([1, 3, 3])
    """

    def __init__(self, vocab_size: int, n_embd: int) -> None:
        super().__init__(vocab_size, n_embd)

    def forward(self, ids: Tensor) -> Tensor:
        """Return the rows of `ids`: (B, T) to (B, T, C). It is one_hot(ids) @ weight, but quick.

        Raises TypeError for ids that are not integers, ValueError for one outside the
        vocabulary.
        """
        if ids.dtype not in (torch.int64, torch.int32):
            text = f"token ids must be integers (torch.int64), got {ids.dtype}"
            raise TypeError(text)
        if self._can_look_at(ids):
            check_token_ids(ids, self.num_embeddings)
        return super().forward(ids)

    def _can_look_at(self, ids: Tensor) -> bool:
        """Whether the ids are there to be compared: not on a GPU in training, nor while compiling.

        A GPU meets a wrong id with a bare "assert", after which nothing works, or reads what lies
        there. To look first is to wait for the GPU. Writing waits for each token anyway; training
        would lose time at each step, and has its ids from the processor: check them there. Under
        `torch.func.vmap` a tensor stands for many, of which none can be asked.
        """
        if torch.compiler.is_compiling() or ids.is_meta:
            return False
        if torch._C._functorch.is_functorch_wrapped_tensor(ids):
            return False
        return ids.device.type == "cpu" or not self.training


def check_token_ids(ids: Tensor, vocab_size: int) -> None:
    """Raise ValueError, naming the id, if one of `ids` is outside of the vocabulary.

    On a GPU this waits until all work given to it so far is done.

    >>> check_token_ids(torch.tensor([[4, 0, 4]]), vocab_size=5)
    """
    outside = (ids < 0) | (ids >= vocab_size)
    if outside.any():
        wrong = int(ids[outside][0])
        raise ValueError(f"token id {wrong} is outside of the vocabulary, 0..{vocab_size - 1}")


class LearnedPositions(nn.Embedding):
    """A table of learned vectors, one row for each position: `weight` (context_length, C)."""

    def __init__(self, context_length: int, n_embd: int) -> None:
        super().__init__(context_length, n_embd)

    def forward(self, n_positions: int, start: int = 0) -> Tensor:
        """Return the rows from `start` on, (n_positions, C), to be added to token embeddings.

        Raises ValueError for positions that the table does not have.
        """
        check_positions(start, n_positions, self.num_embeddings)
        return self.weight[start : start + n_positions]


def sinusoidal_positions(
    context_length: int,
    n_embd: int,
    base: float = 10000.0,
) -> Tensor:
    """Return the fixed position vectors of the 2017 Transformer, shape (context_length, n_embd).

    Even dimensions hold sines, odd ones cosines, with wavelengths from 2π to base · 2π
    (Vaswani et al. 2017, section 3.5). Raises ValueError for an odd `n_embd`.

    >>> sinusoidal_positions(2, 4)[0].tolist()
    [0.0, 1.0, 0.0, 1.0]
    """
    if n_embd % 2:
        text = f"n_embd must be even for sine and cosine pairs, got {n_embd}"
        raise ValueError(text)
    angle = position_angles(context_length, n_embd, base)  # (T, C/2)
    pairs = torch.stack((angle.sin(), angle.cos()), dim=-1)  # (T, C/2, 2)
    return pairs.flatten(1).float()  # (T, C)


def position_angles(
    context_length: int,
    size: int,
    base: float = 10000.0,
    scaling: RotaryScaling | None = None,
) -> Tensor:
    """Return the angle t · base^(-2j / size) of pair j at position t, (context_length, size / 2).

    In float64, since a small error in a frequency grows with the position. A `scaling` changes the
    frequencies first.

    >>> position_angles(3, 4).tolist()
    [[0.0, 0.0], [1.0, 0.01], [2.0, 0.02]]
    """
    share = torch.arange(0, size, 2, dtype=torch.float64) / size  # (size/2,)
    frequency = base**-share
    if scaling is not None:
        frequency = scaling.scale(frequency, base)
    return torch.arange(context_length)[:, None] * frequency  # (T, size/2)


def rotate_pairs(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Turn each pair (x[j], x[j + D/2]) of `x` (..., T, D) by an angle given as cos, sin (T, D/2).

    >>> x, quarter_turn = torch.tensor([[1.0, 0.0]]), torch.tensor([[1.0]])
    >>> rotate_pairs(x, cos=0 * quarter_turn, sin=quarter_turn).tolist()
    [[0.0, 1.0]]
    """
    a, b = x.chunk(2, dim=-1)  # (..., T, D/2) each
    turned = (a * cos - b * sin, a * sin + b * cos)
    return torch.cat(turned, dim=-1)  # (..., T, D)


class RotaryEmbedding(nn.Module):
    """Rotary positions: queries and keys are turned by an angle that grows with their position.

    The dot product of a query at t and a key at s then depends only on t − s
    (Su et al. 2021, RoFormer). A `scaling` stretches them over longer texts than those of the
    training. Raises ValueError for an odd `head_size`.
    """

    def __init__(
        self,
        head_size: int,
        context_length: int,
        base: float = 10000.0,
        scaling: RotaryScaling | None = None,
    ) -> None:
        super().__init__()
        if head_size % 2:
            rule = "head_size must be even for rotary positions"
            raise ValueError(f"{rule}, got {head_size}")
        angle = position_angles(context_length, head_size, base, scaling)  # (T, D/2)
        magnitude = (scaling and scaling.magnitude) or 1.0
        for name, turn in (("cos", angle.cos()), ("sin", angle.sin())):
            self.register_buffer(name, (magnitude * turn).float(), persistent=False)

    def forward(self, x: Tensor, start: int = 0) -> Tensor:
        """Turn `x` (B, H, T, D), whose first position is `start`; same shape out.

        Raises ValueError for positions beyond the table of angles.
        """
        stop = start + x.shape[-2]
        check_positions(start, x.shape[-2], len(self.cos))
        cos, sin = self.cos[start:stop], self.sin[start:stop]
        return rotate_pairs(x, cos.to(x.dtype), sin.to(x.dtype))


def check_positions(start: int, n_positions: int, n_known: int) -> None:
    """Raise ValueError, naming what is allowed, if a position lies outside of 0..n_known - 1."""
    last = start + n_positions - 1
    if start < 0 or last >= n_known:
        raise ValueError(
            f"position {start if start < 0 else last} is outside of the {n_known} positions that "
            f"were made, 0..{n_known - 1}; give a shorter text, or a larger context_length"
        )
