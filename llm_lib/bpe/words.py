"""Working through a text word by word, and remembering what came of each word.

A text has few different words, and they come again and again. So what is done to each word need be
done once: finding its chunks, to count them or to turn them into ids.

**Safe cuts.** Every one of the split `PATTERNS` cuts before a single space between two
other characters, as in "one| two", whatever comes before and after: no chunk goes on from another
character to a space, and no pattern looks further than the end of a run of spaces. What lies
between two safe cuts, a *word* with the marks around it, may be cut into chunks alone.

**Slices.** A long text is worked through a slice at a time, so that its words are never all in
memory. A slice ends at a safe cut.
"""

import re
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

SLICE = 2**13  # characters: few enough that a slice and its words stay in the processor's cache
MEMORY = 2**17  # how many entries a `Memory` holds
LONGEST_REMEMBERED = 64  # characters: what is longer hardly comes twice
_SAFE_CUT = re.compile(r"(?<=\S)(?= \S)")

Result = TypeVar("Result")


def cut_slices(text: str) -> Iterator[str]:
    """Yield a text in slices of about SLICE characters, each but the first after a safe cut.

    All slices but the first begin with a space. A text without spaces is one slice.
    """
    start = 0
    while start < len(text):
        cut = _SAFE_CUT.search(text, start + SLICE)
        end = cut.start() if cut else len(text)
        yield text[start:end]
        start = end


def is_word(between: str) -> bool:
    """Say whether what stands between two spaces is a word, so that these are both safe cuts."""
    return between != "" and between == between.strip()


class WordByWord(Generic[Result]):
    """Applies a function to each word of a text, with the space before it, once for each word.

    >>> lengths = WordByWord(len)
    >>> list(lengths.slices("to be, or not to be"))
    [[2, 4, 3, 4, 3, 3]]
    >>> list(lengths.slices("two  spaces"))
    [[11]]
    """

    def __init__(self, compute: Callable[[str], Result]):
        """Start with nothing remembered."""
        self.compute = compute
        self.words = Memory(self._compute_word)

    def slices(self, text: str) -> Iterator[list[Result]]:
        """Yield what comes of a text, a list for each slice.

        A slice in which not every space is a safe cut is given to the function as a whole.
        """
        for piece in cut_slices(text):
            first, *words = piece.split(" ")
            try:
                yield [self.compute(first), *map(self.words.__getitem__, words)]
            except NotAWord:
                yield [self.compute(piece)]

    def _compute_word(self, word: str) -> Result:
        """Compute for the word and the space before it. Raises NotAWord unless that is alone."""
        if not is_word(word):
            raise NotAWord
        return self.compute(" " + word)


class NotAWord(Exception):  # noqa: N818
    """What stands between two spaces is not a word, or has another space beside it."""


class Memory(dict[str, Result]):
    """Remembers what `compute` gave for a text: `memory[text]` computes it the first time only."""

    def __init__(self, compute: Callable[[str], Result]):
        """Start with nothing remembered."""
        self.compute = compute

    def __missing__(self, text: str) -> Result:
        """Compute, and remember unless the text is long; when memory is full, start afresh."""
        value = self.compute(text)
        if len(text) <= LONGEST_REMEMBERED:
            if len(self) >= MEMORY:
                self.clear()
            self[text] = value
        return value
