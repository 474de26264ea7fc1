"""The Python side of CountryHead: its settings, its record, and errors that say what is allowed."""

import pytest

from llm_lib.book.measured.recorded_run import load_recorded
from llm_lib.book.widgets import CountryHead
from llm_lib.book.widgets.country_head import COUNTRIES, DEEPEST, LAST


def test_settings_fit_the_record():
    # fails if a setting asks for what was not recorded
    record = load_recorded("country")
    assert tuple(run["name"] for run in record["runs"]) == COUNTRIES
    for run in record["runs"]:
        shares = run["patches"][0]["shares"]
        assert (len(shares), len(shares[0])) == (LAST + 1, DEEPEST + 1)
    widget = CountryHead(country="China", depth=3, head=False)
    assert widget.initial == {"country": "China", "depth": 3, "position": 4, "head": False}
    assert widget._files == {widget.ref: record}


@pytest.mark.parametrize(
    ("settings", "kind", "words"),
    [
        ({"country": "Italy"}, ValueError, "country must be one of .*'France'.*, got 'Italy'"),
        ({"depth": 31}, ValueError, "depth must be a whole number from 0 to 30, got 31"),
        ({"position": -1}, ValueError, "position must be a whole number from 0 to 5"),
        ({"head": "off"}, ValueError, "head must be one of"),
        ({"layer": 23}, TypeError, "no setting 'layer'; the settings are"),
    ],
)
def test_wrong_settings_say_what_is_allowed(settings, kind, words):
    # fails if a wrong setting passes, or if the message does not say what is allowed
    with pytest.raises(kind, match=words):
        CountryHead(**settings)
