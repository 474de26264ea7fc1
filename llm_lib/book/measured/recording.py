"""Records what a model makes of a text, in the form of `recorded_run`."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from llm_lib.book.measured.recorded_run import Run
from llm_lib.model.gpt import without_dropout
from llm_lib.model.hooks import hooked
from llm_lib.tokenizer import require_end_id

Head = tuple[int, int]  # layer and head, both from 0


def encode_after_end(tokenizer: Any, text: str) -> list[int]:
    """Return the ids of <|endoftext|> and `text`.

    The first token of a text takes the attention that has nowhere to go: without one to spare,
    the text's own first word is lost to it. ValueError if the tokenizer has no such token.
    """
    return [require_end_id(tokenizer), *tokenizer.encode(text)]


def record_run(
    model: nn.Module,
    tokenizer: Any,
    text: str,
    *,
    name: str = "",
    next_at: Iterable[int] = (-1,),
    n_next: int = 8,
    surprises: bool = False,
    heads: Sequence[Head] = (),
    queries: Sequence[int] | None = None,
    scores: bool = False,
) -> Run:
    """Return a run of `text`, after <|endoftext|>.

    name: the text itself, if it is left out. next_at: the positions after which the `n_next`
    likeliest tokens are kept, -1 for the last. surprises: keep those of all tokens. heads: whose
    weights are kept, at `queries` (None: at all positions), and their `scores` if asked for.
    """
    ids = encode_after_end(tokenizer, text)
    logits, watched = run_watched(model, ids, {layer for layer, _ in heads})
    T = len(ids)
    run = {"name": name or text, "text": text, "ids": ids}
    run["tokens"] = [tokenizer.decode([i]) for i in ids]
    at = sorted(range(T)[i] for i in next_at)
    if at:
        run["next"] = {str(i): list_next(logits[i], tokenizer, n_next) for i in at}
    if surprises:
        losses = F.cross_entropy(logits[:-1], torch.tensor(ids[1:]), reduction="none")
        run["surprises"] = rounded(losses, 4)
    if heads:
        places = [range(T)[i] for i in (range(T) if queries is None else queries)]
        run["heads"] = [head_rows(watched, head, places, scores) for head in heads]
    return run


def run_watched(model: nn.Module, ids: list[int], layers: Iterable[int] = ()):
    """Return the logits (T, V) of a text, and by name what its attention was in some layers.

    The names are those of `llm_lib.model.hooks`; scores and weights are (1, H, T, T).
    """
    watched: dict[str, Tensor] = {}

    def keeper(name: str) -> Callable[[Tensor], None]:
        return lambda x: watched.update({name: x})

    names = [f"blocks.{i}.attention.{part}" for i in layers for part in ("scores", "pattern")]
    hooks = {name: keeper(name) for name in names}
    with torch.no_grad(), without_dropout(model), hooked(model, hooks):
        logits = model(torch.tensor([ids]))[0]
    return logits, watched


def head_rows(
    watched: Mapping[str, Tensor], head: Head, queries: Sequence[int], scores: bool = False
) -> dict[str, Any]:
    """Return what a head's queries look at, of what `run_watched` has seen."""
    layer, h = head
    place = f"blocks.{layer}.attention"
    weights, raw = (watched[f"{place}.{part}"][0, h] for part in ("pattern", "scores"))
    found = {"layer": layer, "head": h, "queries": list(queries)}
    found["weights"] = [rounded(weights[q, : q + 1], 3) for q in queries]
    if scores:
        found["scores"] = [rounded(raw[q, : q + 1], 2) for q in queries]
    return found


def list_next(logits: Tensor, tokenizer: Any, n: int = 8, also: Iterable[int] = ()) -> list[list]:
    """Return the `n` likeliest tokens of logits (V,), as [id, token, p], the likeliest first.

    also: ids of others, which are wanted however unlikely they are.
    """
    p = logits.softmax(-1)
    ids = sorted({*p.topk(n).indices.tolist(), *also}, key=lambda i: -p[i].item())
    return [[i, tokenizer.decode([i]), round(p[i].item(), 6)] for i in ids]


def next_without(
    model: nn.Module,
    tokenizer: Any,
    ids: list[int],
    heads: Sequence[Head],
    n: int = 8,
    at: int = -1,
    also: Iterable[int] = (),
) -> dict[str, Any]:
    """Return what comes after position `at` with `heads` off: an entry of a run's `off`.

    n, also: how many tokens, and which besides, as in `list_next`.
    """
    scale = torch.ones(model.config.n_layer, model.config.n_head)
    for layer, head in heads:
        scale[layer, head] = 0
    with torch.no_grad(), without_dropout(model), hooked(model, model.scale_heads(scale)):
        logits = model(torch.tensor([ids]))[0]
    place = str(range(len(ids))[at])
    listed = list_next(logits[at], tokenizer, n, also)
    return {"heads": [list(head) for head in heads], "next": {place: listed}}


def rounded(values: Tensor, digits: int) -> list[float]:
    """Return the numbers of a vector, rounded."""
    return [round(x, digits) for x in values.tolist()]
