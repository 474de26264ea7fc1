"""BPETokenizer: learns, encodes and decodes with a vocabulary grown from text.

Start with the 256 possible bytes as tokens, so that any text at all can be written. Then, again and
again, take the most frequent pair of neighbouring tokens, and make it one new token. Common
words end up as one token, rare ones as a few pieces.

Gage invented the method in 1994 to compress data; Sennrich, Haddow and Birch (2016) brought it to
translation, and GPT-2 (Radford et al., 2019) to bytes.

**Chunks.** Before anything else, a regular expression cuts the text into *chunks*, about one word
each, and no token ever reaches across a cut (`llm_lib.bpe.pretokenize`).

**Ties.** When several pairs are equally frequent, the smallest pair of ids wins: (97, 98) before
(97, 99) before (98, 97). So the same text always gives the same merges.
"""

import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Self

import numpy as np

from llm_lib.arguments import check_whole
from llm_lib.bpe import convert, fast
from llm_lib.bpe.merges import learn_merges, merge_bytes, token_bytes
from llm_lib.bpe.pretokenize import cut_chunks, valid_text
from llm_lib.bpe.special import number_specials, split_special
from llm_lib.files import list_field, write_json
from llm_lib.tokenizer import END_OF_TEXT, SavedTokenizer, check_ids


class BPETokenizer(SavedTokenizer):
    """A byte pair encoding, learned with `train` or given as a list of merges.

    Ids: 0 to 255 are the bytes 0 to 255, then comes one id per merge in order, then one per
    special token. A *special token*, such as "<|endoftext|>", is never cut or grown from pairs.

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
        tokens, self._new_ids = token_bytes(self.merges)
        self._ids = range(len(tokens)) if ids is None else [int(i) for i in ids]
        if len(self._ids) != len(tokens):
            raise ValueError(f"ids should hold one id a token, {len(tokens)}; got {len(self._ids)}")
        self._first_special = max(self._ids) + 1
        self.special_tokens = number_specials(special_tokens, self._first_special)
        self.vocab: dict[int, bytes] = dict(zip(self._ids, tokens, strict=True))
        self.vocab |= {i: token.encode("utf-8") for token, i in self.special_tokens.items()}
        if len(self.vocab) != len(tokens) + len(self.special_tokens) or min(self.vocab) < 0:
            raise ValueError("ids: each token needs its own, and none may be below 0")
        self.vocab_size = max(self.vocab) + 1  # the rows that an embedding of these ids needs
        self._encoder = fast.Encoder(pattern, self._new_ids, self._ids, self.vocab_size)

    @classmethod
    def train(
        cls,
        text: str | Iterable[str],
        vocab_size: int,
        *,
        pattern: str = "gpt2",
        special_tokens: Iterable[str] = (),
        ties: str = "ids",
        progress: bool = False,
    ) -> Self:
        """Learn merges from text until the vocabulary has `vocab_size` tokens.

        text: one string, or any number of them (a list of documents, an open file, a generator).
            Memory grows with the number of different words, not with the length of the text.
        special_tokens: kept out of the training and put at the end of the vocabulary.
        ties: "ids", "huggingface" or "first" (see `llm_lib.bpe.merges.learn_merges`).
        progress: show a progress bar.

        Where the text has fewer pairs than asked for, the vocabulary stays smaller. Ctrl-C ends the
        training with KeyboardInterrupt, and leaves nothing behind.

        Raises ValueError if `vocab_size` has no room for 256 bytes and the special tokens, or if
        there is no text; TypeError if `text` is not text.
        """
        vocab_size = check_whole("vocab_size", vocab_size)
        special_tokens = list(number_specials(special_tokens, 256))
        n_merges = vocab_size - 256 - len(special_tokens)
        if n_merges < 0:
            raise ValueError(
                f"vocab_size is {vocab_size}, but 256 bytes and {len(special_tokens)} special "
                f"tokens need at least {256 + len(special_tokens)}"
            )
        chunks = fast.count_chunks(text, pattern, special_tokens)
        if not chunks:
            raise ValueError("text is empty: there is nothing to learn merges from")
        with fast.collector_off():
            merges = learn_merges(chunks, n_merges, ties=ties, progress=progress)
        return cls(merges, pattern=pattern, special_tokens=special_tokens)

    @property
    def end_id(self) -> int | None:
        """The id of the end-of-text token, or None for a tokenizer that was made without one.

        >>> BPETokenizer([], special_tokens=["<|endoftext|>"]).end_id
        256
        """
        return self.special_tokens.get(END_OF_TEXT)

    def encode_plain(
        self,
        text: str,
        allowed_special: str | Collection[str] = (),
        disallowed_special: str | Collection[str] = "all",
    ) -> list[int]:
        """Turn text into ids, one plain step after another. `encode` is the same, but fast.

        Split off the special tokens; cut the rest into chunks; take the bytes of each chunk, and
        merge them in the order of learning; give each token its id.

        >>> tokenizer = BPETokenizer([(b"h", b"i")], special_tokens=["<|end|>"])
        >>> tokenizer.encode_plain("hi hi<|end|>", allowed_special="all")
        [256, 32, 256, 257]
        """
        ids = []
        for part in self._split(text, allowed_special, disallowed_special):
            if not isinstance(part, str):  # it is the id of a special token
                ids.append(part)
                continue
            for chunk in cut_chunks(part, self.pattern):
                merged = merge_bytes(chunk.encode("utf-8"), self._new_ids)
                ids += [self._ids[i] for i in merged]
        return ids

    def encode(
        self,
        text: str,
        allowed_special: str | Collection[str] = (),
        disallowed_special: str | Collection[str] = "all",
    ) -> list[int]:
        """Turn text into ids, with tiktoken's rules for special tokens (see `llm_lib.bpe.fast`).

        allowed_special: the special tokens to read as such: "all", or some of them.
        disallowed_special: those that raise an error where they occur in the text; "all" means all
            that are not allowed. With `()`, they are read as plain text.

        By default, then, a special token in the text is an error: text from a stranger should not
        be able to end the document. Raises ValueError for it, and TypeError if text is not a str.
        """
        return self.encode_to_numpy(text, allowed_special, disallowed_special).tolist()

    def encode_to_numpy(
        self,
        text: str,
        allowed_special: str | Collection[str] = (),
        disallowed_special: str | Collection[str] = "all",
    ) -> np.ndarray:
        """Turn text into an array of ids (T,): uint16 where every id fits into it, else uint32.

        Like `encode`, but for long texts it is faster and takes a tenth of the memory.

        >>> BPETokenizer([]).encode_to_numpy("hi")
        array([104, 105], dtype=uint16)
        """
        return self._encoder.encode(self._split(text, allowed_special, disallowed_special))

    def encode_ordinary(self, text: str) -> list[int]:
        """Turn text into ids, reading special tokens as plain text.

        Half of a surrogate pair is not a character, and becomes U+FFFD, "�".
        """
        return self.encode(text, disallowed_special=())

    def encode_batch(
        self,
        texts: Iterable[str],
        allowed_special: str | Collection[str] = (),
        disallowed_special: str | Collection[str] = "all",
    ) -> list[list[int]]:
        """Return the ids of each text, as a list of lists. A str alone raises TypeError."""
        if isinstance(texts, str):
            raise TypeError("texts should be a list of strings; for one string there is `encode`")
        return [self.encode(text, allowed_special, disallowed_special) for text in texts]

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

        errors: what to do with bytes that are not UTF-8, such as half of an "é": "replace" writes
            "�", "strict" raises UnicodeDecodeError, "ignore" drops them.

        Raises ValueError for an id out of range, TypeError for one that is not a whole number.
        """
        return self.decode_bytes(ids).decode("utf-8", errors)

    def decode_bytes(self, ids: Iterable[int]) -> bytes:
        """Turn ids into the bytes that they stand for. The errors are those of `decode`."""
        ids = check_ids(ids, self.vocab_size)
        try:
            return b"".join([self.vocab[i] for i in ids])
        except KeyError as error:
            raise ValueError(f"id {error.args[0]} stands for no token of this vocabulary") from None

    @classmethod
    def from_tiktoken(cls, encoding: Any) -> Self:
        """Build a tokenizer from a tiktoken `Encoding`, with its ids.

        Raises ValueError if its tokens can't have come from byte pair encoding.
        """
        return cls(**convert.read_tiktoken(encoding))

    def to_tiktoken(self, name: str = "llm_lib") -> Any:
        """Return a tiktoken `Encoding` with the same ids: the same encoding, written in Rust.

        Raises ValueError for merges that no training gives, which tiktoken could not follow.
        """
        return convert.to_tiktoken(self, name)

    @classmethod
    def from_huggingface(cls, source: str | os.PathLike | Mapping[str, Any]) -> Self:
        """Build a tokenizer from a Hugging Face `tokenizer.json`, given as its path or its content.

        Raises ValueError for what can't be the same here: `llm_lib.bpe.convert.read_huggingface`.
        """
        return cls(**convert.read_huggingface(source))

    def to_huggingface(self, path: str | os.PathLike) -> None:
        """Write a `tokenizer.json` that Hugging Face's `tokenizers` and `transformers` read."""
        write_json(path, convert.to_huggingface(self))

    def to_dict(self) -> dict[str, Any]:
        """Describe the tokenizer as `{"type": "bpe", "pattern": ..., "merges": ...}`."""
        specials = self.special_tokens
        plain = specials == number_specials(specials.keys(), self._first_special)
        data = {
            "type": self.type,
            "pattern": self.pattern,
            "merges": [[left.hex(), right.hex()] for left, right in self.merges],
            "special_tokens": list(specials) if plain else specials,
        }
        return data if isinstance(self._ids, range) else data | {"ids": self._ids}

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

    def _split(
        self, text: str, allowed: str | Collection[str], disallowed: str | Collection[str]
    ) -> Iterator[str | int]:
        """Yield the parts of the text: the id of each special token, and the text around them."""
        return split_special(valid_text(text), self.special_tokens, allowed, disallowed)

    def __repr__(self) -> str:
        return f"BPETokenizer(vocab_size={self.vocab_size}, pattern={self.pattern!r})"
