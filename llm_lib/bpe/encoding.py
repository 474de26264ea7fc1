"""Encoding text without special tokens: looking up words, and merging those not met before.

A `ChunkEncoder` remembers the ids of each chunk, and of each word with the marks around it, such as
"war," with its two chunks. Most of a text is then one look-up a word.
"""

from array import array
from collections.abc import Sequence

import numpy as np

from llm_lib.bpe.merges import Pair, merge_bytes
from llm_lib.bpe.pretokenize import PATTERNS, chunk_finder
from llm_lib.bpe.words import Memory, WordByWord


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
        self.words = WordByWord(self._encode_chunks)

    def encode(self, text: str) -> bytes:
        """Return the packed ids of a text."""
        if self.has_safe_cuts:
            return b"".join(map(b"".join, self.words.slices(text)))
        return self._encode_chunks(text)

    def pack(self, ids: Sequence[int]) -> bytes:
        """Return ids as bytes."""
        return array(self.dtype.char, ids).tobytes()

    def _encode_chunks(self, text: str) -> bytes:
        """Encode chunk by chunk."""
        return b"".join(map(self.chunks.__getitem__, self.find_chunks(text)))

    def _encode_chunk(self, chunk: str) -> bytes:
        """Encode a chunk by merging its bytes."""
        ids = merge_bytes(chunk.encode("utf-8"), self.new_ids)
        return self.pack(ids if self.ids is None else [self.ids[i] for i in ids])
