"""Checks for the appendix on maths and neural networks."""

import math
from collections.abc import Callable, Iterator
from typing import Any

import torch

from llm_lib.book.checks.compare import difference
from llm_lib.book.exercises import Case, exercise


@exercise(
    "b-add-scaled",
    hints=[
        "Work place by place: the first number of the result needs only the first of a and of b.",
        "`zip(a, b)` walks through both lists together.",
    ],
    why="With s = -rate this is the step of gradient descent, on as many numbers as you like.",
)
def add_scaled() -> Iterator[Case]:
    """Yield cases for `my_add_scaled(a, s, b)`: two lists and a number to the list a + s·b."""
    tries = [
        ([3.0, 1.0], 2.0, [1.0, 2.0], [5.0, 5.0]),
        ([4.0, 0.0, -1.0], -0.5, [2.0, 2.0, 2.0], [3.0, -1.0, -2.0]),
        ([7.0], 0.0, [9.0], [7.0]),
        ([], 3.0, [], []),
    ]
    for a, s, b, expected in tries:
        yield Case(f"a={a}, s={s}, b={b}", (a, s, b), expected, unchanged=True)


@exercise(
    "b-cosine",
    hints=[
        "Three dot products: a with b, a with itself, b with itself.",
        "The length of a is the square root of the dot product of a with itself.",
    ],
    why="Lengths cancel, so only directions are compared: 1 the same, 0 at a right angle.",
)
def cosine() -> Iterator[Case]:
    """Yield cases for `my_cosine(a, b)`: two lists to the cosine of the angle between them."""
    tries = [
        ([1.0, 0.0], [1.0, 1.0], math.sqrt(0.5)),
        ([3.0, 4.0], [30.0, 40.0], 1.0),
        ([2.0, 0.0, 0.0], [0.0, 5.0, 1.0], 0.0),
        ([1.0, -2.0], [-2.0, 4.0], -1.0),
    ]
    for a, b, expected in tries:
        yield Case(f"a={a}, b={b}", (a, b), expected)


@exercise(
    "b-matmul",
    hints=[
        "The result has a row for each row of a, and a column for each column of b.",
        "Entry [i][j] is the dot product of row i of a with column j of b.",
        "Column j of b is `[row[j] for row in b]`.",
    ],
    why="Every linear layer and every attention score is made of these sums.",
)
def matmul() -> Iterator[Case]:
    """Yield cases for `my_matmul(a, b)`: two matrices as lists of rows to their product."""
    tries = [
        ([[1, 2, 3], [0, 1, 0]], [[4, 1], [0, 1], [2, 1]]),
        ([[2, 0], [0, 3]], [[1, 2], [3, 4]]),
        ([[1, 2]], [[3], [4]]),
        ([[1], [2], [3]], [[4, 5]]),
    ]
    for a, b in tries:
        label = f"a of shape {(len(a), len(a[0]))}, b of shape {(len(b), len(b[0]))}"
        yield Case(label, (a, b), (torch.tensor(a) @ torch.tensor(b)).tolist())


@exercise(
    "b-softmax",
    hints=[
        "Raise e to each score, add up these powers, and divide each by the sum.",
    ],
    faults={
        r"large|negative scores, \[-2000|far apart": [
            "`math.exp` overflows beyond about 709: what may you subtract from all scores?",
            "Subtract the smallest or the mean, and the largest score may still overflow.",
            "Subtract the largest, `max(scores)`, so that no power exceeds 1.",
        ],
    },
    why="Only differences count, so you may subtract the largest; then no power exceeds 1.",
)
def softmax() -> Iterator[Case]:
    """Yield cases for `my_softmax(scores)`: a list of scores to a list of shares."""
    tries = {
        "small scores": [2.0, 1.0, 0.0],
        "equal scores": [5.0, 5.0],
        "negative scores": [-3.0, 0.0, -1.0, -2.0],
        "large scores": [1000.0, 1001.0],
        "very negative scores": [-2000.0, -2000.0, -2001.0],
        "scores far apart": [0.0, 2000.0],
        "one score": [0.3],
    }
    for label, scores in tries.items():
        expected = torch.tensor(scores, dtype=torch.float64).softmax(dim=0).tolist()
        yield Case(f"{label}, {scores}", (scores,), expected)


@exercise(
    "b-expectation",
    hints=[
        "Each value counts as much as it is probable.",
        "Multiply each value by its probability, then add up. Nothing more is divided.",
    ],
    why="It is a dot product of probabilities and values. Attention does this with vectors.",
)
def expectation() -> Iterator[Case]:
    """Yield cases for `my_expectation(probabilities, values)`: two lists to a number."""
    tries = {
        "a fair die": ([1 / 6] * 6, [1, 2, 3, 4, 5, 6], 3.5),
        "a loaded coin": ([0.75, 0.25], [8, 0], 6.0),
        "a bet that you lose": ([0.5, 0.3, 0.2], [-4, 1, 2], -1.3),
        "a sure thing": ([1.0], [42], 42.0),
    }
    for label, (probabilities, values, expected) in tries.items():
        yield Case(label, (probabilities, values), expected)


@exercise(
    "b-cross-entropy",
    hints=[
        "Take the softmax of the logits, as before: the target's share is its probability.",
        "The loss is minus the logarithm of that share.",
    ],
    faults={
        "large logits|far apart": [
            "-ln of softmax fails where the probability rounds to 0: take the fraction apart.",
            "That is ln(sum of exponentials) minus the target's logit.",
            "Subtract the largest logit inside of the sum, so that no power exceeds 1.",
            "What you subtract inside comes back outside: ln Σ e^z = top + ln Σ e^(z - top).",
        ],
    },
    why="It is ln(sum of exponentials) minus the target's logit, as torch computes it.",
)
def cross_entropy() -> Iterator[Case]:
    """Yield cases for `my_cross_entropy(logits, target)`: a list and a place to nats."""
    tries = {
        "a sure and right guess": ([9.0, 0.0, 0.0], 0),
        "a sure and wrong guess": ([9.0, 0.0, 0.0], 2),
        "four even choices": ([1.0, 1.0, 1.0, 1.0], 3),
        "two choices": ([0.5, -0.5], 1),
        "large logits": ([1000.0, 0.0], 1),
        "logits far apart": ([2000.0, 0.0], 1),
    }
    for label, (logits, target) in tries.items():
        row = torch.tensor(logits, dtype=torch.float64)
        expected = torch.nn.functional.cross_entropy(row, torch.tensor(target)).item()
        yield Case(f"{label}, logits={logits}, target={target}", (logits, target), expected)


def _square(x: float) -> float:
    return x * x


def _cube(x: float) -> float:
    return x**3


def _line(x: float) -> float:
    return 4 - 3 * x


SLOPE_TOLERANCE = 1e-6


def _slope_case(label: str, f: Callable[[float], float], x: float, expected: float) -> Case:
    """Make a case for a slope from two sides, which sees where the function is asked."""
    places = []

    def watched(place: float) -> float:
        places.append(place)
        return f(place)

    def accept(got: Any) -> str | None:
        if problem := difference(expected, got, SLOPE_TOLERANCE):
            if not isinstance(got, int | float):
                return problem
            allowed = SLOPE_TOLERANCE * max(1.0, abs(expected))
            error = f"off by {abs(got - expected):.0e}, where {allowed:.0e} is allowed"
            return f"expected {expected:.8g}, got {got:.8g}: {error}"
        if any(place < x for place in places) and any(place > x for place in places):
            return None
        return "close enough, but f was not asked on both sides of x"

    return Case(label, (watched, x), accept=accept)


@exercise(
    "b-slope",
    hints=[
        "Two values of f: a little to the right of x, and as far to the left.",
        "Divide the difference of the values by the distance of the two places, which is 2·h.",
        "h = 1e-5 is a good choice. Much smaller, and rounding spoils the difference.",
    ],
    why="The errors of the two sides nearly cancel: far better than a slope from one side.",
)
def slope() -> Iterator[Case]:
    """Yield cases for `my_slope(f, x)`: a function and a place to the slope there."""
    yield _slope_case("x² at 3", _square, 3.0, 6.0)
    yield _slope_case("x³ at -2", _cube, -2.0, 12.0)
    yield _slope_case("4 - 3x at 10", _line, 10.0, -3.0)
    yield _slope_case("e to the x at 1", math.exp, 1.0, math.e)
    yield _slope_case("ln x at 0.5", math.log, 0.5, 2.0)


@exercise(
    "b-backward",
    hints=[
        "Make a list of slopes, all 0.0, and set the last to 1.0.",
        "Go through the tape from the last record to the first. Its own slope is complete then.",
        "For each (j, local) in record i: slopes[j] += local * slopes[i].",
    ],
    faults={"used twice|two paths": "Where paths meet, the slopes add up: += and not =."},
    why="Youngest first: when a record's turn comes, all that depends on it has been counted.",
)
def backward() -> Iterator[Case]:
    """Yield cases for `my_backward(tape)`: records of (place, local slope) to a list of slopes."""
    tries = {
        "one number": ([[]], [1.0]),
        "a chain, (3x)² at x = 2": ([[], [(0, 3.0)], [(1, 12.0)]], [36.0, 12.0, 1.0]),
        "a number used twice, x·x at x = 5": ([[], [(0, 5.0), (0, 5.0)]], [10.0, 1.0]),
        "two paths that meet": (
            [[], [(0, 2.0)], [(0, -1.0), (1, 3.0)], [(1, 4.0), (2, 10.0)]],
            [58.0, 34.0, 10.0, 1.0],
        ),
        "a number that plays no part": ([[], [], [(0, 7.0)]], [7.0, 0.0, 1.0]),
    }
    for label, (tape, expected) in tries.items():
        yield Case(label, (tape,), expected)


@exercise(
    "b-loss-slopes",
    hints=[
        "Compare the slopes of the example with softmax(logits). Where do they differ?",
        "They are the probabilities, but for the target, where 1 is subtracted.",
    ],
    why="Probability minus truth: wrong tokens are pushed down as far as they were believed.",
)
def loss_slopes() -> Iterator[Case]:
    """Yield cases for `my_loss_slopes(logits, target)`: slopes of the cross-entropy, a list."""
    tries = {
        "the example": ([2.0, 1.0, 0.0], 1),
        "even logits": ([0.0, 0.0], 0),
        "nearly right": ([6.0, 0.0, 1.0], 0),
        "quite wrong": ([6.0, 0.0, 1.0], 1),
    }
    for label, (logits, target) in tries.items():
        row = torch.tensor(logits, dtype=torch.float64, requires_grad=True)
        torch.nn.functional.cross_entropy(row, torch.tensor(target)).backward()
        label = f"{label}, logits={logits}, target={target}"
        yield Case(label, (logits, target), row.grad.tolist())
