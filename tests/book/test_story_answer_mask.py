"""The Python side of the story of an answer's mask: it shows what is on record."""

import pytest

from llm_lib.book.studies.answering import load_answering
from llm_lib.book.widgets import Walkthrough
from llm_lib.book.widgets.stories.answer_mask import STOPS


def test_it_shows_what_is_on_file():
    # fails when the film tells of other numbers than the study's
    walk, on_file = Walkthrough("answer-mask"), load_answering()
    assert {part: getattr(walk, part) for part in walk.parts} == {p: on_file[p] for p in walk.parts}
    assert {int(n) for run in walk.runs for n in run["after"]} == set(STOPS)


def test_settings():
    # fails when a choice of the last scene is lost
    walk = Walkthrough("answer-mask", mask=False, stop=False, steps=10)
    assert (walk.mask, walk.stop, walk.steps) == (False, False, 10)


WRONG = [
    ({"steps": 5}, ValueError, r"steps must be one of \(0, 1, 10, 100\), got 5"),
    ({"mask": 1}, TypeError, "mask should be True or False; got 1"),
    ({"stop": "no"}, TypeError, "stop should be True or False; got 'no'"),
    ({"first": 0}, ValueError, "first must be"),
]


@pytest.mark.parametrize(("setting", "error", "message"), WRONG)
def test_wrong_settings(setting, error, message):
    # fails when a wrong setting is accepted, or its error does not say what is allowed
    walk = Walkthrough("answer-mask")
    [(name, value)] = setting.items()
    with pytest.raises(error, match=message):
        setattr(walk, name, value)
