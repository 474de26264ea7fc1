"""The letter counters that are on file, against training them anew."""

import sys

import pytest
import torch

from llm_lib.book.studies import counting
from llm_lib.book.studies.counting import (
    ASKED,
    CUTS,
    LETTER,
    LONGEST,
    MOST,
    N_BALANCED,
    N_TEST,
    N_TRAIN,
    SEEDS,
    LetterCounter,
    cutter,
    load_counting,
    spelled_out,
    spelling,
    split_words_by_count,
    train,
)


@pytest.mark.parametrize("balanced", [False, True])
def test_file_holds_every_run(balanced):
    # Fails if a cut or a seed was added without training it.
    on_file = load_counting(balanced=balanced)
    assert list(on_file) == list(CUTS)
    for runs in on_file.values():
        assert len(runs) == len(SEEDS)
        assert all(
            len(run["new"]) == MOST + 1 and list(run["answers"]) == list(ASKED) for run in runs
        )


@pytest.mark.parametrize("balanced", [False, True])
@pytest.mark.parametrize("cut", CUTS)
def test_file_is_what_training_gives(cut, balanced):
    # Fails if the library no longer trains as it did when the file was written.
    found = train(cut, seed=1, steps=1, n_each=N_BALANCED if balanced else N_TRAIN)
    on_file = load_counting(balanced=balanced)[cut][1]["losses"][0]
    assert found["losses"][0] == pytest.approx(on_file, abs=2e-3)


def test_what_is_spelled_is_counted_by_letters_alone_with_every_seed():
    # Fails if the chapter's claims no longer hold: all spell, and count half or nearly all.
    on_file = load_counting()
    new = {cut: [sum(run["new"]) / 4 for run in runs] for cut, runs in on_file.items()}
    assert all(run["spelled"] > 0.96 for runs in on_file.values() for run in runs)
    assert 0.3 < min(new["words"]) and sum(new["words"]) / 5 < 0.5
    assert max(new["GPT-2"]) < 0.6 < 0.94 < min(new["letters"])
    assert all(run["seen"] > 0.99 for cut in ("words", "GPT-2") for run in on_file[cut])
    for cut, said in (("words", 2), ("letters", 3)):
        assert all(run["answers"]["strawberry"] == said for run in on_file[cut])
    assert on_file["words"][0]["spells"]["strawberry"] == "strawberry"


def test_with_equally_many_words_a_right_answer_is_no_counting():
    # Fails if the control no longer says what the chapter reads from it.
    on_file = load_counting(balanced=True)
    new = {cut: [sum(run["new"]) / 4 for run in runs] for cut, runs in on_file.items()}
    said = {cut: [run["answers"]["strawberry"] for run in runs] for cut, runs in on_file.items()}
    assert said["words"].count(3) == 4 and said["letters"] == [3] * 5
    assert [round(sum(new[cut]) / 5, 2) for cut in ("words", "letters")] == [0.51, 0.84]
    assert max(new["words"] + new["GPT-2"]) < 0.6 < 0.75 < min(new["letters"])


def test_spelling_by_hand():
    # Fails if a token is to be spelled with its space, or what follows it isn't empty.
    assert spelling(" cab")[:5] == [3, 1, 2, 0, 0]
    assert len(spelling("")) == LONGEST
    model = LetterCounter(4)
    with torch.no_grad():  # rows that name their letters: token 1 is "b", 2 is "ad", 3 is empty
        model.letters.weight.zero_()
        model.letters.bias.zero_()
        model.rows.weight.zero_()
        for token, letters in ((1, [2]), (2, [1, 4]), (3, [])):
            model.rows.weight[token, token] = 1
            for place, letter in enumerate([*letters, *[0] * (LONGEST - len(letters))]):
                model.letters.weight[27 * place + letter, token] = 1
    assert spelled_out(model, torch.tensor([1, 2, 3, 0])) == "bad"
    words = torch.tensor([[1, 2], [3, 0], [2, 2]])
    spellings = torch.tensor([[0] * LONGEST, spelling("b"), spelling("ad"), spelling("x")])
    assert counting._spelled(model, words, spellings) == pytest.approx(2 / 3)


def test_new_words_are_new_and_equally_many():
    # Fails if a word is asked for that was trained on, or the chance level isn't a quarter.
    known, new = split_words_by_count(seed=0)
    seen = {word for words in known for word in words}
    assert seen.isdisjoint([*ASKED, *(word for words in new for word in words)])
    assert [len(words) for words in new] == [N_TEST] * 4
    assert [len(words) for words in known] == [1500, 1500, 1500, 100]
    assert sum(map(len, known + new)) + len(ASKED) == 4704  # all that is spelled
    assert [len(words) for words in split_words_by_count(0, N_BALANCED)[0]] == [100] * 4
    assert split_words_by_count(0, N_BALANCED)[1] == new  # the same tests
    for n, words in enumerate(known):
        assert {word.count(LETTER) for word in words} == {n}
    assert new != split_words_by_count(seed=1)[1]


def test_each_cut():
    # Fails if a way to cut isn't what its name says.
    assert cutter("words")("carrot") == ["carrot"]
    assert cutter("letters")("carrot") == list("carrot")
    assert cutter("GPT-2")("strawberry") == [" strawberry"]
    assert cutter("GPT-2")("unwalkable") == [" unw", "alk", "able"]
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
    monkeypatch.setattr(counting, "BALANCED", tmp_path / "counting_balanced.json")
    monkeypatch.setattr(
        counting,
        "train",
        lambda cut, seed, n_each: {"losses": [0.5] * 120, "new": [cut, seed, n_each]},
    )
    monkeypatch.setattr(torch, "set_num_threads", threads.append)
    monkeypatch.setattr(sys, "argv", ["counting", "--threads", "3"])
    counting.main()
    assert threads == [3]
    for balanced, n_each in ((False, N_TRAIN), (True, N_BALANCED)):
        for cut in CUTS:
            expected = [{"losses": [0.5, 0.5], "new": [cut, seed, n_each]} for seed in SEEDS]
            assert load_counting(balanced=balanced)[cut] == expected
