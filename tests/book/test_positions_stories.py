"""The Python side of the stories on embeddings and positions: what wrong settings are told."""

import pytest

from llm_lib.book.widgets import Walkthrough

WRONG = [
    ("rotary", {"q": [[1, 3]]}, r"q\[0\]\[1\] must be .*at most 2.*got 3"),
    ("rotary", {"k": [1, 0]}, "k should be 1 rows of 2 numbers"),
    ("rotary", {"places": [[-1, 0]]}, "a position must be a whole number from 0 to 60, got -1"),
    ("rotary", {"places": [[1.5, 0]]}, "a position must be a whole number from 0 to 60, got 1.5"),
    ("rotary", {"angle": 0}, "angle must be at least 0.01"),
    ("word-order", {"x": [[0, 0]] * 3}, "x should be 4 rows of 2 numbers"),
    ("word-order", {"order": "fox fox saw"}, "order must be one of .*'bear saw fox'"),
    ("lookup", {"word": "cat"}, r"word must be one of \('wolf', 'fox', 'kite', 'lake', 'owl'\)"),
    ("lookup", {"table": [[4, 0]] * 5}, r"table\[0\]\[0\] must be .*got 4"),
]


@pytest.mark.parametrize(("story", "settings", "message"), WRONG)
def test_wrong_settings(story, settings, message):
    # fails when a wrong setting is accepted, or its error does not say what is allowed
    with pytest.raises(ValueError, match=message):
        Walkthrough(story, **settings)


def test_positions_are_on_or_off():
    # fails when a word or a number passes for a truth value
    with pytest.raises(TypeError, match="positions should be True or False; got 1"):
        Walkthrough("word-order", positions=1)
