"""A recipe holds all settings of a training in one TOML file (see `configs/`)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch

from llm_lib.arguments import check_number, check_whole
from llm_lib.bpe import BPETokenizer, load_tokenizer
from llm_lib.dataset import read_token_file
from llm_lib.dataset.documents import encode_documents
from llm_lib.files import model_folder
from llm_lib.model.gpt import GPT, GPTConfig
from llm_lib.tokenizer import END_OF_TEXT, Tokenizer
from llm_lib.training.config import TrainingConfig
from llm_lib.training.tables import read_recipe_file, read_table

LEAST_WORDS = 500  # of a text, to learn anything from
Tokens = tuple[Tokenizer, Any, Any]  # with the training tokens and the validation tokens


class Corpus(Protocol):
    """Where the text of a training comes from: a dataclass, whose fields are a recipe's keys."""

    def prepare(self, vocab_size: int) -> Tokens:
        """Return (tokenizer, training tokens, validation tokens)."""


@dataclass(frozen=True)
class TokenFiles:
    """Texts that `write_token_file` has written, read from disk by each process as it needs them.

    train, validation: files, or folders of shards. tokenizer: the JSON file of the tokenizer that
    wrote them, or the model whose tokenizer it was, as "sprout".
    """

    train: str
    validation: str
    tokenizer: str

    def __post_init__(self) -> None:
        check_texts(self, "train", "validation", "tokenizer")

    def prepare(self, vocab_size: int) -> Tokens:
        """Open the files; ValueError if they or the tokenizer do not fit each other."""
        tokenizer = open_tokenizer(self.tokenizer, vocab_size)
        both = (
            read_token_file(file, tokenizer=tokenizer) for file in (self.train, self.validation)
        )
        return tokenizer, *both


@dataclass(frozen=True)
class TextFile:
    """A text of your own, in one file; a tokenizer is trained on it.

    share: how much of its end is held out, to measure the loss on. It begins at a paragraph.
    """

    file: str
    share: float = 0.1

    def __post_init__(self) -> None:
        check_texts(self, "file")
        check_number("share", self.share, above=0, below=1)

    def prepare(self, vocab_size: int) -> Tokens:
        """Read the text and train a tokenizer; ValueError for a file that is missing or no text."""
        text = _read_text(self.file)
        paragraph = text.find("\n\n", int(len(text) * (1 - self.share)))
        cut = paragraph + 2 if paragraph >= 0 else int(len(text) * (1 - self.share))
        parts = text[:cut], text[cut:]
        tokenizer = BPETokenizer.train(parts[0], vocab_size, special_tokens=[END_OF_TEXT])
        return tokenizer, *(join_documents([part], tokenizer) for part in parts)


def _read_text(file: str) -> str:
    try:
        text = Path(file).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"{file} can't be read as a text in UTF-8: {error}") from None
    if len(text.split()) < LEAST_WORDS:
        raise ValueError(f"{file} has {len(text.split())} words; give at least {LEAST_WORDS}")
    return text


CORPORA: Mapping[str, type[Corpus]] = {"token-files": TokenFiles, "text": TextFile}


@dataclass(frozen=True)
class Recipe:
    """What a recipe's file says, checked: text, size of the vocabulary, model and training."""

    corpus: Corpus
    vocab_size: int
    model: dict
    training: dict

    @classmethod
    def read(cls, path: Path, corpora: Mapping[str, type[Corpus]] = CORPORA) -> "Recipe":
        """Read a recipe; ValueError names the file and the table or key that is wrong.

        corpora: what [corpus] may name.
        """
        return read_recipe_file(path, lambda tables: cls._from_tables(tables, corpora))

    @classmethod
    def _from_tables(cls, tables: dict, corpora: Mapping[str, type[Corpus]]) -> "Recipe":
        names = ("corpus", "tokenizer", "model", "training")
        if missing := [name for name in names if name not in tables]:
            raise ValueError(f"the table [{missing[0]}] is missing")
        if unknown := sorted(set(tables) - set(names)):
            raise ValueError(f"unknown table {unknown[0]!r}; known are {sorted(names)}")
        corpus = dict(tables["corpus"])
        name = corpus.pop("name", None)
        if name not in corpora:
            raise ValueError(f"corpus name must be one of {[*corpora]}, got {name!r}")
        vocabulary = read_table(_Vocabulary, tables["tokenizer"], "[tokenizer]")
        # the values, too: better now than after a minute of making texts
        model = {"vocab_size": vocabulary.vocab_size} | tables["model"]
        read_table(GPTConfig, model, "[model]")
        read_table(TrainingConfig, tables["training"], "[training]", without=["folder"])
        text = read_table(corpora[name], corpus, "[corpus]")
        return cls(text, vocabulary.vocab_size, tables["model"], tables["training"])


@dataclass(frozen=True)
class _Vocabulary:
    vocab_size: int

    def __post_init__(self) -> None:
        check_whole("vocab_size", self.vocab_size)


def prepare(recipe: Recipe) -> tuple[GPT, Tokenizer, np.ndarray, np.ndarray]:
    """Return (fresh model, tokenizer, training tokens, validation tokens) of a recipe."""
    tokenizer, train_tokens, val_tokens = recipe.corpus.prepare(recipe.vocab_size)
    torch.manual_seed(recipe.training.get("seed", 0))
    model = GPT(GPTConfig(vocab_size=tokenizer.vocab_size, **recipe.model))
    return model, tokenizer, train_tokens, val_tokens


def check_texts(corpus: Corpus, *names: str) -> None:
    """Raise ValueError, naming the key, unless these fields of a corpus are text."""
    for name in names:
        if not isinstance(value := getattr(corpus, name), str):
            raise ValueError(f"{name} must be text in quotation marks, got {value!r}")


def open_tokenizer(name: str, vocab_size: int) -> Tokenizer:
    """Load a tokenizer by its file or its model; ValueError if it is of another size."""
    path = Path(name)
    tokenizer = load_tokenizer(path if path.suffix else model_folder(name) / "tokenizer.json")
    if tokenizer.vocab_size != vocab_size:
        raise ValueError(
            f"{name} has {tokenizer.vocab_size} tokens, the recipe's vocab_size is {vocab_size}"
        )
    return tokenizer


def join_documents(documents: Iterable[str], tokenizer: Tokenizer) -> np.ndarray:
    """Return one array of ids in which every document ends with the end-of-text token."""
    parts = encode_documents(documents, tokenizer, END_OF_TEXT)
    return np.concatenate([np.empty(0, np.uint16), *parts])
