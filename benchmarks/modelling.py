"""A small GPT against the GPT-2 of transformers, with the same weights."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from benchmarks.table import Benchmark, Race
from llm_lib.checkpoint import gpt_to_huggingface
from llm_lib.generation import generate
from llm_lib.gpt import GPT, GPTConfig
from llm_lib.training import compute_loss

SIZES = {"vocab_size": 65, "n_layer": 4, "n_head": 4, "n_embd": 128}  # 0.8 million parameters
BATCH_SIZE, CONTEXT_LENGTH, STEPS = 12, 64, 20
PROMPT_LENGTH, NEW_TOKENS = 16, 128


def make_twins(context_length: int) -> tuple[GPT, Any]:
    """Return our GPT with fresh weights, and the GPT-2 of transformers with the same ones."""
    from transformers import GPT2Config, GPT2LMHeadModel

    torch.manual_seed(0)
    ours = GPT(GPTConfig(context_length=context_length, **SIZES))
    no_dropout = {"resid_pdrop": 0.0, "embd_pdrop": 0.0, "attn_pdrop": 0.0}
    no_ends = {"bos_token_id": None, "eos_token_id": None}  # text goes on to the last token
    peer = GPT2LMHeadModel(GPT2Config(n_positions=context_length, **SIZES, **no_dropout, **no_ends))
    peer.load_state_dict({n: t.clone() for n, t in gpt_to_huggingface(ours).items()})
    return ours, peer


def peer_loss(peer: nn.Module, x: Tensor, y: Tensor) -> Tensor:
    """Return the same loss as `compute_loss`, from a model of transformers."""
    logits = peer(input_ids=x, use_cache=False).logits  # (B, T, V)
    return F.cross_entropy(logits.flatten(0, 1), y.flatten())


def make_steps(model: nn.Module, loss: Callable[[], Tensor]) -> Callable[[], None]:
    """Return a function that takes STEPS training steps with AdamW and clipped gradients."""
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4)

    def steps() -> None:
        for _ in range(STEPS):
            loss().backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)

    return steps


def prepare_training() -> Race:
    """Train both on one batch of random tokens, in float32, without compiling."""
    ours, peer = make_twins(CONTEXT_LENGTH)
    ours.train()
    peer.train()
    ids = torch.randint(SIZES["vocab_size"], (BATCH_SIZE, CONTEXT_LENGTH + 1))
    x, y = ids[:, :-1].contiguous(), ids[:, 1:].contiguous()
    mine, theirs = float(compute_loss(ours, x, y).detach()), float(peer_loss(peer, x, y).detach())
    if abs(mine - theirs) > 1e-4:
        raise ValueError(f"the losses before training differ: {mine:.5f} and {theirs:.5f}")
    return Race(
        ours=make_steps(ours, lambda: compute_loss(ours, x, y)),
        peer=make_steps(peer, lambda: peer_loss(peer, x, y)),
    )


def prepare_generation() -> Race:
    """Let both write greedily, one text at a time, each with its key and value cache."""
    ours, peer = (model.eval() for model in make_twins(PROMPT_LENGTH + NEW_TOKENS))
    ids = torch.randint(SIZES["vocab_size"], (1, PROMPT_LENGTH))
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
        "training-step",
        "0.8 M parameters, float32, batch 12 of 64",
        "transformers GPT-2, eager",
        prepare_training,
        budget=1.3,
        note=f"{STEPS} steps a round, each with clipping and AdamW.",
    ),
    Benchmark(
        "generation",
        f"0.8 M parameters, {NEW_TOKENS} tokens, greedy, cached",
        "transformers generate",
        prepare_generation,
        budget=3.6,
        note="batch 1, float32; both write the same tokens.",
    ),
]
