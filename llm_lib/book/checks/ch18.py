"""Checks for the chapter on training with many machines."""

import math
from collections.abc import Iterator
from typing import Any

import torch

from llm_lib.book.checks.compare import as_list, lists_like, name_mistakes, shorten
from llm_lib.book.exercises import Case, exercise


@exercise(
    "18-mean",
    hints=[
        "A rank that has read more windows should count more.",
        "Multiply each rank's gradient by its number of windows, add up, and divide by the number "
        "of all windows.",
    ],
    faults={
        "unequal|two numbers|one rank alone": [
            "This takes the mean of means, which counts a rank of one window as much as a rank of "
            "nine. How many windows stand behind each number?",
            "Multiply each rank's gradient by its number of windows, add up, and divide by the "
            "number of all windows.",
        ],
        "no windows": "A rank without windows counts 0 times; divide by the sum of the counts.",
    },
    why="Each window counts once, wherever it was read.",
)
def mean() -> Iterator[Case]:
    """Yield cases for `my_mean(gradients, counts)`."""
    cases = {
        "equal shares": ([[4.0, 0.0], [0.0, 2.0]], [3, 3], [2.0, 1.0]),
        "unequal shares": ([[4.0], [0.0]], [3, 1], [3.0]),
        "unequal shares, two numbers, three ranks": (
            [[1.0, -2.0], [5.0, 2.0], [3.0, 7.0]],
            [4, 1, 5],
            [2.4, 2.9],
        ),
        "a rank with no windows": ([[2.0, 3.0], [0.0, 0.0]], [4, 0], [2.0, 3.0]),
    }
    for label, (gradients, counts, expected) in cases.items():
        given = f"{label}: {gradients}, counts={counts}"
        yield Case(given, (gradients, counts), accept=lists_like(expected), unchanged=True)


@exercise(
    "18-chunk",
    hints=[
        "In step 0, a rank can only send what is whole: the chunk that it owns.",
        "What it sends in the next step is what it has just received from its left neighbour.",
    ],
    faults={
        "step 0": "In step 0, a rank can only send what is whole: chunk (rank + 1) % n.",
        "step [1-9]": (
            "The first step is right. In each later one, a rank sends what it has just received: "
            "what its *left* neighbour sent in the step before."
        ),
    },
    why="Counted on from the first half, it is the same (rank - step) % n.",
)
def chunk() -> Iterator[Case]:
    """Yield cases for `my_chunk(rank, step, n)`: from the owner on, each chunk goes round."""
    for rank, step, n, expected in (
        (0, 0, 4, 1),
        (3, 0, 4, 0),
        (4, 0, 5, 0),
        (0, 1, 4, 0),
        (0, 2, 4, 3),
        (2, 1, 4, 2),
        (1, 2, 3, 0),
        (1, 4, 6, 4),
        (0, 6, 8, 3),
    ):
        yield Case(f"rank {rank}, step {step}, n = {n}", (rank, step, n), expected)


def _shards(*rows: list[float]) -> list[torch.Tensor]:
    return [torch.tensor(row) for row in rows]


@exercise(
    "18-clip",
    hints=[
        "The norm is that of all shards together: the root of the sum of all squares.",
        "All shards are scaled by the same number, min(1, limit / norm).",
    ],
    faults={
        "above the limit only together|in the shards": [
            "Each shard is clipped by a norm of its own here. Which norm has the whole gradient?",
            "Add up the squares of all shards, and take the root: on many machines that is an "
            "all-reduce of one number.",
        ],
        "within the limit": "A gradient that is not too long stays as it is: scale by 1 at most.",
        "nothing but zeros": "A norm of 0 can't be divided by, and needs no clipping.",
    },
    why="All shards are scaled alike, so the whole gradient keeps its direction.",
)
def clip() -> Iterator[Case]:
    """Yield cases for `my_clip(shards, limit)`."""
    cases = {
        "within the limit": (([3.0], [4.0]), 10.0),
        "above the limit only together": (([3.0], [4.0]), 4.5),
        "above the limit in the shards, too": (([3.0, 0.0], [0.0, -4.0], [12.0, 0.0]), 1.0),
        "nothing but zeros": (([0.0, 0.0], [0.0]), 1.0),
    }
    for label, (rows, limit) in cases.items():
        whole = [x for row in rows for x in row]
        norm = math.hypot(*whole)
        scale = limit / norm if norm > limit else 1.0
        expected = [[x * scale for x in row] for row in rows]
        alone = [[x * min(1.0, limit / (math.hypot(*row) or limit)) for x in row] for row in rows]
        mistakes = (
            {}
            if alone == expected
            else {"each shard was clipped by its own norm, so the direction changed": alone}
        )
        judged = name_mistakes(expected, mistakes)

        def accept(got: Any, judged=judged) -> str | None:
            return judged(as_list(got))

        yield Case(f"{label}: {list(rows)}, limit={limit}", (_shards(*rows), limit), accept=accept)


def _hand(n_windows: int, n_ranks: int, before: dict[int, int], rank: int) -> Any:
    """Return a judge of what one rank reads. before: which rank has read which window so far."""

    def accept(got: Any) -> str | None:
        part = as_list(got)
        each = n_windows // n_ranks
        if not isinstance(part, list | tuple) or len(part) != each:
            return f"each rank should read a list of {each} windows; got {shorten(got)}"
        if wrong := [window for window in part if window not in range(n_windows)]:
            return f"the windows are 0 to {n_windows - 1}; got {shorten(wrong[0])}"
        for window in part:
            if window in before:
                return f"window {window} has been read already, by rank {before[window]}"
            before[window] = rank
        if list(part) == sorted(part):
            return f"the order should be shuffled; got {shorten(got)}"
        return None

    return accept


@exercise(
    "18-windows",
    hints=[
        "All ranks need the same shuffled order, or their shares overlap.",
        "Make it with a generator seeded by `seed` alone, cut off what is left over, and let each "
        "rank take every `n_ranks`-th of it.",
    ],
    faults={
        "rank [1-9]": [
            "Two ranks read the same window. Do all of them shuffle by the same seed?",
            "Shuffle by `seed` alone, and let the rank choose only which part of it is read.",
        ],
        "rank 0 of": "Rank 0 reads `n_windows // n_ranks` windows of the shuffled order.",
        "another": "With another seed, the order should be another.",
    },
    why="One order for all, and each takes its own part: together, every window once.",
)
def windows() -> Iterator[Case]:
    """Yield cases for `my_windows(n_windows, rank, n_ranks, seed)`."""
    first: list[list] = []
    for n_windows, n_ranks, seed in ((40, 2, 0), (31, 3, 1), (64, 4, 2)):
        read: dict[int, int] = {}
        for rank in range(n_ranks):
            label = f"{n_windows} windows, rank {rank} of {n_ranks}, seed {seed}"
            judged = _hand(n_windows, n_ranks, read, rank)

            def accept(got: Any, judged=judged) -> str | None:
                first.append(as_list(got))
                return judged(got)

            yield Case(label, (n_windows, rank, n_ranks, seed), accept=accept)

    def accept_another(got: Any) -> str | None:
        same = bool(first) and as_list(got) == first[0]
        return "this is the order of seed 0" if same else None

    yield Case("another seed: 40 windows, seed 7", (40, 0, 2, 7), accept=accept_another)
