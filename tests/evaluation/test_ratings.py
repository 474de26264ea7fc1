"""Ratings, against odds by hand and against games drawn from known strengths."""

import numpy as np
import pytest

from llm_lib.evaluation.ratings import elo_difference, elo_ratings, to_elo


def test_400_points_are_odds_of_ten_to_one():
    # fails if the scale has another base, or the mean is not kept
    (strong, *_), (weak, *_) = elo_ratings([[0, 100], [10, 0]])
    assert strong - weak == pytest.approx(400, abs=0.1)
    assert to_elo([5.0, 5.0], mean=1500) == [1500, 1500]


def test_the_interval_is_that_of_the_odds():
    # fails if games are redrawn with another share, or their number is lost
    wins = 60
    [(_, low, high), _] = elo_ratings([[0, wins], [100 - wins, 0]], rounds=1000)
    error = 400 / np.log(10) * np.sqrt(1 / 60 + 1 / 40) / 2  # half of the difference's, for each
    assert high - low == pytest.approx(2 * 1.96 * error, rel=0.15)


def test_more_games_make_it_narrower_and_hold_the_truth():
    # fails if the interval ignores how often was played
    few, many = (
        elo_ratings([[0, 6 * k, 8 * k], [4 * k, 0, 6 * k], [2 * k, 4 * k, 0]]) for k in (1, 25)
    )
    for (_, low, high), (_, closer, nearer) in zip(few, many, strict=True):
        assert nearer - closer < 0.35 * (high - low)


def test_too_few_games_are_refused():
    # fails if a rival that nobody has beaten gets a number
    with pytest.raises(ValueError, match="no finite scores"):
        elo_ratings([[0, 3], [0, 0]])
    with pytest.raises(ValueError, match="too few games"):
        elo_ratings([[0, 1, 0], [1, 0, 1], [0, 1, 0]])


def test_a_difference_has_its_own_interval():
    # fails if the ends are taken from the two ratings' own intervals, or the sign is turned
    wins = [[0, 12, 16], [8, 0, 13], [4, 7, 0]]
    _, (b, b_low, b_high), (c, c_low, c_high) = elo_ratings(wins)
    gap, low, high = elo_difference(wins, 1, 2)
    assert gap == pytest.approx(b - c)
    assert low < gap < high and high - low < (b_high - b_low) + (c_high - c_low)
    assert elo_difference(wins, 2, 1) == pytest.approx((-gap, -high, -low))
