"""Checks for the chapter “Instructions and LoRA”."""

from collections.abc import Callable, Iterator

import torch
from torch import Tensor

from llm_lib.book.checks.compare import difference
from llm_lib.book.exercises import Case, exercise

MASKED = -100


def _targets(ids: list[int], n: int) -> list[int]:
    """Return the targets for a prompt of `n` tokens: the next ids, from the answer's first on."""
    return [MASKED] * (n - 1) + ids[n:]


def _targets_are(ids: list[int], n: int) -> Callable[[object], str | None]:
    """Return a judge of targets that names the usual faults."""
    right = _targets(ids, n)
    faults = {
        "the prompt's tokens count, too": ids[1:],
        "the targets are not shifted: each is the token that goes in": ([MASKED] * n + ids[n:-1]),
        "the stop token is masked, so it's never learned": [*right[:-1], MASKED],
        "the answer's first token is masked": [MASKED] * n + ids[n + 1 :],
        "the prompt's last token counts, too": [MASKED] * (n - 2) + ids[n - 1 :],
        "the prompt's targets are left out; they should stay, as -100": ids[n:],
    }

    def judge(got: object) -> str | None:
        given = got.tolist() if isinstance(got, Tensor) else got
        problem = difference(right, given)
        if problem is None:
            return None
        named = (say for say, wrong in faults.items() if difference(wrong, given) is None)
        return next(named, problem)

    return judge


@exercise(
    "21-targets",
    hints=[
        "Write ids and targets below each other on paper. What should position 0 predict?",
        "There is one target fewer than ids: `ids[1:]`. Which of them belong to the prompt?",
    ],
    faults={
        "stop": "The last target is the stop token: it belongs to the answer.",
        "one token": "After the shift, the prompt's n tokens hold n - 1 targets of their own.",
    },
    why="-100 is what `cross_entropy` leaves out, in the sum and in the count.",
)
def targets() -> Iterator[Case]:
    """Yield cases for `my_targets(ids, n)`: a list of ids, and how many are the prompt's."""
    for label, ids, n in (
        ("prompt 3, answer 2, stop 0", [5, 8, 3, 9, 4, 0], 3),
        ("a prompt of one token", [7, 2, 6, 0], 1),
        ("an answer of one token", [5, 5, 5, 8, 0], 3),
        ("nothing but a stop token", [4, 3, 0], 2),
    ):
        accept = _targets_are(ids, n)
        yield Case(label, (ids, n), accept=accept, unchanged=True)


def _lora_is(x: Tensor, W: Tensor, A: Tensor, B: Tensor, alpha: float):
    """Return a judge of a LoRA layer's output that names the usual faults."""
    r, base, change = len(A), x @ W.T, (x @ A.T) @ B.T
    faults = {
        "the change isn't scaled: α / r is missing": base + change,
        "the change is scaled by α; divide it by r": base + alpha * change,
        "the change is scaled by r / α: turn it round": base + r / alpha * change,
        "the frozen W x is missing": alpha / r * change,
        "the change is missing": base,
        "W is scaled, too": alpha / r * (base + change),
    }

    def judge(got: object) -> str | None:
        problem = difference(base + alpha / r * change, got)
        if problem is None:
            return None
        named = (say for say, out in faults.items() if difference(out, got) is None)
        return next(named, problem)

    return judge


@exercise(
    "21-lora",
    hints=[
        "Two paths, added: `x @ W.T`, and the detour through A and B.",
        "A takes x from C_in numbers to r: `x @ A.T`. B takes those to C_out.",
    ],
    faults={"rank 4": "r is the number of A's rows. By what is α divided?"},
    why="B A is never built: two thin products cost less than one with the full matrix.",
)
def lora() -> Iterator[Case]:
    """Yield cases for `my_lora(x, W, A, B, alpha)`: (T, C_in) to (T, C_out)."""
    generator = torch.Generator().manual_seed(21)
    for label, c_in, c_out, r, alpha in (
        ("rank 1, α = 1", 3, 2, 1, 1.0),
        ("rank 4, α = 8", 5, 7, 4, 8.0),
        ("rank 4, α = 1", 6, 6, 4, 1.0),
    ):
        x = torch.randn(3, c_in, generator=generator)
        W = torch.randn(c_out, c_in, generator=generator)
        A = torch.randn(r, c_in, generator=generator)
        B = torch.randn(c_out, r, generator=generator)
        yield Case(label, (x, W, A, B, alpha), accept=_lora_is(x, W, A, B, alpha), unchanged=True)


def _starts_well(c_in: int, c_out: int, r: int) -> Callable[[object], str | None]:
    """Return a judge of A and B before training: no change yet, and a gradient."""

    def judge(got: object) -> str | None:
        if not isinstance(got, tuple | list) or len(got) != 2:
            return f"return a pair (A, B); got {type(got).__name__}"
        if not all(isinstance(part, Tensor) for part in got):
            return "A and B should be tensors"
        A, B = got
        for name, part, shape in (("A", A, (r, c_in)), ("B", B, (c_out, r))):
            if tuple(part.shape) != shape:
                return f"{name} should have the shape {shape}; got {tuple(part.shape)}"
        if bool((B @ A).any()):
            return "B A isn't 0: the model would change before it has learned anything"
        if not A.any() and not B.any():
            return "A and B are both 0: then neither has a gradient, and nothing is ever learned"
        learns = B if not A.any() else A
        if int(torch.linalg.matrix_rank(learns.detach().float())) < min(learns.shape):
            return f"the rank isn't {r}: rows that are alike stay alike"
        return None

    return judge


@exercise(
    "21-start",
    hints=[
        "The product has to be 0. Must both factors be?",
        "B's gradient contains A, and A's contains B. Which of them is not 0 at the start?",
    ],
    why="With B at 0, the first step moves B alone; from the second step on, both move.",
)
def start() -> Iterator[Case]:
    """Yield cases for `my_start(c_in, c_out, r)`: to A (r, c_in) and B (c_out, r)."""
    for shape in ((3, 2, 1), (6, 8, 4)):
        c_in, c_out, r = shape
        label = f"c_in={c_in}, c_out={c_out}, r={r}"
        yield Case(label, shape, accept=_starts_well(*shape))


def _merged_is(W: Tensor, change: Tensor, calls: str) -> Callable[[object], str | None]:
    """Return a judge of the weights after some calls, M for merge and U for unmerge."""

    def judge(make: object) -> str | None:
        if not callable(getattr(make, "merge", None)) or not callable(
            getattr(make, "unmerge", None)
        ):
            return "return an object that has merge() and unmerge()"
        expected = W
        for done, call in enumerate(calls, 1):
            make.merge() if call == "M" else make.unmerge()
            expected = W + change if call == "M" else W
            said = " and ".join("merge()" if c == "M" else "unmerge()" for c in calls[:done])
            got = make.weight
            if difference(W + 2 * change, got) is None:
                return f"after {said} the change is in W twice"
            if difference(W - change, got) is None:
                return f"after {said} the change was taken out of W, where it wasn't"
            if problem := difference(expected, got):
                return f"after {said}: {problem}"
            if call == "U" and not torch.equal(got, W):
                return f"after {said} W isn't back bit for bit: adding and subtracting rounds"
        return None

    return judge


@exercise(
    "21-merge",
    hints=[
        "Keep the weight as it was, and remember whether the change is in it.",
        "`merge` does nothing if it's merged already; `unmerge` puts the kept weight back.",
    ],
    faults={
        "twice": "Before you add the change, ask whether it's in there already.",
        "bit": "(W + change) - change isn't always W in floating point. Keep a copy of W.",
    },
    why="The library does the same: an adapter that is merged twice is a model nobody trained.",
)
def merge() -> Iterator[Case]:
    """Yield cases for the class `MyMerged`: (W, change) to an object that merges and unmerges."""
    generator = torch.Generator().manual_seed(22)
    for label, calls in (
        ("merge", "M"),
        ("merged twice", "MM"),
        ("unmerged at once", "U"),
        ("back bit for bit", "MU"),
        ("on, off, on", "MUM"),
    ):
        W = torch.randn(6, 5, generator=generator)
        change = torch.randn(6, 5, generator=generator)
        accept = _merged_is(W.clone(), change.clone(), calls)
        yield Case(label, (W, change), accept=accept)
