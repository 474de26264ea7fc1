"""Reading a prompt and writing, token by token, against the `generate` of transformers."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor

from benchmarks.probe import ask_process
from benchmarks.table import Benchmark, NotComparableError, Race
from benchmarks.twins import SIZES, Size, make_smollm2_twins, make_twins
from llm_lib.generation import generate
from llm_lib.model.gpt import GPT

PROMPT_LENGTH, NEW_TOKENS = 16, 128
SMALL, _, LARGE = SIZES
PEER = "transformers generate"

# Runs in a process of its own, so that nothing else counts. A first run loads the libraries; what
# is free then goes back to the system, or the second would find its room in there. Linux counts
# the peak of memory anew when "5" is written to clear_refs.
MEMORY_PROBE = """
import ctypes, re, sys
from pathlib import Path
import torch
from benchmarks.generating import make_smollm2_race
def measure(name):
    return int(re.search(name + r":\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])
torch.set_num_threads(1)
work = getattr(make_smollm2_race(int(sys.argv[2]), int(sys.argv[3])), sys.argv[1])
work()
ctypes.CDLL(None).malloc_trim(0)
Path("/proc/self/clear_refs").write_text("5")
before = measure("VmRSS")
work()
print((measure("VmHWM") - before) * 1024)
"""


def make_race(ours, peer, ids: Tensor, n_new: int) -> Race:
    """Let both write greedily behind `ids` (1, T), each with its key and value cache."""
    settings = {"do_sample": False, "use_cache": True, "pad_token_id": 0}

    def run_ours() -> Tensor:
        return generate(ours, ids, n_new, temperature=0)

    def run_peer() -> Tensor:
        seen = torch.ones_like(ids)
        return peer.generate(ids, attention_mask=seen, max_new_tokens=n_new, **settings)

    return Race(run_ours, run_peer)


def prepare(size: Size) -> Race:
    """Let two models of a size, with fresh weights, write the same text."""
    ours, peer = (model.eval() for model in make_twins(size, PROMPT_LENGTH + NEW_TOKENS))
    return check_same(
        make_race(ours, peer, torch.randint(size.vocab_size, (1, PROMPT_LENGTH)), NEW_TOKENS)
    )


def make_smollm2_race(n_prompt: int, n_new: int) -> Race:
    """Let SmolLM2 read `n_prompt` tokens and write `n_new`."""
    ours, peer = make_smollm2_twins()
    torch.manual_seed(0)
    ids = torch.randint(1000, ours.config.vocab_size, (1, n_prompt))
    race = make_race(ours, peer, ids, n_new)
    return replace(race, bound=products_of(ours, n_prompt)) if n_new == 1 else race


def products_of(model: GPT, n_rows: int) -> Callable[[], None]:
    """Return what multiplies `n_rows` rows by each matrix of the blocks, as reading does."""
    linear = [part for part in model.blocks.modules() if isinstance(part, torch.nn.Linear)]
    rows = {part.in_features: torch.randn(1, n_rows, part.in_features) for part in linear}

    def multiply() -> None:
        with torch.no_grad():
            for part in linear:
                part(rows[part.in_features])

    return multiply


def check_same(race: Race) -> Race:
    """Return `race`; NotComparableError unless both write the same."""
    if not torch.equal(race.ours(), race.peer()):
        raise NotComparableError("the two write different tokens")
    return race


def prepare_memory(n_prompt: int, n_new: int) -> Race:
    """Measure how far the peak of memory rises, each in a process of its own."""
    if not Path("/proc/self/clear_refs").exists():
        raise ModuleNotFoundError("the peak of memory is measured on Linux only")

    def peak(side: str) -> int:
        return ask_process(MEMORY_PROBE, side, str(n_prompt), str(n_new))

    return Race(functools.cache(lambda: peak("ours")), functools.cache(lambda: peak("peer")))


def smollm2_rows() -> list[Benchmark]:
    """Return the rows of a real model: time and, beside it, memory."""
    found = []
    for what, words, n_prompt, n_new in (
        ("reading", "49 tokens of prompt", 49, 1),
        ("page", "256 tokens of prompt", 256, 1),
        ("long", "512 tokens of prompt", 512, 1),
        ("writing", "32 tokens after 16", 16, 32),
        ("writing-on", "32 tokens after 256, read too", 256, 32),
    ):
        name, work = f"smollm2-{what}", f"SmolLM2-135M, {words}, batch 1, float32"
        found.append(
            Benchmark(
                name,
                work,
                PEER,
                lambda sizes=(n_prompt, n_new): check_same(make_smollm2_race(*sizes)),
                budget=1.2,
                bound="its weight matrices' products alone" if n_new == 1 else "",
                units=n_new if n_new > 1 else n_prompt,
            )
        )
        found.append(
            Benchmark(
                f"{name}-memory",
                "the same, peak of memory beyond the weights",
                PEER,
                functools.partial(prepare_memory, n_prompt, n_new),
                memory=True,
            )
        )
    return found


BENCHMARKS = [
    Benchmark(
        f"generation-{size.name.replace(' ', '')}",
        f"{NEW_TOKENS} tokens, {size.n_layer} layers of {size.n_embd}, batch 1, float32, cached",
        PEER,
        functools.partial(prepare, size),
        budget=budget,
        units=NEW_TOKENS,
        note="greedy; both write the same tokens.",
    )
    for size, budget in ((SMALL, 3.6), (LARGE, 1.3))
] + smollm2_rows()
