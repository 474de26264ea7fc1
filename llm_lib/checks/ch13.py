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
    "13-softmax",
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
    "13-predict-filters",
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
    "13-top-p",
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


@exercise(
    "13-texts-that-fit",
    hints=[
        "How many numbers does one position keep in one layer? A key and a value.",
        "Work out the bytes of one text, then divide with `//`: half a text does not fit.",
    ],
    faults={
        "not even|exactly": "Work with whole numbers: `//` divides and rounds down.",
        "grouped|one key": (
            "The size of a head is `n_embd // n_head`; how many of them are kept is `n_kv_head`."
        ),
    },
    why="With fewer key–value heads more texts fit, and nothing else in the model has to change.",
)
def texts_that_fit() -> Iterator[Case]:
    """Yield cases for the number of caches that fit into memory."""
    names = "free n_layer n_head n_kv_head n_embd T size".split()
    cases = {
        "a small model": ((10_000_000, 4, 4, 4, 128, 256, 4), 9),
        "grouped heads": ((10_000_000, 4, 8, 2, 128, 256, 4), 38),
        "one key–value head": ((1_000_000, 3, 6, 1, 96, 50, 2), 104),
        "not even one": ((1_000, 4, 4, 4, 128, 256, 4), 0),
        "exactly two": ((2 * 2 * 2 * 3 * 5 * 7 * 2, 2, 3, 3, 15, 7, 2), 2),
    }
    for label, (sizes, expected) in cases.items():
        given = ", ".join(f"{n}={v:,}" for n, v in zip(names, sizes, strict=True))

        def accept(got: Any, expected: int = expected) -> str | None:
            if (whole := _whole(got)) is not None:
                return difference(expected, whole)
            if isinstance(got, float) and 0 < got - expected < 1:
                return f"a whole number is wanted: {expected}, not {got:.2f}"
            return difference(expected, got)

        yield Case(f"{label}: {given}", sizes, accept=accept)


prediction(
    "13-explain-failure",
    "c",
    question="Which explanation is right?",
    choices={
        "a": "The drafter guesses too badly.",
        "b": "The two programs throw other dice.",
        "c": "The cache still holds what was refused.",
        "d": "Several tokens at once give logits with other last digits.",
    },
    feedback={
        "a": "A bad drafter costs calls, never words: the check would refuse all it says.",
        "b": "Greedy decoding throws no dice.",
        "d": "They do, but that matters only at a near tie, and not just behind a refusal.",
    },
    hints=[
        "What is different behind a refusal from behind a draft that is taken?",
        "Compare what the model has read with what is in the text.",
    ],
    why=(
        "The model has read the refused token, and its keys and values lie in the cache. Unless "
        "they are forgotten, all later tokens look at a word that the text does not have."
    ),
)


def _verified(n: int, left: list[float]) -> Any:
    """Return a check for a pair: how many drafts are taken, and what is drawn from then."""

    def accept(got: Any) -> str | None:
        if not isinstance(got, list | tuple) or len(got) != 2:
            return "return a pair: how many drafts are taken, and a list of probabilities"
        taken = _whole(got[0])
        if problem := difference(n, as_list(got[0]) if taken is None else taken):
            return f"drafts taken: {problem}"
        if problem := difference(left, as_list(got[1])):
            return f"the probabilities for the next token: {problem}"
        return None

    return accept


@exercise(
    "13-verify",
    hints=[
        "Go through the draft in order. The first refused token ends the loop.",
        "Draft i was drawn from q[i]; the model's opinion on it is p[i].",
        "After a refusal the next token comes from max(0, p[i] - q[i]), divided by its sum.",
        "If all are taken, the model's last row, p[len(draft)], is there for one more token.",
    ],
    faults={
        "refused|left over": [
            "After a refusal you don't draw from p itself: what did q leave uncovered?",
            "After a refusal the next token comes from max(0, p[i] - q[i]), divided by its sum.",
        ],
        "all taken|nothing drafted": (
            "If all are taken, the model's last row, p[len(draft)], is there for one more token."
        ),
    },
    why="However bad the drafter, the text is distributed as the model's; only the gain changes.",
)
def verify() -> Iterator[Case]:
    """Yield cases for `my_verify(p, q, draft, luck)`: returns (taken, probabilities)."""
    p = [[0.2, 0.6, 0.2], [0.1, 0.1, 0.8], [0.3, 0.3, 0.4]]
    q = [[0.5, 0.3, 0.2], [0.4, 0.2, 0.4]]
    sure = [[0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]
    cases = {
        "all taken": (p, q, [1, 2], [0.9, 0.9], 2, p[2]),
        "the first refused": (p, q, [0, 2], [0.5, 0.1], 0, [0.0, 1.0, 0.0]),
        "the first barely taken": (p, q, [0, 2], [0.39, 0.5], 2, p[2]),
        "the second refused": (p, q, [1, 0], [0.5, 0.5], 1, [0.0, 0.0, 1.0]),
        "several tokens left over": (
            [[0.1, 0.4, 0.5], [1.0, 0.0, 0.0]],
            [[0.7, 0.2, 0.1]],
            [0],
            [0.6],
            0,
            [0.0, 1 / 3, 2 / 3],
        ),
        "refused at once, however lucky": (sure, [[1.0, 0.0, 0.0]], [0], [0.0], 0, sure[0]),
        "nothing drafted": (p[:1], [], [], [], 0, p[0]),
    }
    for label, (rows, drafted, draft, luck, n, left) in cases.items():
        given = f"{label}: p={rows}, q={drafted}, draft={draft}, luck={luck}"
        yield Case(given, (rows, drafted, draft, luck), accept=_verified(n, left))
