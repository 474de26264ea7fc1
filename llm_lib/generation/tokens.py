"""The writing loop: predict, choose a token, append it, and repeat."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from llm_lib.generation.fast_cpu import DecodeStep
from llm_lib.generation.prefill import make_cache, read
from llm_lib.generation.sampling import (
    as_ids,
    check_settings,
    choose_token,
    penalize_repetition,
)
from llm_lib.tokenizer import Tokenizer


def stream_tokens(
    model: nn.Module,
    ids: Tensor,
    max_new_tokens: int,
    *,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
    min_p: float | None = None,
    repetition_penalty: float = 1.0,
    use_cache: bool = True,
    fast: bool = True,
    seed: int | None = None,
    padding: Tensor | None = None,
) -> Iterator[Tensor]:
    """Return an iterator over the new ids, one (B,) tensor per step, as soon as each is chosen.

    A text longer than the model's context is seen through its last `context_length` tokens.
    `fast` lets `fast_cpu` read the new tokens where it can; without it, the model itself does.
    `padding` (B,) says how many ids at the left of each row are not text: see `pad_left`.
    The model writes without dropout, and its mode is restored.
    Raises ValueError at once for an empty text or invalid settings; TypeError for ids that
    are not whole numbers.
    """
    check_settings(temperature, top_k, top_p, min_p, repetition_penalty, max_new_tokens)
    ids = as_ids(ids)
    if ids.dim() != 2:
        raise ValueError(f"ids must have shape (B, T), got {tuple(ids.shape)}")
    generator = None
    if seed is not None:
        generator = torch.Generator(ids.device).manual_seed(seed)
    draw = {"temperature": temperature, "generator": generator}
    draw |= {"top_k": top_k, "top_p": top_p, "min_p": min_p}
    return _write(model, ids, max_new_tokens, (use_cache, fast), padding, repetition_penalty, draw)


def _write(model, ids, max_new_tokens, how, padding, repetition_penalty, draw):
    """Yield the new ids; `draw` holds the options of `choose_token`."""
    use_cache, fast = how
    context_length, end = model.config.context_length, ids.shape[1] + max_new_tokens
    cache = step = chosen = None
    new = []  # columns (B, 1) that were chosen, put behind `ids` where all of it is looked at
    for length in range(ids.shape[1], end):
        if length > context_length or not use_cache:  # the window moves: nothing to reuse
            dropped, ids, new = max(0, length - context_length), torch.cat((ids, *new), dim=1), []
            logits = read(model, ids[:, dropped:], None, _padding_left(padding, dropped))[:, -1]
        elif cache is None:
            cache = make_cache(model, len(ids), end, windows_alone=padding is None)
            logits = read(model, ids, cache, padding)[:, -1]  # (B, V)
        elif fast:
            step = step or DecodeStep(model, cache, padding)
            logits = step(chosen)
        else:
            logits = read(model, chosen[:, None], cache, padding)[:, -1]
        if repetition_penalty != 1.0:
            ids, new = torch.cat((ids, *new), dim=1), []
            logits = penalize_repetition(logits, ids, repetition_penalty)
        chosen = choose_token(logits, **draw)
        new.append(chosen[:, None])
        yield chosen


def _padding_left(padding: Tensor | None, dropped: int) -> Tensor | None:
    """Return the padding of which `dropped` columns are gone, if there is any."""
    return None if padding is None else (padding - dropped).clamp(min=0)


def pad_left(
    prompts: Sequence, device: torch.device | str | None = None
) -> tuple[Tensor, Tensor | None]:
    """Return (ids (B, T), padding (B,)): prompts of any lengths, aligned on the right.

    Every new token then comes after the last column. Shorter rows are filled on the left with
    their own first token, a valid id; the model is told not to look there. `padding`
    counts these columns; None if there are none.
    Raises ValueError for an empty prompt, TypeError for ids that are not whole numbers.

    >>> pad_left([[5, 6, 7], [8]])
    (tensor([[5, 6, 7],
            [8, 8, 8]]), tensor([0, 2]))
    """
    rows = [as_ids(prompt, device) for prompt in prompts]
    if not rows:
        raise ValueError("there are no texts: give at least one")
    longest = max(len(row) for row in rows)
    padding = torch.tensor([longest - len(row) for row in rows], device=device)
    filled = [
        torch.cat((row[:1].expand(n), row)) for row, n in zip(rows, padding.tolist(), strict=True)
    ]
    return torch.stack(filled), padding if padding.any() else None


def generate(
    model: nn.Module,
    ids: Sequence[int] | Sequence[Sequence[int]] | Tensor,
    max_new_tokens: int,
    *,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
    min_p: float | None = None,
    repetition_penalty: float = 1.0,
    stop_ids: int | Collection[int] = (),
    use_cache: bool = True,
    fast: bool = True,
    seed: int | None = None,
) -> Tensor | list[Tensor]:
    """Return `ids` followed by up to `max_new_tokens` new ones.

    One text, a list of ids or (T,), gives a 1-D tensor; a tensor (B, T) gives a 2-D one, in which
    a row that met its first stop token is filled with stop tokens. A list of texts of any lengths
    gives a list of 1-D tensors, each ending at its stop token: they run as one batch, and each
    row's logits are those of that text alone.

    temperature 0 is greedy; with a seed the same call gives the same text. Raises ValueError for
    an empty text or invalid settings; TypeError for ids that are not whole numbers.
    """
    settings = {"temperature": temperature, "top_k": top_k, "top_p": top_p, "min_p": min_p}
    settings |= {
        "repetition_penalty": repetition_penalty,
        "use_cache": use_cache,
        "fast": fast,
        "seed": seed,
    }
    stop_ids = [stop_ids] if isinstance(stop_ids, int) else stop_ids
    device = next(model.parameters()).device
    if _is_list_of_texts(ids):
        batch, padding = pad_left(ids, device)
        out = _extend(model, batch, max_new_tokens, stop_ids, settings, padding)
        skip = [0] * len(ids) if padding is None else padding.tolist()
        return [
            _cut_at_stop(row[n:], batch.shape[1] - n, stop_ids)
            for row, n in zip(out, skip, strict=True)
        ]
    ids = as_ids(ids, device)
    if ids.dim() == 2:
        return _extend(model, ids, max_new_tokens, stop_ids, settings)
    return _extend(model, ids[None], max_new_tokens, stop_ids, settings)[0]


def _is_list_of_texts(ids) -> bool:
    """Return whether `ids` is a list of texts, and not one text, which is a list of numbers."""
    if not isinstance(ids, list | tuple) or len(ids) == 0 or isinstance(ids[0], str):
        return False
    return torch.as_tensor(ids[0]).dim() == 1


def _extend(model, batch: Tensor, max_new_tokens, stop_ids, settings, padding=None) -> Tensor:
    """Return `batch` (B, T) and the new tokens; after its first stop token a row has only those."""
    stops = torch.as_tensor(list(stop_ids), dtype=torch.int64, device=batch.device)
    done = torch.zeros(batch.shape[0], dtype=torch.bool, device=batch.device)
    columns = [batch]
    for chosen in stream_tokens(model, batch, max_new_tokens, padding=padding, **settings):
        if len(stops):
            chosen = torch.where(done, stops[0], chosen)
            done |= torch.isin(chosen, stops)
        columns.append(chosen[:, None])
        if len(stops) and done.all():
            break
    return torch.cat(columns, dim=1)


def _cut_at_stop(row: Tensor, n_prompt: int, stop_ids) -> Tensor:
    """Return `row` (T,) up to and with the first stop token after its prompt."""
    for i, token in enumerate(row[n_prompt:].tolist(), start=n_prompt + 1):
        if token in set(stop_ids):
            return row[:i]
    return row


def stream_text(
    model: nn.Module,
    tokenizer: Tokenizer,
    prompt: str,
    max_new_tokens: int = 200,
    *,
    stop: str | Sequence[str] = (),
    allowed_special: str | Collection[str] = (),
    **settings: Any,
) -> Iterator[str]:
    """Return an iterator over the continuation of `prompt`, in pieces that are final.

    Writing ends at the tokenizer's end-of-text token, before the first of the strings `stop`, or
    after `max_new_tokens`. Two things are held back until the next tokens decide: the bytes of a
    character that is not complete, and an ending that may become a stop string. Joined, the pieces
    are the whole continuation. Settings are those of `stream_tokens`.

    A special token in the prompt is an error, as in `BPETokenizer.encode`, unless it is among
    `allowed_special` ("all", or some of them): a prompt may come from a stranger.
    Raises ValueError at once for that, for a prompt without tokens, for invalid settings, and for
    an empty stop string, which would stop everything.
    """
    stops = [stop] if isinstance(stop, str) else list(stop)
    if "" in stops:
        raise ValueError("a stop string must have at least one character")
    end = getattr(tokenizer, "end_id", None)
    special = {"allowed_special": allowed_special} if allowed_special else {}  # not all know it
    ids = tokenizer.encode(prompt, **special) or ([] if end is None else [end])
    batch = as_ids([ids], next(model.parameters()).device)
    tokens = stream_tokens(model, batch, max_new_tokens, **settings)
    return _pieces(tokens, tokenizer, stops, end)


def _pieces(tokens: Iterator[Tensor], tokenizer, stops: list[str], end: int | None):
    """Yield the pieces of a text as they become final."""
    new, sent = [], ""
    for chosen in tokens:
        if chosen.item() == end:
            break
        new.append(chosen.item())
        text = tokenizer.decode(new)
        if places := [text.find(s) for s in stops if s in text]:
            yield text[len(sent) : min(places)]
            return
        certain = text[: len(text) - _uncertain(text, stops)]
        if len(certain) > len(sent):
            yield certain[len(sent) :]
            sent = certain
    if rest := tokenizer.decode(new)[len(sent) :]:
        yield rest


def _uncertain(text: str, stops: list[str]) -> int:
    """Return how many characters at the end of `text` may still change or belong to a stop."""
    broken = len(text) - len(text.rstrip("\ufffd"))  # bytes that wait for the rest of a character
    begun = [n for s in stops for n in range(1, len(s)) if text.endswith(s[:n])]
    return max([broken, *begun])
