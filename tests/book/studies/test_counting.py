"""The letter counters that are on file, against training them anew."""

import sys

import pytest
import torch

from llm_lib.book.studies import counting
from llm_lib.book.studies.counting import (
    ASKED,
    CUTS,
    LETTER,
    MOST,
    N_TEST,
    SEEDS,
    LetterCounter,
    cutter,
    load_counting,
    split_words_by_count,
    train,
)


def test_file_holds_every_run():
    # Fails if a cut or a seed was added without training it.
    on_file = load_counting()
    assert list(on_file) == list(CUTS)
    for runs in on_file.values():
        assert len(runs) == len(SEEDS)
        assert all(
            len(run["new"]) == MOST + 1 and list(run["answers"]) == list(ASKED) for run in runs
        )


@pytest.mark.parametrize("cut", CUTS)
def test_file_is_what_training_gives(cut):
    # Fails if the library no longer trains as it did when the file was written.
    found = train(cut, seed=1, steps=1)
    assert found["losses"][0] == pytest.approx(load_counting()[cut][1]["losses"][0], abs=2e-3)


def test_only_letters_can_be_counted_with_every_seed():
    # Fails if the chapter's claims no longer hold: at chance, little better, nearly all.
    new = {cut: [sum(run["new"]) / 4 for run in runs] for cut, runs in load_counting().items()}
    assert max(new["words"]) < 0.3 and sum(new["words"]) / 5 == pytest.approx(0.25, abs=0.03)
    assert max(new["GPT-2"]) < 0.5 < 0.95 < min(new["letters"])
    assert all(run["seen"] > 0.999 for runs in load_counting().values() for run in runs)
    assert all(run["answers"]["strawberry"] == 3 for run in load_counting()["letters"])


def test_new_words_are_new_and_equally_many():
    # Fails if a word is asked for that was trained on, or the chance level isn't a quarter.
    known, new = split_words_by_count(seed=0)
    seen = {word for words in known for word in words}
    assert seen.isdisjoint([*ASKED, *(word for words in new for word in words)])
    assert [len(words) for words in new] == [N_TEST] * 4
    assert sum(map(len, known)) == 4600
    for n, words in enumerate(known):
        assert {word.count(LETTER) for word in words} == {n}
    assert new != split_words_by_count(seed=1)[1]


def test_each_cut():
    # Fails if a way to cut isn't what its name says.
    assert cutter("words")("carrot") == ["carrot"]
    assert cutter("letters")("carrot") == list("carrot")
    assert cutter("GPT-2")("strawberry") == [41236]  # " strawberry"
    with pytest.raises(ValueError, match=r"cut must be one of .*'syllables'"):
        cutter("syllables")


def test_padding_and_order_change_nothing():
    # Fails if id 0 adds something, or the network is more than a sum of rows.
    torch.manual_seed(0)
    model = LetterCounter(9)
    scores = model(torch.tensor([[3, 5, 0, 0], [5, 0, 3, 0]]))
    assert torch.equal(scores[0], scores[1]) and scores.shape == (2, MOST + 1)
    by_hand = model.score(model.rows.weight[3] + model.rows.weight[5])
    assert torch.allclose(scores[0], by_hand)


def test_the_file_is_written(tmp_path, monkeypatch):
    # Fails if a run is left out or under another's name, or --threads is ignored.
    threads = []
    monkeypatch.setattr(counting, "FILE", tmp_path / "counting.json")
    monkeypatch.setattr(
        counting, "train", lambda cut, seed: {"losses": [0.5] * 120, "new": [cut, seed]}
    )
    monkeypatch.setattr(torch, "set_num_threads", threads.append)
    monkeypatch.setattr(sys, "argv", ["counting", "--threads", "3"])
    counting.main()
    assert threads == [3]
    for cut in CUTS:
        expected = [{"losses": [0.5, 0.5], "new": [cut, seed]} for seed in SEEDS]
        assert load_counting()[cut] == expected
