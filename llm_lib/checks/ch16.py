"""Checks for the chapter on faster generation."""

from collections.abc import Iterator
from typing import Any

from llm_lib.checks.compare import as_list, difference
from llm_lib.exercises import Case, exercise, prediction


def _whole(value: Any) -> int | None:
    """Return a number, or a tensor or array of one number, as an int; None for all else."""
    value = as_list(value)
    while isinstance(value, list) and len(value) == 1:
        value = value[0]
    whole = isinstance(value, int | float) and not isinstance(value, bool) and value % 1 == 0
    return int(value) if whole else None


@exercise(
    "16-texts-that-fit",
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
    "16-explain-failure",
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
    "16-verify",
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
