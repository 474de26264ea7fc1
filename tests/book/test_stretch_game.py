"""The Python side of StretchGame: its settings, and errors that say what is allowed."""

import pytest

from llm_lib.book.studies.who_saw import LONG, SEEDS, load_readers
from llm_lib.book.studies.who_saw import SCHEMES as TRAINED
from llm_lib.book.widgets import StretchGame
from llm_lib.book.widgets.stretch_game import FARTHEST, RUNS, SCHEMES, WIDEST


def test_settings_and_initial_values():
    # fails if a setting is not taken over, Reset would not know where the widget began, or the
    # text can be moved to where the models have no position
    game = StretchGame(start=40, scheme="rotary", swapped=True)
    begin = {"start": 40, "gap": 3, "swapped": True, "scheme": "rotary", "run": 0}
    assert game.initial == begin and game.data == load_readers()
    assert (SCHEMES, RUNS) == (TRAINED, len(SEEDS))
    assert FARTHEST + WIDEST + 4 <= LONG


@pytest.mark.parametrize(
    ("settings", "kind", "words"),
    [
        ({"start": 41}, ValueError, "start must be a whole number from 0 to 40, got 41"),
        ({"gap": -1}, ValueError, "gap must be a whole number from 0 to 20, got -1"),
        ({"run": 3}, ValueError, "run must be a whole number from 0 to 2, got 3"),
        ({"scheme": "alibi"}, ValueError, "scheme must be one of .*'rotary'.*, got 'alibi'"),
        ({"swapped": 1}, TypeError, "swapped should be True or False; got 1"),
        ({"speed": 1}, TypeError, "no setting 'speed'; the settings are"),
    ],
)
def test_wrong_settings_say_what_is_allowed(settings, kind, words):
    # fails if a wrong setting passes, or if the message does not say what is allowed
    with pytest.raises(kind, match=words):
        StretchGame(**settings)
