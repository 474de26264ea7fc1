"""Intervals, against scipy and against draws from a known truth."""

import numpy as np
import pytest
from scipy import stats

from llm_lib.evaluation.intervals import (
    paired_bootstrap,
    paired_difference,
    sign_test,
    standard_error,
    unpaired_difference,
    wilson_interval,
)

RNG = np.random.default_rng(0)
HARD = RNG.random(400) < 0.5  # questions that both find hard
A = ((RNG.random(400) < 0.8) & ~HARD).astype(float)
B = np.where(RNG.random(400) < 0.9, A, 1 - A)


@pytest.mark.parametrize(("right", "n"), [(35, 50), (0, 10), (10, 10), (1, 3), (700, 1000)])
def test_wilson_is_scipy_s(right, n):
    # fails if the centre or the width is another one
    theirs = stats.binomtest(right, n).proportion_ci(method="wilson")
    assert wilson_interval(right, n) == pytest.approx((theirs.low, theirs.high), abs=1e-6)


def test_wilson_holds_the_truth_in_95_of_100():
    # fails if the interval is too narrow or too wide for what it promises
    right = np.random.default_rng(1).binomial(50, 0.7, 2000)
    held = [low <= 0.7 <= high for low, high in (wilson_interval(int(r), 50) for r in right)]
    assert 0.93 < np.mean(held) < 0.97


def test_standard_errors_are_scipy_s():
    # fails if n is taken for n − 1
    assert standard_error(A) == pytest.approx(stats.sem(A))
    paired, unpaired = paired_difference(A, B), unpaired_difference(A, B)
    assert paired.error == pytest.approx(stats.sem(A - B))
    assert unpaired.error == pytest.approx(np.hypot(stats.sem(A), stats.sem(B)))
    assert paired.mean == pytest.approx(A.mean() - B.mean())
    assert unpaired.mean == pytest.approx(A.mean() - B.mean())
    assert paired.error < unpaired.error  # what is hard for both cancels
    assert paired.high - paired.mean == pytest.approx(1.96 * paired.error, rel=1e-4)


def test_the_bootstrap_keeps_pairs_together():
    # fails if both sides are redrawn apart, which gives the unpaired error
    found = paired_bootstrap(A, B, rounds=2000)
    assert found.error == pytest.approx(paired_difference(A, B).error, rel=0.06)
    assert found.low < found.mean < found.high
    assert found == paired_bootstrap(A, B, rounds=2000)  # and can be repeated


def test_a_difference_is_seen_when_its_interval_leaves_out_0():
    # fails if equal models are called different, or plainly different ones equal
    assert not paired_difference([1, 0, 1, 0], [1, 1, 0, 0]).is_seen
    assert paired_difference([1.0] * 30 + [0.0], [0.0] * 31).is_seen


@pytest.mark.parametrize(("better", "worse"), [(9, 5), (0, 6), (7, 7), (0, 0), (30, 12)])
def test_the_sign_test_is_scipy_s(better, worse):
    # fails if one side is counted, or the middle twice
    n = better + worse
    theirs = stats.binomtest(better, n).pvalue if n else 1.0
    assert sign_test(better, worse) == pytest.approx(theirs)


def test_marks_that_are_no_pairs_are_refused():
    # fails if questions are lost without a word
    with pytest.raises(ValueError, match="there are 3 marks and 2"):
        paired_difference([1, 0, 1], [1, 0])
    with pytest.raises(ValueError, match="2 finite numbers or more"):
        standard_error([1.0])
    with pytest.raises(ValueError, match="finite"):
        unpaired_difference([1, float("nan")], [1, 0])
    with pytest.raises(ValueError, match="n_right must be a whole number from 0 to 5"):
        wilson_interval(6, 5)
