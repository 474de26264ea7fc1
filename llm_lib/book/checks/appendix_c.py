"""Checks for the appendix on PyTorch."""

import math
from collections.abc import Iterator
from functools import partial
from itertools import zip_longest

import torch
from torch import Tensor, nn

from llm_lib.book.checks.compare import difference
from llm_lib.book.exercises import Case, exercise


def _random(*shape: int, seed: int = 0) -> Tensor:
    """Return the same random numbers each time, in a shape."""
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


@exercise(
    "c-shift",
    hints=[
        "Both answers are slices of the columns; all rows stay.",
        "The rows are the first dimension: `ids[:-1]` would drop a text, not a token.",
        "`ids[:, :-1]` is everything but the last column. Which slice leaves out the first?",
    ],
    why="One row of T + 1 tokens holds T questions and their T answers.",
)
def shift() -> Iterator[Case]:
    """Yield cases for `inputs_and_targets(ids)`: (B, T + 1) to two of (B, T)."""
    for B, T in ((1, 3), (2, 4), (3, 1)):
        rows = [[10 * b + t for t in range(T + 1)] for b in range(B)]
        answers = (torch.tensor([r[:-1] for r in rows]), torch.tensor([r[1:] for r in rows]))
        yield Case(f"ids of shape {(B, T + 1)}", (torch.tensor(rows),), answers)


@exercise(
    "c-strides",
    hints=[
        "Go from the right: one step along the last dimension is one place in memory.",
        "One step along a dimension jumps over everything to its right.",
        "So a stride is the product of all sizes to the right of its dimension.",
    ],
    why="A transpose swaps two of these numbers, and moves nothing.",
)
def strides() -> Iterator[Case]:
    """Yield cases for `my_strides(shape)`: a tuple to a tuple."""
    for shape in ((5,), (3, 4), (2, 3, 4), (2, 1, 3), (3, 2, 5, 7)):
        yield Case(f"shape {shape}", (shape,), torch.empty(shape).stride())


@exercise(
    "c-broadcast-shape",
    hints=[
        "Turn both shapes round, so that the last sizes come first, and go through them in pairs.",
        "Where one shape has ended, its size counts as 1 (`itertools.zip_longest` can do that).",
        "A pair fits if the two are equal or one of them is 1; the larger one stays.",
    ],
    why="`torch.broadcast_shapes` does the same, and raises an error where you return None.",
)
def broadcast_shape() -> Iterator[Case]:
    """Yield cases for `my_broadcast_shape(a, b)`: two tuples to a tuple or None."""
    pairs = [((4, 3), (3,)), ((5, 1), (5,)), ((4, 3), (4,)), ((4, 3), (4, 1))]
    for a, b in [*pairs, ((2, 1, 3), (4, 1)), ((), (2, 3)), ((2, 3), (3, 2))]:
        sizes = list(zip_longest(a[::-1], b[::-1], fillvalue=1))
        fits = all(m == n or 1 in (m, n) for m, n in sizes)
        expected = tuple(max(pair) for pair in reversed(sizes)) if fits else None
        yield Case(f"{a} with {b}", (a, b), expected)


@exercise(
    "c-row-shares",
    hints=[
        "Sum along the last dimension, which is the one that should disappear: dim=-1.",
        "Then the sums must form a column, beside their rows: what does keepdim do?",
        "`x / x.sum(dim=-1, keepdim=True)`. Without keepdim a square table runs, and is wrong.",
    ],
    why="keepdim leaves a size of 1 where the sum was taken, and that 1 is what stretches.",
)
def row_shares() -> Iterator[Case]:
    """Yield cases for `row_shares(x)`: (..., n) to shares that sum to 1 along the last."""
    for label, shape in (("2 by 3", (2, 3)), ("a square", (3, 3)), ("a batch", (2, 2, 4))):
        x = torch.arange(1.0, math.prod(shape) + 1).reshape(shape)
        rows = [row / sum(row.tolist()) for row in x.reshape(-1, shape[-1])]
        yield Case(f"{label}, shape {shape}", (x,), torch.stack(rows).reshape(shape))


@exercise(
    "c-distances",
    hints=[
        "You want every row of a with every row of b: a table (N, M), before that (N, M, C).",
        "Give a the shape (N, 1, C) and b the shape (1, M, C), and subtract: None adds a 1.",
        "`((a[:, None] - b[None]) ** 2)`, and then which dimension should disappear?",
    ],
    why="One added dimension of size 1 on each side replaces two loops.",
)
def distances() -> Iterator[Case]:
    """Yield cases for `squared_distances(a, b)`: (N, C) and (M, C) to (N, M)."""
    for N, M, C in ((1, 1, 2), (2, 3, 2), (4, 1, 3), (3, 3, 3)):
        a, b = _random(N, C, seed=1), _random(M, C, seed=2)
        table = [[sum((p - q) ** 2 for p, q in zip(r, s, strict=True)) for s in b] for r in a]
        yield Case(f"{N} points and {M}, in {C} dimensions", (a, b), torch.tensor(table))


@exercise(
    "c-hide-future",
    hints=[
        "You need a mask (T, T) that is True where the column is larger than the row.",
        "`torch.ones(T, T, dtype=torch.bool).triu(diagonal=1)` is that mask.",
        "`scores.masked_fill(mask, float('-inf'))`: the mask is broadcast over what is in front.",
    ],
    faults={r"\(1, 1\)": "Without `diagonal=1` in triu, a position can't even see itself."},
    why="After softmax, minus infinity becomes a weight of exactly 0.",
)
def hide_future() -> Iterator[Case]:
    """Yield cases for `hide_future(scores)`: (..., T, T), same shape out."""
    for shape in ((1, 1), (3, 3), (2, 4, 4), (2, 3, 2, 2)):
        scores = _random(*shape, seed=3)
        expected = scores.clone()
        for i in range(shape[-1]):
            expected[..., i, i + 1 :] = -math.inf
        yield Case(f"scores of shape {shape}", (scores,), expected)


@exercise(
    "c-token-losses",
    hints=[
        "Turn the scores into logarithms of probabilities: `logits.log_softmax(dim=-1)`.",
        "Row n needs only column targets[n]: `gather(1, targets[:, None])` fetches it.",
        "Mind the sign, and the shape (N,).",
    ],
    faults={"very sure": "Softmax, then log, can give log(0): `log_softmax` can't."},
    why="Their mean is what `F.cross_entropy` returns.",
)
def token_losses() -> Iterator[Case]:
    """Yield cases for `token_losses(logits, targets)`: (N, V) and (N,) to (N,)."""
    tables = {
        "3 tokens out of 4": (_random(3, 4, seed=4), [2, 0, 3]),
        "2 out of 2": (_random(2, 2, seed=5), [1, 1]),
        "very sure, and wrong": (torch.tensor([[0.0, 300.0, 0.0]]), [2]),
    }
    for label, (logits, targets) in tables.items():
        picked = torch.stack([row[t] for row, t in zip(logits, targets, strict=True)])
        losses = logits.logsumexp(dim=-1) - picked
        yield Case(label, (logits, torch.tensor(targets)), losses)


@exercise(
    "c-slope",
    hints=[
        "Make a tensor from the number: `torch.tensor(float(x), requires_grad=True)`.",
        "Call f on that tensor, then `.backward()` on the result.",
        "The slope is then in `.grad` of your tensor; `.item()` makes it a number.",
    ],
    why="Autograd needs no formula for the slope: it follows what f did.",
)
def slope() -> Iterator[Case]:
    """Yield cases for `slope(f, x)`: a function and a number to a number."""
    yield Case("x² at 3", (lambda x: x**2, 3.0), 6.0)
    yield Case("5x + 1 at -2", (lambda x: 5 * x + 1, -2.0), 5.0)
    yield Case("eˣ · x at 1", (lambda x: torch.exp(x) * x, 1.0), 2 * math.e)
    yield Case("a loop: x · x · x · x at 2", (lambda x: torch.stack([x] * 4).prod(), 2.0), 32.0)


@exercise(
    "c-linear",
    hints=[
        "A module finds each `nn.Parameter`, but only after `super().__init__()` has run.",
        "`self.weight = nn.Parameter(torch.randn(n_out, n_in))`, and a bias of n_out numbers.",
        "In forward: `x @ self.weight.T + self.bias`.",
    ],
    why="What is an nn.Parameter is found by parameters(), the optimiser and state_dict().",
)
def linear() -> Iterator[Case]:
    """Yield cases for the class `MyLinear(n_in, n_out)`."""
    for n_in, n_out in ((3, 2), (2, 2), (1, 4)):
        accept = partial(_judge_linear, n_out=n_out, n_in=n_in)
        yield Case(f"MyLinear({n_in}, {n_out})", (n_in, n_out), accept=accept)


def _judge_linear(module: object, n_out: int, n_in: int) -> str | None:
    """Say what is wrong with a linear layer of the reader's, or return None."""
    if not isinstance(module, nn.Module):
        return f"it should be an nn.Module, got a {type(module).__name__}"
    found = {name: tuple(p.shape) for name, p in module.named_parameters()}
    wanted = {"weight": (n_out, n_in), "bias": (n_out,)}
    if found != wanted:
        plain = any(isinstance(getattr(module, n, None), Tensor) for n in wanted if n not in found)
        more = ". A plain tensor is not found: wrap it in `nn.Parameter`" if plain else ""
        return f"its parameters should have the shapes {wanted}; they have {found}{more}"
    # Numbers that are not 0, whatever it began with: a bias of zeros would hide that it is left out
    weight, bias, x = _random(n_out, n_in, seed=7), _random(n_out, seed=8), _random(5, n_in, seed=6)
    try:
        with torch.no_grad():
            module.weight.copy_(weight)
            module.bias.copy_(bias)
            got = module(x)
    except Exception as error:  # the reader's code may raise anything
        return f"calling it raised {type(error).__name__}: {error}"
    problem = difference(torch.stack([weight @ row + bias for row in x]), got)
    return problem and f"it should return x Wᵀ + b: {problem}"


@exercise(
    "c-momentum",
    hints=[
        "First the velocity: keep the share beta of the old one, and add the gradient.",
        "Then one step of size lr against the *new* velocity; return (w, velocity).",
    ],
    faults={"motion|flat": "The step goes against the *new* velocity, not the gradient."},
    why="This is `torch.optim.SGD(..., momentum=beta)`.",
)
def momentum() -> Iterator[Case]:
    """Yield cases for `momentum_step(w, grad, velocity, lr, beta)`: to (w, velocity)."""
    start, grad, velocity = (torch.tensor(v) for v in ([1.0, -2.0], [0.5, 4.0], [3.0, -1.0]))
    for label, w, g, v, lr, beta in (
        ("at rest", start, grad, 0 * grad, 0.1, 0.9),
        ("in motion", start, grad, velocity, 0.1, 0.9),
        ("on flat ground it rolls on", start, 0 * grad, velocity, 0.5, 0.5),
    ):
        new = torch.tensor([beta * a + b for a, b in zip(v.tolist(), g.tolist(), strict=True)])
        yield Case(label, (w, g, v, lr, beta), (w - lr * new, new))


@exercise(
    "c-fit-line",
    hints=[
        "Two tensors that start at 0 and require a gradient, and torch.optim.SGD over both.",
        "In each step: predict, loss = ((prediction - y) ** 2).mean(), zero_grad, backward, step.",
    ],
    faults={"three|fits|no line": "Are gradients of earlier steps still in there?"},
    why="Larger models change the line that predicts. The other lines stay.",
)
def fit_line() -> Iterator[Case]:
    """Yield cases for `fit_line(x, y, steps, lr)`: (N,) and (N,) to (slope, intercept)."""
    x = torch.tensor([-1.0, 0.0, 1.0, 2.0])
    for label, y, steps, lr in (
        ("one step", 2 * x + 1, 1, 0.1),
        ("three steps", 2 * x + 1, 3, 0.1),
        ("until it fits", 2 * x + 1, 400, 0.1),
        ("points that lie on no line", torch.tensor([0.0, 3.0, 1.0, 5.0]), 50, 0.05),
    ):
        a = b = 0.0
        for _ in range(steps):
            error = a * x + b - y
            a, b = a - lr * 2 * (error * x).mean().item(), b - lr * 2 * error.mean().item()
        yield Case(label, (x, y, steps, lr), (a, b))
