"""Checks for the chapter on self-attention."""

from collections.abc import Callable, Iterator

import torch
from torch import Tensor

from llm_lib.book.checks.compare import difference
from llm_lib.book.exercises import Case, exercise


@exercise(
    "09-causal-average",
    hints=[
        "A matrix product is made of weighted sums. Which weights does row t need?",
        "Start from a lower triangle of ones, (T, T). What must each row be divided by?",
        "`torch.cumsum` would do as well: sums of rows 0 to t, divided by t + 1.",
    ],
    why="It is attention in which all scores are 0.",
)
def causal_average() -> Iterator[Case]:
    """Yield cases for `my_causal_average(x)`: (T, C) to (T, C)."""
    generator = torch.Generator().manual_seed(8)
    for T, C in ((1, 3), (4, 2), (7, 5)):
        x = torch.randn(T, C, generator=generator)
        means = [x[: t + 1].mean(dim=0) for t in range(T)]
        yield Case(f"x of shape {(T, C)}", (x,), torch.stack(means))


def _mask_is(expected: Tensor) -> Callable[[object], str | None]:
    """Return a judge of a mask that insists on booleans, since a mask of numbers is no mask."""

    def judge(got: object) -> str | None:
        problem = difference(expected, got)
        if getattr(got, "dtype", None) in (torch.bool, bool):
            wrong = problem and tuple(got.shape) == tuple(expected.shape) and _first_wrong(got)
            return wrong or problem
        if problem:
            return problem
        return f"the places are right, but the mask should be boolean; got {got.dtype}"

    def _first_wrong(got: object) -> str:
        t, s = (expected != torch.as_tensor(got)).nonzero()[0].tolist()
        may = bool(expected[t, s])
        return f"query {t}, key {s}: expected {may}, got {not may}"

    return judge


def _attend(q: Tensor, k: Tensor, v: Tensor, hidden: Tensor, divide_by: float) -> Tensor:
    """Return the attention output (T, E); `hidden` (T, T) is True where none may look."""
    scores = (q @ k.T / divide_by).masked_fill(hidden, float("-inf"))
    return scores.softmax(dim=-1) @ v


def _future(T: int, ahead: int = 1) -> Tensor:
    """Return True (T, T) for keys at least `ahead` places after the query."""
    return torch.ones(T, T).triu(diagonal=ahead).bool()


def _attention_of(q: Tensor, k: Tensor, v: Tensor) -> Callable[[object], str | None]:
    """Return a judge of causal attention that names the usual faults."""
    T, D = q.shape
    none = torch.zeros(T, T, dtype=torch.bool)
    weights = (q @ k.T / D**0.5).softmax(dim=-1)
    faults = {
        "the future is not hidden: each query sees all keys": _attend(q, k, v, none, D**0.5),
        "the scores are not divided by √D": _attend(q, k, v, _future(T), 1.0),
        "the scores are divided by D: take its square root": _attend(q, k, v, _future(T), D),
        "the weights are masked after the softmax: their rows no longer sum to 1": (
            weights.tril() @ v
        ),
        "softmax runs along the columns: each row should sum to 1": (
            (q @ k.T / D**0.5).masked_fill(_future(T), float("-inf")).softmax(dim=0) @ v
        ),
    }

    def judge(got: object) -> str | None:
        problem = difference(_attend(q, k, v, _future(T), D**0.5), got)
        if problem is None:
            return None
        return next((say for say, out in faults.items() if difference(out, got) is None), problem)

    return judge


@exercise(
    "09-attention",
    hints=[
        "Three lines: the scores, the weights, the mix. Which product makes all scores at once?",
        "Where the key is later than the query, the score is minus infinity before the softmax.",
    ],
    faults={
        "large": "e to the power of 1,000 is infinite for a computer; `softmax` takes care of it."
    },
    why="These three lines run in every layer of every GPT.",
)
def attention() -> Iterator[Case]:
    """Yield cases for `my_attention(q, k, v)`: (T, D), (T, D), (T, E) to (T, E)."""
    generator = torch.Generator().manual_seed(85)
    for label, T, D, E, size in (
        ("five tokens", 5, 6, 6, 1.0),
        ("values of another length than keys", 4, 16, 3, 1.0),
        ("one token", 1, 4, 4, 1.0),
        ("large scores", 3, 4, 2, 60.0),
    ):
        q, k = size * torch.randn(2, T, D, generator=generator)
        v = torch.randn(T, E, generator=generator)
        yield Case(label, (q, k, v), accept=_attention_of(q, k, v), unchanged=True)


@exercise(
    "09-window-mask",
    hints=[
        "For each pair of a query t and a key s: how far back is s? Which distances are allowed?",
        "The distance t - s must be at least 0, or s lies in the future. And at most?",
        "`torch.arange(T)[:, None] - torch.arange(T)[None, :]` is the table of distances.",
    ],
    why="A row has at most w places to look at, so the work grows with T · w, not with T².",
)
def window_mask() -> Iterator[Case]:
    """Yield cases for `my_window_mask(T, w)`: a boolean tensor (T, T)."""
    for T, w in ((5, 2), (6, 1), (4, 4), (3, 9), (1, 1)):
        rows = [[0 <= t - s < w for s in range(T)] for t in range(T)]
        yield Case(f"T={T}, w={w}", (T, w), accept=_mask_is(torch.tensor(rows)))


@exercise(
    "09-softmax-jacobian",
    hints=[
        "First the weights p. Off the diagonal the derivative is -p_i · p_j. And on it?",
        "On the diagonal p_i (1 - p_i), which is p_i - p_i · p_i: one term more than elsewhere.",
        "A table with p on its diagonal, minus the table of all products p_i · p_j.",
    ],
    faults={
        "large": (
            "e to the power of 100 is infinite for a computer. Subtract the largest score from "
            "all before you raise e to them: the weights stay the same."
        ),
    },
    why="Its rows sum to 0: raising all scores alike changes no weight.",
)
def softmax_jacobian() -> Iterator[Case]:
    """Yield cases for `my_softmax_jacobian(z)`: (S,) to (S, S)."""
    cases = {
        "undecided": [0.0, 0.0],
        "three scores": [1.0, -0.5, 2.0],
        "saturated": [9.0, 0.0, 1.0, -2.0],
        "one score": [3.0],
        "large scores": [100.0, 99.0],
    }
    for label, scores in cases.items():
        z = torch.tensor(scores)
        slopes = torch.autograd.functional.jacobian(lambda z: z.softmax(dim=0), z)
        yield Case(f"{label}, z = {scores}", (z,), slopes)


@exercise(
    "09-combine",
    hints=[
        "The output over all keys is a mean of the two outputs. How much does each half weigh?",
        "Half a has the share e^lam_a / (e^lam_a + e^lam_b) of the whole sum.",
    ],
    faults={
        "1000|hardly": (
            "To avoid infinities, subtract the larger of the two from both before you raise e "
            "to them."
        ),
    },
    why="So the keys can be cut into any pieces, on any number of machines.",
)
def combine() -> Iterator[Case]:
    """Yield cases for `my_combine(out_a, lam_a, out_b, lam_b)`: two (D,) and two of shape ()."""
    generator = torch.Generator().manual_seed(80)
    for label, n_a, n_b, add_a, add_b in (
        ("two halves alike in size", 4, 4, 0.0, 0.0),
        ("one key against seven", 1, 7, 0.0, 0.0),
        ("scores around 1000", 3, 5, 1000.0, 1000.0),
        ("scores around -1000", 3, 5, -1000.0, -1000.0),
        ("half b hardly counts", 3, 3, 1000.0, -1000.0),
        ("half a hardly counts", 3, 3, -1000.0, 1000.0),
    ):
        z = torch.randn(n_a + n_b, generator=generator)
        z[:n_a] += add_a
        z[n_a:] += add_b
        v = torch.randn(n_a + n_b, 3, generator=generator)
        halves = ((z[:n_a], v[:n_a]), (z[n_a:], v[n_a:]))
        (out_a, lam_a), (out_b, lam_b) = ((p.softmax(0) @ w, p.logsumexp(0)) for p, w in halves)
        yield Case(label, (out_a, lam_a, out_b, lam_b), z.softmax(0) @ v)


def _leaking(*leaks: tuple[int, int]) -> Callable[[Tensor], Tensor]:
    """Return attention over x itself whose query t also sees the key s, for each (t, s)."""

    def attend(x: Tensor) -> Tensor:
        hidden = _future(len(x))
        for t, s in leaks:
            hidden[t : t + 1, s : s + 1] = False  # a shorter text has no such place
        return _attend(x, x, x, hidden, x.shape[1] ** 0.5)

    return attend


def _masked_after(x: Tensor) -> Tensor:
    """Return attention whose mask comes after the softmax."""
    return (x @ x.T / x.shape[1] ** 0.5).softmax(dim=-1).tril() @ x


@exercise(
    "09-leak",
    hints=[
        "Change what comes after position t, and compare output t before and after.",
        "Go through the positions in order; the first whose output moves is the answer.",
    ],
    faults={
        "from far": "Change all later tokens, not only the next one.",
        "no leak|one token": "Compare output t only with changes *after* t: it may see itself.",
        "only the last two": "The last position but one can leak, too.",
    },
    why="The same test works for a whole GPT: its logits must not move before the change.",
)
def first_leak() -> Iterator[Case]:
    """Yield cases for `my_first_leak(layer, x)`: a function and (T, C) to a position or None."""
    x = torch.randn(5, 4, generator=torch.Generator().manual_seed(86))
    yield Case("no leak", (_leaking(), x), None, unchanged=True)
    everywhere = [(t, s) for t in range(5) for s in range(5)]
    yield Case("no mask at all", (_leaking(*everywhere), x), 0)
    yield Case("masked after the softmax", (_masked_after, x), 0)
    yield Case("a leak from far ahead", (_leaking((1, 4)), x), 1)
    yield Case("only the last two", (_leaking((3, 4)), x), 3)
    yield Case("one token", (_leaking(), x[:1]), None)
