"""Writing text, token by token, against the `generate` of transformers."""

from __future__ import annotations

import functools

import torch
from torch import Tensor

from benchmarks.table import Benchmark, Race
from benchmarks.twins import SIZES, Size, make_twins
from llm_lib.generation import generate

PROMPT_LENGTH, NEW_TOKENS = 16, 128
SMALL, _, LARGE = SIZES


def prepare(size: Size) -> Race:
    """Let both write greedily, one text at a time, each with its key and value cache."""
    ours, peer = (model.eval() for model in make_twins(size, PROMPT_LENGTH + NEW_TOKENS))
    ids = torch.randint(size.vocab_size, (1, PROMPT_LENGTH))
    settings = {"do_sample": False, "use_cache": True, "pad_token_id": 0}

    def run_ours() -> Tensor:
        return generate(ours, ids, NEW_TOKENS, temperature=0)

    def run_peer() -> Tensor:
        seen = torch.ones_like(ids)
        return peer.generate(ids, attention_mask=seen, max_new_tokens=NEW_TOKENS, **settings)

    if not torch.equal(run_ours(), run_peer()):
        raise ValueError("the two write different tokens")
    return Race(run_ours, run_peer)


BENCHMARKS = [
    Benchmark(
        f"generation-{size.name.replace(' ', '')}",
        f"{NEW_TOKENS} tokens, {size.n_layer} layers of {size.n_embd}, batch 1, float32, cached",
        "transformers generate",
        functools.partial(prepare, size),
        budget=budget,
        units=NEW_TOKENS,
        note="greedy; both write the same tokens.",
    )
    for size, budget in ((SMALL, 3.6), (LARGE, 1.6))
]
