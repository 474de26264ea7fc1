"""The story of windows out of a file: what it takes, and what it refuses."""

import pytest

from llm_lib.book.widgets import Walkthrough


def test_it_begins_with_the_window_of_the_scenes():
    # fails when another window is shown first, or Reset would not know it
    walk = Walkthrough("file-windows")
    assert (walk.start, walk.shift, walk.large_id) == (8, 1, 70_000)
    assert walk.initial["start"] == 8 and walk.scene == "Text"
    assert Walkthrough("file-windows", scene="Wrong 1", shift=0).step == 9


WRONG = [
    ({"start": 17}, ValueError, "start must be a whole number from 0 to 16, got 17"),
    ({"shift": -1}, ValueError, "shift must be a whole number from 0 to 2, got -1"),
    ({"large_id": 1_000_000}, ValueError, "large_id must be .* from 0 to 999999, got 1000000"),
    ({"start": 2.5}, ValueError, "start must be a whole number"),
    ({"x": [1], "text": "a b"}, TypeError, "no setting"),
]


@pytest.mark.parametrize(("settings", "error", "message"), WRONG)
def test_wrong_settings(settings, error, message):
    # fails when a wrong setting is accepted, or its error does not say what is allowed
    with pytest.raises(error, match=message):
        Walkthrough("file-windows", **settings)


def test_a_wrong_start_is_refused_later_too():
    # fails when only the first value is checked
    walk = Walkthrough("file-windows")
    with pytest.raises(ValueError, match="got 99"):
        walk.start = 99
    assert walk.start == 8
