"""How far chance alone could have moved a score, or the difference of two.

Questions are a sample of all that could have been asked. An interval says where the score would
lie had we asked them all: 95 of 100 such intervals hold it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from llm_lib.arguments import check_whole

Z = 1.959964  # of a normal distribution, 95 % lie within so many standard deviations


def standard_error(marks: Sequence[float]) -> float:
    """Return the standard error of the mean of some marks: s / √n, with n − 1 in s.

    >>> round(standard_error([1, 0, 1, 1]), 3)
    0.25
    """
    values = _marks("marks", marks, least=2)
    return float(values.std(ddof=1) / math.sqrt(len(values)))


def wilson_interval(n_right: int, n: int, z: float = Z) -> tuple[float, float]:
    """Return the interval of a share of right answers (Wilson 1927).

    Unlike share ± z standard errors, it stays within 0 to 1, and has a width at none or all right.

    >>> [round(end, 3) for end in wilson_interval(35, 50)]
    [0.562, 0.809]
    """
    check_whole("n", n)
    check_whole("n_right", n_right, 0, n)
    p, scale = n_right / n, 1 + z * z / n
    middle = (p + z * z / (2 * n)) / scale
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / scale
    return max(0.0, middle - half), min(1.0, middle + half)


@dataclass(frozen=True)
class Difference:
    """The mean of one model's marks minus another's, its standard error, and its 95 % interval."""

    mean: float
    error: float
    low: float
    high: float

    @property
    def is_seen(self) -> bool:
        """Whether the interval leaves out 0: the data can tell the two models apart."""
        return not self.low <= 0 <= self.high


def paired_difference(a: Sequence[float], b: Sequence[float]) -> Difference:
    """Return how much better `a` is than `b`, whose marks are of the same questions, in order.

    The marks are subtracted question by question first: what is hard for both cancels.

    >>> paired_difference([1, 1, 0, 1], [1, 0, 0, 1]).mean
    0.25
    """
    gaps = _pair(a, b)
    return _normal(float(gaps.mean()), standard_error(gaps))


def unpaired_difference(a: Sequence[float], b: Sequence[float]) -> Difference:
    """Return how much better `a` is than `b`, as if each had answered questions of its own."""
    one, other = _marks("a", a, least=2), _marks("b", b, least=2)
    error = math.hypot(standard_error(one), standard_error(other))
    return _normal(float(one.mean() - other.mean()), error)


def paired_bootstrap(
    a: Sequence[float], b: Sequence[float], rounds: int = 10_000, seed: int = 0
) -> Difference:
    """Return how much better `a` is than `b`, with an interval from questions drawn again.

    Each round draws as many questions as there are, some of them more than once, and takes the mean
    difference (Efron 1979). The interval holds the middle 95 % of rounds.

    >>> found = paired_bootstrap([1, 1, 0, 1] * 5, [1, 0, 0, 1] * 5)
    >>> found.mean, found.low > 0
    (0.25, True)
    """
    gaps = _pair(a, b)
    generator = np.random.default_rng(seed)
    means = np.empty(check_whole("rounds", rounds, least=100))
    for i in range(rounds):
        means[i] = gaps[generator.integers(0, len(gaps), len(gaps))].mean()
    low, high = np.quantile(means, (0.025, 0.975))
    return Difference(float(gaps.mean()), float(means.std(ddof=1)), float(low), float(high))


def sign_test(n_better: int, n_worse: int) -> float:
    """Return how probably fair coins part so unevenly: of questions that only one model got right.

    Two-sided and exact. Questions that both or neither got right say nothing, and are left out.

    >>> sign_test(n_better=9, n_worse=5)
    0.4239501953125
    """
    check_whole("n_better", n_better, 0)
    check_whole("n_worse", n_worse, 0)
    n, fewer = n_better + n_worse, min(n_better, n_worse)
    return min(1.0, 2 * sum(math.comb(n, k) for k in range(fewer + 1)) / 2**n)


def _normal(mean: float, error: float) -> Difference:
    return Difference(mean, error, mean - Z * error, mean + Z * error)


def _pair(a: Sequence[float], b: Sequence[float]) -> np.ndarray:
    one, other = _marks("a", a, least=2), _marks("b", b, least=2)
    if len(one) != len(other):
        raise ValueError(
            f"pairs are of the same questions: there are {len(one)} marks and {len(other)}"
        )
    return one - other


def _marks(name: str, marks: Sequence[float], least: int) -> np.ndarray:
    values = np.asarray(marks, dtype=np.float64)
    if values.ndim != 1 or len(values) < least or not np.isfinite(values).all():
        raise ValueError(f"{name} must be {least} finite numbers or more, got {marks!r:.60}")
    return values
