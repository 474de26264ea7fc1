"""Checks for the chapter on faster generation."""

from collections.abc import Iterator
from typing import Any

from llm_lib.book.checks.compare import as_list, difference
from llm_lib.book.exercises import Case, exercise, prediction


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
        "Work out the bytes of one text, then divide with `//`: half a text doesn't fit.",
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
        "b": "The two programs draw other random numbers.",
        "c": "The cache still holds what was rejected.",
        "d": "Several tokens at once give logits with other last digits.",
    },
    feedback={
        "a": "A bad drafter costs passes, never words: the check would reject all it says.",
        "b": "Greedy decoding draws nothing.",
        "d": "They do, but that matters only at a near tie, and not only after a rejection.",
    },
    hints=[
        "What is different after a rejected draft from after an accepted one?",
        "Compare what the model has read with what is in the text.",
    ],
    why=(
        "The model has read the rejected token, and its keys and values are in the cache. Unless "
        "they are forgotten, all later tokens look at a word that the text does not have."
    ),
)


def _verified(n: int, left: list[float]) -> Any:
    """Return a check for a pair: how many drafts are accepted, and what is drawn from then."""

    def accept(got: Any) -> str | None:
        if not isinstance(got, list | tuple) or len(got) != 2:
            return "return a pair: how many drafts are accepted, and a list of probabilities"
        taken = _whole(got[0])
        if problem := difference(n, as_list(got[0]) if taken is None else taken):
            return f"drafts accepted: {problem}"
        if problem := difference(left, as_list(got[1])):
            return f"the probabilities for the next token: {problem}"
        return None

    return accept


@exercise(
    "16-verify",
    hints=[
        "Go through the draft in order. The first rejected token ends the loop.",
        "Draft i was drawn from q[i]; the model's opinion on it is p[i].",
        "After a rejection the next token comes from max(0, p[i] - q[i]), divided by its sum.",
        "If all are accepted, the model's last row, p[len(draft)], is there for one more token.",
    ],
    faults={
        "rejected|left over": [
            "After a rejection you don't draw from p itself: what did q leave uncovered?",
            "After a rejection the next token comes from max(0, p[i] - q[i]), divided by its sum.",
        ],
        "all accepted|nothing drafted": (
            "If all are accepted, the model's last row, p[len(draft)], is there for one more token."
        ),
    },
    why="However bad the drafter, the text is distributed as the model's; only the gain changes.",
)
def verify() -> Iterator[Case]:
    """Yield cases for `my_verify(p, q, draft, luck)`: returns (accepted, probabilities)."""
    p = [[0.2, 0.6, 0.2], [0.1, 0.1, 0.8], [0.3, 0.3, 0.4]]
    q = [[0.5, 0.3, 0.2], [0.4, 0.2, 0.4]]
    sure = [[0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]
    cases = {
        "all accepted": (p, q, [1, 2], [0.9, 0.9], 2, p[2]),
        "the first rejected": (p, q, [0, 2], [0.5, 0.1], 0, [0.0, 1.0, 0.0]),
        "the first barely accepted": (p, q, [0, 2], [0.39, 0.5], 2, p[2]),
        "the second rejected": (p, q, [1, 0], [0.5, 0.5], 1, [0.0, 0.0, 1.0]),
        "several tokens left over": (
            [[0.1, 0.4, 0.5], [1.0, 0.0, 0.0]],
            [[0.7, 0.2, 0.1]],
            [0],
            [0.6],
            0,
            [0.0, 1 / 3, 2 / 3],
        ),
        "rejected at once, however lucky": (sure, [[1.0, 0.0, 0.0]], [0], [0.0], 0, sure[0]),
        "nothing drafted": (p[:1], [], [], [], 0, p[0]),
    }
    for label, (rows, drafted, draft, luck, n, left) in cases.items():
        given = f"{label}: p={rows}, q={drafted}, draft={draft}, luck={luck}"
        yield Case(given, (rows, drafted, draft, luck), accept=_verified(n, left))


@exercise(
    "16-kept",
    hints=[
        "Go along both lists until they differ: what stands before that is the same for both.",
        "If `new` is the beginning of `old`, its last token still has to be read.",
    ],
    faults={
        "the same text|shorter": "At least the last token of `new` has to be read.",
        "again later": "After the first difference nothing can be kept: all later rows saw it.",
    },
    why="All rows before the first change are final; each later one has seen the change.",
)
def kept() -> Iterator[Case]:
    """Yield cases for `my_kept(old, new)`: two lists of ids to a whole number."""
    cases = {
        "a new question is appended": ([5, 7, 2], [5, 7, 2, 9, 4], 3),
        "changed in the middle": ([5, 7, 2, 8, 1], [5, 7, 3, 8, 1], 2),
        "changed, and the same again later": ([1, 2, 3, 4, 5], [1, 9, 3, 4, 5, 6], 1),
        "the first token changed": ([5, 7, 2], [6, 7, 2, 9], 0),
        "the same text": ([5, 7, 2], [5, 7, 2], 2),
        "a shorter text": ([5, 7, 2, 8], [5, 7], 1),
        "nothing is there yet": ([], [5, 7], 0),
        "one token": ([5, 7], [5], 0),
    }
    for label, (old, new, expected) in cases.items():
        yield Case(f"{label}: old={old}, new={new}", (old, new), expected, unchanged=True)


prediction(
    "16-predict-reads",
    5050,
    question="A program writes 100 tokens after a prompt of one token. For the first, its model "
    "reads 1 token; for the second, 2; for the last, 100. How many is that in all?",
    feedback={
        100: "Each step reads the whole text again, not only the newest token.",
        10000: "The early steps are short: only the last one reads 100.",
        5000: "Close: 1 + 2 + … + 100 is a little more.",
        4950: "That is 1 + 2 + … + 99; the last step reads 100.",
    },
    why="1 + 2 + … + 100 = 100 · 101 / 2 = 5,050.",
)

prediction(
    "16-predict-kept",
    "c",
    question="The cache holds a text of 1,000 tokens. A token's row is its keys and values in all "
    "layers. Now the first token is changed. How many rows can be kept whole?",
    choices={"a": "999: all but the changed one.", "b": "About half of them.", "c": "None."},
    feedback={
        "a": "The other rows have seen the first token, through attention in the layers below.",
        "b": "Which half would not have seen the first token?",
    },
    why=(
        "Every later position could see the first token, so from the second layer on, the later "
        "keys and values depend on it. That is why the part of a prompt that stays the same, such "
        "as instructions, is put first: its rows can be kept."
    ),
)

prediction(
    "16-predict-drafter",
    "b",
    question="You decode greedily with a drafter that guesses badly. What happens to the text?",
    choices={
        "a": "It gets worse.",
        "b": "It stays as it is; only fewer passes are saved.",
        "c": "It gets more varied.",
    },
    feedback={
        "a": "A bad guess is rejected: what is kept is what the model would have written.",
        "c": "Greedy decoding draws nothing, and a rejected guess leaves no trace.",
    },
    why="Each token that is kept is the model's own choice. A bad drafter saves fewer passes.",
)

prediction(
    "16-predict-padding",
    "c",
    question="The short row is filled on the left with copies of its own first token, and nothing "
    "tells the model that they are padding. What happens to its next-token probabilities?",
    choices={
        "a": "Nothing: the padding comes before the text, where nothing is predicted.",
        "b": "Nothing: a copy of a token of the text adds nothing new.",
        "c": "They change.",
    },
    feedback={
        "a": "Nothing is predicted there, but later positions look there.",
        "b": "Copies are tokens, too: attention gives them weight.",
    },
    why="Without a mask every real position looks at the padding as if it were text.",
)
