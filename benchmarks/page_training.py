"""Training steps of the engine that runs in pages, against torch with one thread."""

from __future__ import annotations

import contextlib
import functools
import json
import os
import subprocess
import time
import weakref
from dataclasses import dataclass
from pathlib import Path

import torch

from benchmarks.deno import find_deno
from benchmarks.table import Benchmark, NotComparableError, Race, time_once
from benchmarks.training_step import make_steps
from llm_lib.model.gpt import GPT, GPTConfig
from llm_lib.training import TrainingConfig, compute_loss, make_optimizer
from web.ending import in_words

SCRIPT = Path(__file__).with_suffix(".js")
CACHE = SCRIPT.parent.parent / "_build/deno"  # not in the user's own folder
WARM_UP = 150  # steps, after which V8 has compiled what it runs often


@dataclass(frozen=True)
class PageSize:
    """A model that a reader trains in a page, the batch, and how many steps make a round."""

    name: str
    vocab_size: int
    context_length: int
    n_head: int
    n_embd: int
    batch_size: int
    steps: int
    n_layer: int = 2

    def config(self) -> GPTConfig:
        """Return the model's config."""
        sizes = (self.vocab_size, self.context_length, self.n_layer, self.n_head, self.n_embd)
        return GPTConfig(*sizes)


PAGE_SIZES = (
    PageSize("27k", 30, 16, n_head=2, n_embd=32, batch_size=32, steps=40),
    PageSize("106k", 64, 32, n_head=4, n_embd=64, batch_size=16, steps=20),
)


class Engine:
    """The page's engine, in a process of its own."""

    def __init__(self) -> None:
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        command = [find_deno(), "run", "--quiet", "--no-remote", str(SCRIPT)]
        quiet = os.environ | {"DENO_NO_UPDATE_CHECK": "1", "DENO_DIR": str(CACHE)}
        self.process = subprocess.Popen(command, env=quiet, **pipes)
        weakref.finalize(self, self.process.kill)  # with its row, not when the last one is done

    def ask(self, **question) -> float:
        """Send a line, and return the number that comes back; RuntimeError if none does."""
        with contextlib.suppress(OSError):  # of a pipe that nobody reads: no answer comes, either
            self.process.stdin.write(json.dumps(question) + "\n")
            self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            code = self.process.wait(timeout=10)
            raise RuntimeError(f"the page's engine gives no answer: {in_words(code)}")
        return float(answer)


def prepare(size: PageSize, wasm: bool) -> Race:
    """Train both from the same weights; the engine draws its windows, torch has one batch."""
    torch.manual_seed(0)
    model = GPT(size.config())
    x, y = torch.randint(size.vocab_size, (2, size.batch_size, size.context_length))
    weights = {name: p.detach().flatten().tolist() for name, p in model.named_parameters()}
    start = {"config": size.config().to_dict(), "batch_size": size.batch_size, "wasm": wasm}
    start |= {"weights": weights, "x": x.flatten().tolist(), "y": y.flatten().tolist()}
    engine = Engine()
    mine, theirs = engine.ask(start=start), float(compute_loss(model, x, y).detach())
    if not abs(mine - theirs) <= 1e-4:  # nor is a NaN the same
        raise NotComparableError(f"the losses before training differ: {mine:.5f} and {theirs:.5f}")
    optimizer = make_optimizer(model, TrainingConfig())
    peer = make_steps(model, optimizer, lambda: compute_loss(model, x, y), size.steps)
    engine.ask(steps=WARM_UP)
    peer()
    return Race(
        ours=lambda: engine.ask(steps=size.steps),
        peer=lambda: time_once(peer, time.process_time),
    )


def rows() -> list[Benchmark]:
    """Return the rows: with the WebAssembly kernel, and with plain loops."""
    found = []
    budgets = {("27k", True): 0.7, ("106k", True): 0.5, ("27k", False): 0.2, ("106k", False): 0.1}
    for (name, wasm), budget in budgets.items():
        size = next(size for size in PAGE_SIZES if size.name == name)
        kind, tokens = "kernel" if wasm else "loops", size.batch_size * size.context_length
        found.append(
            Benchmark(
                f"page-training-{name}-{kind}",
                f"the page's training step, {kind}, {name} parameters, "
                f"batch {size.batch_size} of {size.context_length}",
                "torch, eager, float32",
                functools.partial(prepare, size, wasm),
                budget=budget,
                reported=True,
                units=size.steps * tokens,
                note=f"{tokens} tokens are a step." if wasm else "",
            )
        )
    return found


BENCHMARKS = rows()
