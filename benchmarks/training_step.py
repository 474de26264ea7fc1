"""Training steps against the GPT-2 of transformers, and against what the processor can do."""

from __future__ import annotations

import functools
import statistics
import time
from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from benchmarks.table import Benchmark, NotComparableError, Race, SkippedError
from benchmarks.twins import SIZES, Size, make_twins
from llm_lib.training import TrainingConfig, compute_loss, make_optimizer

PEER = "transformers GPT-2, eager, float32"
SQUARE = 1024  # the matrices whose product says what the processor can do
PRODUCTS = 8  # of them, a round
BOUND = "the products with the weights alone"
REST = (
    "what a step does beside those products (attention, norms, the loss, AdamW) takes few "
    "operations for each number that it fetches, so it can't come near the limit."
)


def peer_loss(peer: nn.Module, x: Tensor, y: Tensor) -> Tensor:
    """Return the same loss as `compute_loss`, from a model of transformers."""
    logits = peer(input_ids=x, use_cache=False).logits  # (B, T, V)
    return F.cross_entropy(logits.flatten(0, 1), y.flatten())


def make_steps(model, optimizer, loss: Callable[[], Tensor], n: int) -> Callable[[], None]:
    """Return a function that takes `n` training steps with clipped gradients."""

    def steps() -> None:
        for _ in range(n):
            loss().backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)

    return steps


def prepare(size: Size, precision: str = "float32", compiled: bool = False) -> Race:
    """Train both on one batch of random tokens; the peer in float32, without compiling."""
    if precision == "bfloat16":
        check_bfloat16()
    ours, peer = make_twins(size, size.context_length)
    ours.train()
    peer.train()
    ids = torch.randint(size.vocab_size, (size.batch_size, size.context_length + 1))
    x, y = ids[:, :-1].contiguous(), ids[:, 1:].contiguous()
    learner = compile_it(ours, x) if compiled else ours
    mine = float(compute_loss(learner, x, y, precision).detach())
    theirs = float(peer_loss(peer, x, y).detach())
    tolerance = 1e-4 if precision == "float32" else 2e-2
    if not abs(mine - theirs) <= tolerance:  # nor is a NaN the same
        raise NotComparableError(f"the losses before training differ: {mine:.5f} and {theirs:.5f}")
    own = make_optimizer(ours, TrainingConfig(learning_rate=1e-4))
    other = torch.optim.AdamW(peer.parameters(), lr=1e-4)
    race = Race(
        ours=make_steps(ours, own, lambda: compute_loss(learner, x, y, precision), size.steps),
        peer=make_steps(peer, other, lambda: peer_loss(peer, x, y), size.steps),
        bound=make_products(size, getattr(torch, precision)),
    )
    race.ours()  # what is made once, at the first step, is no part of the others
    race.peer()
    return race


def prepare_share(size: Size) -> Race:
    """Hold the compiled step against products of large matrices, operation for operation."""
    race = prepare(size, "bfloat16", compiled=True)
    a, b = (torch.randn(SQUARE, SQUARE, dtype=torch.bfloat16) for _ in range(2))

    def multiply() -> None:
        for _ in range(PRODUCTS):
            a @ b

    multiply()
    runs = size.steps * size.flops() / (PRODUCTS * 2 * SQUARE**3)
    return Race(ours=race.ours, peer=multiply, peer_runs=runs, bound=race.bound)


def make_products(size: Size, dtype: torch.dtype) -> Callable[[], None]:
    """Return a function that multiplies with every weight as often as `size.steps` steps must.

    Once forwards, and twice backwards: for the gradients of the inputs and of the weight.
    """
    rows, C = size.batch_size * size.context_length, size.n_embd
    block = ((3 * C, C), (C, C), (4 * C, C), (C, 4 * C))
    weights = [torch.randn(shape).to(dtype) for shape in size.n_layer * block]
    weights.append(torch.randn(size.vocab_size, C).to(dtype))
    x = {n: torch.randn(rows, n).to(dtype) for shape in (*block, weights[-1].shape) for n in shape}

    def multiply() -> None:
        for _ in range(size.steps):
            for weight in weights:
                n_out, n_in = weight.shape
                x[n_in] @ weight.T
                x[n_out] @ weight
                x[n_out].T @ x[n_in]

    multiply()
    return multiply


def compile_it(model: nn.Module, x: Tensor) -> nn.Module:
    """Return the compiled model; SkippedError where there is no compiler for what torch writes."""
    compiled = torch.compile(model)
    try:
        compiled(x)
    except torch._dynamo.exc.BackendCompilerFailed as error:
        raise SkippedError(f"torch.compile does not work here: {error!s:.60}") from error
    return compiled


@functools.cache
def check_bfloat16() -> None:
    """Raise SkippedError unless products in bfloat16 are quicker here than in float32."""

    def seconds(dtype) -> float:
        a = torch.randn(512, 512).to(dtype)
        taken = []
        for _ in range(9):
            start = time.process_time()
            a @ a
            taken.append(time.process_time() - start)
        return statistics.median(taken)

    ratio = seconds(torch.float32) / seconds(torch.bfloat16)
    if ratio < 1.2:
        raise SkippedError(
            f"no bfloat16 in this processor: its products run at {ratio:.2f} times float32's speed"
        )


def rows() -> list[Benchmark]:
    """Return the rows of all sizes."""
    found = []
    kinds = (
        ("float32", "float32", False, (1.1, 1.1, 1.1)),
        ("bfloat16", "bfloat16", False, (1.8, 2.1, 2.2)),
        ("compiled", "bfloat16, compiled", True, (2.0, 2.2, 2.3)),
    )
    for kind, words, compiled, budgets in kinds:
        for size, budget in zip(SIZES, budgets, strict=True):
            precision = words.split(",")[0]
            found.append(
                Benchmark(
                    f"training-{kind}-{size.name.replace(' ', '')}",
                    f"training step, {words}, {size.describe()}",
                    PEER,
                    functools.partial(prepare, size, precision, compiled),
                    budget=budget,
                    bound=BOUND,
                    units=size.steps * size.batch_size * size.context_length,
                )
            )
    for size, budget in zip(SIZES, (0.50, 0.65, 0.78), strict=True):
        found.append(
            Benchmark(
                f"training-share-{size.name.replace(' ', '')}",
                f"the compiled step's operations, {size.describe()}",
                f"as many in products of {SQUARE} × {SQUARE} matrices, bfloat16",
                functools.partial(prepare_share, size),
                budget=budget,
                bound=BOUND,
                note=REST if size is SIZES[0] else "",
            )
        )
    return found


BENCHMARKS = rows()
