"""The Python side of PronounHead: its settings, its record, and errors that say what is allowed."""

import pytest

from llm_lib.book.measured.recorded_run import load_recorded
from llm_lib.book.studies.real_english.pronouns import SHOWN
from llm_lib.book.widgets import PronounHead
from llm_lib.book.widgets.pronoun_head import PRONOUNS


def test_settings_and_initial_values():
    # fails if a setting is not taken over, or Reset would not know where the widget began
    widget = PronounHead(sentence="farmer", pronoun="they")
    assert widget.initial == {"sentence": "farmer", "pronoun": "they"}
    widget.sentence = "king"
    assert widget.initial["sentence"] == "farmer"
    assert {name: words for name, (_, words, _) in SHOWN.items()} == PRONOUNS


def test_the_page_gets_the_record():
    # fails if the page would show another study, or a stored page an old record
    widget = PronounHead()
    record = load_recorded("pronouns")
    assert widget._files == {widget.ref: record}
    state, files = PronounHead.renew({"ref": "of an older record", "sentence": "king"})
    assert state == {"ref": widget.ref, "sentence": "king"} and files == widget._files


@pytest.mark.parametrize(
    ("settings", "kind", "words"),
    [
        ({"sentence": "cat"}, ValueError, "sentence must be one of .*'doctor'.*, got 'cat'"),
        ({"pronoun": "it"}, ValueError, "pronoun must be one of .*'they'"),
        ({"head": 4}, TypeError, "no setting 'head'; the settings are"),
    ],
)
def test_wrong_settings_say_what_is_allowed(settings, kind, words):
    # fails if a wrong setting passes, or if the message does not say what is allowed
    with pytest.raises(kind, match=words):
        PronounHead(**settings)
