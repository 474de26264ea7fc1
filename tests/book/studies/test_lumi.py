"""The translator that is on file, against its training and against what the chapter says of it."""

import sys

import pytest
import torch

from llm_lib.book.studies import lumi
from llm_lib.book.studies.lumi import (
    SENTENCES,
    TRAINING,
    film_data,
    load_lumi,
    make_lumi,
    train_lumi,
)
from llm_lib.book.translation import LumiTask, alignment_share, share_right


def test_new_sentences_come_out_right_with_the_weights_on_file():
    # Fails if the weights on file are others than the chapter speaks of.
    held_out = LumiTask(seed=0, split="held_out").pairs(500)
    model = load_lumi()
    assert share_right(model, held_out) == 0.98
    first, second = alignment_share(model, [english for english, _ in held_out[:200]])
    assert first == pytest.approx([0.45, 0.42], abs=0.005)
    assert second == pytest.approx([0.79, 0.94], abs=0.005)


def test_training_begins_with_the_loss_of_an_even_guess():
    # Fails if the recipe no longer trains this model: losses begin near ln V and fall.
    model, losses = train_lumi(steps=2)
    assert len(losses) == 2 and 5 < losses[0] < 7 and model.config == load_lumi().config
    assert TRAINING["steps"] == 2000


def test_no_sentence_of_the_walkthrough_was_trained_on():
    # Fails if a sentence is shown as new that the model has seen.
    seen = {english for english, _ in LumiTask(seed=0).pairs(lumi.N_PAIRS)}
    assert not seen & set(SENTENCES)
    assert [text["sentence"] for text in film_data()["texts"]] == list(SENTENCES)


def test_weights_are_written_and_read_again(tmp_path, monkeypatch, capsys):
    # Fails if what main writes is not what load_lumi reads, or --threads is ignored.
    threads, untrained = [], make_lumi(seed=3)
    monkeypatch.setattr(lumi, "FILE", tmp_path / "lumi.safetensors")
    monkeypatch.setattr(lumi, "train_lumi", lambda: (untrained.eval(), [2.0] * 60))
    monkeypatch.setattr(torch, "set_num_threads", threads.append)
    monkeypatch.setattr(sys, "argv", ["lumi", "--threads", "2"])
    lumi.main()
    assert threads == [2] and "loss at the end 2.00" in capsys.readouterr().out
    again = load_lumi().state_dict()
    for name, values in untrained.state_dict().items():
        assert torch.allclose(again[name], values, atol=1e-3), name
