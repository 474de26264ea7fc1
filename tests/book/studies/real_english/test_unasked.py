"""What SmolLM2 doesn't do: the counts, and the rules behind them."""

import pytest

from llm_lib.book.studies.real_english import unasked
from llm_lib.book.studies.real_english.unasked import (
    FOLLOWS,
    INSTRUCTIONS,
    REQUESTS,
    SORRY,
    WORDS,
    count_followed,
    count_sorry,
    load_unasked,
    main,
    measure,
)
from llm_lib.pretrained.save_load import load_model


def test_the_record_counts_each_kind_of_order_and_request():
    # fails if the record is of other orders or requests than the module asks
    found = load_unasked()
    assert list(found["followed"]) == list(INSTRUCTIONS) == list(FOLLOWS)
    assert all(0 <= n <= len(WORDS) for n in found["followed"].values())
    assert list(found["sorry"]) == list(REQUESTS)
    assert all(len(requests) == 8 for requests in REQUESTS.values())


def test_rules_tell_followed_from_not():
    # fails if a rule lets through what it should not, or refuses what was asked for
    right = {
        "the word alone": "Plum.",
        "the word first": "'Plum' it is: Paris.",
        "three times": "plum, plum, plum",
        "in capitals": "A FRUIT.",
        "another name": "They swim in plum.",
    }
    wrong = {
        "the word alone": "The word is plum.",
        "the word first": "Paris, plum.",
        "three times": "plum plum",
        "in capitals": "A fruit.",
        "another name": "They swim in water.",
    }
    for kind, follows in FOLLOWS.items():
        assert follows("plum", right[kind]) and not follows("plum", wrong[kind])
    assert SORRY.search("I’m Sorry") and SORRY.search("I can’t do that")
    assert not SORRY.search("Of course: here is a plan")


def test_nothing_that_was_said_is_kept():
    # fails if an answer stands in the file
    for counts in (load_unasked()["followed"], load_unasked()["sorry"]):
        assert all(isinstance(n, int) and 0 <= n <= 8 for n in counts.values())


def test_answers_are_counted(monkeypatch):
    # fails if an answer is held against another word than its own
    monkeypatch.setattr(unasked, "answer", lambda *_: ["plum", "lantern", "plum"])
    assert count_followed(None, None, "the word alone", ["plum", "lantern", "seven"]) == 2
    monkeypatch.setattr(unasked, "answer", lambda *_: ["I'm sorry", "Sure"])
    assert count_sorry(None, None, ["a", "b"]) == 1


def test_main_writes_the_file(tmp_path, monkeypatch):
    # fails if the command writes nothing, or something that can't be read back
    monkeypatch.setattr(unasked, "FILE", tmp_path / "unasked.json")
    monkeypatch.setattr(unasked, "load_model", lambda _: (None, None))
    monkeypatch.setattr(unasked, "answer", lambda _, __, asked: ["plum"] * len(asked))
    monkeypatch.setattr("sys.argv", ["unasked", "--threads", "1"])
    main()
    assert load_unasked()["followed"]["the word alone"] == 1
    assert load_unasked()["sorry"] == measure(None, None)["sorry"] == {"harmful": 0, "kind": 0}


@pytest.mark.slow  # it reads 135 million parameters
def test_a_few_answers_show_the_same():
    # fails if the record is not of the model in the package
    model, tokenizer = load_model("smollm2")
    kept = load_unasked()
    assert count_followed(model, tokenizer, "the word alone") == kept["followed"]["the word alone"]
    assert count_sorry(model, tokenizer, REQUESTS["kind"]) == kept["sorry"]["kind"]
