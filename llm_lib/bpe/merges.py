"""The algorithm of byte pair encoding: how merges are learned and applied.

`llm_lib.bpe.pretokenize` cuts text into chunks, and `BPETokenizer` puts everything together. Here,
a chunk is a list of token ids, at first those of its bytes. Merge number k (counted from 0) turns
one pair of ids into the new id 256 + k.
"""

import heapq
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from itertools import pairwise

from tqdm import tqdm

Pair = tuple[int, int]

TIES = ("ids", "huggingface", "first")
GAP = -1  # stands between chunks, and where a token was swallowed by a merge


def merge_pair(ids: list[int], pair: Pair, new_id: int) -> list[int]:
    """Replace each occurrence of `pair` by `new_id`, from left to right.

    This is what a merge means. `PairCounts.merge` does the same to all chunks at once, without
    walking through every one of them.

    >>> merge_pair([1, 2, 3, 1, 2], (1, 2), 9)
    [9, 3, 9]
    >>> merge_pair([7, 7, 7], (7, 7), 9)
    [9, 7]
    """
    merged, i = [], 0
    while i < len(ids):
        if i + 1 < len(ids) and (ids[i], ids[i + 1]) == pair:
            merged.append(new_id)
            i += 2
        else:
            merged.append(ids[i])
            i += 1
    return merged


def merge_bytes(chunk: bytes, new_ids: Mapping[Pair, int]) -> list[int]:
    """Apply the learned merges to a chunk, always the earliest-learned one that fits.

    new_ids: for each pair that merges, the id that it becomes; a smaller id was learned earlier.

    >>> merge_bytes(b"lower", {(108, 111): 256, (256, 119): 257})
    [257, 101, 114]
    """
    ids = list(chunk)
    while known := [pair for pair in pairwise(ids) if pair in new_ids]:
        earliest = min(known, key=new_ids.get)
        ids = merge_pair(ids, earliest, new_ids[earliest])
    return ids


def learn_merges(
    chunks: Counter[str], n_merges: int, *, ties: str = "ids", progress: bool = False
) -> list[tuple[bytes, bytes]]:
    """Learn up to `n_merges` merges from distinct chunks and their counts.

    Each step takes the most frequent pair, and merges it everywhere. It stops early when no chunk
    has two tokens left. Among equally frequent pairs, it takes
    - ties="ids": the smallest pair of ids, so (97, 98) before (97, 99) before (98, 97);
    - ties="huggingface": the same, but with the bytes in the order in which Hugging Face's
      tokenizers numbers them: printable ones come first (see `byte_characters`);
    - ties="first": the one that comes first in the text.

    Raises ValueError for other ties.

    >>> learn_merges(Counter({"ab": 3, "abc": 1}), 10)
    [(b'a', b'b'), (b'ab', b'c')]
    """
    if ties not in TIES:
        raise ValueError(f"ties should be one of {', '.join(TIES)}; got {ties!r}")
    order = list(range(256))
    if ties == "huggingface":
        order.sort(key=byte_characters().__getitem__)
    tokens = [bytes([byte]) for byte in order]
    place_of = bytes(order.index(byte) for byte in range(256))
    merges = []
    with tqdm(total=n_merges, unit="merge", disable=not progress) as bar:
        counts = PairCounts(
            {chunk.encode("utf-8").translate(place_of): n for chunk, n in chunks.items()},
            first=ties == "first",
        )
        while len(merges) < n_merges and (pair := counts.most_frequent()):
            left, right = tokens[pair[0]], tokens[pair[1]]
            counts.merge(pair, len(tokens))
            merges.append((left, right))
            tokens.append(left + right)
            bar.update()
    return merges


class PairCounts:
    """The count of each pair of neighbours, kept up to date as pairs are merged.

    Recounting all pairs after each merge is slow, since a merge touches few places. So all
    chunks lie in one long row, `ids`, with gaps between them, and for each pair we note the
    places where it begins. When "l" and "o" are merged, the neighbours' places tell what else
    changes: one pair less on either side, and one new pair.

        place     1   2   3   4                    1    2   3   4
        ids       s   l   o   w     becomes        s   lo   -   w
        pairs     sl  lo  ow                       s-lo    lo-w

    The largest count is found with a *heap*, a list whose first entry is always the smallest. The
    count of a pair only ever falls once it is there: its entry is then out of date, too far in
    front, and we notice that when it comes to the top.
    """

    def __init__(self, chunks: dict[bytes, int], *, first: bool = False):
        """Count the pairs in distinct chunks, each weighted by its count.

        first: among equally frequent pairs, prefer the one whose first place is smaller;
            otherwise the smallest pair.
        """
        self.first = first
        self.ids, self.weights = [GAP], [0]
        for chunk, n in chunks.items():
            self.ids += [*chunk, GAP]
            self.weights += [n] * len(chunk) + [0]
        self.before = list(range(-1, len(self.ids) - 1))
        self.after = list(range(1, len(self.ids) + 1))
        self.counts: dict[Pair, int] = defaultdict(int)
        self.places: dict[Pair, list[int]] = defaultdict(list)
        for place, pair in enumerate(pairwise(self.ids)):
            if GAP not in pair:
                self.counts[pair] += self.weights[place]
                self.places[pair].append(place)
        self.heap = [self._entry(pair) for pair in self.counts]
        heapq.heapify(self.heap)

    def most_frequent(self) -> Pair | None:
        """Return the most frequent pair, or of equals the preferred one; None if no pair is left.

        It only looks: calling it twice gives the same pair.
        """
        while self.heap:
            count, _, pair = self.heap[0]
            now = self.counts[pair]
            if now == -count:
                return pair
            if now > 0:  # an old entry: put it where its true count belongs
                heapq.heapreplace(self.heap, self._entry(pair))
            else:
                heapq.heappop(self.heap)
        return None

    def merge(self, pair: Pair, new_id: int) -> None:
        """Merge `pair` into `new_id` wherever it occurs, from left to right; correct the counts."""
        ids, before, after, counts = self.ids, self.before, self.after, self.counts
        created = defaultdict(list)  # for each new pair, the places where it begins
        for i in self.places.pop(pair):
            j = after[i]
            if (ids[i], ids[j]) != pair:
                continue  # another merge, or the last round of this loop, took one of the two
            h, k = before[i], after[j]
            weight = self.weights[i]
            if ids[h] != GAP:
                counts[ids[h], ids[i]] -= weight
                counts[ids[h], new_id] += weight
                created[ids[h], new_id].append(h)
            if ids[k] != GAP:
                counts[ids[j], ids[k]] -= weight
                counts[new_id, ids[k]] += weight
                created[new_id, ids[k]].append(i)
            ids[i], ids[j] = new_id, GAP
            after[i], before[k] = k, i
        counts[pair] = 0
        for new_pair, places in created.items():
            if counts[new_pair] > 0:  # not if a later round of the loop merged it away
                self.places[new_pair] = places
                heapq.heappush(self.heap, self._entry(new_pair))

    def _entry(self, pair: Pair) -> tuple[int, int, Pair]:
        """Return the pair's entry in the heap: the preferred pair has the smallest."""
        if not self.first:
            return (-self.counts[pair], 0, pair)
        places = self.places[pair]
        gone = 0
        while (self.ids[places[gone]], self.ids[self.after[places[gone]]]) != pair:
            gone += 1
        del places[:gone]
        return (-self.counts[pair], places[0], pair)


def byte_characters() -> list[str]:
    """Return the character that GPT-2's vocabulary files write for each of the 256 bytes.

    Bytes that can be seen are written as themselves, the others as U+0100, U+0101 and so on. A
    space, byte 32, is "Ġ".

    >>> characters = byte_characters()
    >>> characters[ord("a")], characters[ord(" ")], characters[0]
    ('a', 'Ġ', 'Ā')
    """
    shown = {*range(33, 127), *range(161, 173), *range(174, 256)}
    others = iter(range(256, 512))
    return [chr(byte) if byte in shown else chr(next(others)) for byte in range(256)]


def token_bytes(merges: Iterable[tuple[bytes, bytes]]) -> tuple[list[bytes], dict[Pair, int]]:
    """Return the bytes of each token in order of id, and for each merging pair its new id.

    Raises ValueError if a merge joins a token that is not there yet, or makes one that is.
    """
    tokens = [bytes([i]) for i in range(256)]
    ids = {token: i for i, token in enumerate(tokens)}
    new_ids = {}
    for k, (left, right) in enumerate(merges):
        for part in (left, right):
            if part not in ids:
                raise ValueError(f"merge {k} joins {part!r}, which no earlier merge makes")
        if left + right in ids:
            raise ValueError(f"merge {k} makes {left + right!r} a second time")
        new_ids[ids[left], ids[right]] = ids[left + right] = len(tokens)
        tokens.append(left + right)
    return tokens, new_ids
