"""Tests of the checks of the appendix on maths: right answers, and the mistakes that are likely."""

import json
import math
import re
from pathlib import Path

import numpy as np
import pytest
import torch

from llm_lib.book import exercises
from llm_lib.book.exercises import check

CHAPTER = Path(__file__).resolve().parents[2] / "chapters/appendix_b_maths.ipynb"


def softmax(scores):
    """Divide exponentials as numpy does it, the largest score first set to 0."""
    powers = np.exp(np.array(scores) - np.max(scores))
    return (powers / powers.sum()).tolist()


def backward(tape):
    """Add up the slopes of all paths to the last record, by walking each path on its own."""

    def paths(i):
        last = len(tape) - 1
        later = [(k, local) for k in range(i + 1, last + 1) for j, local in tape[k] if j == i]
        return float(i == last) + sum(local * paths(k) for k, local in later)

    return [paths(i) for i in range(len(tape))]


def loss_slopes(logits, target):
    """Nudge each logit both ways, in numpy."""
    slopes = []
    for i in range(len(logits)):
        ends = []
        for h in (1e-5, -1e-5):
            z = np.array(logits)
            z[i] += h
            ends.append(np.log(np.exp(z).sum()) - z[target])
        slopes.append(float((ends[0] - ends[1]) / 2e-5))
    return slopes


RIGHT = {
    "b-add-scaled": lambda a, s, b: (np.array(a) + s * np.array(b)).tolist(),
    "b-predict-shape": tuple(torch.linalg.lstsq(torch.rand(5, 8), torch.rand(5, 3))[0].shape),
    "b-cosine": lambda a, b: torch.cosine_similarity(
        torch.tensor(a), torch.tensor(b), dim=0
    ).item(),
    "b-matmul": lambda a, b: np.einsum("ij,jk->ik", a, b).tolist(),
    "b-predict-log": math.log2(8 * 32),
    "b-softmax": softmax,
    "b-expectation": lambda p, values: float(np.average(values, weights=p)),
    "b-cross-entropy": lambda z, t: float(np.logaddexp.reduce(z) - z[t]),
    "b-slope": lambda f, x: (f(x + 1e-5) - f(x - 1e-5)) / 2e-5,
    "b-predict-descent": 5 - 0.1 * 10,
    "b-predict-chain": torch.func.grad(lambda a: (a * 3 + a) ** 2)(torch.tensor(2.0)).item(),
    "b-explain-growing": "b",
    "b-backward": backward,
    "b-loss-slopes": loss_slopes,
}


@pytest.mark.parametrize("name", RIGHT)
def test_right_answers(name):
    # fails if numpy, torch, or the definition itself is refused, or `check` without an answer
    # is anything but waiting
    assert check(name, RIGHT[name])
    assert repr(check(name)) == f"{name}: waiting for your answer"


def add_uphill(a, s, b):
    return [x - s * y for x, y in zip(a, b, strict=True)]


def softmax_naive(scores):
    powers = [math.exp(s) for s in scores]
    return [p / sum(powers) for p in powers]


def mean(numbers):
    return sum(numbers) / len(numbers)


def softmax_less(pick):
    """Return the stable softmax that subtracts `pick(scores)`; only the largest will do."""
    return lambda scores: softmax_naive([s - pick(scores) for s in scores])


def cross_entropy_less(pick):
    """Return the cross-entropy that takes `pick(logits)` out of the sum."""

    def cross_entropy(logits, target):
        out = pick(logits)
        return out + math.log(sum(math.exp(z - out) for z in logits)) - logits[target]

    return cross_entropy


def transposed(a, b):
    return [list(row) for row in zip(*RIGHT["b-matmul"](a, b), strict=True)]


def backward_oldest_first(tape):
    slopes = [0.0] * (len(tape) - 1) + [1.0]
    for i in range(len(tape)):
        for j, local in tape[i]:
            slopes[j] += local * slopes[i]
    return slopes


def backward_overwriting(tape):
    slopes = [0.0] * (len(tape) - 1) + [1.0]
    for i in reversed(range(len(tape))):
        for j, local in tape[i]:
            slopes[j] = local * slopes[i]
    return slopes


WRONG = [
    ("b-add-scaled", add_uphill, "2 of 4 cases pass"),
    ("b-add-scaled", lambda a, s, b: a + [s * y for y in b], "expected 5.0, got 3.0"),
    ("b-predict-shape", (5, 3), "shape of the result"),
    ("b-predict-shape", (3, 8), "inner sizes"),
    ("b-predict-shape", [8, 3, 1], "not yet"),
    ("b-cosine", lambda a, b: float(np.dot(a, b)), "got 250"),
    ("b-matmul", transposed, "a of shape (2, 3)"),
    ("b-matmul", lambda a, b: np.array(a) @ np.array(b), "expected a list"),
    ("b-predict-log", 15, "they are added"),
    ("b-predict-log", 256, "8 · 32 itself"),
    ("b-softmax", softmax_naive, "OverflowError"),
    ("b-softmax", softmax_less(min), "6 of 7 cases"),
    ("b-softmax", softmax_less(mean), "6 of 7 cases"),
    ("b-softmax", lambda s: [x / sum(s) for x in s], "failed"),
    ("b-expectation", lambda p, v: sum(v) / len(v), "a loaded coin"),
    ("b-cross-entropy", lambda z, t: -softmax(z)[t], "0 of 6 cases"),
    ("b-cross-entropy", lambda z, t: -math.log(softmax(z)[t]), "large logits"),
    ("b-cross-entropy", lambda z, t: -math.log2(softmax(z)[t]), "0 of 6 cases"),
    ("b-cross-entropy", lambda z, t: -math.log(softmax_naive(z)[t]), "fraction apart"),
    ("b-cross-entropy", cross_entropy_less(min), "4 of 6 cases"),
    ("b-cross-entropy", cross_entropy_less(mean), "5 of 6 cases"),
    ("b-slope", lambda f, x: (f(x + 1e-3) - f(x)) / 1e-3, "got 6.001"),
    ("b-slope", lambda f, x: f(x + 1e-5) - f(x - 1e-5), "0 of 5 cases"),
    ("b-slope", lambda f, x: (f(x + 1e-18) - f(x)) / 1e-18, "got 0"),
    ("b-slope", lambda f, x: (f(x + 1e-5) - f(x)) / 1e-5, "got 6.00001: off by 1e-05"),
    ("b-slope", lambda f, x: (f(x + 1e-8) - f(x)) / 1e-8, "both sides"),
    ("b-slope", lambda f, x: (f(x) - f(x - 1e-8)) / 1e-8, "both sides"),
    ("b-slope", lambda f, x: str(x), "got '3.0'"),
    ("b-predict-descent", 6, "uphill"),
    ("b-predict-chain", 48, "also added"),
    ("b-explain-growing", "a", "small rate"),
    ("b-backward", backward_oldest_first, "failed"),
    ("b-backward", backward_overwriting, "a number used twice"),
    ("b-loss-slopes", lambda z, t: softmax(z), "failed"),
]


@pytest.mark.parametrize(("name", "answer", "words"), WRONG)
def test_wrong_answers(name, answer, words):
    # fails if a likely mistake passes, or the report does not say what is wrong with it
    result = check(name, answer)
    assert not result
    assert words in repr(result)


def test_growing_slopes_are_what_the_question_says():
    # fails if slopes that are never set back do not grow as exercise b-explain-growing tells
    w = torch.tensor(3.0, requires_grad=True)
    seen = []
    for _ in range(3):
        (w * w).backward()
        seen.append(w.grad.item())
    assert seen == [6, 12, 18]


def test_the_appendix_asks_every_exercise():
    # fails if an exercise is registered but never asked, asked but not registered, or unanswered
    code = "\n".join(
        "".join(cell["source"])
        for cell in json.loads(CHAPTER.read_text("utf-8"))["cells"]
        if cell["cell_type"] == "code"
    )
    asked = re.findall(r'check\("(b-[\w-]+)"', code)
    predicted = re.findall(r'predict\("(b-[\w-]+)"', code)
    check("b-slope")  # loads the file
    registered = {name: task for name, task in exercises._exercises.items() if name[:2] == "b-"}
    assert {*asked, *predicted} == set(registered) == set(RIGHT)
    code_names = [name for name, task in registered.items() if task.cases]
    assert all(asked.count(name) == 2 for name in code_names)  # the stub and the solution
    assert sorted(predicted) == sorted(set(registered) - set(code_names))
