"""Checks for the chapter on pretraining."""

from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import nn
from torch.nn import functional as F

from llm_lib.book.checks.compare import difference, name_mistakes, number_near
from llm_lib.book.exercises import Case, exercise


@exercise(
    "13-adamw",
    hints=[
        "Begin with m = v = torch.zeros_like(w), and count t from 1.",
        "Five lines for each gradient: m, v, m corrected, v corrected, w. Those of the chapter's "
        "step work on whole tensors, with torch.sqrt.",
    ],
    faults={
        "decay": "Decay takes lr · decay · w from the weight, outside the fraction.",
        "epsilon": "eps is added after the root, not under it.",
        "always 0": "Where m and v are 0, eps keeps the fraction at 0: divide by root + eps.",
    },
    why="This is torch.optim.AdamW: two numbers kept for each weight, and one rate for all.",
)
def adamw() -> Iterator[Case]:
    """Yield cases for `my_adamw(w, gradients, lr, beta_1, beta_2, eps, decay)`."""
    one, square = torch.tensor([1.0]), torch.tensor([[1.0, -2.0], [0.5, 3.0]])
    turns = [torch.tensor([2.0]), torch.tensor([-4.0])]
    three = [square.flip(0), -square, 0.1 * square + 1]
    for label, w, gradients, eps, decay in (
        ("one step, gradient 2", one, turns[:1], 1e-8, 0.0),
        ("the chapter's two steps", one, turns, 1e-8, 0.0),
        ("a matrix, three steps", square, three, 1e-8, 0.0),
        ("a gradient that is always 0", one, [torch.zeros(1)] * 3, 1e-8, 0.0),
        ("a matrix, decay 0.5", square, three, 1e-8, 0.5),
        ("a large epsilon, 0.5", one, turns, 0.5, 0.0),
    ):
        given = (w.clone(), [g.clone() for g in gradients], 0.1, 0.9, 0.99, eps, decay)
        expected = _adamw(*given)
        mistakes = {
            "the averages start at 0: divide m by 1 - beta_1**t, and v by 1 - beta_2**t": (
                _adamw(*given, corrected=False)
            ),
            "the decay went into the gradient, so the root of v divides it, too": (
                _adamw(*given, decoupled=False)
            ),
        }
        mistakes = {k: v for k, v in mistakes.items() if difference(expected, v)}
        yield Case(label, given, accept=name_mistakes(expected, mistakes), unchanged=True)


def _adamw(
    w: torch.Tensor,
    gradients: list[torch.Tensor],
    lr: float,
    beta_1: float,
    beta_2: float,
    eps: float,
    decay: float,
    corrected: bool = True,
    decoupled: bool = True,
) -> torch.Tensor:
    """Return the weights after a step for each gradient; the last two make the usual mistakes."""
    m = v = torch.zeros_like(w)
    for t, g in enumerate(gradients, 1):
        g = g if decoupled else g + decay * w
        m = beta_1 * m + (1 - beta_1) * g
        v = beta_2 * v + (1 - beta_2) * g**2
        scale_m, scale_v = (1 - beta_1**t, 1 - beta_2**t) if corrected else (1, 1)
        shrunk = w - lr * decay * w if decoupled else w
        w = shrunk - lr * (m / scale_m) / ((v / scale_v).sqrt() + eps)
    return w


@exercise(
    "13-loop",
    hints=[
        "Seven stations: batch, logits, loss, gradient, clip, optimiser, and clear the gradients.",
        "nn.utils.clip_grad_norm_(model.parameters(), 1.0) stands between backward and step.",
    ],
    why="That is all of it: a real run adds a schedule, tests on held-out text, and checkpoints.",
)
def loop() -> Iterator[Case]:
    """Yield cases for `my_train(model, batches, optimizer)`, which returns the losses."""
    for label, n, rate in (
        ("one batch", 1, 1.0),
        ("five batches, SGD", 5, 1.0),
        ("five batches, short steps", 5, 0.05),
    ):
        given = _small_run(n, rate)
        expected = _losses(*_small_run(n, rate))
        mistakes = {
            "the gradients of the batch before are still there: clear them": (
                _losses(*_small_run(n, rate), cleared=False)
            ),
            "the gradients are not clipped to a length of 1": (
                _losses(*_small_run(n, rate), clipped=False)
            ),
            "this is the loss after the step; return the one before it": (
                _losses(*_small_run(n, rate), before=False)
            ),
            "the loss never changes: does the optimiser step?": (
                _losses(*_small_run(n, rate), moved=False)
            ),
        }
        mistakes = {k: v for k, v in mistakes.items() if difference(expected, v)}
        named = name_mistakes(expected, mistakes)
        yield Case(label, given, accept=_of_losses(named))


def _of_losses(named: Callable[[Any], str | None]) -> Callable[[Any], str | None]:
    """Return the rule for a list of losses, of which each may be a number or a tensor."""

    def rule(got: object) -> str | None:
        if not isinstance(got, list | tuple):
            return f"expected a list of losses, got {got!r:.60}"
        return named([float(loss) for loss in got])

    return rule


def _small_run(n: int, rate: float) -> tuple[nn.Module, list, torch.optim.Optimizer]:
    """Return a table of scores with large errors, n batches for it, and plain gradient descent."""
    random = torch.Generator().manual_seed(0)
    model = nn.Embedding(4, 4, _weight=8 * torch.randn(4, 4, generator=random))
    rows = [(i % 2, int(model.weight[i % 2].argmin())) for i in range(n)]  # sure and wrong
    batches = [(torch.full((2, 3), a), torch.full((2, 3), b)) for a, b in rows]
    return model, batches, torch.optim.SGD(model.parameters(), lr=rate)


def _losses(
    model: nn.Module,
    batches: list,
    optimizer: torch.optim.Optimizer,
    cleared: bool = True,
    clipped: bool = True,
    before: bool = True,
    moved: bool = True,
) -> list[float]:
    """Train, and return each batch's loss; the last four make the usual mistakes."""
    losses = []
    for x, y in batches:
        loss = F.cross_entropy(model(x).flatten(0, 1), y.flatten())
        loss.backward()
        if clipped:
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        if moved:
            optimizer.step()
        if cleared:
            optimizer.zero_grad()
        if not before:
            loss = F.cross_entropy(model(x).flatten(0, 1), y.flatten())
        losses.append(loss.item())
    return losses


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
