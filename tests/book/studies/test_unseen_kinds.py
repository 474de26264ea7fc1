"""A kind of question that was never trained on: what is asked, and how answers are counted."""

import re

import pytest

from llm_lib.book.small_world import Example
from llm_lib.book.studies import unseen_kinds
from llm_lib.book.studies.unseen_kinds import (
    COUNTS,
    KINDS,
    LEFT_OUT,
    QUESTIONS,
    choose_kinds,
    count_answers,
    list_jobs,
    load_unseen_kinds,
    make_kinds,
    sort_of,
)

FACTS = {"kind": "fox", "kind2": "bear", "object": "kite", "object2": "drum"}
ASKED = Example(
    "object", "Mia had a kite. Tom had a drum. What did Tom have?", "Tom had a drum.", FACTS
)


def test_the_file_holds_what_the_script_measures():
    # fails if a run was added, or changed, without measuring it
    found = load_unseen_kinds()
    jobs = [tuple(run[name] for name in ("left_out", "n", "mask", "seed")) for run in found["runs"]]
    assert jobs == list_jobs()
    for run in found["runs"]:
        assert run["kinds"] == choose_kinds(run["left_out"], run["n"], run["seed"])
        assert run["right"] <= run["word"] <= run["sort"] <= 1


@pytest.mark.parametrize("left_out", LEFT_OUT)
def test_what_is_left_out_is_never_trained_on(left_out):
    # fails if the kind that is tested is among those learned from, or more kinds are other kinds
    for seed in range(5):
        few, _, many = (choose_kinds(left_out, n, seed) for n in COUNTS)
        assert few == many[:2] and len(set(many)) == 8
        assert {*many} <= {*KINDS} - {left_out}


@pytest.mark.parametrize("kind", QUESTIONS)
def test_each_kind_asks_its_own_question(kind):
    # fails if a kind's questions are of another kind, or answered from another passage
    for example in make_kinds([kind], 20, seed=3):
        asked = re.split(r"(?<=\.) ", example.prompt)[-1]
        assert [k for k, words in QUESTIONS.items() if re.fullmatch(words, asked)] == [kind]
        said = set(re.findall(r"\w+", example.answer)) - set(re.findall(r"\w+", asked))
        known = said - {"a", "an", "was", "had", "The", "the", "By", "one", "with", "who"}
        assert known and all(word in example.prompt for word in known)


def test_kinds_take_turns():
    # fails if kinds have unequal shares of the examples
    kinds = ["where", "names", "object"]
    assert [e.task for e in make_kinds(kinds, 9, seed=0)] == kinds * 3


def test_answers_are_counted_as_by_hand(monkeypatch):
    # fails if the wrong thing, or both, count as the right word, or letters are not compared
    said = ["Tom had a drum.", "drum", "Tom had a kite.", "The drum and the kite.", "Tom was sad."]
    monkeypatch.setattr(unseen_kinds, "complete", lambda *_: said)
    assert sort_of(ASKED) == ("drum", "kite")
    shares = count_answers(None, None, [ASKED] * 5)
    assert shares == {"right": 0.2, "sort": 0.8, "word": 0.4, "says": said[:3]}


def test_the_file_bears_out_what_the_chapter_says_of_it():
    # fails if an answer was right, or a pair of runs says otherwise than the text
    runs = load_unseen_kinds()["runs"]
    losses = {}
    for run in runs:
        losses.setdefault((run["n"], run["mask"]), []).append(run["loss"])
    assert not any(run["right"] for run in runs)
    assert all(a > b for a, b in zip(losses[2, True], losses[8, True], strict=True))
    means = {which: f"{sum(found) / 6:.1f}" for which, found in losses.items()}
    assert [means[n, True] for n in COUNTS] == ["5.5", "4.1", "3.6"]
    assert [means[n, False] for n in COUNTS] == ["4.0", "2.9", "2.5"]
    pairs = [(losses[n, True], losses[n, False]) for n in COUNTS]
    lower = [b < a for masked, counted in pairs for a, b in zip(masked, counted, strict=True)]
    assert (sum(lower), len(lower)) == (17, 18)
