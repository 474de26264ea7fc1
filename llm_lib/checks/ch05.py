"""Checks for the chapter on data loaders."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch

from llm_lib.exercises import Case, exercise, prediction

prediction(
    "05-predict-stride",
    "b",
    question="Which words are a target most often?",
    choices={
        "a": "The first ones, with which the windows begin.",
        "b": "Those in the middle.",
        "c": "All words are a target equally often.",
    },
    feedback={
        "a": "Nothing stands before the first word: can it be a target at all?",
        "c": "How many windows reach the second word, and how many a word in the middle?",
    },
    why="Windows overlap in the middle: those words are a target twice.",
)

prediction(
    "05-predict-windows",
    (5, 17, 3),
    question="The text has 21 tokens, and windows hold 4. How many windows are there?",
    items=["with stride 4", "with stride 1", "with stride 6"],
    hints=[
        "A window of 4 takes 5 tokens: its last target stands behind it.",
        "So windows may begin at the places 0 to 16. Count those that the stride reaches.",
    ],
    why="Windows begin at 0 to 16; (21 - 4 - 1) // stride + 1 of these places are reached.",
)


@exercise(
    "05-count-windows",
    hints=[
        "Where may the last window begin? It takes T tokens, and one more for its last target.",
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
    """Yield cases for `my_count(n, context_length, stride)`: how many windows there are."""
    for n, length, stride in (
        (10, 4, 4), (9, 4, 4), (8, 4, 4), (10, 4, 2), (100, 7, 3), (5, 4, 9), (4, 4, 1), (2, 8, 3),
    ):  # fmt: skip
        windows = [start for start in range(0, n, stride) if start + length < n]
        label = f"{n} tokens, windows of {length}, stride {stride}"
        yield Case(label, (n, length, stride), len(windows))


prediction(
    "05-predict-overlap",
    4,
    question="In how many windows is token 50 a *target*?",
    feedback={
        1: "That would be so if windows did not overlap. These begin every 2 tokens.",
        2: "The stride says how far apart windows begin, not how many hold a token.",
        8: "8 windows would hold it at stride 1. At stride 2, how many begin near enough?",
        5: "At one end of the window the token is an input only. Count the targets.",
    },
    hints=[
        "The targets of the window that begins at s are the tokens s + 1 to s + 8.",
        "So s lies from 42 to 49. Which of these are even?",
    ],
    why="Away from the ends, each token is a target T / stride times an epoch.",
)


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
    why="The whole loader is this one function, and a rule for where windows begin.",
)
def batch() -> Iterator[Case]:
    """Yield cases for `my_batch(tokens, starts, context_length)`: x and y, both (B, T)."""
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


prediction(
    "05-explain-restart",
    "b",
    question="What does this training do?",
    choices={
        "a": "Nothing is lost: shuffling makes any part of the windows as good as any other.",
        "b": "It reads the same first part of the windows again and again, and never the rest.",
        "c": "It reads each window twice as often as planned.",
    },
    feedback={
        "a": (
            "Any part would do as well, if it were another one each time. Which part does a "
            "fixed seed give?"
        ),
        "c": "Then all windows would still be read. Does it ever get beyond the tenth hour?",
    },
    hints=[
        "With the same seed, what are the first batches after each start?",
        "An epoch takes 50 hours, and each run ends after 10.",
    ],
    why=(
        "The same seed gives the same order, so each run sees the same fifth. "
        "The place in the epoch belongs into the checkpoint."
    ),
)


@exercise(
    "05-find-batch",
    hints=[
        "How many whole batches does an epoch have? n_windows // batch_size.",
        "divmod(number, batches_an_epoch) gives the epoch, and the place of the batch in it.",
        (
            "The order of that epoch is np.random.default_rng((seed, epoch)).permutation(n). "
            "Take batch_size entries of it, from place * batch_size on."
        ),
    ],
    faults={
        "incomplete": "How many whole batches does an epoch have? n_windows // batch_size.",
    },
    why="Nothing before it was drawn or read: that is how a training goes on where it was.",
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
