r"""Cutting text into chunks, the first step of byte pair encoding.

A regular expression cuts the text into *chunks*, about one word each, and no token ever reaches
across a cut. So "dog." and "dog!" share the token "dog". Different models cut differently: GPT-2's
pattern (Radford et al., 2019) keeps any number of digits together, the later ones at most three.

**Unicode.** What is a letter is looked up in a table that grows each year. Libraries with another
year's table may cut elsewhere at characters that are new in one of them, and nowhere else.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import lru_cache, partial
from itertools import chain, islice

import regex

from llm_lib.bpe.words import LONGEST_REMEMBERED, MEMORY, cut_slices, is_word

# How three families of models cut text into chunks. \p{L} is any letter, \p{N} any digit,
# (?i:...) ignores case, and \s+(?!\S) leaves the last space of a run to the word that follows.
_CONTRACTION = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)"
_UPPER, _LOWER = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]", r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"
PATTERNS = {
    "gpt2": r"'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+",
    "cl100k": rf"{_CONTRACTION}|[^\r\n\p{{L}}\p{{N}}]?+\p{{L}}+|\p{{N}}{{1,3}}"
    r"| ?[^\s\p{L}\p{N}]++[\r\n]*|\s++(?![\s\S])|\s*[\r\n]|\s+(?!\S)|\s",
    "o200k": rf"[^\r\n\p{{L}}\p{{N}}]?{_UPPER}*{_LOWER}+{_CONTRACTION}?"
    rf"|[^\r\n\p{{L}}\p{{N}}]?{_UPPER}+{_LOWER}*{_CONTRACTION}?"
    r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+",
}


def count_chunks(
    text: str | Iterable[str], pattern: str = "gpt2", special_tokens: Collection[str] = ()
) -> Counter[str]:
    """Cut text into chunks, and count how often each comes. Special tokens are left out.

    text: one string, or any number of them. Memory grows with the distinct chunks alone.

    >>> count_chunks("to be or not to be")
    Counter({' be': 2, 'to': 1, ' or': 1, ' not': 1, ' to': 1})
    """
    specials = frozenset(special_tokens)
    counter = ChunkCounter(pattern)
    for document in [text] if isinstance(text, str) else text:
        document = valid_text(document)
        for part in any_of(specials).split(document) if specials else [document]:
            counter.add(part)
    return counter.total()


class ChunkCounter:
    """Counts the chunks of texts, in the order in which they first come.

    Where single spaces part the words, it counts words, which is quick, and looks for the chunks
    of each word only once, when it is new.
    """

    def __init__(self, pattern: str):
        """Begin to count. Raises ValueError for a bad pattern."""
        self.find_chunks = chunk_finder(pattern)
        self.has_safe_cuts = pattern in PATTERNS  # else, where it always cuts is not known
        self.counts, self.words = Counter(), Counter()
        self.chunks: list[list[str]] = []  # of each of the words, in their order

    def add(self, text: str) -> None:
        """Count the chunks of a text."""
        for piece in cut_slices(text) if self.has_safe_cuts else [text]:
            if not (self.has_safe_cuts and self._count_words(piece)):
                self.counts.update(self.find_chunks(piece))

    def _count_words(self, piece: str) -> bool:
        """Count words, if single spaces part them all; else change nothing and return False."""
        if "  " in piece:
            return False  # as in most slices of code: don't even try
        first, *words = piece.split(" ")
        n_known = len(self.words)
        self.words.update(words)
        n_new = len(self.words) - n_known
        new = [*islice(reversed(self.words), n_new)][::-1]  # a dict keeps the order
        if not all(map(_is_short_word, new)):
            self.words.subtract(words)
            for word in new:
                del self.words[word]
            return False
        self.counts.update(self.find_chunks(first))
        chunks = [self.find_chunks(" " + word) for word in new]
        self.counts.update(dict.fromkeys(chain.from_iterable(chunks), 0))  # now, for the order
        self.chunks += chunks
        if len(self.words) > MEMORY:
            self.total()
        return True

    def total(self) -> Counter[str]:
        """Add the words to the counts of chunks, forget them, and return the counts."""
        for chunks, n in zip(self.chunks, self.words.values(), strict=True):
            for chunk in chunks:
                self.counts[chunk] += n
        self.words.clear()
        self.chunks.clear()
        return self.counts


def _is_short_word(between: str) -> bool:
    """Say whether it is a word that is worth remembering: what is long hardly comes twice."""
    return len(between) <= LONGEST_REMEMBERED and is_word(between)


def cut_chunks(text: str, pattern: str = "gpt2") -> Iterator[str]:
    """Yield the chunks of a text, one after the other.

    >>> list(cut_chunks("I'll go,  you stay"))
    ['I', "'ll", ' go', ',', ' ', ' you', ' stay']
    """
    slices = cut_slices(text) if pattern in PATTERNS else [text]  # or where to cut is not known
    return chain.from_iterable(map(chunk_finder(pattern), slices))


def chunk_finder(pattern: str) -> Callable[[str], Iterable[str]]:
    """Return a function that finds the chunks of a text. Raises ValueError for a bad pattern."""
    compiled = compile_pattern(pattern)
    return compiled.findall if pattern in PATTERNS else partial(_find_whole_matches, compiled)


def _find_whole_matches(compiled: regex.Pattern, text: str) -> Iterator[str]:
    """Yield what the pattern matches. If it has groups, `findall` would return only those."""
    return (match[0] for match in compiled.finditer(text))


@lru_cache(maxsize=64)
def compile_pattern(pattern: str) -> regex.Pattern:
    """Return the regular expression that cuts text: one of PATTERNS by name, or your own.

    Raises ValueError if it is not one.
    """
    try:
        return regex.compile(PATTERNS.get(pattern, pattern))
    except (regex.error, TypeError) as error:
        names = ", ".join(PATTERNS)
        raise ValueError(
            f"pattern should be one of {names}, or a regular expression; {pattern!r}: {error}"
        ) from None


@lru_cache(maxsize=64)
def any_of(tokens: frozenset[str]) -> regex.Pattern:
    """Return a regular expression that finds any of the tokens, a longer one first."""
    return regex.compile("|".join(map(regex.escape, sorted(tokens, key=len, reverse=True))))


def valid_text(text: str) -> str:
    r"""Return text that can be written as UTF-8: half of a surrogate pair becomes "�".

    Raises TypeError if it is not a str.

    >>> valid_text("a\ud83d"), valid_text("\ud83d\ude00")
    ('a�', '😀')
    """
    if not isinstance(text, str):
        raise TypeError(f"text should be a str; got {type(text).__name__}")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
