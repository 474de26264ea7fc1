"""The Python side of the stories on generating: what they need, and what wrong data is told."""

import pytest

from llm_lib.book.widgets import Walkthrough


def a_place(**changes):
    """Return a place of nine tokens, made up."""
    logits = [float(9 - i) for i in range(9)]
    return {"text": "One day", "words": list("abcdefghi"), "logits": logits} | changes


def a_draft(**changes):
    """Return a drafted token, made up."""
    return {
        "token": " fox",
        "q": 0.5,
        "p": 0.25,
        "sum": 0.5,
        "left": [[" owl", 0.1, 0.6]],
    } | changes


PLACES = {"here": a_place(), "there": a_place(text="Once")}
PAIRS = [[[0.5], [0.25]]] * 5
CACHE = {"tokens": list("abcde"), "swaps": list("vwxyz"), "n_prompt": 2, "rows": PAIRS}
CACHE |= {"swapped": [PAIRS] * 5, "weights": [[0.2] * 5] * 5}
DRAFT = {"text": "Once", "drafts": [a_draft()] * 4, "next": [[" owl", 1.0]]}


def test_a_story_begins_with_the_first_place():
    # fails if no place is shown, or one that is given is not taken
    assert Walkthrough("token-draw", places=PLACES).place == "here"
    walk = Walkthrough("token-draw", data={"places": PLACES, "place": "there"}, luck=[[0.5]])
    assert walk.place == "there" and walk.luck == [[0.5]] and walk.filter == "none"
    assert Walkthrough("kv-cache", data=CACHE, place=-1).place == -1
    assert Walkthrough("draft", data=DRAFT).luck == [[0.3, 0.6, 0.4, 0.5]]


WRONG = [
    ("token-draw", {}, ValueError, "needs places: give it data=next_tokens"),
    ("token-draw", {"places": {}}, TypeError, "places should be a dict"),
    ("token-draw", {"places": {"a": {}}}, ValueError, r"places\['a'\] should be .* words"),
    ("token-draw", {"places": {"a": a_place(words=["a"])}}, ValueError, "at least 9 words"),
    (
        "token-draw",
        {"places": {"a": a_place(logits=[float(i) for i in range(9)])}},
        ValueError,
        "largest logit should come first",
    ),
    ("token-draw", {"places": PLACES, "place": "x"}, ValueError, "one of here, there; got 'x'"),
    ("token-draw", {"places": PLACES, "temperature": 4}, ValueError, "at most 3, got 4"),
    ("token-draw", {"places": PLACES, "filter": "top-q"}, ValueError, "filter must be one of"),
    ("token-draw", {"places": PLACES, "luck": [[-0.1]]}, ValueError, "at least 0, got -0.1"),
    ("token-draw", {"places": PLACES, "luck": [0.1]}, ValueError, "1 rows of 1 numbers"),
    ("kv-cache", {}, ValueError, "needs tokens, swaps, n_prompt.*data=cached_rows"),
    ("kv-cache", CACHE | {"n_prompt": 3}, ValueError, "n_prompt should be 3 less than the tokens"),
    ("kv-cache", CACHE | {"swaps": ["a"]}, ValueError, "swaps should have 5 entries; got 1"),
    ("kv-cache", CACHE | {"rows": [[[1.0]]] * 5}, ValueError, "a key and a value for each"),
    ("kv-cache", CACHE | {"weights": [[1.0]]}, ValueError, "weights should have 5 entries; got 1"),
    ("kv-cache", CACHE | {"place": 5}, ValueError, "place must be a whole number from -1 to 4"),
    ("draft", {}, ValueError, "needs text, drafts, next.*data=checked_draft"),
    ("draft", DRAFT | {"drafts": [a_draft()]}, ValueError, "drafts should be 4 tokens; got 1"),
    ("draft", DRAFT | {"drafts": [{}] * 4}, ValueError, r"drafts\[0\] should have left"),
    ("draft", DRAFT | {"drafts": [a_draft(p=2)] * 4}, ValueError, "p must be .*at most 1"),
    ("draft", DRAFT | {"luck": [[1.0] * 4]}, ValueError, "at most 0.99"),
]


@pytest.mark.parametrize(("story", "settings", "error", "message"), WRONG)
def test_wrong_settings(story, settings, error, message):
    # fails if wrong data is accepted, or its error does not say what is allowed
    with pytest.raises(error, match=message):
        Walkthrough(story, data=settings)
