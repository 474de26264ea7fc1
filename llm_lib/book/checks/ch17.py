"""Checks for the chapter on training faster."""

import statistics
from collections.abc import Iterator
from typing import Any

import numpy as np

from llm_lib.book.checks.compare import as_list, difference
from llm_lib.book.exercises import Case, exercise, prediction


@exercise(
    "17-per-character",
    hints=[
        "The loss is a mean over tokens. What is the sum over all of them?",
        "Share that sum among the characters.",
    ],
    faults={
        "several characters": (
            "A token that stands for several characters spreads its nats over them: the loss per "
            "character is smaller than the loss per token."
        ),
        "more tokens": "Don't round: with more tokens than characters, the ratio is above 1.",
    },
    why="The text has as many characters for every model, so these losses can be compared.",
)
def per_character() -> Iterator[Case]:
    """Yield cases for `my_per_character(loss, n_tokens, n_characters)`."""
    cases = {
        "one character per token": ((1.9, 500, 500), 1.9),
        "several characters per token": ((4.5, 400, 1000), 1.8),
        "a larger vocabulary, several characters per token": ((5.2, 250, 1000), 1.3),
        "more tokens than characters": ((1.2, 300, 200), 1.8),
    }
    for label, (given, expected) in cases.items():
        yield Case(f"{label}: loss {given[0]}, {given[1]} tokens", given, expected)


@exercise(
    "17-ratio",
    hints=[
        "Leave out the first `warm_up` rounds of both.",
        "Divide round by round: `a / b` for each pair that was timed together.",
        "`statistics.median` of these ratios.",
    ],
    faults={
        "a slow first": "The first `warm_up` rounds allocate memory and load code: leave them out.",
        "another program": (
            "One disturbed round should not decide: take the median of the ratios, not their mean "
            "or the ratio of two sums."
        ),
        "slower and slower": (
            "Both were slowed down, pair by pair. Divide within each pair first, then take the "
            "median."
        ),
    },
    why="Pairs share what disturbs the machine, and a median forgets the round that went wrong.",
)
def ratio() -> Iterator[Case]:
    """Yield cases for `my_ratio(ours, theirs, warm_up)`."""
    cases = {
        "a quiet machine": ([2.0, 2.0, 2.0], [4.0, 4.0, 4.0], 0),
        "a slow first round": ([9.0, 2.0, 2.0, 2.0], [4.0, 4.0, 4.0, 4.0], 1),
        "another program ran in the third round": ([2.0, 2.2, 90.0, 1.8], [4.0] * 4, 1),
        "slower and slower, pair by pair": (
            [1.0, 1.2, 2.6, 4.4, 9.0],
            [2.0, 2.0, 4.0, 8.0, 16.0],
            0,
        ),
    }
    for label, (ours, theirs, warm_up) in cases.items():
        pairs = zip(ours[warm_up:], theirs[warm_up:], strict=True)
        expected = statistics.median(a / b for a, b in pairs)
        given = f"{label}: ours={ours}, theirs={theirs}, warm_up={warm_up}"
        yield Case(given, (ours, theirs, warm_up), expected)


@exercise(
    "17-muon-names",
    hints=[
        "Muon is for matrices between two streams of activations: two sizes, inside a block.",
        "Embeddings and the head have a row per token; take them by their names.",
    ],
    faults={
        "vector|bias": "A vector has no directions to make alike: only shapes of two sizes.",
        "embedding|position": (
            "An embedding is a table whose rows are looked up one by one. Muon's authors advise "
            "AdamW for it."
        ),
        "head": "Muon's authors advise AdamW for the head, too.",
    },
    why="The matrices of the blocks take Muon's step, all else AdamW's.",
)
def muon_names() -> Iterator[Case]:
    """Yield cases for `my_muon_names(shapes)`."""
    block = {
        "blocks.0.attention.qkv.weight": (24, 8),
        "blocks.0.feed_forward.down.weight": (8, 32),
    }
    embedding = {"token_embedding.weight": (50, 8)}
    cases = {
        "two matrices": block,
        "a vector in a norm, and a bias": block
        | {"blocks.0.norm_1.weight": (8,), "blocks.0.feed_forward.down.bias": (8,)},
        "an embedding": embedding | block,
        "a table of positions": embedding | {"position_embedding.weight": (16, 8)} | block,
        "an untied head": block | {"head.weight": (50, 8)},
    }
    for label, shapes in cases.items():
        expected = [name for name in shapes if name in block]

        def accept(got: Any, expected: list[str] = expected) -> str | None:
            if not isinstance(got, list | tuple | set):
                return f"return a list of names, not {got!r:.60}"
            if extra := [name for name in got if name not in expected]:
                return f"{extra[0]!r} should not take Muon's step"
            return difference(expected, [name for name in expected if name in got])

        yield Case(f"{label}: {', '.join(shapes)}", (dict(shapes),), accept=accept)


def _orthogonal(matrix: np.ndarray) -> Any:
    """Return a check of the orthogonal part of a matrix."""
    u, _, v = np.linalg.svd(matrix, full_matrices=False)
    expected = u @ v

    def accept(got: Any) -> str | None:
        if (shape := np.shape(as_list(got))) != matrix.shape:
            return f"the answer should have the shape {matrix.shape}, not {shape}"
        return difference(expected.tolist(), as_list(got), tolerance=1e-3)

    return accept


@exercise(
    "17-orthogonal",
    hints=[
        "First divide by the norm of the whole matrix: then no singular value is above 1.",
        "a · X + b · X Xᵀ X sends s to a · s + b · s³. With a + b = 1, a 1 stays a 1; with "
        "a + 3 b = 0, what is near 1 comes nearer.",
    ],
    faults={
        "by hand": (
            "Near 1 is not 1: Muon's numbers jump around it for ever. Are there rounds enough, "
            "and does s = 1 stay where it is?"
        ),
        "not symmetric": "In which order are the products? X Xᵀ X keeps U and Vᵀ where they are.",
        "tall|wide": "X Xᵀ X has the shape of X, whatever that is.",
        "scaled": "A factor changes the sizes alone: divide by the norm before the first round.",
    },
    why="1.5 s − 0.5 s³ climbs to 1 from anywhere between 0 and 1, and leaves U and V alone.",
)
def orthogonal() -> Iterator[Case]:
    """Yield cases for `my_orthogonal(matrix)`."""
    import torch

    rng = np.random.default_rng(0)
    cases = {
        "by hand": np.array([[1.0, 2.0], [2.0, 1.0]]),
        "not symmetric": np.array([[0.0, -3.0], [0.5, 0.2]]),
        "scaled by 100": 100 * np.array([[0.0, -3.0], [0.5, 0.2]]),
        "tall": rng.normal(size=(4, 2)),
        "wide": rng.normal(size=(2, 3)),
    }
    for label, matrix in cases.items():
        given = torch.tensor(matrix, dtype=torch.float32)
        shape = " × ".join(map(str, matrix.shape))
        yield Case(f"{label}, {shape}", (given,), accept=_orthogonal(matrix))


prediction(
    "17-explain-stopped",
    "b",
    question="What is the likeliest cause?",
    choices={
        "a": "1,000 steps are too few for any schedule.",
        "b": "At step 1,000 the rate was still high: the decay was planned for 2,000.",
        "c": "The held-out text was another one.",
        "d": "Her batches came in another order.",
    },
    feedback={
        "a": "Yours had 1,000 steps, too, and reached the loss.",
        "c": "Then both losses would be off, and not by the schedule of the run.",
        "d": "That changes a loss a little, up or down, as another seed does.",
    },
    hints=["Draw both learning rates over the steps. Where is hers at step 1,000?"],
    why=(
        "The last part of a schedule, where the rate goes to 0, lowers the loss most for its "
        "length. A run that is cut off has paid for the high rates and skips the harvest."
    ),
)

prediction(
    "17-explain-clock",
    "c",
    question="What should he do first?",
    choices={
        "a": "Report 1.8: both were timed on the same machine.",
        "b": "Repeat the new recipe until it is fast, and report the best time.",
        "c": "Time both again in turns, on process time, and take the median of the ratios.",
        "d": "Count the operations of both instead.",
    },
    feedback={
        "a": "It was the same machine at two times. What else ran there at each of them?",
        "b": "The best of many tries for one, one try for the other: that favours the new one.",
        "d": "Operations are not time: of two steps with equal counts, one can take twice as long.",
    },
    hints=["What did the other program do to the two times?"],
    why="Whatever disturbs a pair disturbs both of it, and the ratio stays.",
)
