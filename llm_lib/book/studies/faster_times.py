"""The clock of the study on training faster: seconds per step, and where a step's time goes.

Process time on one thread, since a busy machine takes wall-clock time away from one run and not
from another. Two recipes are timed in alternation and compared round by round, so that whatever
slows the machine down slows both.
"""

import statistics
import time
from collections.abc import Callable
from typing import Any

import torch
from torch import nn
from torch.profiler import ProfilerActivity, profile, record_function

from llm_lib.model.gpt import GPT
from llm_lib.training import compute_loss
from llm_lib.training.loop import make_optimizer

ROUNDS = 15
# Which kind of work an operation of torch belongs to; the first that fits its name.
KINDS = {
    "optimiser": ("adam", "clip", "_foreach", "linalg_vector_norm"),
    "attention": ("bmm", "softmax", "scaled_dot", "baddbmm", "masked_fill", "tril"),
    "matrices": ("aten::mm", "addmm", "aten::matmul", "aten::linear"),
    "norms": ("layer_norm", "rms_norm"),
    "activation": ("gelu", "relu", "silu"),
    "loss": ("log_softmax", "nll_loss", "cross_entropy"),
}
OTHER = "copies and rest"
PRODUCTS, SQUARE = 8, torch.ones(512, 512)
MULTIPLICATIONS = PRODUCTS * 2 * 512**3  # operations of all these products


def ratio_of(one: Callable[[int], Any], other: Callable[[int], Any], rounds: int = ROUNDS) -> dict:
    """Time two steps in alternation; return the median seconds and ratio one / other.

    "low" and "high" hold the middle half of the rounds' ratios.
    """
    ours, theirs = [], []
    for index in range(rounds + 2):
        for step, taken in ((one, ours), (other, theirs)):
            start = time.process_time()
            step(index)
            taken.append(time.process_time() - start)
    ours, theirs = ours[2:], theirs[2:]  # the first ones allocate
    ratios = [a / b for a, b in zip(ours, theirs, strict=True)]
    low, middle, high = statistics.quantiles(ratios, n=4)
    seconds = {"seconds": statistics.median(ours), "ratio": middle, "low": low, "high": high}
    return {name: float(f"{value:.4g}") for name, value in seconds.items()} | {"rounds": rounds}


def kind_of(operation: str) -> str:
    """Return the kind of work that an operation of torch is.

    >>> kind_of("aten::mm"), kind_of("aten::_softmax"), kind_of("aten::copy_")
    ('matrices', 'attention', 'copies and rest')
    """
    name = operation.lower()
    log_softmax = "log_softmax" in name  # else "softmax" would take it for attention
    for kind, parts in KINDS.items():
        if any(part in name for part in parts) and not (log_softmax and kind == "attention"):
            return kind
    return OTHER


def profile_step(model: GPT, recipe: Any, x: torch.Tensor, y: torch.Tensor, steps: int = 5) -> dict:
    """Return where a step's time goes: shares of its passes, and of its kinds of operations."""
    optimizer = make_optimizer(model, recipe)
    passes = {"forward": 0.0, "backward": 0.0, "optimiser": 0.0}

    def step() -> None:
        marks = [time.process_time()]
        loss = compute_loss(model, x, y)
        marks.append(time.process_time())
        loss.backward()
        marks.append(time.process_time())
        with record_function("optimiser"):
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            optimizer.zero_grad()
        marks.append(time.process_time())
        for name, a, b in zip(passes, marks, marks[1:], strict=False):
            passes[name] += b - a

    step(), step()
    passes.update(dict.fromkeys(passes, 0.0))
    for _ in range(3 * steps):  # without the profiler, which makes each operation dearer
        step()
    shares = shares_of(passes)
    with profile(activities=[ProfilerActivity.CPU]) as found:
        for _ in range(steps):
            step()
    kinds = dict.fromkeys([*KINDS, OTHER], 0.0)
    for event in found.key_averages():
        if event.key != "optimiser":
            kinds[kind_of(event.key)] += event.self_cpu_time_total
    return {"passes": shares, "parts": shares_of(kinds)}


def shares_of(seconds: dict[str, float]) -> list[list]:
    """Return rows [name, share of the sum], rounded so that they sum to 1.

    >>> shares_of({"forward": 1.0, "backward": 3.0})
    [['forward', 0.25], ['backward', 0.75]]
    """
    total = sum(seconds.values())
    return [[name, round(value / total, 3)] for name, value in seconds.items()]


def multiply(_: int = 0) -> None:
    """Take products of large matrices, the work that a processor does fastest."""
    for _ in range(PRODUCTS):
        SQUARE @ SQUARE
