"""The Python side of TuningReplay."""

import pytest

from llm_lib.book.studies import tuning_steps
from llm_lib.book.studies.tuning_steps import load_tuning_steps
from llm_lib.book.widgets import TuningReplay
from llm_lib.book.widgets.tuning_replay import read_looks


def test_it_shows_the_record():
    # fails if a look is left out, or the settings to begin with are not kept
    replay = TuningReplay(look=3)
    assert replay.record == load_tuning_steps()
    assert replay.initial == {"look": 3}
    assert repr(replay) == "TuningReplay()"


@pytest.mark.parametrize(
    ("settings", "kind", "words"),
    [
        ({"look": 19}, ValueError, "look must be a whole number from 0 to 18, got 19"),
        ({"look": "x"}, ValueError, "look must be a whole number"),
        ({"speed": 1}, TypeError, "no setting 'speed'"),
    ],
)
def test_wrong_settings_say_what_is_allowed(settings, kind, words):
    # fails if a wrong setting passes, or if the message does not say what is allowed
    with pytest.raises(kind, match=words):
        TuningReplay(**settings)


@pytest.mark.parametrize("missing", ["mood", "says"])
def test_a_record_that_is_not_whole_is_refused(monkeypatch, missing):
    # fails if the page would get a look of which a part is missing
    cut = load_tuning_steps()
    if missing == "says":
        del cut["looks"][5]["says"]["drum"]
    else:
        del cut["looks"][5][missing]
    monkeypatch.setattr(tuning_steps, "load_tuning_steps", lambda: cut)
    with pytest.raises(ValueError, match=r"the look .* is not whole"):
        read_looks()
