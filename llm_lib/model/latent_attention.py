"""Multi-head latent attention: all heads' keys and values from one short vector a token.

A token is compressed to a latent of L channels, from which each head expands its own key and value;
only the latent is kept in the cache (DeepSeek-AI 2024, DeepSeek-V2, section 2.1). Rotary positions
would come between compressing and expanding, so they have R channels of their own: each query has
some beside its content, and all heads share one rotated key.

    x ── compress ─┬─ latent ─ norm ── expand ──┬─ keys, content    (B, H, S, D)
                   │      (cached)              └─ values           (B, H, S, D)
                   └─ rotary key (cached) ───────── keys, position  (B, 1, S, R)
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from llm_lib.arguments import check_number, check_whole
from llm_lib.model.attention import CausalSelfAttention, merge_heads, split_heads
from llm_lib.model.embedding import RotaryEmbedding
from llm_lib.model.hooks import Activation
from llm_lib.model.kv_cache import KVCache


@dataclass(frozen=True)
class LatentConfig:
    """The sizes of latent attention, beside a config's `n_head` and head size D.

    n_latent: L, the channels of the latent; n_rotary: R, those that positions turn, even.
    n_query_latent: queries are compressed to so many channels first, too, None for not at all.
    score_scale: what scores are multiplied by, beside 1/√(D + R), as DeepSeek does with YaRN.

    Raises ValueError, naming the field, for an invalid value.
    """

    n_latent: int
    n_rotary: int
    n_query_latent: int | None = None
    score_scale: float = 1.0

    def __post_init__(self) -> None:
        check_whole("latent's n_latent", self.n_latent)
        if check_whole("latent's n_rotary", self.n_rotary) % 2:
            raise ValueError(f"latent's n_rotary must be even, for pairs, got {self.n_rotary}")
        if self.n_query_latent is not None:
            check_whole("latent's n_query_latent", self.n_query_latent)
        check_number("latent's score_scale", self.score_scale, above=0)


class LatentAttention(CausalSelfAttention):
    """Causal self-attention whose keys and values are expanded from cached latents.

    Its activations have the names of `CausalSelfAttention`; queries and keys have D + R channels, D
    of content and then R turned by positions. No projection has a bias, but for `out` if asked.
    """

    def __init__(
        self,
        n_embd: int,
        n_head: int,
        head_size: int,
        settings: LatentConfig,
        dropout: float = 0.0,
        bias: bool = True,
        norm_eps: float = 1e-5,
        score_cap: float | None = None,
    ) -> None:
        nn.Module.__init__(self)  # other projections than those of the class above
        s, D = settings, head_size
        self.settings, self.n_head, self.head_size = s, n_head, D
        self.dropout, self.score_cap = dropout, score_cap
        self.compress = nn.Linear(n_embd, s.n_latent + s.n_rotary, bias=False)
        self.norm = nn.RMSNorm(s.n_latent, norm_eps)
        self.expand = nn.Linear(s.n_latent, n_head * 2 * D, bias=False)
        short = s.n_query_latent
        self.q_compress = None if short is None else nn.Linear(n_embd, short, bias=False)
        self.q_norm = None if short is None else nn.RMSNorm(short, norm_eps)
        self.q_expand = nn.Linear(short or n_embd, n_head * (D + s.n_rotary), bias=False)
        self.out = nn.Linear(n_head * D, n_embd, bias=bias)
        self.q, self.k, self.v = Activation(), Activation(), Activation()
        self.scores, self.pattern, self.z = Activation(), Activation(), Activation()

    def forward(
        self,
        x: Tensor,
        rotary: RotaryEmbedding,
        cache: KVCache | None = None,
        layer: int = 0,
        mask: Tensor | None = None,
    ) -> Tensor:
        """Mix the positions of `x` (B, T, C); same shape out. Options as `CausalSelfAttention`.

        `rotary` is for heads of R channels; a `cache` keeps the rotary keys as keys and the latents
        as values, as if of one head.
        """
        start = 0 if cache is None else cache.length
        q = self._queries(x, rotary, start)
        latent, k_rotary = self.compress(x)[:, None].split(
            (self.settings.n_latent, self.settings.n_rotary), dim=-1
        )  # (B, 1, T, L), (B, 1, T, R)
        latent, k_rotary = self.norm(latent), rotary(k_rotary, start)
        if cache is not None:
            k_rotary, latent = cache.extend(layer, k_rotary, latent)  # T becomes S
        absorbs = cache is not None and type(self.expand) is nn.Linear  # LoRA has two products
        if absorbs and not (self.k.is_watched or self.v.is_watched):
            z = self._attend_to_latents(q, latent, k_rotary, mask)
        else:
            z = self.attend(q, *self.keys_values(latent, k_rotary), mask)
        out = self.out(merge_heads(self.z(z)))
        return F.dropout(out, self.dropout, self.training)

    def _queries(self, x: Tensor, rotary: RotaryEmbedding, start: int) -> Tensor:
        """Return queries (B, H, T, D + R), of which the last R channels are turned."""
        if self.q_compress is not None:
            x = self.q_norm(self.q_compress(x))
        q = split_heads(self.q_expand(x), self.n_head)
        content, turned = q.split((self.head_size, self.settings.n_rotary), dim=-1)
        q = torch.cat((content, rotary(turned, start)), dim=-1)
        return self.q(q) * self.settings.score_scale

    def keys_values(self, latent: Tensor, k_rotary: Tensor) -> tuple[Tensor, Tensor]:
        """Expand latents (B, 1, S, L) to keys (B, H, S, D + R) and values (B, H, S, D)."""
        heads = split_heads(self.expand(latent[:, 0]), self.n_head)  # (B, H, S, 2D)
        content, v = heads.chunk(2, dim=-1)
        k = torch.cat((content, k_rotary.expand(-1, self.n_head, -1, -1)), dim=-1)
        return self.k(k), self.v(v)

    def _attend_to_latents(self, q: Tensor, latent: Tensor, k_rotary: Tensor, mask) -> Tensor:
        """Do the same without expanding what the cache holds, which grows with the text.

        q · (W_k c) is (W_kᵀ q) · c: what expands keys can be moved to the queries, and what expands
        values to what is mixed. All heads then look at the same keys, the latents themselves.
        """
        L, D, R = latent.shape[-1], self.head_size, self.settings.n_rotary
        expand_k, expand_v = self.expand.weight.view(self.n_head, 2, D, L).unbind(dim=1)
        content, turned = q.split((D, R), dim=-1)
        q = torch.cat((content @ expand_k, turned), dim=-1)  # (B, H, T, L + R)
        q = q * math.sqrt((L + R) / (D + R))  # attend divides by the root of this length
        k = torch.cat((latent, k_rotary), dim=-1)  # (B, 1, S, L + R)
        mixed = self.attend(q, k, latent, mask)  # (B, H, T, L)
        return mixed @ expand_v.transpose(-2, -1)  # (B, H, T, D)
