"""Preferences that a model's own answers make, and what it learns from them."""

import pytest
import torch

from llm_lib.bpe import BPETokenizer
from llm_lib.gpt import GPT, GPTConfig
from llm_lib.tokenizer import END_OF_TEXT
from llm_lib.training import TrainingConfig, fit
from llm_lib.tuning import pairs
from llm_lib.tuning.instruct import Template
from llm_lib.tuning.pairs import PreferenceLoss, draw_preferences
from llm_lib.tuning.preferences import Preference
from llm_lib.tuning.rollouts import RolloutSettings

TEMPLATE = Template("{prompt}:{answer}")
PAIRS = [Preference(prompt, "aa", "bb") for prompt in "pqrs"]


@pytest.fixture(scope="module")
def tokenizer():
    return BPETokenizer([], special_tokens=[END_OF_TEXT])  # bytes alone


@pytest.fixture
def model():
    torch.manual_seed(0)
    return GPT(GPTConfig(257, 16, n_layer=1, n_head=2, n_embd=16))


def count_ascii(answer):
    return float(sum(character.isascii() for character in answer))


def test_the_best_and_the_worst_of_a_group_are_taken(model, tokenizer):
    # fails if they are exchanged, belong to different prompts, or groups without a choice stay
    settings = RolloutSettings(group_size=6, max_new_tokens=5)
    found = draw_preferences(model, ["a", "b"], tokenizer, count_ascii, settings, TEMPLATE)
    assert {p.prompt for p in found} <= {"a", "b"}
    assert all(count_ascii(p.chosen) > count_ascii(p.rejected) for p in found)
    assert found
    assert not draw_preferences(model, ["a"], tokenizer, lambda answer: 1.0, settings, TEMPLATE)


def test_an_empty_answer_is_not_preferred(model, tokenizer, monkeypatch):
    # fails if the shortest answer of all, none, is taken for the best: no pair can hold it
    said = {"a": ["long and long", "", "short"], "b": ["", "", "one"], "c": ["", "", ""]}
    monkeypatch.setattr(pairs, "draw_answers", lambda model, prompts, *rest: map(said.get, prompts))
    monkeypatch.setattr(pairs, "answer_text", lambda row, tokenizer: row)
    settings = RolloutSettings(group_size=3)
    found = draw_preferences(model, ["a", "b", "c"], tokenizer, pairs.is_short, settings)
    assert found == [Preference("a", "short", "long and long")]


def test_drawing_shows_how_far_it_is(model, tokenizer, monkeypatch, capsys):
    # fails if nothing is shown until all is drawn, or if a library call shows it unasked
    monkeypatch.setattr(pairs, "AT_ONCE", 2)
    settings = RolloutSettings(group_size=2, max_new_tokens=2)
    args = (model, ["a", "b", "c"], tokenizer, count_ascii, settings, TEMPLATE)
    draw_preferences(*args)
    assert capsys.readouterr().err == ""
    draw_preferences(*args, progress=True)
    shown = capsys.readouterr().err
    assert "pairs:   0%" in shown and "3/3" in shown


def test_it_begins_with_a_coin_flip_and_learns(model, tokenizer):
    # fails if chosen and rejected are exchanged, or the reference learns, too
    loss_at = PreferenceLoss(model, PAIRS, tokenizer, batch_size=4, template=TEMPLATE)
    with torch.no_grad():
        assert float(loss_at(model, 0)) == pytest.approx(torch.tensor(2.0).log().item())
    fit(model, loss_at, TrainingConfig(steps=30, learning_rate=0.01, progress=False))
    with torch.no_grad():
        assert float(loss_at(model, 0)) < 0.5
    assert loss_at.accuracies[-1] == 1


def test_bad_input_is_named(model, tokenizer):
    with pytest.raises(ValueError, match="no preferences"):
        PreferenceLoss(model, [], tokenizer, batch_size=1)
    with pytest.raises(ValueError, match="batch_size must be a whole number from 1 to 4, got 5"):
        PreferenceLoss(model, PAIRS, tokenizer, batch_size=5)
    with pytest.raises(ValueError, match="beta must be above 0"):
        PreferenceLoss(model, PAIRS, tokenizer, batch_size=1, beta=0)
