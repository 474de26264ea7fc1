"""Measures what attention heads do, mostly as one number per head: shape (n_layer, n_head).

A head is judged by where its attention goes on many texts, and by what breaks without it. One
nice picture of one text proves neither. All is measured without dropout, whatever the model's mode.
"""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional as F

from llm_lib.model.gpt import GPT, without_dropout
from llm_lib.model.hooks import hooked


def stack_attention(model: GPT, ids: Tensor) -> Tensor:
    """Return all attention weights of `model` on `ids` (B, T): (n_layer, n_head, B, T, T)."""
    patterns: list[Tensor] = []  # of each layer, as they come
    names = [f"blocks.{i}.attention.pattern" for i in range(model.config.n_layer)]
    watching = hooked(model, dict.fromkeys(names, patterns.append))
    with torch.no_grad(), without_dropout(model), watching:
        model(ids)
    return torch.stack(patterns).transpose(1, 2)  # (L, H, B, T, T)


def mean_attention(attention: Tensor, where: Tensor) -> Tensor:
    """Return the share of attention that falls on `where`, averaged over the rows that have any.

    `attention` is (L, H, B, T, T), `where` a boolean (B, T, T) or (T, T): which keys count, for
    each query. The result is (L, H). Raises ValueError if no row of `where` has a True.
    """
    where = where.to(attention.device).expand(attention.shape[2:])
    rows = where.any(dim=-1)  # (B, T)
    if not rows.any():
        raise ValueError("in these texts, no position has a key that counts for this measure")
    on_target = (attention * where).sum(dim=-1)  # (L, H, B, T)
    return on_target[..., rows].mean(dim=-1)


def previous_token_score(attention: Tensor) -> Tensor:
    """Return how much of each head's attention goes to the token just before, (L, H)."""
    T = attention.shape[-1]
    itself = torch.eye(T, dtype=torch.bool, device=attention.device)
    return mean_attention(attention, itself.roll(-1, dims=1).tril(-1))


def earlier_copies(ids: Tensor, shift: int = 0) -> Tensor:
    """Return a (B, T, T) mask: True at (t, s), s ≤ t, if the token `shift` before s is that at t.

    `shift` 0 marks earlier copies of the same token (itself left out); `shift` 1 marks what came
    after an earlier copy, where an induction head looks.
    """
    _B, T = ids.shape
    shifted = torch.full_like(ids, -1)
    shifted[:, shift:] = ids[:, : T - shift]
    same = ids[:, :, None] == shifted[:, None, :]  # (B, T, T): query t, key s
    return same.tril(-1 if shift == 0 else 0)


def mention_targets(ids: Tensor, word: list[int]) -> Tensor:
    """Return a (T, T) mask for one text `ids` (T,): where to look to repeat the tokens `word`.

    True at (t, s) if `word` starts at t + 1, and also starts at an earlier s: a head that copies
    the word has to look from t to s.
    """
    row, n = ids.tolist(), len(word)
    starts = [i for i in range(len(row) - n + 1) if row[i : i + n] == list(word)]
    where = torch.zeros(len(row), len(row), dtype=torch.bool)
    for start in starts:
        for earlier in starts:
            if earlier < start:
                where[start - 1, earlier] = True
    return where


def induction_score(attention: Tensor, ids: Tensor) -> Tensor:
    """Return how much attention goes to the token after an earlier copy of this one, (L, H).

    On random tokens that repeat, this is the prefix-matching score of Olsson et al. (2022).
    """
    where = earlier_copies(ids.to(attention.device), shift=1)
    itself = torch.eye(ids.shape[1], dtype=torch.bool, device=where.device)
    where &= ~itself  # "aa": the token itself does not count
    return mean_attention(attention, where)


def prefix_matching_score(
    model: GPT,
    length: int = 24,
    n_texts: int = 16,
    vocabulary: Sequence[int] | None = None,
    seed: int = 0,
) -> Tensor:
    """Return each head's prefix-matching score on random sequences repeated once, (L, H).

    Each of `n_texts` texts is a sequence of `length` different ids, drawn from `vocabulary` (all
    ids by default), written twice. Raises ValueError if there are too few ids or positions.
    """
    c = model.config
    vocabulary = torch.arange(c.vocab_size) if vocabulary is None else torch.as_tensor(vocabulary)
    if length > len(vocabulary) or 2 * length > c.context_length:
        raise ValueError(
            f"length {length} is too long: there are {len(vocabulary)} ids to draw from and "
            f"{c.context_length} positions for two copies"
        )
    generator = torch.Generator().manual_seed(seed)
    draws = [torch.randperm(len(vocabulary), generator=generator)[:length] for _ in range(n_texts)]
    ids = vocabulary[torch.stack(draws)].repeat(1, 2)  # (B, 2 · length)
    ids = ids.to(next(model.parameters()).device)
    return induction_score(stack_attention(model, ids), ids)


def token_losses(model: GPT, ids: Tensor, head_scale: Tensor | list | None = None) -> Tensor:
    """Return the loss of each token of `ids` (B, T) except the first, in nats: (B, T − 1).

    `head_scale` (n_layer, n_head) multiplies the output of each head: 0 switches it off.
    """
    hooks = {} if head_scale is None else model.scale_heads(head_scale)
    with torch.no_grad(), without_dropout(model), hooked(model, hooks):
        logits = model(ids)
    losses = F.cross_entropy(logits[:, :-1].flatten(0, 1), ids[:, 1:].flatten(), reduction="none")
    return losses.view(ids.shape[0], -1)


def ablated_losses(model: GPT, ids: Tensor) -> Tensor:
    """Return the token losses on `ids` (B, T) with each head off in turn: (L, H, B, T − 1)."""
    L, H = model.config.n_layer, model.config.n_head
    losses = []
    for off in range(L * H):
        head_scale = torch.ones(L * H)
        head_scale[off] = 0
        losses.append(token_losses(model, ids, head_scale.view(L, H)))
    return torch.stack(losses).unflatten(0, (L, H))


def ablation_effect(model: GPT, ids: Tensor, where: Tensor | None = None) -> Tensor:
    """Return by how much the mean loss on `ids` (B, T) grows when each head is off, (L, H).

    `where`, boolean (B, T − 1), restricts the mean to some predicted tokens. Positive: the head
    helped here.
    """
    if where is None:
        where = torch.ones(ids[:, 1:].shape, dtype=torch.bool, device=ids.device)
    normal = token_losses(model, ids)[where].mean()
    return ablated_losses(model, ids)[:, :, where].mean(dim=-1) - normal
