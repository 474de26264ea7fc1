"""The Python side of the story of a layer's heads: what it needs, and what wrong data is told."""

import pytest

from llm_lib.book.widgets import Walkthrough

DATA = {
    "layer": 0, "n_layer": 1, "tokens": ["a", "b"], "place": 1, "answers": ["x", "y"],
    "queries": [[1.0]] * 4, "weights": [[0.5, 0.5]] * 4, "outputs": [[1.0]] * 4,
    "parts": [[1.0]] * 4, "factors": [0.0, 1.0], "probs": [[[0.5, 0.1], [0.9, 0.1]]] * 4,
}  # fmt: skip


def test_it_begins_with_the_first_head_off_by_half():
    # fails when right data is refused, or what the last scene shows is not taken
    walk = Walkthrough("head-layer", data=DATA)
    assert (walk.head, walk.factor, walk.scene) == (0, 1, "Text")
    assert Walkthrough("head-layer", data=DATA, head=3, factor=0).head == 3


WRONG = [
    ({"layer": 1}, "layer must be a whole number from 0 to 0"),
    ({"place": 2}, "place must be a whole number from 0 to 1"),
    ({"answers": ["x"]}, "answers should be 2 words"),
    ({"factors": [0.5, 1.0]}, "factors should begin with 0 and contain 1"),
    ({"weights": [[0.5, 0.5]] * 3}, "weights should have 4 heads; got 3"),
    ({"weights": [[0.5]] * 4}, "weights: 1 for 2 tokens"),
    ({"weights": [[0.5, 1.5]] * 4}, "a weight must be .*at most 1"),
    ({"probs": [[[0.5, 0.1]]] * 4}, "a pair for each factor"),
    ({"probs": [[[0.5, 0.1], [2.0, 0.1]]] * 4}, "a probability must be .*at most 1"),
    ({"head": 4}, "head must be a whole number from 0 to 3"),
    ({"factor": 2}, "factor must be a whole number from 0 to 1"),
]


@pytest.mark.parametrize(("change", "message"), WRONG)
def test_wrong_data(change, message):
    # fails when wrong data is accepted, or its error does not say what is allowed
    with pytest.raises(ValueError, match=message):
        Walkthrough("head-layer", data=DATA | change)


def test_data_is_asked_for():
    # fails when the story shows nothing where nothing is given
    with pytest.raises(ValueError, match=r"needs layer, n_layer.*data=layer_at_work"):
        Walkthrough("head-layer")
