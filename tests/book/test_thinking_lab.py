"""The Python side of ThinkingLab: its settings, and errors that say what is allowed."""

import pytest

from llm_lib.book.widgets import ThinkingLab


def test_settings_and_initial_values():
    # fails if a setting is not taken over, or Reset would not know where the widget began
    lab = ThinkingLab(seconds=20, problem="cdaBECD=")
    assert (lab.initial["seconds"], lab.initial["problem"]) == (20, "cdaBECD=")
    lab.seed = 3
    assert (lab.seed, lab.initial["seed"]) == (3, 0)
    assert repr(lab) == "ThinkingLab()"


@pytest.mark.parametrize(
    ("settings", "kind", "words"),
    [
        ({"seconds": 0}, ValueError, "seconds must be a whole number from 1 to 120, got 0"),
        ({"swaps": 11}, ValueError, "swaps must be a whole number from 1 to 10, got 11"),
        ({"seed": -1}, ValueError, "seed must be .*got -1"),
        ({"problem": "fox"}, ValueError, "a problem names the balls' cups"),
        ({"problem": "cdBECD="}, ValueError, "3 balls under different cups .*got 'cdBECD='"),
        ({"problem": "ccaBECD="}, ValueError, "3 balls under different cups"),
        ({"problem": "cda" + 11 * "AB" + "="}, ValueError, "at most 10 swaps"),
        ({"problem": 3}, TypeError, "problem should be text; got int"),
        ({"steps": {}}, TypeError, "no setting 'steps'; the settings are"),
    ],
)
def test_wrong_settings_say_what_is_allowed(settings, kind, words):
    # fails if a wrong setting passes, or if the message does not say what is allowed
    with pytest.raises(kind, match=words):
        ThinkingLab(**settings)
