"""Checks for the chapter on tokenization."""

from collections.abc import Callable, Iterator
from numbers import Real
from typing import Any

from llm_lib.book.exercises import Case, exercise, prediction


class ByteCounts(dict):
    """What to say to a wrong number of bytes: an entry, or else a reason for any other answer."""

    def get(self, answer: Any, default: str = "") -> str:
        """Return the reason for `answer`, whatever it is."""
        if answer is None:
            return "There is no answer yet: put your number in its place."
        if isinstance(answer, bool) or not isinstance(answer, int | float):
            return "A number is wanted, such as 7, without quotes or brackets."
        if answer in self:
            return self[answer]
        if answer < 10:
            return "There are ten characters, the space included, and each takes at least one byte."
        return "Too many: most of these characters take one byte each, and none takes three."


prediction(
    "03-predict-bytes",
    12,
    question=(
        'How many bytes does `"naïve café"` take in UTF-8, with each accented letter as one code '
        "point?"
    ),
    feedback=ByteCounts(
        {
            9: "That is the number of letters. The space is a character too.",
            10: "That is the number of characters. Which of them need more than one byte?",
            11: "One character of two bytes is found. Is there another?",
            20: "Only characters from code point 128 on need more than one byte.",
        }
    ),
    hints=[
        "Count the characters first, the space included.",
        "Letters from a to z and the space take one byte; which characters lie above 127?",
        "ï is U+00EF and é is U+00E9: both lie below U+0800, so they take two bytes each.",
    ],
    why="Ten characters, and two of them, ï and é, take a second byte.",
)


@exercise(
    "03-encode-words",
    hints=[
        "Go through the words in order; each gives exactly one id.",
        "A word that is a key of the dict gives its id; any other gives `unknown`.",
        "`ids.get(word, unknown)` does both.",
    ],
    faults={
        "id 0": "Beware of `ids.get(word) or unknown`: the id 0 counts as false.",
        "the dict stays": (
            "`setdefault` writes the unknown word into the dict. `get` only looks it up."
        ),
        "unknown word|capital": [
            "A word that is a key of the dict gives its id; any other gives `unknown`.",
            "`ids.get(word, unknown)` does both.",
        ],
    },
    why="Every unknown word gives the same id, so decoding can't tell them apart.",
)
def encode_words() -> Iterator[Case]:
    """Yield cases for `my_encode(words, ids, unknown)`: a list of words to a list of ids."""
    ids = {"a": 0, "fox": 1, "kite": 2, "the": 3}
    cases = {
        "all words known": ("the fox", [3, 1]),
        "the word with id 0": ("a kite", [0, 2]),
        "one unknown word": ("the bear", [3, 9]),
        "two different unknown words": ("a bear the drum", [0, 9, 3, 9]),
        "a capital letter": ("The fox", [9, 1]),
        "no words": ("", []),
    }
    for label, (text, expected) in cases.items():
        words = text.split()
        said = f"{label}: words={words}, ids={ids}, unknown=9"
        yield Case(said, (words, dict(ids), 9), expected)
    words = ["the", "bear"]
    said = f"the dict stays as it is: words={words}, ids={ids}, unknown=9"
    yield Case(said, (words, dict(ids), 9), [3, 9], unchanged=True)


@exercise(
    "03-unknown-share",
    hints=[
        "First choose the vocabulary: count the words of `train`, and keep the most common.",
        "Then count the words of `test` that are not kept, and divide by how many there are.",
    ],
    faults={
        "a tie": (
            "Where two words come equally often, the alphabet decides: sort by (-count, word)."
        ),
        "twice": "Words that occur twice in `test` count twice.",
    },
    why="A larger vocabulary lowers the share, but each further word helps less than the last.",
)
def unknown_share() -> Iterator[Case]:
    """Yield cases for `my_unknown_share(train, test, size)`: two lists of words to a share."""
    train = "the fox saw the bear and the bear saw a kite".split()
    cases = {
        "the most common word alone": ("the fox ran".split(), 1, 2 / 3),
        "a tie at the border": ("bear saw the a and".split(), 4, 1 / 5),
        "an unknown word twice": ("saw drum the drum".split(), 3, 1 / 2),
        "room for every word": ("a fox and a kite".split(), 7, 0.0),
        "more room than words": ("a drum".split(), 50, 1 / 2),
    }
    for label, (test, size, expected) in cases.items():
        given = f"train={' '.join(train)!r}, test={' '.join(test)!r}, size={size}"
        said = f"{label}: {given} (as lists of words)"
        yield Case(said, (train, test, size), accept=_share_judge(expected))


def _share_judge(expected: float) -> Callable[[Any], str | None]:
    """Return what says what is wrong with a share, or None."""

    def judge(found: Any) -> str | None:
        if isinstance(found, bool) or not isinstance(found, Real):
            return f"expected a number from 0 to 1; got {found!r}"
        if abs(found - expected) < 1e-6:
            return None
        said = f"expected {expected:.4g}, got {found:.4g}"
        if expected and abs(found - 100 * expected) < 1e-4:
            return f"{said}. That is in percent: a share lies between 0 and 1"
        if abs(found - (1 - expected)) < 1e-6:
            return f"{said}. That is the share of the words that *are* kept"
        return said

    return judge


@exercise(
    "03-utf8",
    hints=[
        "Up to 127 the byte is the code point. Up to 2047 there are two bytes, up to 65535 three.",
        "Each byte after the first holds the next six bits, from the right: `128 + c % 64`.",
        "The first byte holds what is left, after 192 (two bytes), 224 (three) or 240 (four).",
        "`c // 64` drops six bits, `c // 64**2` twelve, `c // 64**3` eighteen.",
    ],
    why=(
        "No byte that begins a character begins with the bits 10, so you can start reading "
        "anywhere: skip to the next one that does not."
    ),
)
def utf8() -> Iterator[Case]:
    """Yield cases for `my_utf8(code_point)`: a number to a list of bytes."""
    for code_point in (0x41, 0x7F, 0x80, 0xE9, 0x7FF, 0x800, 0x51E7, 0xFFFF, 0x10000, 0x1F98A):
        right = chr(code_point).encode("utf-8")
        said = f"code point {code_point} (U+{code_point:04X})"
        yield Case(said, (code_point,), accept=_bytes_judge(right))


def _bytes_judge(right: bytes) -> Callable[[Any], str | None]:
    """Return what says what is wrong with bytes, given as such or as a list; None if nothing."""

    def judge(found: Any) -> str | None:
        if not isinstance(found, list | tuple | bytes | bytearray):
            return f"expected a list of numbers, {list(right)}, or bytes; got {found!r}"
        if list(found) == list(right):
            return None
        return f"expected {list(right)}, got {list(found)}"

    return judge
