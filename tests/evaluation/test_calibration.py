"""Calibration errors, against a count by hand and against draws that are calibrated."""

import numpy as np
import pytest

from llm_lib.evaluation.calibration import calibration_bins, expected_calibration_error


def test_the_gap_is_weighted_by_how_many_there_are():
    # fails if bins count alike, or answers one by one
    said, right = [0.85] * 3 + [0.35], [1, 1, 0, 0]
    by_hand = 3 / 4 * abs(0.85 - 2 / 3) + 1 / 4 * 0.35
    assert expected_calibration_error(said, right) == pytest.approx(by_hand)


def test_who_says_what_is_true_has_no_error():
    # fails if a calibrated guesser is blamed, or one that is too sure is not
    rng = np.random.default_rng(0)
    p = rng.random(20_000)
    right = rng.random(20_000) < p
    assert expected_calibration_error(p, right) < 0.02
    assert expected_calibration_error(p**0.25, right) > 0.2


def test_the_ends_have_a_bin():
    # fails if 1.0 falls out of the last bin, or empty bins divide by 0
    [low, high] = calibration_bins([0.0, 1.0, 1.0], [False, True, True])
    assert (low.count, high.count, high.accuracy) == (1, 2, 1.0)


@pytest.mark.parametrize(
    ("said", "right"), [([], []), ([0.5], [True, False]), ([1.5], [True]), ([float("nan")], [1])]
)
def test_what_is_no_confidence_is_refused(said, right):
    # fails if percentages or lost marks get an error that means nothing
    with pytest.raises(ValueError, match="confidence"):
        expected_calibration_error(said, right)
