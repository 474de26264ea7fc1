"""The Python side of the story of LoRA: its numbers, and what wrong ones are told."""

import pytest

from llm_lib.widgets import Walkthrough


def test_its_numbers_are_those_of_the_chapter():
    # fails when the film shows another example than the one that the chapter computes by hand
    walk = Walkthrough("low-rank")
    assert (walk.x, walk.w) == ([[1, 1, 1]], [[1, 0, 2], [0, 1, 1]])
    assert (walk.a, walk.b, walk.alpha) == ([[1, 2, 0]], [[1], [-1]], 2)


WRONG = [
    ({"a": [[1, 2]]}, "a should be 1 rows of 3 numbers"),
    ({"b": [[1, -1]]}, "b should be 2 rows of 1 numbers"),
    ({"w": [[4, 0, 0], [0, 0, 0]]}, r"w\[0\]\[0\] must be .*at most 3"),
    ({"alpha": 3}, r"alpha must be one of \(0, 1, 2, 4\)"),
]


@pytest.mark.parametrize(("settings", "message"), WRONG)
def test_wrong_settings(settings, message):
    # fails when a wrong setting is accepted, or its error does not say what is allowed
    with pytest.raises(ValueError, match=message):
        Walkthrough("low-rank", **settings)
