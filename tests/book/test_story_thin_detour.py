"""The Python side of the story of LoRA's detour: its settings, and what wrong ones are told."""

import pytest
import torch

from llm_lib.book.widgets import Walkthrough


def test_it_begins_with_the_example_on_paper():
    # fails when the film and the chapter's numbers part
    walk = Walkthrough("thin-detour")
    assert (walk.x, walk.w) == ([[1, 1, 1]], [[1, 0, 2], [0, 1, 1]])
    assert (walk.a, walk.b, walk.alpha) == ([[1, 2, 0]], [[1], [-1]], 2)
    assert Walkthrough("thin-detour", b=torch.zeros(2, 1)).b == [[0], [0]]


WRONG = [
    ({"a": [[1, 2]]}, "a should be 1 rows of 3 numbers"),
    ({"b": [[1, 2]]}, "b should be 2 rows of 1 numbers"),
    ({"w": [[1, 2, 10], [0, 0, 0]]}, r"w\[0\]\[2\] must be .*at most 9"),
    ({"alpha": -1}, "alpha must be at least 0"),
    ({"alpha": 9}, "alpha must be .*at most 8"),
]


@pytest.mark.parametrize(("settings", "message"), WRONG)
def test_wrong_settings(settings, message):
    # fails when a wrong setting is accepted, or its error does not say what is allowed
    with pytest.raises(ValueError, match=message):
        Walkthrough("thin-detour", **settings)
