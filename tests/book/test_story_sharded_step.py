"""The Python side of the sharded step: what it begins with, and what wrong settings are told."""

import numpy as np
import pytest

from llm_lib.book.widgets import Walkthrough


def test_the_first_layer_is_the_one_of_the_chapter():
    # fails when film and chapter no longer work with the same weights and gradients
    walk = Walkthrough("sharded-step")
    assert walk.weights[0] == [1, 2, 3, 4]
    mean = np.array(walk.grads).mean(axis=0)
    assert mean.tolist() == [2, 1, 1, 2, 1, 1, 1.5, 0]
    ring = Walkthrough("ring").grads
    assert walk.grads == ring[:4]


WRONG = [
    ({"ranks": 3}, "ranks"),
    ({"stage": 4}, "stage must be a whole number from 0 to 3, got 4"),
    ({"weights": [[1, 2]]}, "weights should be 2 rows of 4 numbers"),
    ({"grads": [[10] * 8] * 4}, r"grads\[0\]\[0\] must be at least -9.0 and at most 9.0"),
    ({"scene": "Star"}, "scene should be one of Plain, ZeRO-1"),
]


@pytest.mark.parametrize(("setting", "message"), WRONG)
def test_wrong_settings(setting, message):
    # fails when a wrong setting is accepted, or its error does not say what is allowed
    walk = Walkthrough("sharded-step")
    [(name, value)] = setting.items()
    with pytest.raises(ValueError, match=message):
        setattr(walk, name, value)
