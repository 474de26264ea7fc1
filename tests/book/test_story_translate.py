"""The story of a translator at work: what it takes, and what it refuses."""

import copy

import pytest

from llm_lib.book.studies.lumi import film_data
from llm_lib.book.widgets import Walkthrough
from llm_lib.book.widgets.stories.translate import LONGEST


@pytest.fixture
def data():
    return copy.deepcopy(film_data())


def test_it_begins_with_the_first_sentence_and_nothing_left_out(data):
    # fails when another sentence is shown, or a token is pinned before anyone asked for it
    walk = Walkthrough("translate", data=data)
    assert (walk.text, walk.pin, walk.scene) == (0, -1, "Text")
    assert repr(walk) == "Walkthrough('translate')"
    assert all(len(r["words"]) <= LONGEST for t in walk.texts for r in t["runs"].values())


def changed(change):
    """Return data whose first text is changed."""

    def of(data):
        change(data["texts"][0])
        return data

    return of


WRONG = [
    (lambda d: {}, ValueError, "needs texts, n_layer, n_embd, vocab_size: give it data="),
    (lambda d: d | {"texts": []}, TypeError, "texts should be a list of dicts"),
    (changed(lambda t: t.pop("memory")), ValueError, r"texts\[0\] should be a dict with encoder"),
    (changed(lambda t: t["memory"].pop()), ValueError, "memory should have 8 rows; got 7"),
    (changed(lambda t: t["runs"].pop("")), ValueError, "what was written freely"),
    (changed(lambda t: t["runs"][""].pop("p")), ValueError, "should be a dict with across"),
    (changed(lambda t: t["runs"][""]["p"].pop()), ValueError, "p should have 8 rows; got 7"),
    (
        changed(lambda t: t["runs"][""].update(words=[])),
        ValueError,
        "should have 1 to 9 words; got 0",
    ),
    (changed(lambda t: t["runs"][""]["across"][0].pop()), ValueError, "7 weights for 8 tokens"),
    (changed(lambda t: t["runs"][""]["p"].__setitem__(0, 2.0)), ValueError, "a weight or prob"),
    (lambda d: d | {"text": 4}, ValueError, "text .*3"),
    (lambda d: d | {"pin": 9}, ValueError, "pin .*8"),
    (lambda d: d | {"n_layer": 0}, ValueError, "n_layer"),
    (lambda d: d | {"speed": 3}, TypeError, "no setting 'speed'"),
]


@pytest.mark.parametrize(("change", "error", "message"), WRONG)
def test_wrong_settings(data, change, error, message):
    # fails when a wrong setting is accepted, or its error does not say what is allowed
    with pytest.raises(error, match=message):
        Walkthrough("translate", data=change(data))
