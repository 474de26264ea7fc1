"""Tokenizers turn text into a list of numbers, and back.

A language model computes with numbers, so text has to become numbers first. A **tokenizer** cuts
text into pieces, the *tokens*, and gives each distinct piece a number, its *id*. This module holds
what all tokenizers share, and the three simplest ones: one token per character, one per word, and
one per whole number. Byte pair encoding, which real models use, is in `llm_lib.bpe`.
"""

import operator
import os
import re
from collections.abc import Iterable
from typing import Any, ClassVar, Protocol, Self, runtime_checkable

from llm_lib.arguments import check_whole
from llm_lib.files import list_field, read_json, write_json

END_OF_TEXT = "<|endoftext|>"  # GPT-2's special token that ends each document


@runtime_checkable
class Tokenizer(Protocol):
    """What the rest of the book asks of a tokenizer, whatever it does inside."""

    @property
    def vocab_size(self) -> int:
        """Number of ids: each id is at least 0 and less than `vocab_size`."""

    def encode(self, text: str) -> list[int]:
        """Turn text into ids."""

    def decode(self, ids: Iterable[int]) -> str:
        """Turn ids into text."""


def require_end_id(tokenizer: Tokenizer) -> int:
    """Return the id of a tokenizer's end-of-text token; ValueError if it has none."""
    end = getattr(tokenizer, "end_id", None)
    if end is None:
        raise ValueError(
            f"this tokenizer has no token {END_OF_TEXT!r}; make one that has, with "
            f"special_tokens=[{END_OF_TEXT!r}]"
        )
    return end


class SavedTokenizer:
    """Saving to JSON and loading from it, for any tokenizer that can describe itself as a dict.

    A subclass names its `type`, and has `to_dict()` and a class method `from_dict(data)`.
    """

    type: ClassVar[str]

    def save(self, path: str | os.PathLike) -> None:
        """Write the tokenizer to `path`, a JSON file. The file appears whole or not at all."""
        write_json(path, self.to_dict())

    @classmethod
    def load(cls, path: str | os.PathLike) -> Self:
        """Read a tokenizer that `save` wrote.

        Raises ValueError, naming the file and the field, if the file is not valid.
        """
        data = read_json(path)
        if data.get("type") != cls.type:
            raise ValueError(
                f"{path}: field 'type' is {data.get('type')!r}, but a {cls.__name__} needs "
                f"{cls.type!r}"
            )
        try:
            return cls.from_dict(data)
        except (ValueError, TypeError) as error:
            raise ValueError(f"{path}: {error}") from None


class CharTokenizer(SavedTokenizer):
    """One token per character.

    >>> tokenizer = CharTokenizer.from_text("hello")
    >>> tokenizer.characters
    ['e', 'h', 'l', 'o']
    >>> tokenizer.encode("hole")
    [1, 3, 2, 0]
    >>> tokenizer.decode([1, 3, 2, 0])
    'hole'
    """

    type = "char"

    def __init__(self, characters: Iterable[str]):
        """Give each character its place in `characters` as its id.

        Raises ValueError if there are none, if one comes twice, or if one is not one character.
        """
        self.characters = list(characters)
        _check_distinct_strings("characters", self.characters)
        for character in self.characters:
            if len(character) != 1:
                raise ValueError(f"characters: {character!r} is not one character")
        self.vocab_size = len(self.characters)
        self._ids = {character: i for i, character in enumerate(self.characters)}

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Take the distinct characters of `text`, in alphabetical order, as the vocabulary."""
        return cls(sorted(set(check_text(text))))

    def encode(self, text: str) -> list[int]:
        """Turn text into one id per character. Raises ValueError for an unknown character."""
        try:
            return [self._ids[character] for character in check_text(text)]
        except KeyError as error:
            raise ValueError(
                f"the character {error.args[0]!r} is not in the vocabulary of "
                f"{self.vocab_size} characters that this tokenizer was made from"
            ) from None

    def decode(self, ids: Iterable[int]) -> str:
        """Turn ids into text. Raises ValueError for an id out of range."""
        return "".join(self.characters[i] for i in check_ids(ids, self.vocab_size))

    def to_dict(self) -> dict[str, Any]:
        """Describe the tokenizer as `{"type": "char", "characters": [...]}`."""
        return {"type": self.type, "characters": self.characters}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Build the tokenizer that `to_dict` described."""
        return cls(list_field(str, data, "characters"))

    def __repr__(self) -> str:
        return f"CharTokenizer(vocab_size={self.vocab_size})"


class WordTokenizer(SavedTokenizer):
    """One token per word or punctuation mark. Spaces are dropped and can't be restored exactly.

    >>> tokenizer = WordTokenizer.from_text("The cat sat. The dog, too!")
    >>> tokenizer.words
    ['!', ',', '.', 'The', 'cat', 'dog', 'sat', 'too']
    >>> tokenizer.encode("The dog sat.")
    [3, 5, 6, 2]
    >>> tokenizer.decode([3, 5, 6, 2])
    'The dog sat.'
    >>> tokenizer.encode("The bird sat.")
    Traceback (most recent call last):
        ...
    ValueError: the word 'bird' is not in the vocabulary of 8 words; build the tokenizer from a \
text that has it, or with unknown="<unk>" to give every such word one id
    """

    type = "word"

    def __init__(self, words: Iterable[str], *, unknown: str | None = None):
        """Give each word its place in `words` as its id.

        unknown: the token that stands for every word outside the vocabulary, such as "<unk>". It is
            added at the end if `words` lacks it. With None, such a word is an error.
        Raises ValueError if there are no words, or one comes twice.
        """
        self.words = list(words)
        self.unknown = unknown
        if unknown is not None and unknown not in self.words:
            self.words.append(unknown)
        _check_distinct_strings("words", self.words)
        self.vocab_size = len(self.words)  # the unknown token included
        self._ids = {word: i for i, word in enumerate(self.words)}

    @classmethod
    def from_text(cls, text: str, *, unknown: str | None = None) -> Self:
        """Take the distinct words of `text`, in alphabetical order, as the vocabulary."""
        return cls(sorted(set(split_words(text))), unknown=unknown)

    def encode(self, text: str) -> list[int]:
        """Turn text into one id per word. Raises ValueError for a word that has no id."""
        fallback = self._ids.get(self.unknown)
        words = split_words(text)
        ids = [self._ids.get(word, fallback) for word in words]
        if None in ids:
            word = words[ids.index(None)]
            raise ValueError(
                f"the word {word!r} is not in the vocabulary of {self.vocab_size} "
                "words; build the tokenizer from a text that has it, or with "
                'unknown="<unk>" to give every such word one id'
            )
        return ids

    def decode(self, ids: Iterable[int]) -> str:
        """Join the words with spaces, none before a mark. Raises ValueError for a bad id."""
        text = " ".join(self.words[i] for i in check_ids(ids, self.vocab_size))
        return re.sub(r" ([.,:;!?)\]}])", r"\1", text)

    def to_dict(self) -> dict[str, Any]:
        """Describe the tokenizer as `{"type": "word", "words": [...], "unknown": ...}`."""
        return {"type": self.type, "words": self.words, "unknown": self.unknown}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Build the tokenizer that `to_dict` described."""
        unknown = data.get("unknown")
        if unknown is not None and not isinstance(unknown, str):
            raise ValueError(f"field 'unknown' should be text or null; got {unknown!r}")
        return cls(list_field(str, data, "words"), unknown=unknown)

    def __repr__(self) -> str:
        return f"WordTokenizer(vocab_size={self.vocab_size}, unknown={self.unknown!r})"


class IntegerTokenizer(SavedTokenizer):
    """One token per whole number: the text `"3 17 5"` is the ids 3, 17, 5.

    For models that learn from sequences of symbols without meaning, where only the pattern counts.

    >>> tokenizer = IntegerTokenizer(64)
    >>> tokenizer.encode("3 17 5")
    [3, 17, 5]
    >>> tokenizer.decode([3, 17, 5])
    '3 17 5'
    """

    type = "integers"

    def __init__(self, vocab_size: int):
        """Allow the numbers from 0 to `vocab_size` - 1."""
        self.vocab_size = check_whole("vocab_size", vocab_size)

    def encode(self, text: str) -> list[int]:
        """Turn numbers with spaces between them into ids. Raises ValueError for anything else."""
        ids = []
        for word in check_text(text).split():
            if not re.fullmatch("[0-9]+", word) or int(word) >= self.vocab_size:
                raise ValueError(
                    f"{word!r} is not a whole number from 0 to {self.vocab_size - 1}; write "
                    'numbers with spaces between them, such as "3 17 5"'
                )
            ids.append(int(word))
        return ids

    def decode(self, ids: Iterable[int]) -> str:
        """Write the ids with spaces between them. Raises ValueError for an id out of range."""
        return " ".join(str(i) for i in check_ids(ids, self.vocab_size))

    def to_dict(self) -> dict[str, Any]:
        """Describe the tokenizer as `{"type": "integers", "vocab_size": ...}`."""
        return {"type": self.type, "vocab_size": self.vocab_size}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Build the tokenizer that `to_dict` described."""
        return cls(data.get("vocab_size"))

    def __repr__(self) -> str:
        return f"IntegerTokenizer({self.vocab_size})"


def split_words(text: str) -> list[str]:
    """Cut text into words and punctuation marks, dropping the spaces.

    >>> split_words("Don't stop, Mia!")
    ["Don't", 'stop', ',', 'Mia', '!']
    """
    return re.findall(r"\w+(?:'\w+)*|[^\w\s]", check_text(text))


def check_ids(ids: Iterable[int], vocab_size: int) -> list[int]:
    """Return ids from a list, an array or a tensor as a list of ints.

    Raises TypeError if one is not a whole number, ValueError if one is out of range.
    """
    checked = []
    for i in ids.tolist() if hasattr(ids, "tolist") else ids:
        try:
            checked.append(operator.index(i))
        except TypeError:
            raise TypeError(f"ids should be a flat list of whole numbers; it holds {i!r}") from None
        if not 0 <= checked[-1] < vocab_size:
            raise ValueError(f"id {i} is out of range: the ids go from 0 to {vocab_size - 1}")
    return checked


def check_text(text: str) -> str:
    """Return `text`, or raise TypeError if it is not a str."""
    if not isinstance(text, str):
        raise TypeError(f"text should be a str; got {type(text).__name__}")
    return text


def _check_distinct_strings(what: str, values: list[str]) -> None:
    """Raise ValueError unless there is at least one value and no two are the same."""
    if not values:
        raise ValueError(f"{what}: there are none; a tokenizer needs at least one")
    seen = set()
    for value in values:
        if not isinstance(value, str):
            raise TypeError(f"{what} should be strings; got {value!r}")
        if value in seen:
            raise ValueError(f"{what}: {value!r} comes twice")
        seen.add(value)
