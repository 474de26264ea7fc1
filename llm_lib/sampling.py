"""From scores to one token: penalty, temperature, filters, and a draw."""

import torch
from torch import Tensor


def penalize_repetition(logits: Tensor, ids: Tensor, penalty: float) -> Tensor:
    """Make every token of `ids` (B, T) less likely in `logits` (B, V) (Keskar et al. 2019).

    Positive logits are divided by `penalty`, negative ones multiplied: both sink. However often a
    token has come, it is penalized once.

    >>> penalize_repetition(torch.tensor([[2.0, -2.0, 1.0]]), torch.tensor([[0, 1, 1]]), 2).tolist()
    [[1.0, -4.0, 1.0]]
    """
    seen = logits.gather(-1, ids)
    return logits.scatter(-1, ids, torch.where(seen > 0, seen / penalty, seen * penalty))


def filter_logits(
    logits: Tensor,
    *,
    top_k: int | None = None,
    top_p: float | None = None,
    min_p: float | None = None,
) -> Tensor:
    """Return `logits` (B, V) with the tokens that may not be chosen at −∞.

    `top_k` keeps the k likeliest; `top_p` the smallest set whose
    probabilities reach p (nucleus sampling, Holtzman et al. 2020); `min_p`
    those with at least min_p times the probability of the likeliest
    (Nguyen et al. 2025). Each filter looks at all tokens, and a token has
    to pass all. The likeliest token always stays.

    >>> filter_logits(torch.tensor([[1.0, 3.0, 2.0]]), top_k=2).tolist()
    [[-inf, 3.0, 2.0]]
    """
    drop = torch.zeros_like(logits, dtype=torch.bool)
    if top_k is not None and top_k < logits.shape[-1]:
        drop |= logits < logits.topk(top_k, dim=-1).values[:, -1:]
    if top_p is not None:
        ordered, order = logits.sort(dim=-1, descending=True)
        p = ordered.softmax(dim=-1)
        full = p.cumsum(dim=-1) - p >= top_p  # without this token
        drop |= torch.zeros_like(drop).scatter(-1, order, full)
    if min_p is not None:
        p = logits.softmax(dim=-1)
        drop |= p < min_p * p.max(dim=-1, keepdim=True).values
    return logits.masked_fill(drop, float("-inf"))


def token_probabilities(
    logits: Tensor,
    temperature: float = 1.0,
    **filters,
) -> Tensor:
    """Return the probabilities (B, V) from which the next token is drawn.

    `temperature` divides the logits; at 0 all probability is the likeliest
    token's. Filters are those of `filter_logits`, and what they leave is
    scaled up to sum to 1 again.

    >>> token_probabilities(torch.tensor([[0.0, 0.0, 5.0]]), 0.0).tolist()
    [[0.0, 0.0, 1.0]]
    """
    if temperature == 0:
        likeliest = logits.argmax(dim=-1, keepdim=True)
        return torch.zeros_like(logits).scatter(-1, likeliest, 1.0)
    return filter_logits(logits / temperature, **filters).softmax(dim=-1)


def choose_token(
    logits: Tensor, *, temperature: float = 1.0, generator: torch.Generator | None = None, **filters
) -> Tensor:
    """Return one id a row, shape (B,), drawn from softmax(logits / temperature).

    `temperature` 0 takes the likeliest token (greedy). Filters are those of `filter_logits`.
    """
    if temperature == 0:
        return logits.argmax(dim=-1)
    p = token_probabilities(logits, temperature, **filters)  # (B, V)
    return torch.multinomial(p, 1, generator=generator).squeeze(-1)


def check_settings(
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
    min_p: float | None = None,
    repetition_penalty: float = 1.0,
    max_new_tokens: int = 0,
) -> None:
    """Raise ValueError, saying what is allowed, for a setting that cannot be."""
    if temperature < 0:
        raise ValueError(f"temperature must be 0 (greedy) or more, got {temperature}")
    if top_k is not None and top_k < 1:
        raise ValueError(f"top_k must be at least 1, or None for all tokens, got {top_k}")
    if top_p is not None and not 0 < top_p <= 1:
        raise ValueError(f"top_p must be above 0 and at most 1, got {top_p}")
    if min_p is not None and not 0 <= min_p <= 1:
        raise ValueError(f"min_p must lie between 0 and 1, got {min_p}")
    if repetition_penalty <= 0:
        raise ValueError(f"repetition_penalty must be above 0, got {repetition_penalty}")
    if max_new_tokens < 0:
        raise ValueError(f"max_new_tokens must be 0 or more, got {max_new_tokens}")
