"""Checks for the chapter on generating text."""

from collections.abc import Iterator
from typing import Any

from llm_lib.book.checks.compare import as_list, difference, lists_like, shorten
from llm_lib.book.exercises import Case, exercise, prediction


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
        yield Case(given, (p, share), accept=_nucleus(p, share, expected))


def _nucleus(p: list[float], share: float, expected: list[int]) -> Any:
    """Return a check that also knows the set which ends before the share is reached."""
    ids_like = _ids_like(expected)
    last = min(expected, key=lambda i: (p[i], -i))
    short = [i for i in expected if i != last]

    def accept(got: Any) -> str | None:
        ids = as_list(got)
        if isinstance(ids, list) and [_whole(x) for x in ids] == short and sum(p) > share - 1e-9:
            return (
                f"token {last} is missing: without it they hold {sum(p[i] for i in short):.2f}, "
                f"less than {share}. The one that reaches `top_p` is kept, too"
            )
        return ids_like(got)

    return accept


@exercise(
    "15-write",
    hints=[
        "Keep a copy of the ids. For each number of `luck`: ask for probabilities, choose, append.",
        "To choose: take the probabilities off `u`, one after the other, until it is below 0.",
        "Stop as soon as the chosen id is `end`, and leave `end` out.",
    ],
    faults={
        "ends at once|end of the text": "Stop as soon as the chosen id is `end`, and leave it out.",
        "what was written": "Ask `next_p` again for each token, with all ids so far.",
        "no room": "Where `luck` is empty, nothing is written.",
    },
    why="This loop, with a model as `next_p`, is all that `generate` does.",
)
def write() -> Iterator[Case]:
    """Yield cases for `my_write(next_p, ids, end, luck)`: returns the ids, prompt and new ones."""

    def fixed(_ids: list[int]) -> list[float]:
        return [0.5, 0.3, 0.2]

    def after(ids: list[int]) -> list[float]:  # depends on the last token, and on the length
        rows = [[0.0, 0.9, 0.1], [0.6, 0.0, 0.4], [0.2, 0.8, 0.0]]
        return [0.0, 0.0, 1.0] if len(ids) > 4 else rows[ids[-1]]

    cases = {
        "one token": (fixed, [0], 9, [0.6], [0, 1]),
        "three draws from one distribution": (fixed, [1], 9, [0.1, 0.9, 0.55], [1, 0, 2, 1]),
        "each depends on what was written": (after, [0], 9, [0.95, 0.5, 0.1], [0, 2, 1, 0]),
        "the end of the text": (after, [0], 2, [0.5, 0.7, 0.5], [0, 1]),
        "ends at once": (fixed, [1, 1], 0, [0.2, 0.9], [1, 1]),
        "no room": (fixed, [2, 1], 9, [], [2, 1]),
        "the end in the prompt does not count": (fixed, [2, 0], 2, [0.6, 0.1], [2, 0, 1, 0]),
    }
    for label, (next_p, ids, end, luck, expected) in cases.items():
        given = f"{label}: ids={ids}, end={end}, luck={luck}"
        yield Case(given, (next_p, ids, end, luck), accept=_ids_like(expected), unchanged=True)


prediction(
    "15-predict-greedy",
    "b",
    question="You let it write three times from the same start, always the likeliest token. What "
    "do you get?",
    choices={
        "a": "Three different stories.",
        "b": "The same story three times.",
        "c": "The same first words, then different endings.",
    },
    feedback={
        "a": "Nothing is drawn: where could a difference come from?",
        "c": "The same start gives the same scores, at each step again.",
    },
    why="The same text gives the same scores, so the largest is the same, at every token.",
)

prediction(
    "15-predict-slips",
    "d",
    question="At each token, 2 % of the probability is on words that make no sense. Of a hundred "
    "stories of 100 tokens, how many contain none of them?",
    choices={"a": "98", "b": "80", "c": "50", "d": "13"},
    feedback={
        "a": "That is for stories of a single token.",
        "b": "0.98 has to be multiplied by itself a hundred times.",
        "c": "0.98 to the power of 34 is a half; there are 100 tokens.",
    },
    why="All 100 draws have to go well: 0.98 multiplied by itself a hundred times is 0.13.",
)

prediction(
    "15-predict-order",
    "b",
    question="You always take the likeliest token. What changes if you first divide all logits "
    "by 2?",
    choices={
        "a": "The text gets more varied.",
        "b": "Nothing.",
        "c": "The second likeliest token is taken more often.",
    },
    feedback={
        "a": "Only where something is drawn. Here the largest is taken.",
        "c": "It gets more probability, but not more than the first.",
    },
    why=(
        "Dividing all logits by the same positive number keeps their order, so the largest stays "
        "the largest. Temperature matters only where you draw."
    ),
)

prediction(
    "15-predict-open",
    "a",
    question="After “Once there was a” sixteen words are about equally good. Which filter cuts "
    "most of them?",
    choices={"a": "top-k 5", "b": "top-p 0.9", "c": "min-p 0.1"},
    feedback={
        "b": "The sixteen hold 98 %: to reach 90 %, nearly all of them are needed.",
        "c": "They are about equally likely, so each has far more than a tenth of the top one.",
    },
    why="A fixed number can't know how many good words there are: five stay, eleven are cut.",
)

prediction(
    "15-predict-likeliest",
    "a",
    question="A coin falls on heads 9 times out of 10. You toss it 100 times. Which row is the "
    "likeliest of all?",
    choices={
        "a": "100 heads.",
        "b": "One particular row with 90 heads and 10 tails.",
        "c": "All rows are equally likely.",
    },
    feedback={
        "b": "There are very many such rows, so *some* such row is likely. But each single one is "
        "less likely than 100 heads: nine times less for each tail.",
        "c": "Each tail makes a row nine times less likely.",
    },
    why="Each tail divides the probability by 9. And yet, nobody expects to see 100 heads.",
)

prediction(
    "15-explain-order",
    "c",
    question="Which explanation fits?",
    choices={
        "a": "Her top-p is broken: it cuts nothing.",
        "b": "Her model is better trained.",
        "c": "She filters first, and divides by the temperature afterwards.",
        "d": "She draws with another seed.",
    },
    feedback={
        "a": "Then her texts would be worse than yours, not better.",
        "b": "You both load the same model.",
        "d": "A seed changes one text, not what can be drawn.",
    },
    hints=["What does heat do to the tail, and who comes first: the heat or the cut?"],
    why=(
        "Cut at temperature 1, the tail is gone before it could be heated: only good words get "
        "flatter. If you heat first, the tail grows, and top-p lets much of it in."
    ),
)
