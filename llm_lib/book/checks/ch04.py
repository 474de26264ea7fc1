"""Checks for the chapter on byte pair encoding."""

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

from llm_lib.book.checks.compare import shorten
from llm_lib.book.exercises import Case, exercise, prediction

# From a pair of ids to the id that it becomes, in the order of learning: "ea", "sea", "é", "éa".
MERGES = {(101, 97): 256, (115, 256): 257, (195, 169): 258, (258, 97): 259}


@exercise(
    "04-decode",
    hints=[
        (
            "Put the bytes of all ids side by side first, and decode only once. One id alone may "
            "be half of a character."
        ),
        (
            "The vocabulary: 256 single bytes, then for each merge its two parts joined. Merges "
            "are in the order of learning, so both parts are known when you need them."
        ),
        '`b"".join(vocab[i] for i in ids)`, then `.decode("utf-8", errors="replace")`.',
    ],
    faults={
        "two bytes are two ids": (
            "Put the bytes of all ids side by side first, and decode only once. One id alone may "
            "be half of a character."
        ),
        "half of an": (
            '`.decode("utf-8", errors="replace")` writes � for what is no whole character.'
        ),
        "merge": (
            "The vocabulary: 256 single bytes, then for each merge its two parts joined. Merges "
            "are in the order of learning, so both parts are known when you need them."
        ),
    },
    why="An id stands for bytes, and characters appear only when the bytes are put together.",
)
def decode() -> Iterator[Case]:
    """Yield cases for `my_decode(ids, merges)`: a list of ids and a dict to a text."""
    yield Case("bytes alone, ids [104, 105]", ([104, 105], MERGES), "hi")
    yield Case("one merge, ids [116, 256]", ([116, 256], MERGES), "tea")
    yield Case("a merge made of a merge, ids [257, 108]", ([257, 108], MERGES), "seal")
    yield Case("an é whose two bytes are two ids", ([195, 169], {}), "é")
    yield Case("merges of bytes beyond ASCII, ids [259, 258]", ([259, 258], MERGES), "éaé")
    yield Case("half of an é, ids [97, 195]", ([97, 195], MERGES), "a\ufffd")
    yield Case("no ids at all", ([], MERGES), "")


prediction(
    "04-predict-second-merge",
    "ban",
    question="Which token does the *second* merge make?",
    choices={
        "an": "`an`, from a + n",
        "ana": "`ana`, from an + a",
        "ban": "`ban`, from b + an",
        "anan": "`anan`, from an + an",
    },
    feedback={
        "an": "That is the first merge: a and n are neighbours 4 times. Now go on.",
        "ana": "It comes as often as the right one. What decides between equals?",
        "anan": "Only banana has an next to an, and it has it once.",
    },
    hints=[
        "Write both words with their new token: b an an a, and b an d an a. Count the pairs.",
        "Two pairs occur twice. Their ids are (98, 256) and (256, 97). Which pair is smaller?",
    ],
    why="b + an and an + a both come twice, and (98, 256) is smaller than (256, 97).",
)


def _counts_after(ids: list[int], pair: tuple[int, int], new_id: int) -> dict:
    """Merge with a loop that restarts at each place found, and count the pairs anew."""
    ids, i = list(ids), 0
    while i < len(ids) - 1:
        if tuple(ids[i : i + 2]) == pair:
            ids[i : i + 2] = [new_id]
        i += 1
    return dict(Counter(pairwise(ids)))


def _same_counts(expected: dict) -> Callable[[Any], str | None]:
    """Return a rule that takes any mapping with these counts; pairs at 0 may stay or go."""

    def rule(got: object) -> str | None:
        if not hasattr(got, "items"):
            return f"expected a dict or Counter of counts, got {type(got).__name__}"
        kept = {pair: count for pair, count in got.items() if count != 0}
        for pair in sorted(expected.keys() | kept.keys(), key=str):
            if kept.get(pair, 0) != expected.get(pair, 0):
                return (
                    f"the pair {pair}: expected the count {expected.get(pair, 0)}, "
                    f"got {kept.get(pair, 0)}"
                )
        return None

    return rule


@exercise(
    "04-update-counts",
    hints=[
        (
            "The plainest right way: subtract the counts of all pairs of the chunk as it was, "
            "add those of the chunk as it is after the merge. No other chunk is looked at."
        ),
        (
            "In x a b y, the pairs (x, a), (a, b) and (b, y) lose one each, and (x, new) and "
            "(new, y) gain one. Is x still there if another a b comes just before? At the ends "
            "of the chunk there is no x, or no y."
        ),
    ],
    faults={
        "two in a row|run of equals": [
            "Neighbouring places share a pair: what if a b occurs twice in a row?",
            "Then x is gone before its turn comes: it has become the new token.",
        ],
        "whole chunk|both ends": (
            "At the ends of the chunk there is no x before the pair, or no y after it."
        ),
    },
    why="Only the chunk that changed was counted; that is what makes training fast.",
)
def update_counts() -> Iterator[Case]:
    """Yield cases for `my_update_counts(counts, ids, pair, new_id)`: the counts after a merge."""
    examples = {
        "in the middle": ([1, 2, 3, 4], (2, 3)),
        "the whole chunk": ([2, 3], (2, 3)),
        "at both ends": ([2, 3, 7, 2, 3], (2, 3)),
        "two in a row": ([2, 3, 2, 3, 5], (2, 3)),
        "a run of equals": ([6, 6, 6, 6, 6], (6, 6)),
        "not there": ([1, 2, 4], (2, 3)),
    }
    elsewhere = Counter({(1, 2): 4, (2, 3): 2, (8, 9): 1})  # what the other chunks hold
    for label, (ids, pair) in examples.items():
        before = elsewhere + Counter(pairwise(ids))
        after = dict(elsewhere + Counter(_counts_after(ids, pair, 256)))
        text = f"{label}: ids {ids}, pair {pair}"
        yield Case(text, (before, ids, pair, 256), accept=_same_counts(after))


prediction(
    "04-explain-spaces",
    "b",
    question="What is the reason?",
    choices={
        "a": "Training saw no space, so a space can't be written: each becomes an unknown token.",
        "b": (
            "No merge has a space in it, so each space stands alone; and chunks without spaces are"
            " long, so merges ran on across words."
        ),
        "c": (
            "4,096 tokens are too few. With more merges on the same text, spaces would join their "
            "words."
        ),
        "d": "The pattern makes each space of the ordinary text a chunk of its own.",
    },
    feedback={
        "a": "Id 32 is the space, as in any vocabulary that starts with the 256 bytes.",
        "c": "However many merges you ask for, none has a space in it: the text has none.",
        "d": "The pattern cuts ordinary text alike for both: ' the' is one chunk. What differs?",
    },
    hints=[
        "Ask for each tokenizer: which merges could have been learned that have a space in them?",
        "Then cut 'thedogandthecat' with the pattern. How many chunks are there?",
    ],
    why="Merges come from the training text: they can only join what stood together there.",
)


@exercise(
    "04-stream",
    hints=[
        "Keep the bytes that can't be shown yet, and put the next token's bytes after them.",
        (
            "`codecs.getincrementaldecoder('utf-8')(errors='replace')` keeps the rest for you: "
            "call its `.decode(token)` for each token."
        ),
        "At the end, `.decode(b'', final=True)` gives what is left.",
    ],
    faults={
        "no character": (
            "ff begins no character, however long you wait. Show � for it, and continue."
        ),
        "never completed": (
            "The tokens have ended and a byte still waits: the last text shows it as �."
        ),
        "no tokens": "Even without tokens there is one text, for what is left: an empty one.",
    },
    why="A character is shown with the token that completes it, and no byte stops the rest.",
)
def stream() -> Iterator[Case]:
    """Yield cases for `my_stream(tokens)`: a list of bytes to a text for each, and one more."""
    euro, smile = "€".encode(), "🙂".encode()
    yield Case("letters alone", ([b"The", b" sea"],), ["The", " sea", ""])
    yield Case("é in two tokens", ([b"caf", b"\xc3", b"\xa9!"],), ["caf", "", "é!", ""])
    yield Case("€ in three tokens", ([euro[:1], euro[1:2], euro[2:]],), ["", "", "€", ""])
    yield Case(
        "a smile whose first byte comes with a letter",
        ([b"a" + smile[:1], smile[1:3], smile[3:] + b"b"],),
        ["a", "", "🙂b", ""],
    )
    yield Case("ff, which is no character", ([b"a\xff", b"b", b"c"],), ["a\ufffd", "b", "c", ""])
    yield Case(
        "half an é and then a letter: no character", ([b"\xc3", b"(x"],), ["", "\ufffd(x", ""]
    )
    yield Case("half an é that is never completed", ([b"caf", b"\xc3"],), ["caf", "", "\ufffd"])
    yield Case("no tokens", ([],), [""])


def _cut(pair: object) -> str:
    """Write a pair of bytes as "ab + c", with · for a space; anything else as it is."""
    if isinstance(pair, tuple | list) and pair and all(isinstance(part, bytes) for part in pair):
        return " + ".join(part.decode("utf-8", "replace").replace(" ", "·") for part in pair)
    return shorten(pair)


def _same_merges(expected: list[tuple[bytes, bytes]]) -> Callable[[Any], str | None]:
    """Return a rule that names the first merge that is not as training made it."""

    def rule(got: object) -> str | None:
        if not isinstance(got, list | tuple):
            return f"expected a list of pairs of bytes, got {shorten(got)}"
        for k, (pair, answer) in enumerate(zip(expected, got, strict=False), start=1):
            same_kind = isinstance(answer, tuple | list)
            if not same_kind or tuple(answer) != pair:
                token = pair[0] + pair[1]
                return f"merge {k}, {token!r}: expected {_cut(pair)}, got {_cut(answer)}"
        if len(got) != len(expected):
            return f"expected {len(expected)} merges, one a token; got {len(got)}"
        return None

    return rule


@exercise(
    "04-recover-merges",
    hints=[
        "Go through the tokens in order. The one in hand was once made by joining two tokens.",
        (
            "Which two? Encode its bytes with the merges recovered so far: two parts remain. Any "
            "cut into two known tokens is not enough, since several may be known."
        ),
        (
            "Keep `parts = [bytes([b]) for b in token]`. As long as there are more than two, "
            "join the neighbours whose merge comes earliest in your list."
        ),
    ],
    faults={
        "two cuts|other way": (
            "Which two? Encode its bytes with the merges recovered so far: two parts remain. Any "
            "cut into two known tokens is not enough, since several may be known."
        ),
    },
    why="This is how `BPETokenizer.from_tiktoken` finds the merges that tiktoken does not store.",
)
def recover_merges() -> Iterator[Case]:
    """Yield cases for `my_recover_merges(tokens)`: a list of bytes to a list of pairs."""
    cases = {
        "two letters": [(b"a", b"b")],
        "the example": [(b"e", b"a"), (b"s", b"ea"), (b"t", b"ea"), (b"sea", b"l")],
        "two cuts are known, one was made": [(b"b", b"c"), (b"a", b"b"), (b"a", b"bc")],
        "the other way round": [(b"a", b"b"), (b"b", b"c"), (b"ab", b"c")],
        "equal letters": [(b"a", b"a"), (b"aa", b"aa"), (b"aa", b"a")],
        "a longer way": [(b"n", b"d"), (b"a", b"nd"), (b" ", b"s"), (b" s", b"and")],
        "no tokens": [],
    }
    for label, merges in cases.items():
        tokens = [left + right for left, right in merges]
        yield Case(f"{label}, tokens {tokens}", (tokens,), accept=_same_merges(merges))
