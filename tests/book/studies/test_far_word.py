"""The opening question that is put to each way: what is on file, and the task itself."""

import pytest
import torch

from llm_lib.book.studies import far_word
from llm_lib.book.studies.far_word import (
    ASKED,
    COUNTED,
    KINDS,
    NAMES,
    SEEDS,
    SENTENCE,
    THINGS,
    WINDOW,
    WORDS,
    asked_sentences,
    draw,
    last_logits,
    load_far_word,
    make_model,
    measure,
    measure_counts,
    train,
)


def mean_right(kind, steps):
    """Return the mean shares right of a way on file, in percent."""
    [run] = [r for r in load_far_word()["runs"] if (r["kind"], r["steps"]) == (kind, steps)]
    return [round(100 * sum(at) / len(SEEDS)) for at in zip(*run["right"], strict=True)]


def test_file_holds_every_run():
    # Fails if a way or a seed was added without training it.
    on_file = load_far_word()
    assert on_file["asked"] == list(ASKED)
    found = [(run["kind"], run["steps"]) for run in on_file["runs"]]
    assert found == [("counts", COUNTED), *KINDS]
    for run in on_file["runs"]:
        assert [len(seed) for seed in run["right"]] == [len(ASKED)] * len(SEEDS)


def test_the_numbers_that_the_chapter_quotes():
    # Fails if the file is written anew and the chapter isn't.
    assert mean_right("counts", COUNTED) == [0, 4, 5]
    assert mean_right("window", 1000) == [100, 2, 5]
    assert mean_right("RNN", 1000) == [24, 23, 18]
    assert mean_right("attention", 1000) == mean_right("GRU", 1000) == [100, 100, 100]
    [long] = [run["right"] for run in load_far_word()["runs"] if run["steps"] == 8000]
    assert [min(seed) > 0.99 for seed in long] == [True, True, False]
    assert 0.3 < min(long[2]) <= max(long[2]) < 0.4


def test_where_it_looks_as_the_chapter_says():
    # Fails if the file is written anew and the weights lie elsewhere, or no longer on one state.
    looks = load_far_word()["looks"]
    assert [SENTENCE[weights.index(max(weights))] for weights in looks] == ["she", "that", "she"]
    assert len(looks) == len(SEEDS)
    for weights in looks:
        assert len(weights) == len(SENTENCE) and max(weights) > 0.99
        assert sum(weights) == pytest.approx(1, abs=1e-3)


def test_weights_are_those_of_the_last_state():
    # Fails if the weights are of another state, or the sentence isn't the chapter's.
    model = make_model("attention")
    ids = torch.tensor([[WORDS.index(word) for word in SENTENCE]])
    states = far_word.unroll(model.rnn.cell, model.rnn.token_embedding(ids))
    expected = model.attention(states[:, -1], states)[1][0]
    assert model.weights(SENTENCE) == pytest.approx(expected.tolist())
    assert SENTENCE[3] == "kite" and SENTENCE.index("she") == 5


def test_tom_and_kite_never_met_in_training():
    # Fails if the pair that the chapter names is trained on, or that of Ben isn't.
    kite = torch.tensor(THINGS.index("kite"))
    tom, ben = (torch.tensor(NAMES.index(name)) for name in ("Tom", "Ben"))
    assert not far_word.may_meet(tom, kite) and far_word.may_meet(ben, kite)
    assert COUNTED * far_word.BATCH == 64_000


def test_the_sentence_is_that_of_the_chapter():
    # Fails if the thing does not stand eight words before the end, or the end is another word.
    ids, end = asked_sentences(3)
    read = [WORDS[i] for i in ids[0]]
    thing, friend = read[3], read[8]
    assert read[1:3] == ["had", "a"] and read[4:8] == ["that", "she", "lost", "."]
    assert read[-2:] == ["found", "her"] and len(read) == 8 + 3 + 3
    assert WORDS[end[0]] == thing and thing in THINGS and friend in NAMES
    assert asked_sentences(0)[0].shape[1] - WINDOW == 3  # a window begins with the thing
    assert len(set(WORDS)) == len(WORDS)


def test_what_is_asked_never_met_in_training():
    # Fails if a pair of the test can be learned by heart, or one is in neither.
    dice = torch.Generator().manual_seed(0)

    def pairs(test):
        ids, end = draw(20_000, 0, dice, test=test)
        return set(zip(ids[:, 8].tolist(), end.tolist(), strict=True))

    learned, asked = pairs(False), pairs(True)
    assert not learned & asked
    assert len(learned | asked) == len(NAMES) * len(THINGS)


@pytest.mark.parametrize("kind", ["window", "RNN", "GRU", "attention"])
def test_who_can_see_the_thing(kind):
    # Fails if a window sees past its edge, or another model doesn't see the whole sentence.
    ids, _ = asked_sentences(3)
    other = ids.clone()
    other[:, 3] = other[:, 3].roll(1)
    model = make_model(kind)
    with torch.no_grad():
        same = torch.equal(last_logits(model, ids), last_logits(model, other))
    assert same == (kind == "window")


def test_a_window_learns_what_it_sees():
    # Fails if a step makes nothing better, or the shares are of other sentences.
    near, far, farther = measure(train("window", 400))
    assert near > 0.5 > far and farther < 0.2


def test_counts_know_only_what_they_have_read(monkeypatch):
    # Fails if counts get a pair right that never met.
    monkeypatch.setattr(far_word, "COUNTED", 30)
    near, far, farther = measure_counts()
    assert max(near, far, farther) < 0.1
