"""The Python side of FourSwitches: its settings, its record, and errors that help."""

import pytest

from llm_lib.book.measured.recorded_run import load_recorded
from llm_lib.book.widgets import FourSwitches
from llm_lib.book.widgets.four_switches import FOUR, SENTENCES


def test_settings_fit_the_record():
    # fails if a setting asks for what was not recorded
    record = load_recorded("names")
    assert tuple(run["name"] for run in record["runs"]) == SENTENCES
    for run in record["runs"]:
        heads = [f"{head['layer']}.{head['head']}" for head in run["heads"]]
        assert heads == list(FOUR)
        assert len(run["off"]) == 16  # all sets of four
    widget = FourSwitches(sentence="Tom", exchanged=("29.1",), look="29.1")
    assert widget.initial == {
        "sentence": "Tom",
        "exchanged": ["29.1"],
        "look": "29.1",
        "one": False,
    }
    assert widget._files == {widget.ref: record}


@pytest.mark.parametrize(
    ("settings", "kind", "words"),
    [
        ({"sentence": "office"}, ValueError, "sentence must be one of .*'secret'.*, got 'office'"),
        ({"look": "1.1"}, ValueError, "look must be one of"),
        ({"exchanged": "23.3"}, TypeError, "exchanged should be a list of heads; got str"),
        ({"exchanged": ["23.3", "24.4"]}, ValueError, "some of 23.3, .*, 19.2; got"),
        ({"exchanged": ["23.3", "23.3"]}, ValueError, "exchanged should be some of"),
        ({"off": ["23.3"]}, TypeError, "no setting 'off'; the settings are"),
    ],
)
def test_wrong_settings_say_what_is_allowed(settings, kind, words):
    # fails if a wrong setting passes, or if the message does not say what is allowed
    with pytest.raises(kind, match=words):
        FourSwitches(**settings)
