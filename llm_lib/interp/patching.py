"""Activation patching: which part of a model carries what tells one text from another?

Two texts of equally many tokens, *clean* and *corrupted*, lead to two answers. One activation of
the clean run is put into the corrupted run, at its own place, and all that follows is computed
anew. How far does the answer move back?

    recovered = (patched - corrupted) / (clean - corrupted)

0: the answer is still that of the corrupted text. 1: it is that of the clean one. The share can
also fall below 0 or rise above 1. Vig et al. (2020) measured with it which heads and neurons
mediate an effect, Meng et al. (2022) at which layer and position, and Wang et al. (2023) followed
a whole circuit. Heimersheim and Nanda (2024) discuss what it shows and what it doesn't. With the
two texts exchanged it is the opposite experiment: how far does one activation of the corrupted
run break the clean one? Runs are without dropout, whatever the model's mode.
"""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from llm_lib.arguments import check_choice, check_whole
from llm_lib.model.gpt import GPT, without_dropout
from llm_lib.model.hooks import hooked

PARTS = ("residual", "heads", "feed_forward")
MEASURES = ("logit_difference", "log_probability")
MOST_ROWS = 64  # copies of a text that run at once
LEAST = 1e-4  # below that, two runs answer alike


def differing_positions(clean: Sequence[int], corrupted: Sequence[int]) -> list[int]:
    """Return the positions at which the ids of two texts differ.

    Raises ValueError if one is longer, naming both lengths and where they part, or if they are the
    same.

    >>> differing_positions([5, 6, 7, 8], [5, 9, 7, 4])
    [1, 3]
    >>> differing_positions([5, 6, 7], [5, 9])
    Traceback (most recent call last):
    ValueError: both texts need the same number of tokens; they have 3 and 2, and part at position 1
    """
    clean, corrupted = _as_list(clean), _as_list(corrupted)
    pairs = enumerate(zip(clean, corrupted, strict=False))
    places = [t for t, (a, b) in pairs if a != b]
    if len(clean) != len(corrupted):
        first = places[0] if places else min(len(clean), len(corrupted))
        raise ValueError(
            f"both texts need the same number of tokens; they have {len(clean)} and "
            f"{len(corrupted)}, and part at position {first}"
        )
    if not places:
        raise ValueError(f"the two texts are the same, {len(clean)} tokens: nothing can be patched")
    return places


def answer_score(
    logits: Tensor, answers: Sequence[int], measure: str = "logit_difference"
) -> Tensor:
    """Return how much the clean answer is preferred: (..., V) to (...).

    answers: two ids, what the clean text leads to and what the corrupted one does. The measure
    "logit_difference" is the first one's logit minus the second one's, which is the logarithm of
    the ratio of their probabilities; "log_probability" is that of the first among all tokens.

    >>> answer_score(torch.tensor([1.0, 4.0, 2.5]), answers=[1, 2])
    tensor(1.5000)
    """
    check_choice("measure", measure, MEASURES)
    answer, rival = _check_answers(answers, logits.shape[-1])
    if measure == "log_probability":
        return logits.log_softmax(dim=-1)[..., answer]
    return logits[..., answer] - logits[..., rival]


def share_recovered(patched: Tensor, corrupted: Tensor, clean: Tensor) -> Tensor:
    """Return (patched - corrupted) / (clean - corrupted), for scores of the three runs.

    Raises ValueError if the clean and the corrupted run score alike: there is nothing to recover.

    >>> share_recovered(torch.tensor(0.5), corrupted=torch.tensor(-1.0), clean=torch.tensor(3.0))
    tensor(0.3750)
    """
    if not abs(clean - corrupted) > LEAST:
        raise ValueError(
            f"both runs answer alike, with a score of {clean:.4f} and {corrupted:.4f}: choose "
            "texts or answers that tell them apart"
        )
    return (patched - corrupted) / (clean - corrupted)


@torch.no_grad()
def run_patched(
    model: GPT,
    clean: Sequence[int],
    corrupted: Sequence[int],
    name: str,
    *,
    head: int | None = None,
    position: int | None = None,
) -> Tensor:
    """Return the logits (T, V) of the corrupted text with one activation of the clean run in it.

    name: that of the activation, as in `llm_lib.model.hooks`. Of it only a `head` is taken, if
    given, and only a `position`; without both, all. Raises ValueError for texts that can't be
    compared, a name that is not there, a head or position that it does not have, and a head of what
    has none.

    >>> from llm_lib.model.gpt import GPT, GPTConfig
    >>> model = GPT(GPTConfig(11, context_length=8, n_layer=2, n_head=4, n_embd=16))
    >>> name = "blocks.1.attention.z"
    >>> run_patched(model, [3, 1, 4], [3, 5, 4], name, head=3, position=2).shape
    torch.Size([3, 11])
    """
    differing_positions(clean, corrupted)
    ids = _as_batch(model, clean)
    seen: dict[str, Tensor] = {}
    with without_dropout(model), hooked(model, {name: lambda x: seen.update({name: x})}):
        model(ids)
    source = seen[name][0]  # (H, T, ...) or (T, ...)
    cell = _cell(source, ids.shape[1], head, position)
    with without_dropout(model), hooked(model, {name: _putting(source, [cell])}):
        return model(_as_batch(model, corrupted))[0]


@torch.no_grad()
def patching_map(
    model: GPT,
    clean: Sequence[int],
    corrupted: Sequence[int],
    answers: Sequence[int],
    part: str = "residual",
    *,
    position: int | None = None,
    measure: str = "logit_difference",
) -> Tensor:
    """Return the share of the answer after the last token that each cell recovers, patched alone.

    clean, corrupted: the ids of both texts, T each. answers: two ids, see `answer_score`. `part`:

    - "residual", (n_layer + 1, T): the stream at one position, before each block and after the
      last one. Before the first position at which the texts differ, it is 0.
    - "heads", (n_layer, n_head): the output of one head, at all positions, or at `position` alone.
    - "feed_forward", (n_layer, T): the hidden layer of a feed-forward network, at one position.

    Raises ValueError for texts of different lengths or the same text, for answers that the two runs
    prefer alike, and for a part, position or measure that is not there.
    """
    check_choice("part", part, PARTS)
    differing_positions(clean, corrupted)
    if position is not None and part != "heads":
        raise ValueError(f"position is for the part 'heads' alone; the part is {part!r}")
    ids, T = _as_batch(model, corrupted), len(corrupted)
    if position is not None:
        position = check_whole("position", position, 0, T - 1)
    with without_dropout(model):
        names = _names(model.config.n_layer, part)
        logits, seen = model.run_with_cache(_as_batch(model, clean), names)
        corrupted_logits = model(ids)
    first = answer_score(logits[0, -1], answers, measure)
    second = answer_score(corrupted_logits[0, -1], answers, measure)
    share_recovered(second, second, first)  # before the work, whether there is anything to recover
    rows = []
    for name in names:
        source = seen[name][0]
        n = model.config.n_head if part == "heads" else T
        cells = [(i,) if position is None else (i, position) for i in range(n)]
        scores = [
            answer_score(_last_logits(model, ids, name, source, some), answers, measure)
            for some in (cells[i : i + MOST_ROWS] for i in range(0, n, MOST_ROWS))
        ]
        rows.append(torch.cat(scores))
    return share_recovered(torch.stack(rows), second, first)


def _names(n_layer: int, part: str) -> list[str]:
    """Return the activations of a part, the lowest first."""
    place = {
        "residual": "resid_pre",
        "heads": "attention.z",
        "feed_forward": "feed_forward.post",
    }[part]
    names = [f"blocks.{i}.{place}" for i in range(n_layer)]
    return [*names, f"blocks.{n_layer - 1}.resid_post"] if part == "residual" else names


def _last_logits(model: GPT, ids: Tensor, name: str, source: Tensor, cells: list[tuple]) -> Tensor:
    """Return the last logits of `ids` (1, T), each row with one cell of `source`: (cells, V)."""
    with without_dropout(model), hooked(model, {name: _putting(source, cells)}):
        return model(ids.expand(len(cells), -1), logits_to_keep=1)[:, -1]


def _putting(source: Tensor, cells: list[tuple]) -> Callable[[Tensor], None]:
    """Return a hook that puts a cell of `source` into each text of a batch, at its own place."""

    def put(x: Tensor) -> None:  # (B, ...), and B cells
        for row, cell in enumerate(cells):
            x[row][cell] = source[cell]

    return put


def _cell(source: Tensor, T: int, head: int | None, position: int | None) -> tuple:
    """Return the index of a head and a position in an activation; ValueError if it has none."""
    has_heads = source.dim() == 3  # (H, T, D), against (T, C)
    if head is not None and not has_heads:
        raise ValueError(f"head should be None: this activation has no heads; got {head!r}")
    if position is not None:
        position = check_whole("position", position, 0, T - 1)
    at = slice(None) if position is None else position
    if not has_heads:
        return (at,)
    n = source.shape[0]
    return (slice(None) if head is None else check_whole("head", head, 0, n - 1), at)


def _check_answers(answers: Sequence[int], vocab_size: int) -> tuple[int, int]:
    """Return both answers; ValueError unless they are two ids of the vocabulary."""
    pair = _as_list(answers)
    if len(pair) != 2 or pair[0] == pair[1]:
        raise ValueError(f"answers should be two different ids; got {answers!r}")
    first, second = (check_whole("an answer", each, 0, vocab_size - 1) for each in pair)
    return first, second


def _as_list(ids: Sequence[int] | Tensor) -> list[int]:
    return ids.tolist() if isinstance(ids, Tensor) else list(ids)


def _as_batch(model: GPT, ids: Sequence[int]) -> Tensor:
    """Return ids as the model wants them: (1, T), where its weights are."""
    return torch.tensor([_as_list(ids)], device=next(model.parameters()).device)
