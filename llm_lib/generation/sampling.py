"""From scores to one token: penalty, temperature, filters and a draw."""

from typing import Any

import torch
from torch import Tensor

from llm_lib.arguments import check_number, check_whole

TINY = torch.finfo(torch.float32).tiny  # a lower temperature would be 0 in a tensor


def penalize_repetition(logits: Tensor, ids: Tensor, penalty: float) -> Tensor:
    """Make every token of `ids` (B, T) less likely in `logits` (B, V) (Keskar et al. 2019).

    The paper divides by `penalty`; negative logits, which that would raise, are multiplied here, so
    that both sink. A token is penalized once, however often it has occurred. Raises ValueError
    unless `penalty` is above 0.

    >>> penalize_repetition(torch.tensor([[2.0, -2.0, 1.0]]), torch.tensor([[0, 1, 1]]), 2).tolist()
    [[1.0, -4.0, 1.0]]
    """
    check_settings(repetition_penalty=penalty)
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
    (Nguyen et al. 2025). Of equally likely tokens, the smaller id comes
    first. Each filter looks at all tokens, and a token has to pass all. The
    likeliest token always stays; top_p 1 and min_p 0 keep all. Raises
    ValueError for an invalid setting.

    >>> filter_logits(torch.tensor([[1.0, 3.0, 2.0]]), top_k=2).tolist()
    [[-inf, 3.0, 2.0]]
    """
    check_settings(top_k=top_k, top_p=top_p, min_p=min_p)
    if top_k is None and top_p is None and min_p is None:
        return logits
    ordered, order = logits.sort(dim=-1, descending=True, stable=True)
    p = ordered.float().softmax(dim=-1)
    drop = torch.zeros_like(p, dtype=torch.bool)  # in that order
    if top_k is not None:
        drop[:, top_k:] = True
    if top_p is not None and top_p < 1:  # rounded, a sum may reach 1 too soon
        drop |= p.cumsum(dim=-1) - p >= top_p  # without this token
    if min_p is not None:
        drop |= p < min_p * p[:, :1]
    drop = torch.zeros_like(drop).scatter(-1, order, drop)
    return logits.masked_fill(drop, float("-inf"))


def token_probabilities(
    logits: Tensor,
    temperature: float = 1.0,
    **filters: Any,
) -> Tensor:
    """Return the probabilities (B, V) from which the next token is drawn.

    `temperature` divides the logits; at 0 all probability is the likeliest
    token's, of equal ones the first one's. Filters are those of
    `filter_logits`, and what they leave is scaled up to sum to 1 again.
    Raises ValueError for a setting that cannot be.

    >>> token_probabilities(torch.tensor([[0.0, 0.0, 5.0]]), 0.0).tolist()
    [[0.0, 0.0, 1.0]]
    """
    check_settings(temperature)
    if temperature == 0:
        likeliest = logits.argmax(dim=-1, keepdim=True)
        return torch.zeros_like(logits).scatter(-1, likeliest, 1.0)
    below = logits - logits.amax(dim=-1, keepdim=True)  # so that no quotient is infinity
    scaled = below / max(temperature, TINY)
    return filter_logits(scaled, **filters).softmax(dim=-1)


def choose_token(
    logits: Tensor,
    *,
    temperature: float = 1.0,
    generator: torch.Generator | None = None,
    **filters: Any,
) -> Tensor:
    """Return one id per row, shape (B,), drawn from softmax(logits / temperature).

    `temperature` 0 takes the likeliest token (greedy). Filters are those of `filter_logits`.
    Raises ValueError for a setting that cannot be.
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
    """Raise ValueError, saying what is allowed, for an invalid setting."""
    check_number("temperature", temperature, least=0)
    if top_k is not None:
        check_whole("top_k", top_k)
    if top_p is not None:
        check_number("top_p", top_p, above=0, most=1)
    if min_p is not None:
        check_number("min_p", min_p, least=0, most=1)
    check_number("repetition_penalty", repetition_penalty, above=0)
    check_whole("max_new_tokens", max_new_tokens, 0)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def as_ids(ids: Any, device: torch.device | str | None = None) -> Tensor:
    """Return token ids as an int64 tensor; TypeError unless they are whole numbers.

    Raises ValueError for an empty text.
    """
    if isinstance(ids, str) or (isinstance(ids, list | tuple) and any(map(_is_text, ids))):
        raise TypeError(
            "token ids must be whole numbers, got text: give tokenizer.encode(text), or let "
            "stream_text(model, tokenizer, text) or complete(model, tokenizer, [text]) do it"
        )
    ids = torch.as_tensor(ids, device=device)
    if ids.numel() == 0:
        raise ValueError("the text is empty: give at least one token to start from")
    if ids.is_floating_point() or ids.is_complex() or ids.dtype == torch.bool:
        raise TypeError(f"token ids must be whole numbers, got {ids.dtype}")
    return ids.to(torch.int64)
