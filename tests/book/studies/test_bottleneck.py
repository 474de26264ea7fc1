"""The translators that are on file, against training them anew."""

import sys

import pytest
import torch

from llm_lib.book.small_world import lumi_dictionary
from llm_lib.book.studies import bottleneck
from llm_lib.book.studies.bottleneck import (
    KINDS,
    LENGTHS,
    LONG_SEEDS,
    LONGEST,
    SEEDS,
    WORDS,
    draw_sentences,
    load_bottleneck,
    load_translator,
    load_translators,
    measure,
    train,
)


def test_file_holds_every_run():
    # Fails if a kind, a seed or a length was added without training it.
    on_file = load_bottleneck()
    assert on_file["lengths"] == list(LENGTHS) and list(on_file["runs"]) == list(KINDS)
    assert len(on_file["long"]) == len(LONG_SEEDS)
    for runs in on_file["runs"].values():
        assert len(runs) == len(SEEDS)
    for run in [*on_file["long"], *(run for runs in on_file["runs"].values() for run in runs)]:
        assert len(run["right"]) == len(LENGTHS) and len(run["right_at"]) == LONGEST
        mean = sum(run["right_at"]) / LONGEST
        assert mean == pytest.approx(run["right"][LENGTHS.index(LONGEST)], abs=1e-3)


@pytest.mark.parametrize("kind", KINDS)
def test_file_is_what_training_gives(kind):
    # Fails if the library no longer trains as it did when the file was written.
    _, losses = train(kind, seed=1, steps=1)
    assert losses[0] == pytest.approx(load_bottleneck()["runs"][kind][1]["losses"][0], abs=2e-3)


@pytest.mark.parametrize("kind", ["one state", "attention"])
def test_the_weights_on_file_are_those_of_the_first_seed(kind):
    # Fails if the walkthrough's network is another than the one that was measured.
    model = load_translator(kind)
    for length in (4, 12):
        right = measure(model, length)
        on_file = load_bottleneck()["runs"][kind][0]["right"][LENGTHS.index(length)]
        assert sum(right) / length == pytest.approx(on_file, abs=0.01)


def test_attention_wins_with_every_seed():
    # Fails if the chapter's claim no longer holds for each seed.
    runs, at = load_bottleneck()["runs"], LENGTHS.index(LONGEST)
    right = {kind: [run["right"][at] for run in runs[kind]] for kind in KINDS}
    assert min(right["attention"]) > 0.95 and max(right["one state"]) < 0.8
    assert max(right["even mix"]) < min(right["one state"])


def test_words_and_their_translations():
    # Fails if a word stands beside another's translation, or the order is not turned round.
    given, lumi = load_translators(), lumi_dictionary()
    assert [lumi[word] for word in given["english"]] == given["lumi"]
    assert set(given["words"]) <= set(WORDS) and len(given["words"]) == LONGEST
    ids, right = draw_sentences(3, 5, torch.Generator().manual_seed(0))
    assert ids.shape == (3, 5) and right.tolist() == [row[::-1] for row in ids.tolist()]


def test_the_file_is_written(tmp_path, monkeypatch):
    # Fails if a run is left out or under another's name, or --threads is ignored.
    threads = []
    monkeypatch.setattr(bottleneck, "FILE", tmp_path / "bottleneck.json")
    monkeypatch.setattr(
        bottleneck,
        "run",
        lambda kind, seed, *planned: (
            bottleneck.make_translator(kind),
            {"right": [kind, seed, *planned]},
        ),
    )
    monkeypatch.setattr(torch, "set_num_threads", threads.append)
    monkeypatch.setattr(sys, "argv", ["bottleneck", "--threads", "3"])
    bottleneck.main()
    assert threads == [3]
    on_file = load_bottleneck()
    for kind in KINDS:
        assert on_file["runs"][kind] == [{"right": [kind, seed]} for seed in SEEDS]
    assert on_file["long"] == [{"right": ["one state", s, bottleneck.LONG]} for s in LONG_SEEDS]
    for kind in ("one state", "attention"):
        expected = bottleneck.make_translator(kind).state_dict()
        for name, weights in load_translator(kind).state_dict().items():
            assert torch.allclose(weights, expected[name], atol=5e-4 + 1e-6), name
