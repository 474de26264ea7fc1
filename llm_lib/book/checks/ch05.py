"""Checks for the chapter on data loaders."""

import tracemalloc
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch
from torch.overrides import TorchFunctionMode

from llm_lib.book.exercises import Case, exercise


@exercise(
    "05-count-windows",
    hints=[
        "Where can the last window begin? It takes T tokens, and one more for its last target.",
        "The last place where a window can begin is n - T - 1. Windows begin at 0, s, 2s, ...",
        "That is (n - T - 1) // s + 1 of them; and none at all where n is below T + 1.",
    ],
    faults={
        "^[24] tokens": (
            "A text of fewer than T + 1 tokens has no window at all: the count is never negative."
        ),
    },
    why="A window needs one token more than it is long.",
)
def count_windows() -> Iterator[Case]:
    """Yield cases for `my_count(n, T, stride)`: how many windows there are."""
    for n, length, stride in (
        (10, 4, 4), (9, 4, 4), (8, 4, 4), (10, 4, 2), (100, 7, 3), (5, 4, 9), (4, 4, 1), (2, 8, 3),
    ):  # fmt: skip
        windows = [start for start in range(0, n, stride) if start + length < n]
        label = f"{n} tokens, windows of {length}, stride {stride}"
        yield Case(label, (n, length, stride), len(windows))


def _check_batch(tokens: np.ndarray, starts: list[int], length: int) -> Callable[[Any], str | None]:
    """Return a rule that says what is wrong with a batch (x, y)."""

    def rule(got: object) -> str | None:
        if not isinstance(got, tuple | list) or len(got) != 2:
            return f"expected two tensors, x and y; got {type(got).__name__}"
        for name, shift, tensor in (("x", 0, got[0]), ("y", 1, got[1])):
            if not isinstance(tensor, torch.Tensor):
                return f"{name} should be a tensor; it is of the type {type(tensor).__name__}"
            if tuple(tensor.shape) != (len(starts), length):
                return (
                    f"{name} should have the shape {(len(starts), length)}; it has "
                    f"{tuple(tensor.shape)}"
                )
            if tensor.dtype != torch.int64:
                return f"{name} should be int64, as the model wants; it is {tensor.dtype}"
            for row, start in enumerate(starts):
                want = [int(tokens[start + shift + t]) for t in range(length)]
                if tensor[row].tolist() != want:
                    return f"row {row} of {name}: expected {want}, got {tensor[row].tolist()}"
        return None

    return rule


class _Watch(TorchFunctionMode):
    """While it is open, it notes whether a long array is copied or converted as a whole."""

    def __init__(self, tokens: np.ndarray):
        super().__init__()
        self.n, self.most = len(tokens), 1.5 * tokens.nbytes
        self.converted = False

    def __enter__(self) -> "_Watch":
        self.was_tracing = tracemalloc.is_tracing()
        if not self.was_tracing:
            tracemalloc.start()
        tracemalloc.reset_peak()
        self.before = tracemalloc.get_traced_memory()[0]
        super().__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        super().__exit__(*error)
        if not self.was_tracing:
            tracemalloc.stop()

    def __torch_function__(self, func: Any, _types: Any, args: Any = (), kwargs: Any = None) -> Any:
        got = func(*args, **(kwargs or {}))
        if isinstance(got, torch.Tensor) and got.dtype != torch.uint16 and got.numel() >= self.n:
            self.converted = True
        return got

    def problem(self) -> str | None:
        """Say what was wrong; the one copy that the check itself makes is allowed."""
        peak = tracemalloc.get_traced_memory()[1] - self.before
        if self.converted or peak > self.most:
            return f"all {self.n:,} tokens were copied or converted; only the batch is needed"
        return None


@exercise(
    "05-batch",
    hints=[
        "Take the T + 1 tokens from each start, and put the rows together to shape (B, T + 1).",
        "x is all columns but the last, rows[:, :-1]; y is all but the first, rows[:, 1:].",
        (
            "PyTorch can't look up uint16 ids: `.astype(np.int64)` first, then "
            "`torch.from_numpy`, on the rows and not on the whole text."
        ),
    ],
    faults={
        "a long text": (
            "Cut first, convert afterwards: `.astype(np.int64)` belongs on the few rows, not on "
            "`tokens`."
        ),
        "ids close to 65,535": (
            "These ids don't fit into `int16`, which ends at 32,767. Convert to `np.int64`."
        ),
    },
    why="The whole loader is this one function, and a rule for where windows begin.",
)
def batch() -> Iterator[Case]:
    """Yield cases for `my_batch(tokens, starts, T)`: x and y, both (B, T)."""
    tokens = (np.arange(40) ** 2 % 1009).astype(np.uint16)
    large = np.arange(65_500, 65_536).astype(np.uint16)
    for label, row, starts, length in (
        ("one window", tokens, [3], 4),
        ("three windows that overlap", tokens, [5, 0, 6], 8),
        ("windows of one token", tokens, [9, 8], 1),
        ("the last window there is", tokens, [35], 4),
        ("ids close to 65,535", large, [0, 20], 5),
    ):
        accept = _check_batch(row, starts, length)
        yield Case(f"{label}, starts {starts}", (row, starts, length), accept=accept)
    long = (np.arange(1_000_000) % 1009).astype(np.uint16)
    accept = _check_batch(long, [7, 999_000], 4)
    with _Watch(long) as watch:
        yield Case(
            "a long text of 1,000,000 tokens",
            (long, [7, 999_000], 4),
            accept=lambda got: watch.problem() or accept(got),
        )


@exercise(
    "05-find-batch",
    hints=[
        "How many whole batches does an epoch have? n_windows // batch_size.",
        "divmod(number, batches_per_epoch) gives the epoch, and the place of the batch in it.",
        (
            "The order of that epoch is order_of(n_windows, seed, epoch). "
            "Take batch_size entries of it, from place * batch_size on."
        ),
    ],
    faults={
        "incomplete": "How many whole batches does an epoch have? n_windows // batch_size.",
    },
    why="Nothing before it was drawn or read: so a training run continues where it stopped.",
)
def find_batch() -> Iterator[Case]:
    """Yield cases for `my_find_batch(number, n_windows, batch_size, seed)`: window numbers."""
    for label, number, n_windows, batch_size, seed in (
        ("the very first", 0, 6, 2, 0),
        ("the last of an epoch", 2, 6, 2, 0),
        ("the first of the next epoch", 3, 6, 2, 0),
        ("an incomplete batch is left out", 2, 11, 4, 7),
        ("far on", 1234, 50, 8, 3),
    ):
        orders, epoch = [], 0
        while len(orders) <= number:  # the slow way: go through all epochs up to there
            order = np.random.default_rng((seed, epoch)).permutation(n_windows).tolist()
            whole = len(order) - len(order) % batch_size
            orders += [order[k : k + batch_size] for k in range(0, whole, batch_size)]
            epoch += 1
        accept = _same_windows(orders[number])
        arguments = (number, n_windows, batch_size, seed)
        text = f"{label}: batch {number} of {n_windows} windows by {batch_size}, seed {seed}"
        yield Case(text, arguments, accept=accept)


def _same_windows(expected: list[int]) -> Callable[[Any], str | None]:
    """Return a rule that takes these numbers in this order, as a list, an array or a tensor."""

    def rule(got: object) -> str | None:
        values = got.tolist() if hasattr(got, "tolist") else got
        if not isinstance(values, list | tuple):
            return f"expected {expected}, got {got!r:.60}"
        return None if list(values) == expected else f"expected {expected}, got {list(values)}"

    return rule


@exercise(
    "05-document-mask",
    hints=[
        (
            "First give each token the number of its document: 0, 0, 0, 1, 1, ... An end belongs "
            "to the document that it ends."
        ),
        (
            "How many ends come *before* a token? That is its document: a cumulative sum, less "
            "the end at the place itself."
        ),
        "Place i may look at j where j <= i and both are in the same document.",
    ],
    faults={
        "two documents|an end|two ends": [
            (
                "First give each token the number of its document: 0, 0, 0, 1, 1, ... An end "
                "belongs to the document that it ends."
            ),
            (
                "How many ends come *before* a token? That is its document: a cumulative sum, "
                "less the end at the place itself."
            ),
        ],
    },
    why="This is the mask that Llama 3 lays over packed documents.",
)
def document_mask() -> Iterator[Case]:
    """Yield cases for `my_document_mask(ids, end)`: a bool tensor (T, T), True = may look."""
    for label, ids in (
        ("no end", [5, 6, 7]),
        ("two documents", [5, 6, 0, 7, 8]),
        ("an end at the beginning", [0, 5, 6, 7]),
        ("an end at the end", [5, 6, 7, 0]),
        ("two ends, one after the other", [5, 0, 0, 6, 7]),
        ("one token", [5]),
    ):
        document, documents = 0, []
        for token in ids:
            documents.append(document)
            document += token == 0
        want = [
            [j <= i and documents[i] == documents[j] for j in range(len(ids))]
            for i in range(len(ids))
        ]
        yield Case(f"{label}, ids {ids}", (torch.tensor(ids), 0), accept=_same_mask(want))


def _same_mask(expected: list[list[bool]]) -> Callable[[Any], str | None]:
    """Return a rule that says at which place a mask is wrong, and which way."""

    def rule(got: object) -> str | None:
        size = (len(expected), len(expected))
        if not hasattr(got, "shape") or tuple(got.shape) != size:
            return f"expected a tensor of shape {size}, got {getattr(got, 'shape', got)!r:.60}"
        if got.dtype != torch.bool:
            return f"the mask should be bool, True where a place may look; it is {got.dtype}"
        for i, row in enumerate(expected):
            for j, may in enumerate(row):
                if bool(got[i][j]) != may:
                    return f"place {i} {'may' if may else 'must not'} look at place {j}"
        return None

    return rule
