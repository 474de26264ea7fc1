"""The Python side of TwoRanks: its settings, and errors that say what is allowed."""

import pytest

from llm_lib.book.widgets import TwoRanks


def test_settings_and_initial_values():
    # fails if a setting is not taken over, or Reset would not know where the widget began
    lab = TwoRanks(fault="sum", steps=40)
    assert lab.initial == {"fault": "sum", "optimizer": "sgd", "steps": 40, "seed": 0}
    lab.optimizer = "adam"
    assert lab.initial["optimizer"] == "sgd"


@pytest.mark.parametrize(
    ("settings", "kind", "words"),
    [
        ({"fault": "mean"}, ValueError, "fault must be one of .*'same_shard'.*, got 'mean'"),
        ({"optimizer": "muon"}, ValueError, r"optimizer must be one of \('sgd', 'adam'\)"),
        ({"steps": 1}, ValueError, "steps must be a whole number from 10 to 2000, got 1"),
        ({"seed": -1}, ValueError, "seed must be a whole number from 0"),
        ({"ranks": 4}, TypeError, "no setting 'ranks'; the settings are"),
    ],
)
def test_wrong_settings_say_what_is_allowed(settings, kind, words):
    # fails if a wrong setting passes, or if the message does not say what is allowed
    with pytest.raises(kind, match=words):
        TwoRanks(**settings)
