"""Tests of the checks for “Thinking before answering”."""

from math import comb

import pytest

from llm_lib.book.exercises import check
from llm_lib.book.studies.shell_game import follow_balls, is_right, think_aloud
from llm_lib.generation import majority_vote


def ends_right(problem, text):
    return text.endswith(".") and is_right(problem, text)


def cut(text, budget):
    return text[: min(budget, text.index(":"))] + ":"


def majority(p, n, first=None):
    first = n // 2 + 1 if first is None else first
    return sum(comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(first, n + 1))


def step_mark(problem, text, carry=True, swaps_too=True, over=max):
    swaps, thought = problem[3:-1], text[: text.index(":")]
    wanted = [swaps[i : i + 2] for i in range(0, len(swaps), 2)]
    steps = [thought[i : i + 5] for i in range(0, len(thought), 5)]
    before, hits = problem[:3], 0
    for step, swap in zip(steps, wanted, strict=False):
        named = swap if swaps_too else step[:2]
        places = follow_balls(f"{before}{named}=")[-1]
        hits += step == named + places
        before = step[2:] if carry else places
    return hits / over(len(steps), len(wanted))


RIGHT = {
    "25-vote": majority_vote,
    "25-check": ends_right,
    "25-cut": cut,
    "25-majority": majority,
    "25-steps": step_mark,
}
WRONG = {
    "the first": ("25-vote", lambda a: a[0] if a else None),
    "None votes": ("25-vote", lambda a: max(a, key=a.count) if a else None),
    "the last of equals": ("25-vote", lambda a: majority_vote(a[::-1])),
    "no vote raises": ("25-vote", lambda a: max([x for x in a if x], key=a.count)),
    "no colon needed": ("25-check", lambda p, t: t.endswith(follow_balls(p)[-1] + ".")),
    "no end needed": ("25-check", is_right),
    "thoughts too": ("25-check", lambda p, t: t == think_aloud(p)),
    "part of it": ("25-check", lambda p, t: ":" in t and follow_balls(p)[-1] + "." in t),
    "not closed": ("25-cut", lambda t, b: t.split(":")[0][:b]),
    "colon within": ("25-cut", lambda t, b: t.split(":")[0][: max(0, b - 1)] + ":"),
    "into the answer": ("25-cut", lambda t, b: t[:b] + ":"),
    "whole": ("25-cut", lambda t, b: t.split(":")[0] + ":"),
    "any right": ("25-majority", lambda p, n: 1 - (1 - p) ** n),
    "all right": ("25-majority", lambda p, n: p**n),
    "half is enough": ("25-majority", lambda p, n: majority(p, n, n // 2)),
    "p itself": ("25-majority", lambda p, n: p),
    "from the truth": ("25-steps", lambda p, t: step_mark(p, t, carry=False)),
    "any swap": ("25-steps", lambda p, t: step_mark(p, t, swaps_too=False)),
    "over swaps": ("25-steps", lambda p, t: step_mark(p, t, over=lambda s, w: w)),
    "outcome": ("25-steps", lambda p, t: float(ends_right(p, t))),
}


@pytest.mark.parametrize(
    ("name", "right", "others"),
    [
        ("25-predict-beyond", "c", "ab"),
        ("25-predict-votes", "b", "ac"),
        ("25-predict-grpo", "c", "ab"),
        ("25-explain-sharper", "b", "ac"),
    ],
)
def test_each_wrong_answer_has_a_reason(name, right, others):
    # fails if a wrong answer is taken, or gets no reason of its own
    assert check(name, right)
    said = {repr(check(name, other)) for other in others}
    assert len(said) == len(others) and not any(check(name, other) for other in others)
