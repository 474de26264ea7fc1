"""The Python side of the stories of training: their first numbers, and what wrong ones are told."""

import numpy as np
import pytest
import torch

from llm_lib.book.studies.scaling import FILE
from llm_lib.book.widgets import Walkthrough
from llm_lib.files import read_json


def test_the_line_is_laid_through_what_was_measured():
    # fails when the story shows other numbers than the study's, or data of one's own is lost
    runs = read_json(FILE)["runs"]
    walk = Walkthrough("log-axes")
    for size, loss in zip(walk.sizes, walk.losses[0], strict=True):
        both = [run["val_loss"] for run in runs if run["parameters"] == size]
        assert loss == pytest.approx(np.mean(both), abs=1e-4)
    own = {"sizes": [1, 2, 3, 4, 5], "losses": [[5.0, 4, 3, 2, 1]]}
    walk = Walkthrough("log-axes", data=own)
    assert (walk.sizes, walk.losses) == (own["sizes"], own["losses"])


def test_numbers_are_taken_from_tensors():
    # fails when a matrix that is no list is refused
    assert Walkthrough("training-step", weights=torch.ones(4, 4)).weights == [[1.0] * 4] * 4
    assert Walkthrough("log-axes", sizes=np.arange(1, 6), losses=np.ones((1, 5))).sizes[4] == 5


WRONG = [
    ("training-step", {"weights": [[0.0] * 4]}, ValueError, "weights should be 4 rows of 4"),
    ("training-step", {"rate": 0}, ValueError, "rate must be above 0 and at most 10, got 0"),
    ("training-step", {"limit": 10}, ValueError, "limit must be above 0 and at most 9, got 10"),
    ("training-step", {"steps": 201}, ValueError, "steps must be a whole number from 1 to 200"),
    ("plan-run", {"budget": 3e21}, ValueError, "a power of ten, such as 1e21; got 3e\\+21"),
    ("plan-run", {"budget": 1e29}, ValueError, "budget must be at least .* got 1e\\+29"),
    ("plan-run", {"law": "2020"}, ValueError, r"law must be one of \('2022', '2024'\)"),
    ("plan-run", {"size": 0}, ValueError, "size must be at least 0.01 and at most 100, got 0"),
    ("plan-run", {"gpus": 0}, ValueError, "gpus must be a whole number from 1 to 100000"),
    ("plan-run", {"served": -1}, ValueError, "served must be at least 0 and at most 1.*, got -1"),
    ("log-axes", {"sizes": [1, 2], "losses": [[1.0] * 5]}, ValueError, "sizes should be 5 numbers"),
    ("log-axes", {"sizes": [5, 4, 3, 2, 1], "losses": [[1.0] * 5]}, ValueError, "should rise"),
    ("log-axes", {"sizes": [1, 2, 3, 4, 5], "losses": [[1.0] * 4]}, ValueError, "1 rows of 5"),
    ("log-axes", {"sizes": [1, 2, 3, 4, 5], "losses": [[0.0] * 5]}, ValueError, "at least 0.1"),
    ("log-axes", {"floor": -1}, ValueError, "floor must be at least 0 and below 9.0, got -1"),
]


@pytest.mark.parametrize(("story", "settings", "error", "message"), WRONG)
def test_wrong_settings(story, settings, error, message):
    # fails when a wrong setting is accepted, or its error does not say what is allowed
    with pytest.raises(error, match=message):
        Walkthrough(story, **settings)
