"""What makes byte pair encoding quick: the plain functions again, with the same results.

A text has few different words, and they come again and again. So a word is cut into chunks and
merged once, and what came of it is remembered. Most of a text is then one look-up a word.

**Safe cuts.** Each of the `PATTERNS` cuts before a single space between two other characters, as in
"one| two", whatever comes before and after: no chunk goes on from another character to a space, and
no pattern looks further than the end of a run of spaces. What lies between two safe cuts, a *word*
with the marks around it, may be cut into chunks alone.

**What each part buys.** For 9 MB of speeches and GPT-2's vocabulary, `encode_plain` takes 13 s and
a fresh `Encoder` 0.6 s. How many times longer it takes without

- any memory (`Memory`): 10;
- slices, so that all words of the text lie in memory at once (`cut_slices`): 2.1;
- `findall`, which makes no match objects (`chunk_finder`): 1.6;
- noting what each pair becomes (`merge_bytes`): 1.5;
- a memory of words beside that of chunks (`_encode_slice`): 1.35.

A chunk of 20,000 letters takes 55 times longer without a heap (`_merge_long_bytes`). In training,
counting takes 1.6 times longer chunk by chunk (`count_chunks`), and learning the merges 1.2 times
longer with the garbage collector on (`collector_off`).
"""

import gc
import heapq
import re
import sys
from array import array
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import pairwise, repeat

import numpy as np

from llm_lib.bpe.merges import GAP, Pair
from llm_lib.bpe.pretokenize import PATTERNS, compile_pattern, cut_chunks, text_between

SLICE = 2**13  # characters: few enough that a slice and its words stay in the processor's cache
MEMORY = 2**17  # how many entries a `Memory` holds
LONGEST_REMEMBERED = 64  # characters: what is longer hardly comes twice
READ = 2**24  # characters after which counting turns the words in memory into chunks
LONG = 200  # bytes from which `_merge_long_bytes` is the faster way
NEVER = sys.maxsize  # stands for "no id": the pair does not merge
_SAFE_CUT = re.compile(r"(?<=\S)(?= \S)")
_UNSAFE = re.compile(r" (?:(?!\S)|(?<=\s ))")  # a space beside another, or at the end
_WORD = re.compile(" ?[^ ]+")


class Encoder:
    """Turns the parts of a text into ids: `BPETokenizer.encode_plain`, but quick.

    Ids are *packed*: bytes, two or four an id, which can be joined quickly.

    >>> encoder = Encoder("gpt2", {(104, 105): 256}, range(257), vocab_size=1000)
    >>> encoder.encode(["hi hi", 999])
    array([256,  32, 256, 999], dtype=uint16)
    """

    def __init__(
        self, pattern: str, new_ids: Mapping[Pair, int], ids: Sequence[int], vocab_size: int
    ):
        """Make an encoder that remembers nothing yet.

        pattern: a name in PATTERNS, or a regular expression.
        new_ids: for each pair that merges, the id that it becomes, as in `merge_bytes`.
        ids: the number to write for each of these ids.
        vocab_size: more than the largest number; it decides between uint16 and uint32.

        Raises ValueError for a wrong pattern.
        """
        self.pattern, self.new_ids, self.ids = pattern, new_ids, ids
        self.dtype = np.dtype(np.uint16 if vocab_size <= 2**16 else np.uint32)
        self.find_chunks = chunk_finder(pattern)
        self.chunks = Memory(self._encode_chunk)
        self.words = Memory(self._encode_word)

    def encode(self, parts: Iterable[str | int]) -> np.ndarray:
        """Return the ids (T,) of parts that are text, or the id of a special token."""
        packed = bytearray()
        encode = self._encode_slice if self.pattern in PATTERNS else self._encode_chunks
        for part in parts:
            if isinstance(part, str):
                packed += b"".join(map(encode, cut_slices(part, self.pattern)))
            else:
                packed += self._pack([part])
        return np.frombuffer(packed, self.dtype)

    def _encode_slice(self, piece: str) -> bytes:
        """Encode word by word, or chunk by chunk if a space of the slice is no safe cut."""
        if "  " in piece:
            return self._encode_chunks(piece)  # as in most slices of code: don't even try
        first, *words = piece.split(" ")
        packed = list(map(self.words.__getitem__, words))
        if all(packed) and first == first.rstrip():
            return self._encode_chunks(first) + b"".join(packed)
        return self._encode_chunks(piece)

    def _encode_word(self, word: str) -> bytes:
        """Encode a word and the space before it; return b"" if a space beside it is no safe cut."""
        is_word = word != "" and word == word.strip()
        return self._encode_chunks(" " + word) if is_word else b""

    def _encode_chunks(self, text: str) -> bytes:
        """Encode chunk by chunk."""
        return b"".join(map(self.chunks.__getitem__, self.find_chunks(text)))

    def _encode_chunk(self, chunk: str) -> bytes:
        """Encode a chunk by merging its bytes."""
        return self._pack([self.ids[i] for i in merge_bytes(chunk.encode("utf-8"), self.new_ids)])

    def _pack(self, ids: Sequence[int]) -> bytes:
        """Return ids as bytes."""
        return array(self.dtype.char, ids).tobytes()


def count_chunks(
    text: str | Iterable[str], pattern: str = "gpt2", special_tokens: Collection[str] = ()
) -> Counter[str]:
    """Do what `pretokenize.count_chunks` does, but count words, and cut each into chunks once.

    The chunks stand in the same order, that in which they first come.
    """
    words, n_read, counts = Counter(), 0, Counter()
    for part in text_between(text, special_tokens):
        for piece in cut_slices(part, pattern):
            words.update(_WORD.findall(piece) if is_words(piece, pattern) else [piece])
            n_read += len(piece)
            if n_read >= READ:
                _move_counts(words, counts, pattern)
                n_read = 0
    _move_counts(words, counts, pattern)
    return counts


def _move_counts(words: Counter[str], counts: Counter[str], pattern: str) -> None:
    """Add the chunks of the words to the counts, and forget the words."""
    find_chunks = chunk_finder(pattern)
    for word, n in words.items():
        for chunk in find_chunks(word):
            counts[chunk] += n
    words.clear()


def chunk_finder(pattern: str) -> Callable[[str], Iterable[str]]:
    """Return a function that does what `cut_chunks` does. Raises ValueError for a bad pattern.

    `findall` makes no match object for each chunk. If a pattern has groups, it returns those alone.
    """
    compiled = compile_pattern(pattern)
    return compiled.findall if pattern in PATTERNS else partial(cut_chunks, pattern=pattern)


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


def cut_slices(text: str, pattern: str = "gpt2") -> Iterator[str]:
    """Yield a text in slices of about SLICE characters, each but the first after a safe cut.

    So the words of a long text are never all in memory. All slices but the first begin with a
    space. A text without spaces is one slice, as is any text if no cut of the pattern is safe.
    """
    start = 0
    while start < len(text):
        cut = _SAFE_CUT.search(text, start + SLICE) if pattern in PATTERNS else None
        end = cut.start() if cut else len(text)
        yield text[start:end]
        start = end


def is_words(piece: str, pattern: str = "gpt2") -> bool:
    r"""Say whether each space of a slice is a safe cut, so that there are words to tell apart.

    >>> is_words("to be, or"), is_words("two  spaces"), is_words("line\n indented")
    (True, False, False)
    """
    return pattern in PATTERNS and not _UNSAFE.search(piece)


def merge_bytes(chunk: bytes, new_ids: Mapping[Pair, int]) -> list[int]:
    """Do what `merges.merge_bytes` does, and note what each pair becomes, to look it up once."""
    if len(chunk) > LONG:
        return _merge_long_bytes(chunk, new_ids)
    ids, get = list(chunk), new_ids.get
    becomes = list(map(get, pairwise(ids), repeat(NEVER)))  # what each pair of ids becomes
    while becomes and (new_id := min(becomes)) != NEVER:
        i = becomes.index(new_id)  # the first, if several pairs become the same
        ids[i : i + 2] = [new_id]
        del becomes[i]
        if i > 0:
            becomes[i - 1] = get((ids[i - 1], new_id), NEVER)
        if i < len(becomes):
            becomes[i] = get((new_id, ids[i + 1]), NEVER)
    return ids


def _merge_long_bytes(chunk: bytes, new_ids: Mapping[Pair, int]) -> list[int]:
    """Do the same for a chunk so long that looking for the smallest id takes time.

    A *heap*, a list whose first entry is always the smallest, holds the pairs that merge. Tokens
    stay where they are, and each knows the places of its neighbours, so nothing has to move up.
    The time grows as n log n with the number of bytes, not as its square.
    """
    ids = [*chunk, GAP]
    before, after = list(range(-1, len(chunk))), list(range(1, len(ids) + 1))
    heap = [(new_ids[pair], i) for i, pair in enumerate(pairwise(chunk)) if pair in new_ids]
    heapq.heapify(heap)
    while heap:
        new_id, i = heapq.heappop(heap)
        j = after[i]
        if new_ids.get((ids[i], ids[j])) != new_id:
            continue  # another merge has changed this pair since
        ids[i], ids[j] = new_id, GAP
        h, k = before[i], after[j]
        after[i], before[k] = k, i
        if (new_id, ids[k]) in new_ids:
            heapq.heappush(heap, (new_ids[new_id, ids[k]], i))
        if h >= 0 and (ids[h], new_id) in new_ids:
            heapq.heappush(heap, (new_ids[ids[h], new_id], h))
    return [i for i in ids if i != GAP]


@contextmanager
def collector_off() -> Iterator[None]:
    """Keep Python's garbage collector from walking through all lists again and again.

    It looks for objects that point at each other in a ring. Learning merges makes none, and has
    hundreds of thousands of lists to look through.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
