"""Tests of the checks for “Evaluation”."""

import math

import numpy as np
import pytest

from llm_lib.book.exercises import check
from llm_lib.evaluation import f1_score, paired_difference, unpaired_difference


def choose(log_probs, answers, length=len, best=np.argmax):
    values = [sum(p) / length(a) for p, a in zip(log_probs, answers, strict=True)]
    return int(best(values))


def paired(a, b):
    return paired_difference(a, b).error


def f1(answer, reference):
    return f1_score(answer, [reference])


def bits(log_probs, text):
    return float(-np.sum(log_probs) / np.log(2) / len(text.encode()))


def bootstrap(a, b, rounds, level=0.95, replace=True, together=True, seed=0):
    dice = np.random.default_rng(seed)
    n, means = len(a), []
    for _ in range(rounds):
        places = dice.choice(n, n, replace=replace)
        others = places if together else dice.choice(n, n, replace=replace)
        means.append(np.mean(np.array(a)[places]) - np.mean(np.array(b)[others]))
    return tuple(np.quantile(means, [(1 - level) / 2, (1 + level) / 2]).tolist())


RIGHT = {
    "23-choose": choose,
    "23-paired": paired,
    "23-f1": f1,
    "23-bits": bits,
    "23-bootstrap": bootstrap,
}
WRONG = {
    "the sum": ("23-choose", lambda p, a: choose(p, a, length=lambda _: 1)),
    "by tokens": ("23-choose", lambda p, a: int(np.argmax([np.mean(x) for x in p]))),
    "the smallest": ("23-choose", lambda p, a: choose(p, a, best=np.argmin)),
    "the last of equal ones": (
        "23-choose",
        lambda p, a: len(a) - 1 - choose(p[::-1], a[::-1]),
    ),
    "unpaired": ("23-paired", lambda a, b: unpaired_difference(a, b).error),
    "the deviation": ("23-paired", lambda a, b: paired(a, b) * math.sqrt(len(a))),
    "over n": ("23-paired", lambda a, b: paired(a, b) * math.sqrt(1 - 1 / len(a))),
    "no root": ("23-paired", lambda a, b: paired(a, b) ** 2),
    "precision": (
        "23-f1",
        lambda a, r: sum(w in r.split() for w in a.split()) / len(a.split()),
    ),
    "recall": (
        "23-f1",
        lambda a, r: len({*a.split()} & {*r.split()}) / len(r.split()),
    ),
    "sets": (
        "23-f1",
        lambda a, r: 2 * len({*a.split()} & {*r.split()}) / (len({*a.split()}) + len({*r.split()})),
    ),
    "in nats": ("23-bits", lambda p, t: bits(p, t) * math.log(2)),
    "per token": ("23-bits", lambda p, t: bits(p, t) * len(t.encode()) / len(p)),
    "per character": ("23-bits", lambda p, t: bits(p, t) * len(t.encode()) / len(t)),
    "the sign": ("23-bits", lambda p, t: -bits(p, t)),
    "each by itself": ("23-bootstrap", lambda a, b, n: bootstrap(a, b, n, together=False)),
    "nine in ten": ("23-bootstrap", lambda a, b, n: bootstrap(a, b, n, level=0.9)),
    "one error": ("23-bootstrap", lambda a, b, n: bootstrap(a, b, n, level=0.683)),
    "put nothing back": ("23-bootstrap", lambda a, b, n: bootstrap(a, b, n, replace=False)),
    "turned round": ("23-bootstrap", lambda a, b, n: bootstrap(a, b, n)[::-1]),
    "the other's lead": ("23-bootstrap", lambda a, b, n: bootstrap(b, a, n)),
}


@pytest.mark.parametrize(
    ("name", "right", "others"),
    [
        ("23-predict-rule", "b", "a"),
        ("23-predict-letter", "b", "ac"),
        ("23-predict-interval", 160, [80, 20]),
        ("23-predict-seen", "b", "ac"),
        ("23-predict-copies", "c", "ab"),
        ("23-explain-quarter", "b", "ac"),
    ],
)
def test_each_wrong_answer_has_a_reason(name, right, others):
    # fails if a wrong answer is taken, or gets no reason of its own
    assert check(name, right)
    said = {repr(check(name, other)) for other in others}
    assert len(said) == len(others) and not any(check(name, other) for other in others)


@pytest.mark.parametrize("seed", range(1, 6))
def test_an_honest_bootstrap_passes_whatever_it_draws(seed):
    # fails if the check is so narrow that the luck of the draws decides
    assert check("23-bootstrap", lambda a, b, n: bootstrap(a, b, n, seed=seed))
