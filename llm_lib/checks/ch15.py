"""Checks for the chapter on generating text."""

from collections.abc import Iterator
from typing import Any

from llm_lib.checks.compare import as_list, difference, lists_like, shorten
from llm_lib.exercises import Case, exercise, prediction


def _whole(value: Any) -> int | None:
    """Return a number, or a tensor or array of one number, as an int; None for all else."""
    value = as_list(value)
    while isinstance(value, list) and len(value) == 1:
        value = value[0]
    whole = isinstance(value, int | float) and not isinstance(value, bool) and value % 1 == 0
    return int(value) if whole else None


class NumberFeedback(dict):
    """What to say to a wrong number, in whatever type it comes."""

    def get(self, answer: Any, default: str = "") -> str:
        """Return the sentence for `answer`, or `default` where there is none."""
        return super().get(_whole(answer), default)


def _ids_like(expected: list[int]) -> Any:
    """Return a check that takes these ids, as whole numbers or as floats of the same value."""

    def accept(got: Any) -> str | None:
        got = as_list(got)
        if not isinstance(got, list):
            return f"return a list of ids, not {shorten(got)}"
        ids = [_whole(value) for value in got]
        if None in ids:
            return f"return ids, which are whole numbers, not {shorten(got[ids.index(None)])}"
        return difference(expected, ids)

    return accept


@exercise(
    "15-softmax",
    hints=[
        "What does dividing by the temperature do, and where does it belong: before or after e?",
    ],
    faults={
        "logits far": "e to a large power overflows: subtract the largest logit from all, first.",
        "temperature 0": (
            "At temperature 0 you can't divide: treat it on its own, before anything else."
        ),
    },
    why="A temperature below 1 stretches the distances between logits, one above 1 shrinks them.",
)
def softmax() -> Iterator[Case]:
    """Yield cases for `my_softmax(logits, temperature)`: a list of numbers to a list."""
    cases = {
        "temperature 1": ([2.0, 1.0, 0.0], 1.0, [0.6652, 0.2447, 0.0900]),
        "cold": ([2.0, 1.0, 0.0], 0.5, [0.8668, 0.1173, 0.0159]),
        "hot": ([2.0, 1.0, 0.0], 2.0, [0.5065, 0.3072, 0.1863]),
        "temperature 0": ([0.5, 3.0, 2.9], 0, [0.0, 1.0, 0.0]),
        "a tie at temperature 0": ([3.0, 1.0, 3.0], 0, [1.0, 0.0, 0.0]),
        "logits far below 0": ([-900.0, -901.0], 1.0, [0.7311, 0.2689]),
        "logits far above 0": ([900.0, 901.0], 1.0, [0.2689, 0.7311]),
    }
    for label, (logits, temperature, expected) in cases.items():
        given = f"{label}: logits={logits}, temperature={temperature}"
        yield Case(given, (logits, temperature), accept=lists_like(expected))


prediction(
    "15-predict-filters",
    2,
    question="How many tokens can be drawn?",
    hints=[
        "Take the filters one by one, and mark for each how many tokens it keeps.",
        "Top-p keeps the fewest that hold at least 0.85: 0.50, 0.75, then?",
        "Min-p asks for 0.4 times the largest probability, not for 0.4.",
    ],
    feedback=NumberFeedback(
        {
            4: "That is what top-k alone keeps.",
            3: "That is what top-p alone keeps: 0.50 + 0.25 = 0.75, and 0.15 more is 0.90.",
            1: "Min-p does not ask for a probability of 0.4: it is a share of the top one's.",
            0: "The likeliest token always stays.",
            5: "Then no filter would cut anything.",
        }
    ),
    why="Top-k keeps 4, top-p 3, and min-p those with at least 0.4 · 0.50 = 0.20: two.",
)


@exercise(
    "15-top-p",
    hints=[
        "Sort the ids by falling probability first.",
        "Add tokens until they hold `top_p`; the one that reaches it is kept, too.",
        "Return the kept ids in the order of the ids, not of the probabilities.",
    ],
    faults={
        "reached|smallest": (
            "Add tokens until they hold `top_p`; the one that reaches it is kept, too."
        ),
    },
    why="The set is as large as the model is unsure: one token here, hundreds there.",
)
def top_p() -> Iterator[Case]:
    """Yield cases for `my_top_p(probabilities, top_p)`: a list and a number to a list of ids."""
    cases = {
        "the border is reached inside": ([0.1, 0.5, 0.15, 0.25], 0.8, [1, 2, 3]),
        "one is enough": ([0.03, 0.9, 0.07], 0.85, [1]),
        "exactly reached": ([0.5, 0.25, 0.25], 0.75, [0, 1]),
        "the smallest top_p": ([0.4, 0.6], 0.01, [1]),
        "equal ones": ([0.25, 0.25, 0.25, 0.25], 0.6, [0, 1, 2]),
        "all": ([0.5, 0.25, 0.25], 1.0, [0, 1, 2]),
        "not even all reach it": ([0.3, 0.3, 0.3], 1.0, [0, 1, 2]),
    }
    for label, (p, share, expected) in cases.items():
        given = f"{label}: probabilities={p}, top_p={share}"
        yield Case(given, (p, share), accept=_ids_like(expected))
