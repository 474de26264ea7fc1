"""Encoding text without special tokens: looking up words, and merging those not met before.

A text has few different words, and they come again and again. So a `ChunkEncoder` remembers the
ids of each chunk, and of each word with the marks around it, such as "war," with its two chunks.
Most of a text is then one look-up a word.
"""

from array import array
from collections.abc import Callable, Sequence

import numpy as np

from llm_lib.merges import Pair, merge_bytes
from llm_lib.pretokenize import PATTERNS, chunk_finder, cut_slices

MEMORY = 2**17  # how many words and how many chunks are remembered
LONGEST_REMEMBERED = 64  # characters: what is longer hardly comes twice


class ChunkEncoder:
    """Turns text into *packed* ids: bytes, two or four an id, which are quickly joined.

    >>> encoder = ChunkEncoder("gpt2", {(104, 105): 256}, None, vocab_size=257)
    >>> np.frombuffer(encoder.encode("hi hi"), encoder.dtype)
    array([256,  32, 256], dtype=uint16)
    """

    def __init__(
        self,
        pattern: str,
        new_ids: dict[Pair, int],
        ids: Sequence[int] | None,
        vocab_size: int,
    ):
        """Make an encoder that remembers nothing yet.

        pattern: a name in PATTERNS, or a regular expression.
        new_ids: for each pair that merges, the id that it becomes, as in `merge_bytes`.
        ids: the number to write for each of these ids; None means the id itself.
        vocab_size: more than the largest number; it decides between uint16 and uint32.

        Raises ValueError for a wrong pattern.
        """
        self.new_ids, self.ids = new_ids, ids
        self.find_chunks = chunk_finder(pattern)
        self.has_safe_cuts = pattern in PATTERNS
        self.dtype = np.dtype(np.uint16 if vocab_size <= 2**16 else np.uint32)
        self.chunks = Memory(self._encode_chunk)
        self.words = Memory(self._encode_word)

    def encode(self, text: str) -> bytes:
        """Return the packed ids of a text."""
        if self.has_safe_cuts:
            return b"".join(map(self._encode_slice, cut_slices(text)))
        return self._encode_chunks(text)

    def pack(self, ids: Sequence[int]) -> bytes:
        """Return ids as bytes."""
        return array(self.dtype.char, ids).tobytes()

    def _encode_slice(self, text: str) -> bytes:
        """Encode word by word where single spaces part the words, and else chunk by chunk.

        Each of PATTERNS cuts before a single space between two other characters (see
        `llm_lib.pretokenize`), so a word may be encoded without its neighbours.
        """
        first, *words = text.split(" ")
        try:
            return self._encode_chunks(first) + b"".join(map(self.words.__getitem__, words))
        except NotAWord:
            return self._encode_chunks(text)

    def _encode_word(self, word: str) -> bytes:
        """Encode a word with the space before it. Raises NotAWord unless that space is alone."""
        if not word or word != word.strip():
            raise NotAWord
        return self._encode_chunks(" " + word)

    def _encode_chunks(self, text: str) -> bytes:
        """Encode chunk by chunk."""
        return b"".join(map(self.chunks.__getitem__, self.find_chunks(text)))

    def _encode_chunk(self, chunk: str) -> bytes:
        """Encode a chunk by merging its bytes."""
        ids = merge_bytes(chunk.encode("utf-8"), self.new_ids)
        return self.pack(ids if self.ids is None else [self.ids[i] for i in ids])


class NotAWord(Exception):  # noqa: N818
    """What stands between two spaces is not a word, or has another space beside it."""


class Memory(dict[str, bytes]):
    """Remembers what `compute` gave for a text: `memory[text]` computes it the first time only."""

    def __init__(self, compute: Callable[[str], bytes]):
        """Start with nothing remembered."""
        self.compute = compute

    def __missing__(self, text: str) -> bytes:
        """Compute, and remember unless the text is long; when memory is full, start afresh."""
        value = self.compute(text)
        if len(text) <= LONGEST_REMEMBERED:
            if len(self) >= MEMORY:
                self.clear()
            self[text] = value
        return value
