"""Byte pair encoding (BPE): a vocabulary grown from the text itself.

Start with the 256 possible bytes as tokens, so that any text at all can be written. Then, again and
again, take the pair of neighbouring tokens that comes most often, and make it one new token. Common
words end up as one token, rare ones as a few pieces.

Gage invented the method in 1994 to compress data; Sennrich, Haddow and Birch (2016) brought it to
translation, and GPT-2 (Radford et al., 2019) to bytes.

**Chunks.** Before anything else, a regular expression cuts the text into *chunks*, about one word
each, and no token ever reaches across a cut. So "dog." and "dog!" share the token "dog".

**Ties.** When several pairs come equally often, the smallest pair of ids wins: (97, 98) before
(97, 99) before (98, 97). So the same text always gives the same merges.
"""

import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Self

from llm_lib.files import list_field, read_json
from llm_lib.merges import (
    PATTERNS,
    any_of,
    compile_pattern,
    count_chunks,
    learn_merges,
    merge_bytes,
    recover_merges,
    token_bytes,
    valid_text,
)
from llm_lib.tokenizer import (
    CharTokenizer,
    IntegerTokenizer,
    SavedTokenizer,
    Tokenizer,
    WordTokenizer,
    check_ids,
)

# tiktoken writes two of the patterns another way; the cuts are the same.
_FROM_TIKTOKEN = {pattern: name for name, pattern in PATTERNS.items()} | {
    r"'(?:[sdmt]|ll|ve|re)| ?\p{L}++| ?\p{N}++| ?[^\s\p{L}\p{N}]++|\s++$|\s+(?!\S)|\s": "gpt2",
    r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+"
    r"|\s++$|\s*[\r\n]|\s+(?!\S)|\s": "cl100k",
}
CACHE_SIZE = 2**16  # chunks whose ids a tokenizer remembers


class BPETokenizer(SavedTokenizer):
    """A byte pair encoding, learned with `train` or given as a list of merges.

    Ids: 0 to 255 are the bytes 0 to 255, then comes one id a merge in order, then one id a special
    token. A *special token*, such as "<|endoftext|>", is never cut and never grown from pairs.

    >>> tokenizer = BPETokenizer.train("low low low lower lowest", vocab_size=260)
    >>> tokenizer.merges
    [(b'l', b'o'), (b'lo', b'w'), (b' ', b'low'), (b' low', b'e')]
    >>> tokenizer.encode("low lower")
    [257, 259, 114]
    >>> [tokenizer.decode([i]) for i in tokenizer.encode("low lower")]
    ['low', ' lowe', 'r']
    """

    type = "bpe"

    def __init__(
        self,
        merges: Iterable[tuple[bytes, bytes]],
        *,
        pattern: str = "gpt2",
        special_tokens: Iterable[str] | Mapping[str, int] = (),
        ids: Sequence[int] | None = None,
    ):
        """Build the vocabulary from merges in the order in which they were learned.

        pattern: "gpt2", "cl100k", "o200k", or a regular expression of your own.
        special_tokens: their ids follow those of the merges; or a dict from token to id.
        ids: the id of each byte and merge, for a vocabulary from elsewhere that numbers its tokens
            differently (GPT-2 does). None means 0, 1, 2, ...

        Raises ValueError if a merge joins a token that is not there yet or makes one that is there
        already, if a special token is empty or comes twice, or if two tokens share an id.
        """
        self.merges = [tuple(merge) for merge in merges]
        self.pattern = pattern
        self._split = compile_pattern(pattern).finditer
        tokens, self._new_ids = token_bytes(self.merges)
        self._ids = None if ids is None else [int(i) for i in ids]
        if self._ids is not None and len(self._ids) != len(tokens):
            raise ValueError(f"ids should hold one id a token, {len(tokens)}; got {len(self._ids)}")
        numbers = range(len(tokens)) if self._ids is None else self._ids
        self._first_special = max(numbers) + 1
        self.special_tokens = _number_specials(special_tokens, self._first_special)
        self.vocab: dict[int, bytes] = dict(zip(numbers, tokens, strict=True))
        self.vocab |= {i: token.encode("utf-8") for token, i in self.special_tokens.items()}
        if len(self.vocab) != len(tokens) + len(self.special_tokens) or min(self.vocab) < 0:
            raise ValueError("ids: each token needs its own, and none may be below 0")
        self._any_special = any_of(self.special_tokens)
        self._cache: dict[str, list[int]] = {}

    @classmethod
    def train(
        cls,
        text: str | Iterable[str],
        vocab_size: int,
        *,
        pattern: str = "gpt2",
        special_tokens: Iterable[str] = (),
        progress: bool = False,
    ) -> Self:
        """Learn merges from text until the vocabulary has `vocab_size` tokens.

        text: one string, or any number of them (a list of documents, an open file, a generator).
        special_tokens: kept out of the training and put at the end of the vocabulary.
        progress: print ten lines on the way.

        Where the text has fewer pairs than asked for, training stops at the last one, with a
        smaller vocabulary. Ties go to the smallest pair of ids.

        Raises ValueError if `vocab_size` has no room for 256 bytes and the special tokens, or if
        there is no text; TypeError if `text` is not text.
        """
        special_tokens = list(_number_specials(special_tokens, 256))
        n_merges = vocab_size - 256 - len(special_tokens)
        if n_merges < 0:
            raise ValueError(
                f"vocab_size is {vocab_size}, but 256 bytes and {len(special_tokens)} special "
                f"tokens need at least {256 + len(special_tokens)}"
            )
        chunks = count_chunks(text, pattern, special_tokens)
        if not chunks:
            raise ValueError("text is empty: there is nothing to learn merges from")
        merges = learn_merges(chunks, n_merges, progress=progress)
        return cls(merges, pattern=pattern, special_tokens=special_tokens)

    @property
    def vocab_size(self) -> int:
        """One more than the largest id: the number of rows that an embedding of these ids needs."""
        return max(self.vocab) + 1

    def encode(
        self,
        text: str,
        allowed_special: str | Collection[str] = (),
        disallowed_special: str | Collection[str] = "all",
    ) -> list[int]:
        """Turn text into ids, with tiktoken's rules for special tokens.

        allowed_special: the special tokens to read as such: "all", or some of them.
        disallowed_special: those that raise an error where they stand in the text; "all" means all
            that are not allowed. With `()`, they are read as plain text.

        By default, then, a special token in the text is an error: text from a stranger should not
        be able to end the document. Raises ValueError for it, and TypeError if text is not a str.
        """
        every = frozenset(self.special_tokens)
        allowed = every if allowed_special == "all" else frozenset(allowed_special)
        disallowed = every - allowed if disallowed_special == "all" else set(disallowed_special)
        found = disallowed and any_of(disallowed).search(valid_text(text))
        if found:
            raise ValueError(
                f"the text holds the special token {found[0]!r}; pass "
                f'allowed_special={{{found[0]!r}}} (or "all") to encode it as one id, or '
                "disallowed_special=() to encode it as plain text"
            )
        if not allowed & every:
            return self.encode_ordinary(text)
        ids, start = [], 0
        for match in self._any_special.finditer(text):
            if match[0] in allowed:
                ids += self.encode_ordinary(text[start : match.start()])
                ids.append(self.special_tokens[match[0]])
                start = match.end()
        return ids + self.encode_ordinary(text[start:])

    def encode_ordinary(self, text: str) -> list[int]:
        """Turn text into ids, reading special tokens as plain text.

        Half of a surrogate pair, which is not a character, becomes U+FFFD, "�".
        """
        ids = []
        for match in self._split(valid_text(text)):
            ids += self._encode_chunk(match[0])
        return ids

    def encode_iterable(
        self,
        texts: Iterable[str],
        allowed_special: str | Collection[str] = (),
        disallowed_special: str | Collection[str] = "all",
    ) -> Iterator[int]:
        """Yield the ids of one text after another, such as the lines of a file too big for memory.

        No token reaches from one text into the next.
        """
        for text in texts:
            yield from self.encode(text, allowed_special, disallowed_special)

    def decode(self, ids: Iterable[int], errors: str = "replace") -> str:
        """Turn ids into text.

        errors: what to do with bytes that are not UTF-8, as half of an "é" is not: "replace" puts
            "�", "strict" raises UnicodeDecodeError, "ignore" drops them.

        Raises ValueError for an id out of range, TypeError for one that is not a whole number.
        """
        return self.decode_bytes(ids).decode("utf-8", errors)

    def decode_bytes(self, ids: Iterable[int]) -> bytes:
        """Turn ids into the bytes that they stand for."""
        ids = check_ids(ids, self.vocab_size)
        try:
            return b"".join([self.vocab[i] for i in ids])
        except KeyError as error:
            raise ValueError(f"id {error.args[0]} stands for no token of this vocabulary") from None

    @classmethod
    def from_tiktoken(cls, encoding: Any) -> Self:
        """Take over a tiktoken `Encoding`, with its ids.

        Raises ValueError if its tokens can't have come from byte pair encoding.
        """
        ids = dict(encoding._mergeable_ranks)
        merged = sorted((token for token in ids if len(token) > 1), key=ids.get)
        return cls(
            recover_merges(merged),
            pattern=_FROM_TIKTOKEN.get(encoding._pat_str, encoding._pat_str),
            special_tokens=encoding._special_tokens,
            ids=[ids[bytes([i])] for i in range(256)] + [ids[token] for token in merged],
        )

    def to_tiktoken(self, name: str = "llm_lib") -> Any:
        """Return a tiktoken `Encoding` with the same ids: the same encoding, written in Rust."""
        import tiktoken

        specials = self.special_tokens
        own = {token: i for i, token in self.vocab.items() if i not in specials.values()}
        pattern = PATTERNS.get(self.pattern, self.pattern)
        return tiktoken.Encoding(
            name, pat_str=pattern, mergeable_ranks=own, special_tokens=specials
        )

    def to_dict(self) -> dict[str, Any]:
        """Describe the tokenizer as `{"type": "bpe", "pattern": ..., "merges": ...}`."""
        specials = self.special_tokens
        plain = specials == _number_specials(specials.keys(), self._first_special)
        data = {
            "type": self.type,
            "pattern": self.pattern,
            "merges": [[left.hex(), right.hex()] for left, right in self.merges],
            "special_tokens": list(specials) if plain else specials,
        }
        return data if self._ids is None else data | {"ids": self._ids}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Build the tokenizer that `to_dict` described. Raises ValueError naming a bad field."""
        if not isinstance(data.get("pattern"), str):
            raise ValueError(f"field 'pattern' should be text; got {data.get('pattern')!r}")
        try:
            merges = [
                (bytes.fromhex(a), bytes.fromhex(b)) for a, b in list_field(list, data, "merges")
            ]
        except (ValueError, TypeError) as error:
            raise ValueError(f"field 'merges' should hold pairs of hex strings: {error}") from None
        specials = data.get("special_tokens", [])
        if not isinstance(specials, list | dict):
            raise ValueError(f"field 'special_tokens' should be a list; got {specials!r}")
        ids = list_field(int, data, "ids") if "ids" in data else None
        return cls(merges, pattern=data["pattern"], special_tokens=specials, ids=ids)

    def _encode_chunk(self, chunk: str) -> list[int]:
        """Return the ids of one chunk, from memory where it was seen before."""
        ids = self._cache.get(chunk)
        if ids is None:
            ids = merge_bytes(chunk.encode("utf-8"), self._new_ids)
            if self._ids is not None:
                ids = [self._ids[i] for i in ids]
            if len(self._cache) >= CACHE_SIZE:
                self._cache.clear()
            self._cache[chunk] = ids
        return ids

    def __repr__(self) -> str:
        return f"BPETokenizer(vocab_size={self.vocab_size}, pattern={self.pattern!r})"


def load_tokenizer(path: str | os.PathLike) -> Tokenizer:
    """Read a tokenizer of any type from the JSON file that its `save` wrote.

    Raises ValueError, naming the file and the field, when the file is not as it should be.
    """
    kinds = {c.type: c for c in (BPETokenizer, CharTokenizer, WordTokenizer, IntegerTokenizer)}
    kind = read_json(path).get("type")
    if kind not in kinds:
        raise ValueError(f"{path}: field 'type' should be one of {list(kinds)}; it is {kind!r}")
    return kinds[kind].load(path)


def _number_specials(tokens: Iterable[str] | Mapping[str, int], first: int) -> dict[str, int]:
    """Return a dict from special token to id, counting up from `first` where none are given."""
    if isinstance(tokens, str):
        raise TypeError(f"special_tokens should be a list of strings; got the string {tokens!r}")
    numbered = dict(tokens) if isinstance(tokens, Mapping) else {}
    for token in tokens:
        if not isinstance(token, str):
            raise TypeError(f"special_tokens should be strings; got {token!r}")
        if not token:
            raise ValueError("special_tokens: an empty string can't be a special token")
        if not isinstance(tokens, Mapping):
            if token in numbered:
                raise ValueError(f"special_tokens: {token!r} comes twice")
            numbered[token] = first + len(numbered)
    return numbered
