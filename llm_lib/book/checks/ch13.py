"""Checks for the chapter on pretraining."""

import math
from collections.abc import Callable, Iterator
from typing import Any

import torch

from llm_lib.book.checks.compare import as_list, name_mistakes, number_near
from llm_lib.book.exercises import Case, exercise


@exercise(
    "13-bits-per-byte",
    hints=[
        "A loss of ln 2 nats is one bit. How many bits do all the tokens cost together?",
        "All tokens cost loss / ln 2 · n_tokens bits. Divide them by the bytes.",
    ],
    why="The tokens drop out: two models with different tokenizers can now be compared.",
)
def bits_per_byte() -> Iterator[Case]:
    """Yield cases for `my_bits_per_byte(loss, n_tokens, n_bytes)`."""
    for label, loss, n_tokens, n_bytes in (
        ("one bit per token, four bytes per token", math.log(2), 100, 400),
        ("bytes as tokens, a uniform guess", math.log(256), 50, 50),
        ("2 nats, 1,000 tokens, 3,000 bytes", 2.0, 1000, 3000),
        ("a loss of 0", 0.0, 10, 40),
    ):
        yield Case(label, (loss, n_tokens, n_bytes), accept=_bits(loss, n_tokens, n_bytes))


def _bits(loss: float, n_tokens: int, n_bytes: int) -> Callable[[Any], str | None]:
    """Return a judge of bits per byte, which names the usual mistakes where they show."""
    bits = loss / math.log(2)
    right = bits * n_tokens / n_bytes
    mistakes = {
        "tokens and bytes are swapped: the loss is per token, and you want it per byte": (
            bits * n_bytes / n_tokens
        ),
        "this is in nats: a bit is ln 2 nats, so divide by ln 2": loss * n_tokens / n_bytes,
        "multiplied by ln 2: a bit is ln 2 nats, so the number of bits is larger": (
            loss * math.log(2) * n_tokens / n_bytes
        ),
        "this is per token: how many tokens are there per byte?": bits,
    }
    named = name_mistakes(right, {k: v for k, v in mistakes.items() if abs(v - right) > 1e-3})
    near = number_near(right)
    return lambda got: near(got) and (named(as_list(got)) or near(got))


@exercise(
    "13-wsd-rate",
    hints=[
        "There are three stretches: below `warmup`, the last `decay` steps, and all between.",
    ],
    faults={
        "the first step": "The first step is taken, too: its rate is peak / warmup, not 0.",
        "warm-up": "In warm-up: peak · (step + 1) / warmup, as in the chapter.",
        "after it|plateau": "Between warm-up and decay the rate is the peak.",
        "decay|last step": (
            "In the last stretch, steps - step are left, of `decay`: peak · (steps - step) / decay."
        ),
    },
    why="A run on a plateau can be lengthened at any time; a cosine must know its end beforehand.",
)
def wsd_rate() -> Iterator[Case]:
    """Yield cases for `my_wsd_rate(step, steps, warmup, decay, peak)`."""
    for label, step, rate in (
        ("the first step", 0, 0.1),
        ("the middle of the warm-up", 4, 0.5),
        ("the last step of the warm-up", 9, 1.0),
        ("the first after it", 10, 1.0),
        ("on the plateau", 50, 1.0),
        ("where the decay begins", 80, 1.0),
        ("half of the decay", 90, 0.5),
        ("the last step", 99, 0.05),
    ):
        text = f"{label}, step {step} of 100"
        yield Case(text, (step, 100, 10, 20, 1.0), accept=number_near(rate))
    yield Case("other settings: step 1 of 30", (1, 30, 4, 6, 0.02), accept=number_near(0.01))


def _same_tensors(expected: list[torch.Tensor]) -> Callable[[Any], str | None]:
    """Return a rule that takes these tensors in a list or tuple."""

    def rule(got: object) -> str | None:
        if not isinstance(got, list | tuple) or len(got) != len(expected):
            return f"expected a list of {len(expected)} tensors, got {got!r:.60}"
        for i, (want, have) in enumerate(zip(expected, got, strict=True)):
            have = torch.as_tensor(have)
            if have.shape != want.shape:
                return f"tensor {i} should keep its shape {tuple(want.shape)}"
            if not torch.allclose(have.float(), want, atol=1e-4):
                return f"tensor {i}: expected {want.tolist()}, got {have.tolist()}"
        return None

    return rule


@exercise(
    "13-clip",
    hints=[
        "First one number for all tensors together: the root of the sum of all squares.",
        "Else every tensor is multiplied by limit / norm, the same factor for all.",
    ],
    faults={
        "limit 10|limit 5|all gradients 0": "If that norm is at most the limit, nothing changes.",
    },
    why="One factor for all: the step gets shorter, and keeps its direction.",
)
def clip() -> Iterator[Case]:
    """Yield cases for `my_clip(gradients, limit)`: a list of tensors, shortened together."""
    three_four = [torch.tensor([3.0]), torch.tensor([[4.0], [0.0]])]
    half = [torch.tensor([0.6]), torch.tensor([[0.8], [0.0]])]
    for label, gradients, limit, expected in (
        ("norm 5 over two tensors, limit 1", three_four, 1.0, half),
        ("norm 5, limit 10: nothing to do", three_four, 10.0, three_four),
        ("norm 5, limit 5", three_four, 5.0, three_four),
        (
            "negative gradients, norm 3, limit 1.5",
            [torch.tensor([-1.0, 2.0, -2.0])],
            1.5,
            [torch.tensor([-0.5, 1.0, -1.0])],
        ),
        ("all gradients 0: nothing to do", [torch.zeros(2)], 1.0, [torch.zeros(2)]),
    ):
        given = (gradients, limit)
        yield Case(label, given, accept=_same_tensors(expected), unchanged=True)
