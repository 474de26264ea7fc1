"""The Python side of the ring: what it begins with, and what wrong settings are told."""

import numpy as np
import pytest

from llm_lib.book.widgets import Walkthrough


def test_the_first_gradients_have_a_mean_that_is_easy_to_check():
    # fails when the numbers are no longer those that the chapter works with on paper
    grads = np.array(Walkthrough("ring").grads)
    assert grads.shape == (8, 8)
    assert grads[:4, :4].mean(axis=0).tolist() == [2, 1, 1, 2]


WRONG = [
    ({"ranks": 1}, "ranks must be a whole number from 2 to 8, got 1"),
    ({"ranks": 9}, "ranks must be a whole number from 2 to 8, got 9"),
    ({"grads": [[1, 2]]}, "grads should be 8 rows of 8 numbers"),
    ({"grads": [[10] * 8] * 8}, r"grads\[0\]\[0\] must be at least -9.0 and at most 9.0"),
    ({"scene": "Star"}, "scene should be one of Question, All to one"),
]


@pytest.mark.parametrize(("setting", "message"), WRONG)
def test_wrong_settings(setting, message):
    # fails when a wrong setting is accepted, or its error does not say what is allowed
    walk = Walkthrough("ring")
    [(name, value)] = setting.items()
    with pytest.raises(ValueError, match=message):
        setattr(walk, name, value)
