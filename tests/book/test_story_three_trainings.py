"""The Python side of the story of the three trainings: it shows what is on record."""

import pytest

from llm_lib.book.studies.stages import load_stages
from llm_lib.book.widgets import Walkthrough

ON_FILE = load_stages()
DATA = {part: ON_FILE[part] for part in ("parameters", "vocab_size", "texts", "stages")}


def test_it_shows_what_is_on_file():
    # fails when the film tells of other numbers than the study's
    walk = Walkthrough("three-trainings")
    assert {part: getattr(walk, part) for part in DATA} == DATA


def test_settings():
    # fails when data of one's own, or a choice of the last scene, is lost
    own = DATA | {"parameters": 7}
    walk = Walkthrough("three-trainings", data=own, asked="key", moment="preferred")
    assert (walk.parameters, walk.asked, walk.moment) == (7, "key", "preferred")


WRONG = [
    ({"asked": "kite"}, r"asked must be one of \('bear', 'duck', 'drum', 'key'\), got 'kite'"),
    ({"moment": "tuned"}, r"moment must be one of \('random', 'base', .*got 'tuned'"),
    ({"parameters": 0}, "parameters must be"),
    ({"scene": "Reward"}, "scene should be one of Question, Random"),
]


@pytest.mark.parametrize(("setting", "message"), WRONG)
def test_wrong_settings(setting, message):
    # fails when a wrong setting is accepted, or its error does not say what is allowed
    walk = Walkthrough("three-trainings")
    [(name, value)] = setting.items()
    with pytest.raises(ValueError, match=message):
        setattr(walk, name, value)
