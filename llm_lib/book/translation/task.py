"""The translation task: English to Lumi, the toy language of Small World.

In Lumi the adjective follows its noun, the verb comes last, there is no word for "the", and
numbers are written in digits, after what they count. So words change places, one word may become
two, and a model has to find out which belongs to which.

    The brave fox finds forty two kites .
    rele zemu tiba 4 2 hoda .              (fox brave kite 4 2 finds .)
"""

import random
from collections.abc import Iterable
from functools import cache

import torch
from torch import Tensor

from llm_lib.arguments import check_choice, check_whole
from llm_lib.book.small_world import load_words, lumi_dictionary, lumi_order
from llm_lib.tokenizer import WordTokenizer, split_words

SPECIAL = ["<pad>", "<start>", "<stop>"]
PAD, START, STOP = range(3)
ONES = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen
fifteen sixteen seventeen eighteen nineteen""".split()
TENS = "_ _ twenty thirty forty fifty sixty seventy eighty ninety".split()
SPLITS = ("train", "held_out")


def number_words(n: int) -> str:
    """Return a whole number from 1 to 999 in English words; ValueError for any other.

    >>> number_words(42), number_words(305)
    ('forty two', 'three hundred and five')
    """
    hundreds, rest = divmod(check_whole("n", n, 1, 999), 100)
    if hundreds:
        return f"{ONES[hundreds]} hundred" + (f" and {number_words(rest)}" if rest else "")
    tens, one = divmod(rest, 10)
    if rest < 20:
        return ONES[rest]
    return TENS[tens] + (f" {ONES[one]}" if one else "")


def plural(noun: str) -> str:
    """Return the plural of one of Small World's objects: kite, kites; compass, compasses."""
    return noun + ("es" if noun.endswith("s") else "s")


@cache
def singulars() -> dict[str, str]:
    """Return the singular of each plural that the task uses."""
    return {plural(noun): noun for noun in load_words()["objects"]}


def digits_of(words: list[str], start: int) -> list[tuple[str, int | None]]:
    """Return the digits of a number in words, each with the place of the word it comes from.

    `start` is the place of the first word. A zero that comes from no word has the place None.

    >>> digits_of(["three", "hundred", "and", "five"], start=4)
    [('3', 4), ('0', None), ('5', 7)]
    """
    places: dict[int, int] = {}  # power of ten -> place of its word
    digits = {}
    for i, word in enumerate(words, start):
        if word == "hundred":
            digits, places = {2: digits[0]}, {2: places[0]}
        elif word in TENS:
            digits[1], places[1] = TENS.index(word), i
        elif word != "and":
            for power, digit in enumerate(reversed(str(ONES.index(word)))):
                digits[power], places[power] = int(digit), i
    return [(str(digits.get(p, 0)), places.get(p)) for p in reversed(range(max(digits) + 1))]


def align_lumi(sentence: str) -> list[tuple[str, int | None]]:
    """Return the words of a sentence's translation, each with the place of its English word.

    Places count the tokens of `split_words(sentence)`.

    >>> [place for _, place in align_lumi("The brave fox finds twelve kites.")]
    [2, 1, 5, 4, 4, 3, 6]
    """
    *words, _ = split_words(sentence)  # the last is the full stop
    order, lumi = lumi_order(words), lumi_dictionary()
    start, end = order[-1] + 1, len(words) - 1  # of what stands between the verb and the last word
    number = [] if words[start] == "the" else digits_of(words[start:end], start)
    plain = [i for i in order if not number or not start <= i < end]
    aligned = [(lumi[singulars().get(words[i], words[i])], i) for i in plain]
    return [*aligned[:-1], *number, aligned[-1], (".", len(words))]


def to_lumi(sentence: str) -> str:
    """Translate a sentence of the task to Lumi.

    >>> fox, kite, sees = (lumi_dictionary()[word] for word in ("fox", "kite", "sees"))
    >>> to_lumi("The fox sees ninety kites.") == f"{fox} {kite} 9 0 {sees}."
    True
    """
    return " ".join(word for word, _ in align_lumi(sentence)[:-1]) + "."


class LumiTask:
    """A seeded source of sentence pairs.

    `split` "train" leaves out every eighth pair of subject and object, and every eighth number;
    "held_out" uses only those. Raises ValueError for an unknown split.

    >>> LumiTask(seed=1).pair()[0]
    'The playful squirrel wants the pig.'
    """

    def __init__(self, seed: int = 0, split: str = "train") -> None:
        check_choice("split", split, SPLITS)
        self.split, self.random = split, random.Random(f"lumi-{split}-{seed}")

    def pair(self) -> tuple[str, str]:
        """Return one English sentence and its translation."""
        words, pick = load_words(), self.random.choice
        form = pick(("thing", "animal", "number"))
        others = words["kinds"] if form == "animal" else words["objects"]
        subject, other = self._nouns(words["kinds"], others)
        if form == "number":
            rest = f"{number_words(self._number())} {plural(other)}"
        else:
            rest = f"the {self._trait()}{other}"
        verb = pick(words["lumi"]["verbs"])
        sentence = f"The {self._trait()}{subject} {verb} {rest}."
        return sentence, to_lumi(sentence)

    def pairs(self, n: int) -> list[tuple[str, str]]:
        """Return `n` sentence pairs."""
        return [self.pair() for _ in range(n)]

    def _trait(self) -> str:
        """Return an adjective and a space or, one time in three, nothing."""
        return (
            self.random.choice(("", "x", "x")) and self.random.choice(load_words()["traits"]) + " "
        )

    def _nouns(self, subjects: list[str], others: list[str]) -> tuple[str, str]:
        """Draw two nouns whose pair belongs to this split."""
        while True:
            i, j = self.random.randrange(len(subjects)), self.random.randrange(len(others))
            is_new = (i + j) % 8 == 0  # the rule of small_world.is_held_out, also for two animals
            if subjects[i] != others[j] and is_new == (self.split == "held_out"):
                return subjects[i], others[j]

    def _number(self) -> int:
        """Draw a number of this split, with two digits as often as with three."""
        while True:
            n = self.random.randint(*self.random.choice(((2, 99), (100, 999))))
            if (n % 8 == 3) == (self.split == "held_out"):
                return n


@cache
def lumi_tokenizer() -> WordTokenizer:
    """Return one tokenizer for both languages: words, marks and digits; id 0 is padding."""
    w, lumi = load_words(), lumi_dictionary()
    english = [*lumi, *singulars(), "The", "the", ".", "hundred", "and", *ONES[1:], *TENS[2:]]
    words = [*english, *lumi.values(), *"0123456789"]
    assert set(w["lumi"]["verbs"]) <= set(lumi)
    return WordTokenizer([*SPECIAL, *dict.fromkeys(words)])


def encode_pairs(pairs: Iterable[tuple[str, str]]) -> tuple[Tensor, Tensor]:
    """Return sources (N, S) and targets (N, T) as padded ids.

    A target begins with the start token and ends with the stop token.
    """
    encode = lumi_tokenizer().encode
    pairs = list(pairs)
    sources = [encode(english) for english, _ in pairs]
    targets = [[START, *encode(lumi), STOP] for _, lumi in pairs]
    return pad_rows(sources), pad_rows(targets)


def pad_rows(rows: list[list[int]]) -> Tensor:
    """Return rows of different lengths as one tensor (N, longest), with padding on the right.

    >>> pad_rows([[5], [6, 7]]).tolist()
    [[5, 0], [6, 7]]
    """
    longest = max(len(row) for row in rows)
    return torch.tensor([row + [PAD] * (longest - len(row)) for row in rows])


def decode_ids(ids: Iterable[int]) -> str:
    """Return the text of ids up to the stop token, without the special tokens."""
    kept = []
    for i in ids.tolist() if isinstance(ids, Tensor) else ids:
        if i == STOP:
            break
        if i >= len(SPECIAL):
            kept.append(i)
    return lumi_tokenizer().decode(kept)
