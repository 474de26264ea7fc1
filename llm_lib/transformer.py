"""The parts of a Transformer block: normalisation, the feed-forward network, the block itself."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from llm_lib.attention import CausalSelfAttention


class LayerNorm(nn.Module):
    """Shift and scale each position's channels to mean 0 and variance 1 (Ba et al. 2016).

    Then multiply by a learned weight and, if asked, add a learned bias.
    """

    def __init__(self, n_embd: int, bias: bool = True, eps: float = 1e-5) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(n_embd))
        self.bias = nn.Parameter(torch.zeros(n_embd)) if bias else None
        self.eps = eps

    def forward(self, x: Tensor) -> Tensor:
        """Normalise `x` (..., C); same shape out."""
        return F.layer_norm(x, self.weight.shape, self.weight, self.bias, self.eps)


class RMSNorm(nn.Module):
    """Divide each position's channels by their root mean square (Zhang and Sennrich 2019)."""

    def __init__(self, n_embd: int, eps: float = 1e-5) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(n_embd))
        self.eps = eps

    def forward(self, x: Tensor) -> Tensor:
        """Normalise `x` (..., C); same shape out."""
        return F.rms_norm(x, self.weight.shape, self.weight, self.eps)


class FeedForward(nn.Module):
    """Two linear layers with a non-linearity between, applied to each position alone.

    `kind` "gelu" is GPT-2's (with the tanh form of GELU); "swiglu" adds a gate (Shazeer 2020).
    """

    def __init__(self, n_embd, n_hidden=None, kind="gelu", dropout=0.0, bias=True):
        super().__init__()
        n_hidden = n_hidden or 4 * n_embd
        self.dropout = dropout
        self.up = nn.Linear(n_embd, n_hidden, bias=bias)
        self.gate = nn.Linear(n_embd, n_hidden, bias=bias) if kind == "swiglu" else None
        self.down = nn.Linear(n_hidden, n_embd, bias=bias)

    def forward(self, x: Tensor) -> Tensor:
        """Transform each position of `x` (B, T, C); same shape out."""
        if self.gate is None:
            hidden = F.gelu(self.up(x), approximate="tanh")  # (B, T, 4C)
        else:
            hidden = F.silu(self.gate(x)) * self.up(x)  # (B, T, n_hidden)
        return F.dropout(self.down(hidden), self.dropout, self.training)


class Block(nn.Module):
    """A decoder block, pre-norm: attention, then the feed-forward network, each added to x.

        x ──┬───────────────────────(+)──┬──────────────────────────(+)── x
            └─ norm_1 ─ attention ───┘   └─ norm_2 ─ feed_forward ───┘

    What runs along the top is the residual stream: a block only ever adds to it.
    """

    def __init__(self, config) -> None:
        super().__init__()
        c = config
        self.norm_1 = make_norm(c)
        self.attention = CausalSelfAttention(
            c.n_embd, c.n_head, c.n_kv_head, c.head_size, c.dropout, c.bias
        )
        self.norm_2 = make_norm(c)
        self.feed_forward = FeedForward(c.n_embd, c.n_hidden, c.mlp, c.dropout, c.bias)

    def forward(self, x: Tensor, **attention_options) -> Tensor:
        """Pass `x` (B, T, C) through; options go to the attention. Same shape out."""
        x = x + self.attention(self.norm_1(x), **attention_options)
        return x + self.feed_forward(self.norm_2(x))


def make_norm(config) -> nn.Module:
    """Return the normalisation that a `GPTConfig` asks for."""
    if config.norm == "rms":
        return RMSNorm(config.n_embd, config.norm_eps)
    return LayerNorm(config.n_embd, config.bias, config.norm_eps)
