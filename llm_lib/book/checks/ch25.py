"""Checks for the chapter “Thinking before answering”."""

import math
from collections.abc import Iterator

from llm_lib.book.checks import ch25_predictions  # noqa: F401  (registers them)
from llm_lib.book.checks.compare import name_mistakes
from llm_lib.book.exercises import Case, exercise


@exercise(
    "25-vote",
    hints=[
        "Leave out the `None`s first; `list.count` counts one answer.",
        "`max(given, key=given.count)` takes the first of equal ones. What if none is left?",
    ],
    faults={"nothing": "Without any vote, return `None`."},
    why="`Counter.most_common` does the same: of equals, the first one met comes first.",
)
def vote() -> Iterator[Case]:
    """Yield cases for `my_vote(answers)`."""
    for label, answers, right, mistakes in (
        (
            "a clear majority",
            ["dca", "ecb", "ecb"],
            "ecb",
            {"that is the first answer: count them": "dca"},
        ),
        (
            "a tie",
            ["eab", "acb", "eab", "acb", "dab"],
            "eab",
            {"of equally many, the one that came first": "acb"},
        ),
        (
            "more texts without an answer than with one",
            [None, "bca", None, None, "ace", "ace"],
            "ace",
            {"a text without an answer has no vote": None},
        ),
        ("nothing but None", [None, None], None, {}),
        ("nothing at all", [], None, {}),
    ):
        yield Case(label, (answers,), accept=name_mistakes(right, mistakes), unchanged=True)


@exercise(
    "25-check",
    hints=[
        "`think_naive(problem)` ends in what the text should end in.",
        'Compare what follows the last ":", with the full stop.',
    ],
    faults={
        "without a colon": "What looks like an answer is none before the colon.",
        "did not end": "A text that was cut off has no full stop: it is wrong.",
        "wrong thought": "The checker looks at the answer alone: this one is right.",
        "too many": "The answer must be the right places and nothing more.",
    },
    why="It pays whoever ends right, for whatever reason: so does GRPO.",
)
def check_text() -> Iterator[Case]:
    """Yield cases for `my_check(problem, text)`."""
    problem = "cdaBECD="
    for label, text, right in (
        ("a right thought", "BEcdaCDdca:dca.", True),
        ("an answer at once", ":dca.", True),
        ("a wrong answer", ":cda.", False),
        ("a right answer after a wrong thought", "BEabc:dca.", True),
        ("a wrong answer after a right thought", "BEcdaCDdca:cda.", False),
        ("places without a colon", "dca.", False),
        ("a text that did not end", "BEcdaCDdca:dca", False),
        ("too many places", ":bdca.", False),
    ):
        yield Case(label, (problem, text), right)


@exercise(
    "25-cut",
    hints=[
        'The thought is what stands before the first ":".',
        "A slice `[:budget]` of a shorter text is the whole of it.",
    ],
    faults={"budget of 0": "Without a thought, the colon comes at once."},
    why="What the model writes after this colon is its answer: budget forcing in two lines.",
)
def cut() -> Iterator[Case]:
    """Yield cases for `my_cut(text, budget)`."""
    text = "BEcdaCDdca:dca."
    for label, budget in (
        ("after one step", 5),
        ("in the middle of a step", 7),
        ("with more than it needs", 30),
        ("just enough", 10),
        ("with a budget of 0", 0),
    ):
        thought = text.split(":")[0]
        right = thought[:budget] + ":"
        mistakes = {
            "the thought is not closed": thought[:budget],
            "the colon is not part of the thought: it comes after the budget": (
                thought[: max(0, budget - 1)] + ":"
            ),
            "the answer is the model's: stop at the colon": text[:budget] + ":",
            "a thought that ended has one colon": text[: min(budget, len(thought) + 1)] + ":",
            "that is the whole thought: keep `budget` tokens of it": thought + ":",
        }
        wrong = {said: x for said, x in mistakes.items() if x != right}
        yield Case(label, (text, budget), accept=name_mistakes(right, wrong))


@exercise(
    "25-majority",
    hints=[
        "The majority is right if more than half are: k from n // 2 + 1 to n.",
        "k of n are right with probability C(n, k) · p**k · (1 − p)**(n − k).",
    ],
    faults={"one answer": "With one answer, the majority is that answer: p."},
    why="Above a half, votes gain; below, they lose. They take what a model mostly says.",
)
def majority() -> Iterator[Case]:
    """Yield cases for `my_majority(p, n)`."""
    for label, p, n in (
        ("one answer", 0.7, 1),
        ("three answers", 0.6, 3),
        ("mostly wrong", 0.4, 11),
        ("five answers", 0.9, 5),
    ):

        def at_least(first: int, p: float = p, n: int = n) -> float:
            some = range(first, n + 1)
            return sum(math.comb(n, k) * p**k * (1 - p) ** (n - k) for k in some)

        right = at_least(n // 2 + 1)
        mistakes = {
            "that is the probability that at least one is right": 1 - (1 - p) ** n,
            "that is the probability that all are right": p**n,
            "count from n // 2 + 1: half is no majority": at_least(n // 2),
            "each k can come about in C(n, k) ways": sum(
                p**k * (1 - p) ** (n - k) for k in range(n // 2 + 1, n + 1)
            ),
            "that is p: votes change it": p,
            "that is the probability that the majority is wrong": 1 - right,
        }
        wrong = {said: x for said, x in mistakes.items() if abs(x - right) > 1e-3}
        yield Case(label, (p, n), accept=name_mistakes(right, wrong))


@exercise(
    "25-steps",
    hints=[
        "Cut the thought into pieces of five: a swap, and three places.",
        "The places before the first step are the problem's; then those of the step before.",
        "`think_naive(before + swap + '=')` begins with the right step.",
    ],
    faults={
        "without a thought": "An answer at once has no step: its mark is 0.",
        "left out": "Divide by the larger number, of steps or of swaps.",
        "too many": "Divide by the larger number, of steps or of swaps.",
    },
    why="That is a process reward. This thought may be mostly sound, and still end wrong.",
)
def step_mark() -> Iterator[Case]:
    """Yield cases for `my_step_mark(problem, text)`."""
    problem = "cdaBECDAB="
    for label, text, right, mistakes in (
        ("a right thought", "BEcdaCDdcaABdcb:dcb.", 1.0, {}),
        (
            "one slip in the middle, gone on with",
            "BEcdaCDdceABdce:dce.",
            2 / 3,
            {
                "judge each step from the places written before it": 1 / 3,
                "an end that is wrong is one wrong step, and not all": 0.0,
            },
        ),
        (
            "a wrong swap",
            "BEcdaCEedaABedb:edb.",
            2 / 3,
            {"a step has to name the problem's next swap": 1.0},
        ),
        ("a step left out", "BEcdaCDdca:dca.", 2 / 3, {}),
        ("a step too many", "BEcdaCDdcaABdcbABdca:dca.", 3 / 4, {}),
        ("without a thought", ":dcb.", 0.0, {}),
    ):
        yield Case(label, (problem, text), accept=name_mistakes(right, mistakes))
