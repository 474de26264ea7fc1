"""The algorithm of byte pair encoding: cutting text, learning merges, and applying them.

`llm_lib.bpe` wraps these functions into a tokenizer. Here, a chunk is a list of token ids, which
starts as its bytes. Merge number k turns one pair of ids into the new id 256 + k.
"""

import heapq
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from itertools import pairwise

import regex

Pair = tuple[int, int]

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

    >>> count_chunks("to be or not to be")
    Counter({' be': 2, 'to': 1, ' or': 1, ' not': 1, ' to': 1})
    """
    split = compile_pattern(pattern).finditer
    counts = Counter()
    for document in [text] if isinstance(text, str) else text:
        document = valid_text(document)
        for part in any_of(special_tokens).split(document) if special_tokens else [document]:
            counts.update(match[0] for match in split(part))
    return counts


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


def any_of(tokens: Iterable[str]) -> regex.Pattern:
    """Return a regular expression that finds any of the tokens, a longer one first."""
    return regex.compile("|".join(map(regex.escape, sorted(tokens, key=len, reverse=True))))


def valid_text(text: str) -> str:
    """Return text that can be written as UTF-8: half of a surrogate pair becomes "�".

    Raises TypeError if it is not a str.
    """
    if not isinstance(text, str):
        raise TypeError(f"text should be a str; got {type(text).__name__}")
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def merge_pair(ids: list[int], pair: Pair, new_id: int) -> list[int]:
    """Replace each occurrence of `pair` by `new_id`, from left to right.

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


def merge_bytes(chunk: bytes, new_ids: dict[Pair, int]) -> list[int]:
    """Apply the learned merges to a chunk, always the earliest-learned one that fits.

    new_ids: for each pair that merges, the id that it becomes; a smaller id was learned earlier.

    >>> merge_bytes(b"lower", {(108, 111): 256, (256, 119): 257})
    [257, 101, 114]
    """
    ids = list(chunk)
    never = 256 + len(new_ids)
    while len(ids) > 1:
        pair = min(pairwise(ids), key=lambda pair: new_ids.get(pair, never))
        if pair not in new_ids:
            break
        ids = merge_pair(ids, pair, new_ids[pair])
    return ids


def learn_merges(
    chunks: Counter[str], n_merges: int, *, progress: bool = False
) -> list[tuple[bytes, bytes]]:
    """Learn up to `n_merges` merges from distinct chunks and how often each comes.

    Each step takes the most frequent pair, or of several the smallest pair of ids, and merges it
    everywhere. It stops early when no chunk has two tokens left.

    >>> learn_merges(Counter({"ab": 3, "abc": 1}), 10)
    [(b'a', b'b'), (b'ab', b'c')]
    """
    tokens = [bytes([i]) for i in range(256)]
    counts = PairCounts(chunks)
    merges = []
    while len(merges) < n_merges and (pair := counts.most_frequent()):
        left, right = tokens[pair[0]], tokens[pair[1]]
        if progress and len(merges) % max(1, n_merges // 10) == 0:
            print(f"merge {len(merges):6,} of {n_merges:,}: {left!r} + {right!r}")
        counts.merge(pair, len(tokens))
        merges.append((left, right))
        tokens.append(left + right)
    return merges


class PairCounts:
    """How often each pair of neighbours comes, kept up to date as pairs are merged.

    Counting all pairs anew after each merge is slow, since a merge touches few chunks. So we note
    in which chunks each pair occurs, and correct the counts in those alone.

    The largest count is found with a *heap*, a list whose first entry is always the smallest. A
    count that changes leaves its old entry behind; we notice when that entry comes to the top.
    """

    def __init__(self, chunks: Counter[str]):
        """Count the pairs in distinct chunks, each weighted by how often it comes."""
        self.chunks = [list(chunk.encode("utf-8")) for chunk in chunks]
        self.weights = list(chunks.values())
        self.counts: dict[Pair, int] = defaultdict(int)
        self.places: dict[Pair, set[int]] = defaultdict(set)
        for place, ids in enumerate(self.chunks):
            for pair in pairwise(ids):
                self.counts[pair] += self.weights[place]
                self.places[pair].add(place)
        self.heap = [(-count, pair) for pair, count in self.counts.items()]
        heapq.heapify(self.heap)

    def most_frequent(self) -> Pair | None:
        """Return the most frequent pair, of equals the smallest; None if no pair is left."""
        while self.heap:
            count, pair = self.heap[0]
            now = self.counts[pair]
            if now == -count and now > 0:
                return pair
            if now > 0:  # an old entry: put it where its true count belongs
                heapq.heapreplace(self.heap, (-now, pair))
            else:
                heapq.heappop(self.heap)
        return None

    def merge(self, pair: Pair, new_id: int) -> None:
        """Merge `pair` into `new_id` in each chunk that has it, and correct the counts."""
        created = set()
        for place in self.places.pop(pair):
            ids, weight = self.chunks[place], self.weights[place]
            for old in pairwise(ids):
                self.counts[old] -= weight
            ids = self.chunks[place] = merge_pair(ids, pair, new_id)
            for new in pairwise(ids):
                self.counts[new] += weight
                if new_id in new:
                    self.places[new].add(place)
                    created.add(new)
        for new in created:
            heapq.heappush(self.heap, (-self.counts[new], new))


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


def recover_merges(tokens: Iterable[bytes]) -> list[tuple[bytes, bytes]]:
    """Find the merges of a vocabulary that is known only as its tokens, in order of learning.

    tiktoken's files are like that. A token's merge joins the two parts that the merges before it
    leave of its bytes. Raises ValueError for a token that does not end as two parts.

    >>> recover_merges([b"lo", b"low"])
    [(b'l', b'o'), (b'lo', b'w')]
    """
    known = [bytes([i]) for i in range(256)]
    ids = {token: i for i, token in enumerate(known)}
    new_ids, merges = {}, []
    for token in tokens:
        parts = merge_bytes(token, new_ids)
        if len(parts) != 2:
            raise ValueError(f"token {token!r} is not made of two tokens that come before it")
        merges.append((known[parts[0]], known[parts[1]]))
        new_ids[parts[0], parts[1]] = ids[token] = len(known)
        known.append(token)
    return merges
