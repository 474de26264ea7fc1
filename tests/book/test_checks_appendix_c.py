"""Tests of the checks of the appendix on PyTorch: right answers, and the likely wrong ones."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from llm_lib.book.checks import appendix_c
from llm_lib.book.exercises import check, find_exercise


def broadcast_with_numpy(a, b):
    try:
        return np.broadcast_shapes(a, b)
    except ValueError:
        return None


def slope_by_autograd(f, x):
    x = torch.tensor(float(x), requires_grad=True)
    return torch.autograd.grad(f(x), x)[0].item()


def momentum_with_torch(w, grad, velocity, lr, beta):
    """One step of torch.optim.SGD, which is brought into motion first."""
    p = nn.Parameter(w.clone())
    optimizer = torch.optim.SGD([p], lr=lr, momentum=beta)
    optimizer.state[p]["momentum_buffer"] = velocity.clone()
    p.grad = grad.clone()
    optimizer.step()
    return p.detach(), optimizer.state[p]["momentum_buffer"]


def fit_with_torch(x, y, steps, lr, zero=True):
    line = nn.Linear(1, 1)
    nn.init.zeros_(line.weight)
    nn.init.zeros_(line.bias)
    optimizer = torch.optim.SGD(line.parameters(), lr=lr)
    for _ in range(steps):
        loss = F.mse_loss(line(x[:, None])[:, 0], y)
        if zero:
            optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return line.weight.item(), line.bias.item()


class OwnLinear(nn.Module):
    def __init__(self, n_in, n_out):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(n_out, n_in))
        self.bias = nn.Parameter(torch.randn(n_out))

    def forward(self, x):
        return F.linear(x, self.weight, self.bias)


class PlainTensors(nn.Module):
    def __init__(self, n_in, n_out):
        super().__init__()
        self.weight, self.bias = torch.randn(n_out, n_in), torch.zeros(n_out)


class NotTurned(OwnLinear):
    def forward(self, x):
        return x @ self.weight + self.bias


class NoBias(OwnLinear):
    def forward(self, x):
        return x @ self.weight.T


class ZeroBias(OwnLinear):
    """Starts with a bias of zeros, as many layers do."""

    def __init__(self, n_in, n_out):
        super().__init__(n_in, n_out)
        nn.init.zeros_(self.bias)


class ZeroBiasForgotten(ZeroBias):
    def forward(self, x):
        return x @ self.weight.T


class ZeroBiasTakenAway(ZeroBias):
    def forward(self, x):
        return x @ self.weight.T - self.bias


class AllZeros(ZeroBias):
    def __init__(self, n_in, n_out):
        super().__init__(n_in, n_out)
        nn.init.zeros_(self.weight)

    def forward(self, x):
        return torch.zeros(len(x), len(self.bias))


RIGHT = {
    "c-shift": lambda ids: (ids.narrow(1, 0, ids.shape[1] - 1), ids.narrow(1, 1, ids.shape[1] - 1)),
    "c-strides": lambda shape: tuple(s // 8 for s in np.empty(shape).strides),
    "c-broadcast-shape": broadcast_with_numpy,
    "c-row-shares": lambda x: F.normalize(x, p=1, dim=-1),
    "c-distances": lambda a, b: torch.cdist(a, b) ** 2,
    "c-hide-future": lambda s: s.where(torch.ones_like(s).tril() > 0, torch.tensor(-torch.inf)),
    "c-token-losses": lambda logits, targets: F.cross_entropy(logits, targets, reduction="none"),
    "c-slope": slope_by_autograd,
    "c-linear": OwnLinear,
    "c-momentum": momentum_with_torch,
    "c-fit-line": fit_with_torch,
    "c-predict-dtype": "float32",
    "c-predict-matmul": (2, 3, 5, 5),
    "c-predict-accumulate": 12,
    "c-predict-parameters": 105,
    "c-predict-digits": "b" if torch.tensor(2.0**24) + 1 == 2.0**24 else "a",
    "c-predict-pairs": {9: "a", 3: "b"}[torch.zeros(4, 4)[[2, 0, 2], [1, 1, 3]].numel()],
    "c-predict-broadcast": "b",
    "c-predict-dim": torch.zeros(2, 3).sum(dim=0).numel(),
    "c-predict-backward": 16,
    "c-predict-rate": "c",
    "c-explain-error": "b",
    "c-explain-silent": "b",
}

WRONG = [
    ("c-shift", lambda ids: (ids[:-1], ids[1:]), "shape"),  # texts dropped, not tokens
    ("c-shift", lambda ids: (ids[:, 1:], ids[:, :-1]), "at [0]"),  # the wrong way round
    ("c-strides", lambda shape: (*shape[1:], 1), "12"),
    ("c-broadcast-shape", lambda a, b: max(a, b, key=len), "failed"),
    ("c-broadcast-shape", lambda a, b: tuple(torch.broadcast_shapes(a, b)), "raised RuntimeError"),
    ("c-row-shares", lambda x: x / x.sum(dim=-1), "the shape is right"),  # runs on a square
    ("c-row-shares", lambda x: x / x.sum(dim=0, keepdim=True), "failed"),
    ("c-distances", lambda a, b: ((a[None] - b[:, None]) ** 2).sum(-1), "shape"),
    ("c-distances", torch.cdist, "failed"),  # not squared
    ("c-hide-future", lambda s: s.tril(), "-inf"),
    ("c-hide-future", lambda s: s.masked_fill(torch.ones_like(s).triu() > 0, -torch.inf), "failed"),
    ("c-token-losses", lambda z, t: F.cross_entropy(z, t), "shape"),
    ("c-token-losses", lambda z, t: -z.softmax(-1)[range(len(t)), t].log(), "very sure"),
    ("c-token-losses", lambda z, t: z.log_softmax(-1)[range(len(t)), t], "failed"),
    ("c-slope", lambda f, x: float(f(torch.tensor(x))), "failed"),
    ("c-linear", nn.ReLU, "can't be called|should"),
    ("c-linear", PlainTensors, "they have {}. A plain tensor is not found: wrap it in"),
    ("c-linear", ZeroBiasForgotten, "it should return x Wᵀ + b"),
    ("c-linear", ZeroBiasTakenAway, "it should return x Wᵀ + b"),
    ("c-linear", AllZeros, "it should return x Wᵀ + b"),
    ("c-linear", NotTurned, "RuntimeError"),
    ("c-linear", NoBias, "it should return x Wᵀ + b"),
    ("c-linear", lambda n_in, n_out: nn.Linear(n_out, n_in), "should have the shapes"),
    ("c-momentum", lambda w, g, v, lr, beta: (w - lr * v, beta * v + g), "at [0]"),  # old velocity
    ("c-momentum", lambda w, g, v, lr, beta: (w - lr * g, v), "failed"),
    ("c-fit-line", lambda *a: fit_with_torch(*a, zero=False), "three steps"),
    ("c-predict-dtype", "float64", "NumPy"),
    ("c-predict-matmul", (2, 3, 4, 4), "summed away"),
    ("c-predict-accumulate", 6, "one call"),
    ("c-predict-parameters", 100, "added after"),
    ("c-predict-digits", "a", "25 binary digits"),
    ("c-predict-pairs", "a", "two steps"),
    ("c-predict-broadcast", "c", "4 stands below 3"),
    ("c-predict-dim", 2, "what is named disappears"),
    ("c-predict-backward", 8, "replaced the old one"),
    ("c-predict-rate", "a", "lands on the other side"),
    ("c-explain-error", "a", "any number of rows"),
    ("c-explain-silent", "a", "more steps"),
]


def registered():
    find_exercise("c-shift")
    from llm_lib.book.exercises import _exercises

    return {name for name, task in _exercises.items() if name.startswith("c-")}


def test_every_exercise_is_tried():
    # Fails if an exercise is added without a right and a wrong answer here.
    assert registered() == set(RIGHT) == {name for name, _, _ in WRONG}


@pytest.mark.parametrize("name", RIGHT)
def test_right_answers(name):
    # Fails if the check and an implementation by others (torch, NumPy) disagree.
    assert check(name, RIGHT[name]), repr(check(name, RIGHT[name]))


@pytest.mark.parametrize(("name", "answer", "words"), WRONG)
def test_wrong_answers(name, answer, words):
    # Fails if a usual mistake passes, or the report does not point to it.
    result = check(name, answer)
    assert not result
    assert any(word in repr(result) for word in words.split("|")), repr(result)
    assert "hint" in repr(result)


def test_distances_between_equal_numbers_of_points_tell_the_order():
    # Fails if every case has N different from M: a swapped table would be found by its shape alone.
    shapes = [case.arguments[0].shape == case.arguments[1].shape for case in appendix_c.distances()]
    assert sum(shapes) >= 2


def test_a_linear_layer_may_start_with_zeros():
    # Fails if the numbers that a right layer starts with decide.
    assert check("c-linear", ZeroBias)


def test_plain_tensors_are_named_only_where_there_are_some():
    # Fails if a layer of the wrong shape is told to wrap tensors that it has wrapped.
    turned = repr(check("c-linear", lambda n_in, n_out: nn.Linear(n_out, n_in)))
    assert "plain tensor is not found" not in turned


def test_judging_a_linear_layer_never_raises():
    # Fails if code of the reader's ends the check with a traceback.
    class Broken(OwnLinear):
        def forward(self, x):
            raise KeyError("lost")

    class Silent(OwnLinear):
        def forward(self, x):
            return None

    class Doubled(OwnLinear):
        def __init__(self, n_in, n_out):
            super().__init__(n_in, n_out)
            self.double()

        def forward(self, x):
            return super().forward(x.double())

    assert check("c-linear", Doubled)
    assert "raised KeyError" in repr(check("c-linear", Broken))
    assert "it should return x Wᵀ + b" in repr(check("c-linear", Silent))
    assert "should be an nn.Module" in repr(check("c-linear", lambda *sizes: sizes))
