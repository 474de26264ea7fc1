"""The readers of who saw whom that are on file, against training them anew."""

import sys

import pytest
import torch

from llm_lib.book.studies import who_saw
from llm_lib.book.studies.who_saw import (
    BETWEEN,
    GAPS,
    LONG,
    SAW,
    SCHEMES,
    SEEDS,
    SIZE,
    STARTS,
    WHO,
    WORDS,
    N,
    Reader,
    all_texts,
    count_right,
    count_right_at,
    draw_texts,
    load_reader,
    load_readers,
    share_right,
    written,
)


def test_file_holds_every_reader():
    # Fails if a scheme or a seed was added without training it.
    on_file = load_readers()
    assert (on_file["words"], on_file["animals"]) == (WORDS, N)
    assert (on_file["starts"], on_file["gaps"]) == (STARTS, GAPS)
    assert list(on_file["readers"]) == list(SCHEMES)
    assert {len(runs) for runs in on_file["readers"].values()} == {len(SEEDS)}


def test_texts_are_as_said():
    # Fails if the answer is not the first animal, or an animal may stand in the gap.
    texts, first = draw_texts(200, 3, torch.Generator().manual_seed(0))
    assert texts.shape == (200, 7) and (texts[:, 0] == first).all()
    assert (texts[:, 1] == SAW).all() and (texts[:, -1] == WHO).all()
    assert (texts[:, -2] < N).all() and (texts[:, -2] != first).all()
    assert {WORDS[i] for i in texts[:, 2:-2].flatten().tolist()} == set(BETWEEN)


def test_every_two_animals_are_asked_about():
    # Fails if a pair is left out or comes twice, or a count is of other texts than it says.
    texts = all_texts(8)
    assert texts.shape == (90, 12) and len({(a, b) for a, b in texts[:, [0, -2]].tolist()}) == 90
    assert (texts[:, 0] != texts[:, -2]).all() and (texts[:, [0, -2]] < N).all()
    assert [WORDS[i] for i in texts[5, 2:-2].tolist()] == [*BETWEEN, *BETWEEN[:2]]
    assert count_right(lambda texts, start: torch.eye(N)[texts[:, 0]], 5, 3) == 90
    assert count_right(lambda texts, start: torch.eye(N)[texts[:, -2]], 5, 3) == 0


@pytest.mark.parametrize("seed", SEEDS)
def test_what_the_chapter_says_of_each_run(seed):
    # Fails if a claim holds for one training alone.
    readers = {scheme: load_reader(scheme, seed) for scheme in SCHEMES}
    for scheme in ("learned", "sinusoidal", "rotary"):
        assert share_right(readers[scheme], 5, 3) > 0.95
    assert 0.4 < share_right(readers["none"], 5, 3) < 0.6
    assert share_right(readers["rotary"], 40, 3) > 0.95
    assert share_right(readers["sinusoidal"], 40, 3) < 0.25
    assert share_right(readers["sinusoidal"], 5, 16) > 0.95
    assert share_right(readers["rotary"], 5, 16) < 0.6
    assert share_right(readers["learned"], 24, 3) < 0.2
    with torch.no_grad():
        weights, _ = readers["rotary"].look(all_texts(16), 5)
    assert weights[:, 2:-2].sum(dim=1).mean() > 0.5  # most of the weight, on words of the gap


def test_words_at_given_positions_are_read_as_those_of_a_text():
    # Fails if a word is turned by another's angle, or if only whole positions can be given.
    for seed in SEEDS:
        reader = load_reader("rotary", seed)
        for gap, start in ((3, 5), (16, 5), (18, 0)):
            right = count_right(reader, start, gap)
            assert count_right_at(reader, torch.arange(gap + 4.0) + start) == right
            assert count_right_at(reader, torch.arange(gap + 4.0) + start - 0.5) == right


def test_new_distances_do_the_harm_not_many_words():
    # Fails if the readers are trained anew and the chapter is not written anew.
    readers = [load_reader("rotary", seed) for seed in SEEDS]
    squeezed = torch.linspace(0, GAPS + 2, 20)  # the farthest that training has shown
    far = torch.tensor([0.0, *range(14, 20)])  # seven words; all but the first stand as usual
    assert [count_right_at(reader, squeezed) for reader in readers] == [90, 90, 90]
    assert [count_right_at(reader, far) for reader in readers] == [18, 1, 76]


def test_rotary_sees_no_start_and_learned_rows_are_added():
    # Fails if a scheme is not what its name says.
    texts, _ = draw_texts(20, 2, torch.Generator().manual_seed(0))
    rotary, learned = Reader("rotary"), Reader("learned")
    assert torch.allclose(rotary(texts, 0), rotary(texts, 33), atol=1e-5)
    assert not torch.allclose(learned(texts, 0), learned(texts, 33), atol=1e-2)
    assert learned.places().shape == (LONG, SIZE) and rotary.places() is None


def test_the_file_is_written(tmp_path, monkeypatch):
    # Fails if a reader is written under another's name, or a weight is lost or left unrounded.
    monkeypatch.setattr(who_saw, "FILE", tmp_path / "who_saw.json")
    monkeypatch.setattr(sys, "argv", ["who_saw"])
    real = who_saw.train
    monkeypatch.setattr(who_saw, "train", lambda scheme, seed: real(scheme, seed, steps=1))
    who_saw.main()
    for scheme in SCHEMES:
        again = real(scheme, 1, steps=1)
        assert load_readers()["readers"][scheme][1] == written(again)
        texts, _ = draw_texts(5, 2, torch.Generator().manual_seed(0))
        assert torch.allclose(load_reader(scheme, 1)(texts, 3), again(texts, 3), atol=0.03)
