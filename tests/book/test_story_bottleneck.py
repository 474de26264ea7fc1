"""The bottleneck story: what it takes, and what it refuses."""

import pytest

from llm_lib.book.studies.bottleneck import load_translators
from llm_lib.book.widgets import Walkthrough


@pytest.fixture(scope="module")
def data():
    return load_translators()


def test_it_begins_with_the_sentence_that_it_is_given(data):
    # fails when another sentence is shown, or Reset would not know it
    walk = Walkthrough("bottleneck", data=data)
    assert walk.words == data["words"] and walk.initial["words"] == data["words"]
    assert Walkthrough("bottleneck", data=data, words=["fox", "cat"]).words == ["fox", "cat"]
    assert repr(walk) == "Walkthrough('bottleneck')" and walk.scene == "Text"


def test_the_page_gets_the_weights_once(data):
    # fails when Reset's settings hold both networks again, which makes a page twice as large
    walk = Walkthrough("bottleneck", data=data)
    assert not {"one_state", "attention"} & set(walk.initial)
    assert walk.one_state == data["one_state"] and walk.attention == data["attention"]


WRONG = [
    (lambda d: {}, ValueError, "needs words, english, lumi, one_state, attention: give it data="),
    (lambda d: d | {"words": "fox"}, TypeError, "words should be a list of 2 to 8 words"),
    (lambda d: d | {"words": ["fox"]}, ValueError, "words should be 2 to 8 words; got 1"),
    (lambda d: d | {"words": ["fox"] * 9}, ValueError, "words should be 2 to 8 words; got 9"),
    (lambda d: d | {"words": ["fox", "owl"]}, ValueError, "one of fox, bear, .*got 'owl'"),
    (lambda d: d | {"lumi": d["lumi"][1:]}, ValueError, "as many words; got 20 and 19"),
    (lambda d: d | {"english": 3}, TypeError, "english should be a list of words; got 3"),
    (
        lambda d: d | {"one_state": [1]},
        TypeError,
        "one_state should be a dict of weights; got list",
    ),
    (lambda d: d | {"attention": d["one_state"]}, ValueError, "attention .*attention.key.weight"),
    (lambda d: d | {"speed": 3}, TypeError, "no setting 'speed'"),
]


@pytest.mark.parametrize(("change", "error", "message"), WRONG)
def test_wrong_settings(data, change, error, message):
    # fails when a wrong setting is accepted, or its error does not say what is allowed
    with pytest.raises(error, match=message):
        Walkthrough("bottleneck", data=change(data))


def test_a_wrong_sentence_is_refused_later_too(data):
    # fails when only the first sentence is checked
    walk = Walkthrough("bottleneck", data=data)
    with pytest.raises(ValueError, match="got 'owl'"):
        walk.words = ["fox", "owl"]
    assert walk.words == data["words"]
