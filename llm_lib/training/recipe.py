"""A recipe holds all settings of a training in one TOML file (see `configs/`)."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import torch

from llm_lib.arguments import check_whole
from llm_lib.bpe import BPETokenizer, load_tokenizer
from llm_lib.dataset import read_token_file
from llm_lib.dataset.documents import encode_documents
from llm_lib.files import model_folder
from llm_lib.gpt import GPT, GPTConfig
from llm_lib.small_world import SmallWorld
from llm_lib.tokenizer import END_OF_TEXT, IntegerTokenizer, Tokenizer
from llm_lib.training.config import TrainingConfig

CORPUS_KEYS = {
    "small-world": {"name", "documents", "validation_documents"},
    "small-world-stories": {"name", "documents", "validation_documents", "tokenizer"},
    "repeats": {"name", "tokens", "validation_tokens", "min_length", "max_length"},
    "token-files": {"name", "train", "validation", "tokenizer"},
}
TEXT_KEYS = {"name", "train", "validation", "tokenizer"}  # all others are whole numbers


@dataclass(frozen=True)
class Recipe:
    """The four tables of a recipe file, checked for unknown keys."""

    corpus: dict
    tokenizer: dict
    model: dict
    training: dict

    @classmethod
    def read(cls, path: Path) -> "Recipe":
        """Read a recipe; ValueError names the file and the table or key that is wrong."""
        tables = read_tables(path)
        names = [f.name for f in fields(cls)]
        if missing := [name for name in names if name not in tables]:
            raise ValueError(f"{path}: the table [{missing[0]}] is missing")
        _refuse_unknown(path, "table", tables, names)
        corpus = tables["corpus"].get("name")
        if corpus not in CORPUS_KEYS:
            raise ValueError(f"{path}: corpus name must be one of {[*CORPUS_KEYS]}, got {corpus!r}")
        keys = CORPUS_KEYS[corpus]
        _refuse_unknown(path, "[corpus] key", tables["corpus"], keys | {"seed"})
        _refuse_missing(path, "[corpus] key", tables["corpus"], keys)
        _refuse_unknown(path, "[tokenizer] key", tables["tokenizer"], {"vocab_size"})
        _refuse_missing(path, "[tokenizer] key", tables["tokenizer"], {"vocab_size"})
        model_keys = {f.name for f in fields(GPTConfig)} - {"vocab_size"}
        _refuse_unknown(path, "[model] key", tables["model"], model_keys)
        training_keys = {f.name for f in fields(TrainingConfig)} - {"folder"}
        _refuse_unknown(path, "[training] key", tables["training"], training_keys)
        try:  # the values, too: better now than after a minute of making texts
            _check_corpus(tables["corpus"])
            GPTConfig.from_dict(tables["tokenizer"] | tables["model"])
            TrainingConfig(**tables["training"])
        except (ValueError, TypeError) as error:
            raise ValueError(f"{path}: {error}") from error
        return cls(**tables)


def read_tables(path: Path) -> dict:
    """Read a recipe's file; ValueError names a file that is not there, or is not valid TOML."""
    try:
        return tomllib.loads(Path(path).read_text("utf-8"))
    except FileNotFoundError:
        raise ValueError(f"there is no recipe {path}; the book's own are in configs/") from None
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{path} is not valid TOML: {error}") from error


def _refuse_unknown(path, what, given, allowed) -> None:
    if unknown := sorted(set(given) - set(allowed)):
        raise ValueError(f"{path}: unknown {what} {unknown[0]!r}; known are {sorted(allowed)}")


def _check_corpus(corpus: dict) -> None:
    for name, value in corpus.items():
        if name not in TEXT_KEYS:
            check_whole(f"[corpus] {name}", value, int(name != "seed"))
        elif not isinstance(value, str):
            raise ValueError(f"[corpus] {name} must be text in quotation marks, got {value!r}")
    if "max_length" in corpus:
        check_whole("[corpus] max_length", corpus["max_length"], corpus["min_length"])


def _refuse_missing(path, what, given, needed) -> None:
    if missing := sorted(set(needed) - set(given)):
        raise ValueError(f"{path}: the {what} {missing[0]!r} is missing")


def prepare(recipe: Recipe) -> tuple[GPT, Tokenizer, np.ndarray, np.ndarray]:
    """Return (fresh model, tokenizer, training tokens, validation tokens) of a recipe."""
    makers = {"small-world": small_world_tokens, "repeats": repeats_tokens}
    makers["small-world-stories"] = story_tokens
    make = makers.get(recipe.corpus["name"], open_token_files)
    tokenizer, train_tokens, val_tokens = make(recipe.corpus, recipe.tokenizer["vocab_size"])
    torch.manual_seed(recipe.training.get("seed", 0))
    model = GPT(GPTConfig(vocab_size=tokenizer.vocab_size, **recipe.model))
    return model, tokenizer, train_tokens, val_tokens


def small_world_tokens(corpus: dict, vocab_size: int):
    """Generate Small World texts and train a tokenizer on them: (tokenizer, train, validation)."""
    seed = corpus.get("seed", 0)
    train = list(SmallWorld(seed, "train").documents(corpus["documents"]))
    held_out = list(SmallWorld(seed, "held_out").documents(corpus["validation_documents"]))
    sample = train[: len(train) // 4]  # a quarter of the text settles the merges
    tokenizer = BPETokenizer.train(sample, vocab_size, special_tokens=[END_OF_TEXT])
    return tokenizer, join_documents(train, tokenizer), join_documents(held_out, tokenizer)


def story_tokens(corpus: dict, vocab_size: int):
    """Generate Small World stories without requests: (tokenizer, train, validation).

    `tokenizer` is a JSON file, or the model whose tokenizer is taken, as "sprout".
    """
    tokenizer = _open_tokenizer(corpus["tokenizer"], vocab_size)
    seed = corpus.get("seed", 0)
    train = SmallWorld(seed, "train").stories(corpus["documents"])
    held_out = SmallWorld(seed, "held_out").stories(corpus["validation_documents"])
    return tokenizer, join_documents(train, tokenizer), join_documents(held_out, tokenizer)


def open_token_files(corpus: dict, vocab_size: int):
    """Open texts that `write_token_file` has written: (tokenizer, train, validation).

    `train` and `validation` are files, or folders of shards; `tokenizer` is the JSON file of the
    tokenizer that wrote them. They stay on disk, and each process reads only its own windows.
    """
    tokenizer = _open_tokenizer(corpus["tokenizer"], vocab_size)
    files = (read_token_file(corpus[name], tokenizer=tokenizer) for name in ("train", "validation"))
    return tokenizer, *files


def _open_tokenizer(name: str, vocab_size: int) -> Tokenizer:
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


def repeats_tokens(corpus: dict, vocab_size: int):
    """Generate random sequences, each repeated once or more: (tokenizer, train, validation)."""
    tokenizer, seed = IntegerTokenizer(vocab_size), corpus.get("seed", 0)
    lengths = corpus["min_length"], corpus["max_length"]
    train = repeated_sequences(corpus["tokens"], vocab_size, *lengths, seed=seed)
    val = repeated_sequences(corpus["validation_tokens"], vocab_size, *lengths, seed=seed + 1)
    return tokenizer, train, val


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
