"""Whether a written answer is the right one: exact match, and F1 over words.

Both forgive what a reader would: case, punctuation, the English articles, and double spaces
(Rajpurkar et al. 2016).
"""

import re
import string
from collections import Counter
from collections.abc import Sequence

PUNCTUATION = string.punctuation + "“”‘’–—…"


def normalize_answer(text: str) -> str:
    """Return a text without case, punctuation, articles and double spaces.

    >>> normalize_answer("The  Beatles!")
    'beatles'
    """
    bare = "".join(c for c in text.lower() if c not in PUNCTUATION)
    return " ".join(re.sub(r"\b(a|an|the)\b", " ", bare).split())


def exact_match(answer: str, references: Sequence[str]) -> bool:
    """Whether an answer is one of the references, but for case, punctuation and articles.

    >>> exact_match("The honey.", ["honey"]), exact_match("It is honey", ["honey"])
    (True, False)
    """
    _check(references)
    return normalize_answer(answer) in map(normalize_answer, references)


def f1_score(answer: str, references: Sequence[str]) -> float:
    """Return F1 over the words that an answer shares with the closest reference.

    F1 = 2·P·R / (P + R), where P is the share of the answer's words that are in the reference, and
    R the share of the reference's words that are in the answer.

    >>> f1_score("It is honey", ["honey"])
    0.5
    """
    _check(references)
    return max(_f1(normalize_answer(answer), normalize_answer(one)) for one in references)


def _f1(answer: str, reference: str) -> float:
    said, wanted = answer.split(), reference.split()
    if not said or not wanted:
        return float(said == wanted)
    shared = (Counter(said) & Counter(wanted)).total()
    return 2 * shared / (len(said) + len(wanted))


def _check(references: Sequence[str]) -> None:
    if isinstance(references, str) or not references:
        raise ValueError(f"references must be a list of one text or more, got {references!r}")
