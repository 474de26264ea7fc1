"""The Python side of TrainLab: its settings, and the sentences that it offers to read."""

import json

import pytest

from llm_lib.book.small_world import load_words
from llm_lib.book.widgets import TrainLab
from llm_lib.book.widgets.train_lab import LIMITS, MAX_TEXT, N_SENTENCES, sentences_payload
from llm_lib.tokenizer import split_words


def test_it_begins_with_what_a_chapter_asks_for():
    # fails if a setting gets lost, or if Reset in the page would go back to another one
    lab = TrainLab("own", text="To be, or not to be", size="10k", n_layer=3, fault="mask")
    asked = {"data": "own", "size": "10k", "n_layer": 3, "fault": "mask"}
    assert {name: getattr(lab, name) for name in asked} == asked
    assert asked.items() <= lab.initial.items()
    assert not {"step", "losses", "finding"} & lab.initial.keys()
    assert repr(lab) == "TrainLab()"


def test_the_sentences_are_whole_different_and_the_same_each_time():
    # fails if a sentence is cut, comes twice (one held out could then be known by heart), or if the
    # ref changes from run to run, so that a page would fetch a file that is not there
    ref, payload = sentences_payload.__wrapped__()
    lines = payload["lines"]
    assert len(lines) == len({*lines}) == N_SENTENCES
    assert all(line.strip('"')[-1] in ".!?," and line.count('"') % 2 == 0 for line in lines)
    assert not [line for line in lines if "\n" in line or line[0].islower()]
    assert ref == sentences_payload()[0]


def test_the_sentences_are_of_few_words():
    # fails if rare invented names come in, which no small model learns in a minute
    words = {word for line in sentences_payload()[1]["lines"] for word in split_words(line)}
    assert {*load_words()["names"]} <= words
    assert len(words) < 600


def test_the_sentences_are_no_part_of_the_state():
    # fails if each notebook and page that shows the widget carries all of them
    lab = TrainLab()
    hidden = ("_esm", "_css")
    state = {name: value for name, value in lab.get_state().items() if name not in hidden}
    assert len(json.dumps(state, default=str)) < 3000
    assert lab._files[lab.sentences_ref] == sentences_payload()[1]
    assert TrainLab(small=True)._files == {}


@pytest.mark.parametrize(
    ("settings", "kind", "words"),
    [
        ({"data": "poems"}, ValueError, "data must be one of .*'own'.*, got 'poems'"),
        ({"tokens": "words"}, ValueError, "tokens must be one of"),
        ({"size": "1b"}, ValueError, "size must be one of"),
        ({"fault": "luck"}, ValueError, "fault must be one of"),
        ({"n_layer": 7}, ValueError, "n_layer must be a whole number from 1 to 6, got 7"),
        ({"n_embd": 2.5}, ValueError, "n_embd must be a whole number"),
        ({"n_head": False}, ValueError, "n_head must be a whole number"),
        ({"steps": 0}, ValueError, "steps must be a whole number from 1"),
        ({"batch_size": 65}, ValueError, "batch_size must be a whole number from 1 to 64"),
        ({"learning_rate": 0}, ValueError, "learning_rate must be above 0"),
        ({"text": 3}, TypeError, "text should be text; got int"),
        ({"text": "a" * (MAX_TEXT + 1)}, ValueError, "at most 500000 characters; got 500001"),
        ({"speed": 1}, TypeError, "no setting 'speed'"),
    ],
)
def test_wrong_settings_say_what_is_allowed(settings, kind, words):
    # fails if a wrong setting passes, or if the message does not say what is allowed
    with pytest.raises(kind, match=words):
        TrainLab(**settings)


@pytest.mark.parametrize("name", LIMITS)
def test_what_the_limits_allow_is_taken(name):
    # fails if the least or most that is allowed is refused
    for value in LIMITS[name]:
        assert getattr(TrainLab(**{name: value}), name) == value
