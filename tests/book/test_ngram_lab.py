"""The Python side of NgramLab: its settings, and errors that say what is allowed."""

import pytest

from llm_lib.book.widgets import NgramLab


def test_settings_and_initial_values():
    # fails if a setting is not taken over, or Reset would not know where the widget began
    lab = NgramLab("a b a b", "a b", n=3, interpolate=True)
    assert (lab.initial["text"], lab.initial["n"], lab.initial["interpolate"]) == (
        "a b a b", 3, True,
    )  # fmt: skip
    lab.k = 1
    assert (lab.k, lab.initial["k"]) == (1.0, 0.001)
    assert repr(lab) == "NgramLab()"


def test_built_in_texts():
    # fails if the widget has nothing to count, or tests on a text that it counted
    lab = NgramLab()
    assert 8_000 < len(lab.text) < 20_000
    assert 100 < len(lab.held_out) < 220
    assert lab.held_out not in lab.text


@pytest.mark.parametrize(
    ("settings", "kind", "words"),
    [
        ({"n": 0}, ValueError, "n must be a whole number from 1 to 6, got 0"),
        ({"n": 2.0}, ValueError, "n must be a whole number"),
        ({"k": 0}, ValueError, "k must be at least 0.0001 and at most 1.0, got 0"),
        ({"unit": "tokens"}, ValueError, "unit should be one of"),
        ({"text": 3}, TypeError, "text should be text"),
        ({"text": "a" * 20_001}, ValueError, "at most 20000 characters; got 20001"),
        ({"held_out": "a" * 501}, ValueError, "held_out should have at most 500"),
        ({"order": 3}, TypeError, "no setting 'order'; the settings are"),
    ],
)
def test_wrong_settings_say_what_is_allowed(settings, kind, words):
    # fails if a wrong setting passes, or if the message does not say what is allowed
    with pytest.raises(kind, match=words):
        NgramLab(**{"text": "a b", "held_out": "a", **settings})
