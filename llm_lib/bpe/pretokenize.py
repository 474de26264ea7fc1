r"""Cuts text into chunks, the first step of byte pair encoding.

A regular expression cuts the text into *chunks*, about one word each, and no token ever reaches
across a cut. So "dog." and "dog!" share the token "dog". Different models cut differently: GPT-2's
pattern (Radford et al., 2019) keeps any number of digits together, the later ones at most three.

**Unicode.** Which characters are letters is looked up in a table that grows each year. Libraries
with tables of different years may cut differently at new characters, and nowhere else.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache

import regex

from llm_lib.tokenizer import check_text

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


def cut_chunks(text: str, pattern: str = "gpt2") -> Iterator[str]:
    """Yield the chunks of a text, one after the other.

    What the pattern does not match is dropped; those in PATTERNS match every character.

    >>> list(cut_chunks("I'll go,  you stay"))
    ['I', "'ll", ' go', ',', ' ', ' you', ' stay']
    """
    for match in compile_pattern(pattern).finditer(text):
        yield match[0]


def count_chunks(
    text: str | Iterable[str], pattern: str = "gpt2", special_tokens: Collection[str] = ()
) -> Counter[str]:
    """Cut text into chunks, and count how often each occurs. Special tokens are left out.

    text: one string, or any number of them. Memory grows only with the number of distinct chunks.

    >>> count_chunks("to be or not to be")
    Counter({' be': 2, 'to': 1, ' or': 1, ' not': 1, ' to': 1})
    """
    parts = text_between(text, special_tokens)
    return Counter(chunk for part in parts for chunk in cut_chunks(part, pattern))


def text_between(text: str | Iterable[str], special_tokens: Collection[str]) -> Iterator[str]:
    """Yield what stands before, between and after the special tokens of one text, or of many.

    >>> list(text_between(["one<|end|>two", "three"], ["<|end|>"]))
    ['one', 'two', 'three']
    """
    for document in [text] if isinstance(text, str) else text:
        document = valid_text(document)
        yield from any_of(special_tokens).split(document) if special_tokens else [document]


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


def any_of(tokens: Collection[str]) -> regex.Pattern:
    """Return a regular expression that finds any of the tokens, a longer one first."""
    return _any_of(frozenset(tokens))


@lru_cache(maxsize=64)
def _any_of(tokens: frozenset[str]) -> regex.Pattern:
    """Compile it once for each set of tokens."""
    return regex.compile("|".join(map(regex.escape, sorted(tokens, key=len, reverse=True))))


def valid_text(text: str) -> str:
    r"""Return text that can be written as UTF-8: half of a surrogate pair becomes "�".

    Raises TypeError if it is not a str.

    >>> valid_text("a\ud83d"), valid_text("\ud83d\ude00")
    ('a�', '😀')
    """
    try:
        check_text(text).encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
