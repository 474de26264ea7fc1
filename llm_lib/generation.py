"""Generating text: predict, choose a token, append it, and again."""

from collections.abc import Iterator

import torch
from torch import Tensor


def filter_logits(
    logits: Tensor,
    *,
    top_k: int | None = None,
    top_p: float | None = None,
    min_p: float | None = None,
) -> Tensor:
    """Return `logits` (B, V) with the tokens that may not be chosen at −∞.

    `top_k` keeps the k likeliest; `top_p` the smallest set whose probabilities reach p (nucleus
    sampling, Holtzman et al. 2020); `min_p` those with at least min_p times the probability of the
    likeliest (Nguyen et al. 2024). The likeliest token always stays.

    >>> filter_logits(torch.tensor([[1.0, 3.0, 2.0]]), top_k=2).tolist()
    [[-inf, 3.0, 2.0]]
    """
    drop = torch.zeros_like(logits, dtype=torch.bool)
    if top_k is not None and top_k < logits.shape[-1]:
        drop |= logits < logits.topk(top_k, dim=-1).values[:, -1:]
    if top_p is not None:
        ordered, order = logits.sort(dim=-1, descending=True)
        p = ordered.softmax(dim=-1)
        reached_before = p.cumsum(dim=-1) - p >= top_p  # the set was full without this token
        drop |= torch.zeros_like(drop).scatter(-1, order, reached_before)
    if min_p is not None:
        p = logits.softmax(dim=-1)
        drop |= p < min_p * p.max(dim=-1, keepdim=True).values
    return logits.masked_fill(drop, float("-inf"))


def penalize_repetition(logits: Tensor, ids: Tensor, penalty: float) -> Tensor:
    """Make every token of `ids` (B, T) less likely in `logits` (B, V) (Keskar et al. 2019).

    Positive logits are divided by `penalty`, negative ones multiplied.
    """
    seen = logits.gather(-1, ids)
    return logits.scatter(-1, ids, torch.where(seen > 0, seen / penalty, seen * penalty))


def choose_token(
    logits: Tensor, *, temperature: float = 1.0, generator: torch.Generator | None = None, **filters
) -> Tensor:
    """Return one id a row, shape (B,), drawn from softmax(logits / temperature).

    `temperature` 0 takes the likeliest token (greedy). Filters are those of `filter_logits`.
    """
    if temperature == 0:
        return logits.argmax(dim=-1)
    p = filter_logits(logits / temperature, **filters).softmax(dim=-1)  # (B, V)
    return torch.multinomial(p, 1, generator=generator).squeeze(-1)


@torch.no_grad()
def stream_tokens(
    model,
    ids: Tensor,
    max_new_tokens: int,
    *,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
    min_p: float | None = None,
    repetition_penalty: float = 1.0,
    use_cache: bool = True,
    seed: int | None = None,
) -> Iterator[Tensor]:
    """Yield the new ids, one (B,) tensor a step, as soon as each is chosen.

    A text longer than the model's context is seen through its last `context_length` tokens.
    Raises ValueError for settings that cannot be.
    """
    _check_settings(temperature, top_k, top_p, min_p, repetition_penalty, max_new_tokens)
    context_length = model.config.context_length
    generator = None
    if seed is not None:
        generator = torch.Generator(ids.device).manual_seed(seed)
    cache, new = None, ids
    for _ in range(max_new_tokens):
        if ids.shape[1] > context_length or not use_cache:  # positions shift: nothing to reuse
            logits = model(ids[:, -context_length:])[:, -1]
        else:
            cache = cache or model.new_cache(ids.shape[0])
            logits = model(new, cache)[:, -1]  # (B, V)
        if repetition_penalty != 1.0:
            logits = penalize_repetition(logits, ids, repetition_penalty)
        filters = {"top_k": top_k, "top_p": top_p, "min_p": min_p}
        chosen = choose_token(logits, temperature=temperature, generator=generator, **filters)
        new = chosen[:, None]
        ids = torch.cat((ids, new), dim=1)  # (B, T + 1)
        yield chosen


def generate(
    model, ids: Tensor | list[int], max_new_tokens: int, *, stop_ids=(), **settings
) -> Tensor:
    """Return `ids` followed by up to `max_new_tokens` new ones: (T,) in, 1-D out, or (B, T) → 2-D.

    A row ends at its first stop token; shorter rows of a batch are filled with it. Settings are
    those of `stream_tokens`: temperature (0 = greedy), top_k, top_p, min_p, repetition_penalty,
    use_cache, seed. With a seed the same call gives the same text.
    Raises ValueError for an empty text or settings that cannot be.
    """
    device = next(model.parameters()).device
    ids = torch.as_tensor(ids, dtype=torch.int64, device=device)
    if ids.numel() == 0:
        raise ValueError("the text is empty: give at least one token to start from")
    batch = ids if ids.dim() == 2 else ids[None]
    stops = torch.as_tensor(list(stop_ids), dtype=torch.int64, device=device)
    done = torch.zeros(batch.shape[0], dtype=torch.bool, device=device)
    columns = [batch]
    was_training = model.training
    model.eval()
    for chosen in stream_tokens(model, batch, max_new_tokens, **settings):
        if len(stops):
            chosen = torch.where(done, stops[0], chosen)
            done |= torch.isin(chosen, stops)
        columns.append(chosen[:, None])
        if len(stops) and done.all():
            break
    model.train(was_training)
    out = torch.cat(columns, dim=1)
    return out if ids.dim() == 2 else out[0]


def _check_settings(temperature, top_k, top_p, min_p, repetition_penalty, max_new_tokens) -> None:
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
