"""The texts of the book's own models: Small World, and random numbers that repeat."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from llm_lib.arguments import check_whole
from llm_lib.book.small_world import SmallWorld
from llm_lib.bpe import BPETokenizer
from llm_lib.tokenizer import END_OF_TEXT, IntegerTokenizer
from llm_lib.training.recipe import (
    CORPORA,
    Recipe,
    Tokens,
    check_texts,
    join_documents,
    open_tokenizer,
)


@dataclass(frozen=True)
class SmallWorldTexts:
    """Stories and tasks of Small World, with a tokenizer trained on them."""

    documents: int
    validation_documents: int
    seed: int = 0

    def __post_init__(self) -> None:
        _check_counts(self, "documents", "validation_documents")

    def prepare(self, vocab_size: int) -> Tokens:
        """Generate the texts and train the tokenizer."""
        train = list(SmallWorld(self.seed, "train").documents(self.documents))
        held_out = list(SmallWorld(self.seed, "held_out").documents(self.validation_documents))
        sample = train[: len(train) // 4]  # a quarter of the text settles the merges
        tokenizer = BPETokenizer.train(sample, vocab_size, special_tokens=[END_OF_TEXT])
        return tokenizer, join_documents(train, tokenizer), join_documents(held_out, tokenizer)


@dataclass(frozen=True)
class SmallWorldStories:
    """Stories of Small World without requests, in the tokens of another model.

    tokenizer: a JSON file, or the model whose tokenizer is taken, as "sprout".
    """

    documents: int
    validation_documents: int
    tokenizer: str
    seed: int = 0

    def __post_init__(self) -> None:
        _check_counts(self, "documents", "validation_documents")
        check_texts(self, "tokenizer")

    def prepare(self, vocab_size: int) -> Tokens:
        """Open the tokenizer and generate the stories."""
        tokenizer = open_tokenizer(self.tokenizer, vocab_size)
        train = SmallWorld(self.seed, "train").stories(self.documents)
        held_out = SmallWorld(self.seed, "held_out").stories(self.validation_documents)
        return tokenizer, join_documents(train, tokenizer), join_documents(held_out, tokenizer)


@dataclass(frozen=True)
class Repeats:
    """Random sequences of numbers, each written once or more: the text on which Echo grew."""

    tokens: int
    validation_tokens: int
    min_length: int
    max_length: int
    seed: int = 0

    def __post_init__(self) -> None:
        _check_counts(self, "tokens", "validation_tokens", "min_length")
        check_whole("max_length", self.max_length, self.min_length)

    def prepare(self, vocab_size: int) -> Tokens:
        """Generate the sequences."""
        lengths = self.min_length, self.max_length
        train = repeated_sequences(self.tokens, vocab_size, *lengths, seed=self.seed)
        val = repeated_sequences(self.validation_tokens, vocab_size, *lengths, seed=self.seed + 1)
        return IntegerTokenizer(vocab_size), train, val


BOOK_CORPORA = {
    **CORPORA,
    "small-world": SmallWorldTexts,
    "small-world-stories": SmallWorldStories,
    "repeats": Repeats,
}


def read_recipe(path: Path) -> Recipe:
    """Read a recipe whose corpus may be one of the book's; errors are those of `Recipe.read`."""
    return Recipe.read(path, BOOK_CORPORA)


def _check_counts(corpus: SmallWorldTexts | SmallWorldStories | Repeats, *names: str) -> None:
    check_whole("seed", corpus.seed, 0)
    for name in names:
        check_whole(name, getattr(corpus, name))


def repeated_sequences(
    n_tokens: int, vocab_size: int, min_length: int, max_length: int, seed: int = 0
) -> np.ndarray:
    """Return `n_tokens` ids: random sequences of min_length to max_length, each used 2 to 4 times.

    Raises ValueError for impossible lengths.

    >>> repeated_sequences(8, vocab_size=10, min_length=4, max_length=4).tolist()
    [8, 6, 5, 2, 8, 6, 5, 2]
    """
    check_whole("vocab_size", vocab_size)
    check_whole("max_length", max_length, check_whole("min_length", min_length))
    rng = np.random.default_rng(check_whole("seed", seed, 0))
    parts, n = [np.empty(0, np.int64)], 0
    while n < n_tokens:
        sequence = rng.integers(vocab_size, size=rng.integers(min_length, max_length + 1))
        parts.append(np.tile(sequence, rng.integers(2, 5)))
        n += len(parts[-1])
    dtype = np.uint16 if vocab_size <= 2**16 else np.uint32
    return np.concatenate(parts)[:n_tokens].astype(dtype)
