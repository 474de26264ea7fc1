"""A block of a GPT, and what it is made of: norms and the feed-forward network."""

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from llm_lib.arguments import check_choice, check_whole
from llm_lib.model.attention import CausalSelfAttention
from llm_lib.model.config import GPTConfig
from llm_lib.model.experts import MixtureOfExperts
from llm_lib.model.hooks import Activation
from llm_lib.model.latent_attention import LatentAttention
from llm_lib.model.linear_attention import GatedDeltaAttention


class LayerNorm(nn.Module):
    """Shift and scale each position's channels to mean 0 and variance 1 (Ba et al. 2016).

    Then multiply by a learned weight and, if asked, add a learned bias.
    """

    def __init__(
        self,
        n_embd: int,
        bias: bool = True,
        eps: float = 1e-5,
    ) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(n_embd))
        self.bias = nn.Parameter(torch.zeros(n_embd)) if bias else None
        self.eps, self.normalized = eps, Activation()

    def forward(self, x: Tensor) -> Tensor:
        """Normalise `x` (..., C); same shape out."""
        size = self.weight.shape
        x = F.layer_norm(x, size, self.weight, self.bias, self.eps)
        return self.normalized(x)


class RMSNorm(nn.Module):
    """Divide each position's channels by their root mean square (Zhang and Sennrich 2019)."""

    def __init__(self, n_embd: int, eps: float = 1e-5) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(n_embd))
        self.eps, self.normalized = eps, Activation()

    def forward(self, x: Tensor) -> Tensor:
        """Normalise `x` (..., C); same shape out."""
        return self.normalized(F.rms_norm(x, self.weight.shape, self.weight, self.eps))


class FeedForward(nn.Module):
    """Two linear layers with a non-linearity between, applied to each position separately.

    `kind` "gelu" is GPT-2's (with the tanh form of GELU), "relu" the 2017 paper's (equation 2);
    "swiglu" adds a gate (Shazeer 2020), "relu2" squares what ReLU gives (So et al. 2021). Raises
    ValueError for another kind, or sizes below 1.
    """

    def __init__(
        self,
        n_embd: int,
        n_hidden: int | None = None,
        kind: str = "gelu",
        dropout: float = 0.0,
        bias: bool = True,
    ):
        super().__init__()
        check_choice("kind", kind, ("gelu", "relu", "swiglu", "relu2"))
        n_embd = check_whole("n_embd", n_embd)
        n_hidden = check_whole("n_hidden", 4 * n_embd if n_hidden is None else n_hidden)
        self.dropout, self.kind = dropout, kind
        self.up = nn.Linear(n_embd, n_hidden, bias=bias)
        self.gate = nn.Linear(n_embd, n_hidden, bias=bias) if kind == "swiglu" else None
        self.down = nn.Linear(n_hidden, n_embd, bias=bias)
        self.pre, self.post = Activation(), Activation()

    def forward(self, x: Tensor) -> Tensor:
        """Transform each position of `x` (B, T, C); same shape out."""
        hidden = self.pre(self.up(x) if self.gate is None else self.gate(x))  # (B, T, n_hidden)
        if self.gate is not None:
            hidden = F.silu(hidden) * self.up(x)
        elif self.kind == "gelu":
            hidden = F.gelu(hidden, approximate="tanh")
        else:
            hidden = hidden.relu() if self.kind == "relu" else hidden.relu().square()
        return F.dropout(self.down(self.post(hidden)), self.dropout, self.training)


class Block(nn.Module):
    """A decoder block, pre-norm: attention, then the feed-forward network, each added to x.

        x ──┬───────────────────────(+)──┬──────────────────────────(+)── x
            └─ norm_1 ─ attention ───┘   └─ norm_2 ─ feed_forward ───┘

    What runs along the top is the residual stream: a block only ever adds to it.
    """

    def __init__(self, config: GPTConfig, layer: int = 0) -> None:
        super().__init__()
        c = config
        self.resid_pre = Activation()
        self.norm_1 = make_norm(c)
        self.attention = make_attention(c, layer)
        self.attn_out, self.resid_mid = Activation(), Activation()
        self.norm_2 = make_norm(c)
        self.feed_forward = make_feed_forward(c, layer)
        self.mlp_out, self.resid_post = Activation(), Activation()

    def forward(self, x: Tensor, **options: Any) -> Tensor:
        """Pass `x` (B, T, C) through; options go to the attention. Same shape out."""
        x = self.resid_pre(x)
        attn_out = self.attn_out(self.attention(self.norm_1(x), **options))
        x = self.resid_mid(x + attn_out)
        mlp_out = self.mlp_out(self.feed_forward(self.norm_2(x)))
        return self.resid_post(x + mlp_out)


def make_attention(config: GPTConfig, layer: int = 0) -> nn.Module:
    """Return the attention that a `GPTConfig` asks for in a layer, or what stands in its place."""
    c = config
    if layer in c.delta_layers:
        return GatedDeltaAttention(c.n_embd, c.n_head, c.head_size, c.dropout)
    if c.latent is not None:
        sizes = (c.n_embd, c.n_head, c.head_size, c.latent)
        return LatentAttention(*sizes, c.dropout, c.bias, c.norm_eps, c.score_cap)
    sizes = (c.n_embd, c.n_head, c.kv_heads, c.head_size)
    norm_eps = c.norm_eps if c.qk_norm else None
    later = (c.has_qkv_bias, c.qk_norm_weight, c.score_cap)
    return CausalSelfAttention(*sizes, c.dropout, c.bias, norm_eps, *later)


def make_feed_forward(config: GPTConfig, layer: int = 0) -> nn.Module:
    """Return the feed-forward network, or the experts, that a `GPTConfig` asks for in a layer."""
    c, experts = config, config.experts

    def make(n_hidden: int) -> FeedForward:
        return FeedForward(c.n_embd, n_hidden, c.mlp, c.dropout, c.bias)

    if experts is None or layer < experts.n_dense:
        return make(c.hidden_width)
    width = experts.n_hidden or c.hidden_width
    # several shared ones are one that is as wide as all of them
    shared = make(experts.n_shared * width) if experts.n_shared else None
    routed = [make(width) for _ in range(experts.n_expert)]
    return MixtureOfExperts(c.n_embd, experts, routed, shared)


def make_norm(config: GPTConfig) -> nn.Module:
    """Return the normalisation that a `GPTConfig` asks for."""
    if config.norm == "rms":
        return RMSNorm(config.n_embd, config.norm_eps)
    return LayerNorm(config.n_embd, config.bias, config.norm_eps)
