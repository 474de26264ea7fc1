"""Checks for the chapter on self-attention."""

from collections.abc import Callable, Iterator

import torch
from torch import Tensor

from llm_lib.checks.compare import difference
from llm_lib.exercises import Case, exercise, prediction

prediction(
    "08-predict-shift",
    "a",
    choices={
        "a": "nothing happens to the weights",
        "b": "they lean towards the keys along c",
        "c": "they become more even",
    },
    feedback={
        "b": "Work out q · (k + c) for two keys. By how much did each score change?",
        "c": "Even weights need even scores. Did the differences between scores change?",
    },
    hints=["q · (k + c) = q · k + q · c. Which of the two parts depends on the key?"],
    why="Every score of the query grows by the same q · c, and softmax sees only differences.",
)


@exercise(
    "08-causal-average",
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


@exercise(
    "08-window-mask",
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
    "08-softmax-jacobian",
    hints=[
        "First the shares p. Off the diagonal the slope is -p_i · p_j. And on it?",
        "On the diagonal p_i (1 - p_i), which is p_i - p_i · p_i: one term more than elsewhere.",
        "A table with p on its diagonal, minus the table of all products p_i · p_j.",
    ],
    why="Its rows sum to 0: raising all scores alike changes no share.",
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


prediction(
    "08-explain-width",
    "c",
    choices={
        "a": "the causal mask is missing",
        "b": "scores were masked with 0 instead of minus infinity",
        "c": "scores are not divided by √D",
    },
    feedback={
        "a": "A leak makes the training loss fall too fast, at any width.",
        "b": "A score of 0 is no rule at all: it would let the future in, at any width.",
    },
    hints=["What grows with D in a fresh model? And what does softmax do with it?"],
    why="Fresh scores spread like √D: softmax saturates, and its slopes are nearly 0.",
)


@exercise(
    "08-combine",
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
