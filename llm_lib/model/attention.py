"""Attention: every position mixes what other positions hold, weighted by relevance."""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from llm_lib.arguments import check_whole
from llm_lib.model.embedding import RotaryEmbedding
from llm_lib.model.hooks import Activation
from llm_lib.model.kv_cache import KVCache


def causal_mask(
    n_queries: int, n_keys: int | None = None, device: torch.device | str | None = None
) -> Tensor:
    """Return a (n_queries, n_keys) mask, True where a query may look: at itself and the past.

    With fewer queries than keys, the queries are the last positions (as with a KV cache).

    >>> causal_mask(2, 3).int().tolist()
    [[1, 1, 0], [1, 1, 1]]
    """
    n_keys = n_queries if n_keys is None else n_keys
    ones = torch.ones(n_queries, n_keys, dtype=torch.bool, device=device)
    return ones.tril(diagonal=n_keys - n_queries)


def padding_mask(
    padding: Tensor,
    n_queries: int,
    n_keys: int | None = None,
) -> Tensor:
    """Return a causal mask (B, 1, n_queries, n_keys) that also hides the left of each row.

    `padding` (B,) counts the columns at the left that are not text. A query there sees only itself,
    since the weights of a query that sees nothing can't sum to 1.

    >>> padding_mask(torch.tensor([1]), 3).int().tolist()
    [[[[1, 0, 0], [0, 1, 0], [0, 1, 1]]]]
    """
    n_keys = n_queries if n_keys is None else n_keys
    keys = torch.arange(n_keys, device=padding.device)  # (S,)
    itself = keys == keys[n_keys - n_queries :, None]  # (T, S)
    is_text = (keys >= padding[:, None])[:, None, None]  # (B, 1, 1, S)
    return is_text & causal_mask(n_queries, n_keys, padding.device) | itself


def scaled_dot_product_attention(
    q: Tensor,
    k: Tensor,
    v: Tensor,
    mask: Tensor | None = None,
    dropout: float = 0.0,
) -> tuple[Tensor, Tensor]:
    """Return (softmax(q kᵀ / √D) v, the weights): shapes (..., T, D) and (..., T, S).

    `q` is (..., T, D), `k` and `v` are (..., S, D); `mask` is boolean, broadcastable to
    (..., T, S), True = may attend. `dropout` zeroes that share of the weights
    (Vaswani et al. 2017, equation 1). A query that may look at nothing gets NaN.
    Raises TypeError if the mask is not boolean, ValueError for shapes that do not fit.

    >>> q = k = torch.eye(2)
    >>> out, weights = scaled_dot_product_attention(q, k, k, mask=causal_mask(2))
    >>> weights[0].tolist()  # the first position sees only itself
    [1.0, 0.0]
    """
    check_shapes(q, k, v, mask)
    q = q / math.sqrt(q.shape[-1])  # scales the scores too, for less work
    scores = q @ k.transpose(-2, -1)  # (..., T, S)
    if mask is not None:
        hidden = torch.zeros_like(mask, dtype=q.dtype)
        hidden = hidden.masked_fill(~mask, float("-inf"))
        scores = scores + hidden  # a sum: its gradient is passed on as it is
    weights = scores.softmax(dim=-1)  # each row sums to 1
    return F.dropout(weights, dropout, training=dropout > 0) @ v, weights


def check_shapes(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> None:
    """Raise ValueError, naming what does not fit, unless q, k, v and mask fit together.

    A mask that is not boolean is a TypeError.
    """
    shapes = f"q {tuple(q.shape)}, k {tuple(k.shape)}, v {tuple(v.shape)}"
    if min(q.dim(), k.dim(), v.dim()) < 2:
        raise ValueError(f"queries, keys and values need the shape (..., T, D), got {shapes}")
    if q.shape[-1] != k.shape[-1]:
        raise ValueError(f"queries and keys must be of one size D, got {shapes}")
    if k.shape[-2] != v.shape[-2]:
        raise ValueError(f"there must be as many values as keys, got {shapes}")
    if not (_broadcast(q.shape[:-2], k.shape[:-2]) and _broadcast(q.shape[:-2], v.shape[:-2])):
        raise ValueError(f"batches and heads (all but the last two sizes) must agree, got {shapes}")
    if mask is not None:
        check_mask(mask, (*q.shape[:-1], k.shape[-2]))


def check_mask(mask: Tensor, scores: tuple[int, ...]) -> None:
    """Raise TypeError unless `mask` is boolean, ValueError unless it fits scores of that shape."""
    if mask.dtype != torch.bool:
        raise TypeError(f"mask must be boolean (True = may attend), got {mask.dtype}")
    ends = zip(reversed(mask.shape[-2:]), reversed(scores[-2:]), strict=False)
    if not _broadcast(mask.shape, scores) or any(size not in (1, wanted) for size, wanted in ends):
        raise ValueError(f"mask must fit scores (..., T, S) = {scores}, got {tuple(mask.shape)}")


def _broadcast(one, other) -> bool:
    """Whether two shapes, compared from their ends, agree wherever neither of them is 1."""
    pairs = zip(reversed(one), reversed(other), strict=False)
    return all(a == b or 1 in (a, b) for a, b in pairs)


def split_heads(x: Tensor, n_head: int) -> Tensor:
    """Cut the channels of `x` (B, T, H·D) into heads: (B, H, T, D)."""
    B, T, C = x.shape
    if C % n_head:
        raise ValueError(
            f"{C} channels cannot be cut into {n_head} heads of equal size",
        )
    return x.view(B, T, n_head, C // n_head).transpose(1, 2)  # (B, H, T, D)


def normalize_heads(x: Tensor, eps: float = 1e-5, weight: Tensor | None = None) -> Tensor:
    """Divide each vector of `x` (..., D) by its root mean square, times `weight`: QK-norm.

    Queries and keys can then not grow until softmax sees one key alone (Henry et al. 2020, Dehghani
    et al. 2023). Scores are still divided by √D: they then lie between −√D and √D, and have a
    standard deviation of 1 where queries and keys are random, so that a fresh model attends as
    it would without the norm, and every way of computing attention stays the same.

    >>> normalize_heads(torch.tensor([[3.0, 4.0], [300.0, 400.0]])).tolist()[0]
    [0.8485..., 1.1313...]
    """
    return F.rms_norm(x, x.shape[-1:], weight, eps)


def cap_softly(x: Tensor, cap: float | None) -> Tensor:
    """Return cap · tanh(x / cap), between ±cap and nearly x around 0; x itself without a cap.

    So that scores and logits do not run away (Gemma Team 2024, Gemma 2, section 2).

    >>> cap_softly(torch.tensor([0.1, 1000.0]), 50.0).tolist()
    [0.0999..., 50.0]
    """
    return x if cap is None else cap * torch.tanh(x / cap)


def channels_per_head(n_embd: int, n_head: int) -> int:
    """Return the size of one head, n_embd / n_head; ValueError unless it is a whole number."""
    n_embd, n_head = check_whole("n_embd", n_embd), check_whole("n_head", n_head)
    if n_embd % n_head:
        raise ValueError(f"n_embd {n_embd} cannot be cut into {n_head} heads of equal size")
    return n_embd // n_head


def merge_heads(x: Tensor) -> Tensor:
    """Put the heads of `x` (B, H, T, D) side by side again: (B, T, H·D)."""
    return x.transpose(1, 2).flatten(2)  # (B, T, H·D)


class CausalSelfAttention(nn.Module):
    """Multi-head self-attention in which no position sees the future.

    With `n_kv_head` < `n_head`, several query heads share a key and value head
    (grouped-query attention, Ainslie et al. 2023). Heads have `head_size` channels, n_embd / n_head
    if it is not given. With `qk_norm_eps`, queries and keys pass `normalize_heads`, with learned
    weights if `qk_norm_weight`; with `score_cap`, scores pass `cap_softly`.
    Raises ValueError for impossible sizes, or ones that don't divide evenly.
    """

    def __init__(
        self,
        n_embd: int,
        n_head: int,
        n_kv_head: int | None = None,
        head_size: int | None = None,
        dropout: float = 0.0,
        bias: bool = True,
        qk_norm_eps: float | None = None,
        qkv_bias: bool | None = None,
        qk_norm_weight: bool = False,
        score_cap: float | None = None,
    ):
        super().__init__()
        self.qk_norm_eps, self.score_cap = qk_norm_eps, score_cap
        self.n_head = n_head = check_whole("n_head", n_head)
        self.n_kv_head = check_whole("n_kv_head", n_head if n_kv_head is None else n_kv_head)
        if n_head % self.n_kv_head:
            raise ValueError(f"n_head {n_head} is not a multiple of n_kv_head {self.n_kv_head}")
        if head_size is None:
            head_size = channels_per_head(n_embd, n_head)
        self.head_size, self.dropout = check_whole("head_size", head_size), dropout
        n_heads_in_all = self.n_head + 2 * self.n_kv_head
        qkv_bias = bias if qkv_bias is None else qkv_bias
        self.qkv = nn.Linear(n_embd, n_heads_in_all * self.head_size, bias=qkv_bias)
        self.out = nn.Linear(n_head * self.head_size, n_embd, bias=bias)
        ones = [nn.Parameter(torch.ones(head_size)) if qk_norm_weight else None for _ in "qk"]
        self.q_norm_weight, self.k_norm_weight = ones
        self.q, self.k, self.v = Activation(), Activation(), Activation()
        self.scores, self.pattern, self.z = Activation(), Activation(), Activation()

    def queries_keys_values(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Project `x` (B, T, C) to queries (B, H, T, D), keys and values (B, H_kv, T, D)."""
        heads = split_heads(self.qkv(x), self.n_head + 2 * self.n_kv_head)
        q, k, v = heads.split((self.n_head, self.n_kv_head, self.n_kv_head), dim=1)
        if self.qk_norm_eps is not None:
            q = normalize_heads(q, self.qk_norm_eps, self.q_norm_weight)
            k = normalize_heads(k, self.qk_norm_eps, self.k_norm_weight)
        return q, k, v

    def forward(
        self,
        x: Tensor,
        rotary: RotaryEmbedding | None = None,
        cache: KVCache | None = None,
        layer: int = 0,
        mask: Tensor | None = None,
    ) -> Tensor:
        """Mix the positions of `x` (B, T, C); same shape out.

        `mask` (B, 1, T, S), True = may attend, takes the place of the causal mask. With a `cache`,
        x are the new positions, and they see those that it holds for this `layer`.
        """
        q, k, v = self.queries_keys_values(x)  # project and split: (B, H, T, D)
        if rotary is not None:
            start = 0 if cache is None else cache.length
            q, k = rotary(q, start), rotary(k, start)
        q, k, v = self.q(q), self.k(k), self.v(v)
        if cache is not None:
            k, v = cache.extend(layer, k, v)  # (B, H_kv, S, D)
        z = self.z(self.attend(q, k, v, mask))  # attend: (B, H, T, D)
        out = self.out(merge_heads(z))  # merge: (B, T, C)
        return F.dropout(out, self.dropout, self.training)

    def attend(self, q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> Tensor:
        """Return what each head mixes, (B, H, T, D): `k` and `v` are (B, H_kv, S, D), `q` like it.

        Torch's fused kernel is the quickest, but it never makes the weights. So the steps are
        written out where scores are capped, where they or weights are watched, and on a processor
        in bfloat16, where the kernel is slow: forward and backward take three times as long. The
        numbers are the same.
        """
        T, S, dropout = q.shape[-2], k.shape[-2], self.dropout if self.training else 0.0
        if mask is not None:
            check_mask(mask, (*q.shape[:-1], S))
        elif T not in (1, S):  # one new token sees all; T = S is `is_causal`
            mask = causal_mask(T, S, q.device)
        slow = q.dtype == torch.bfloat16 and q.device.type == "cpu"
        if slow or self.score_cap or self.scores.is_watched or self.pattern.is_watched:
            return self._attend_step_by_step(q, k, v, mask, dropout)
        options = {"is_causal": mask is None and T > 1, "enable_gqa": k.shape[1] < q.shape[1]}
        return F.scaled_dot_product_attention(q, k, v, mask, dropout, **options)

    def _attend_step_by_step(self, q: Tensor, k: Tensor, v: Tensor, mask, dropout: float) -> Tensor:
        """Do the same, and show `scores` and `pattern` on the way."""
        repeats = q.shape[1] // k.shape[1]
        if repeats > 1:
            k, v = (t.repeat_interleave(repeats, dim=1) for t in (k, v))  # (B, H, S, D)
        mask = causal_mask(q.shape[-2], k.shape[-2], q.device) if mask is None else mask
        if not (self.score_cap or self.scores.is_watched or self.pattern.is_watched):
            return scaled_dot_product_attention(q, k, v, mask, dropout)[0]
        scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])  # (B, H, T, S)
        scores = cap_softly(scores, self.score_cap)
        scores = self.scores(scores.masked_fill(~mask, float("-inf")))
        weights = self.pattern(scores.softmax(dim=-1))
        return F.dropout(weights, dropout, training=dropout > 0) @ v


class MultiHeadAttention(nn.Module):
    """Multi-head attention as in the 2017 paper: queries from `x`, keys and values from `source`.

    Self-attention when `source` is `x` itself, cross-attention otherwise
    (Vaswani et al. 2017, section 3.2.2). Raises ValueError if the heads do not divide `n_embd`.
    """

    def __init__(self, n_embd: int, n_head: int, dropout: float = 0.0, bias: bool = True) -> None:
        super().__init__()
        channels_per_head(n_embd, n_head)
        self.n_head, self.dropout = n_head, dropout
        self.query, self.key, self.value, self.out = (
            nn.Linear(n_embd, n_embd, bias=bias) for _ in range(4)
        )

    def forward(
        self, x: Tensor, source: Tensor | None = None, mask: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """Return (mixed (B, T, C), weights (B, H, T, S)) for `x` (B, T, C), `source` (B, S, C).

        `mask` is boolean, broadcastable to (B, H, T, S), True = may attend.
        """
        source = x if source is None else source
        q, k, v = (
            split_heads(project(t), self.n_head)  # (B, H, T, D) and (B, H, S, D)
            for project, t in ((self.query, x), (self.key, source), (self.value, source))
        )
        dropout = self.dropout if self.training else 0.0
        heads, weights = scaled_dot_product_attention(q, k, v, mask, dropout)
        return self.out(merge_heads(heads)), weights
