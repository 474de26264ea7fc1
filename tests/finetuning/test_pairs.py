"""Preferences that a model's own answers make, and what it learns from them."""

import copy

import pytest
import torch

from llm_lib.bpe import BPETokenizer
from llm_lib.finetuning import pairs
from llm_lib.finetuning.dpo import Preference, dpo_loss
from llm_lib.finetuning.pairs import PreferenceLoss, draw_preferences
from llm_lib.finetuning.rollouts import RolloutSettings
from llm_lib.finetuning.sft import Template
from llm_lib.model.gpt import GPT, GPTConfig
from llm_lib.tokenizer import END_OF_TEXT
from llm_lib.training import TrainingConfig, fit
from llm_lib.training.processes import run_on_ranks

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
    settings = RolloutSettings(group_size=3, max_new_tokens=4)
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


def prefer_in_processes(ranks_of_a_batch):
    """Learn from eight preferences; return the history and the weights."""
    import torch

    from llm_lib.bpe import BPETokenizer
    from llm_lib.finetuning.dpo import Preference
    from llm_lib.finetuning.pairs import PreferenceLoss
    from llm_lib.model.gpt import GPT, GPTConfig
    from llm_lib.tokenizer import END_OF_TEXT
    from llm_lib.training import TrainingConfig, fit

    torch.manual_seed(0)
    model = GPT(GPTConfig(257, 32, n_layer=1, n_head=2, n_embd=8))
    pairs = [Preference(prompt, "a" * n, "b") for n, prompt in enumerate("pqrstuvw", 1)]
    tokenizer = BPETokenizer([], special_tokens=[END_OF_TEXT])
    loss_at = PreferenceLoss(model, pairs, tokenizer, batch_size=ranks_of_a_batch, beta=0.3)
    parts = 4 // ranks_of_a_batch
    settings = {"steps": 3, "learning_rate": 0.5, "eval_interval": 1, "accumulation_steps": parts}
    config = TrainingConfig(**settings, progress=False)
    sgd = torch.optim.SGD(model.parameters(), 0.5)
    history = fit(model, loss_at, config, evaluate=loss_at.report, optimizer=sgd).history
    told = [[row["train_loss"], row["accuracy"]] for row in history]
    return told, [p.tolist() for p in model.parameters()]


@pytest.mark.parametrize(("size", "ranks"), [(2, 1), (4, 2), (2, 2)])
def test_each_pair_counts_alike_in_whatever_batch_and_process(size, ranks):
    # fails if processes learn from the same pairs, or one alone tells how many are told apart
    [(told, weights)] = run_on_ranks(prefer_in_processes, 4, ranks=1)
    results = run_on_ranks(prefer_in_processes, size, ranks=ranks)
    for (loss, right), (expected, share) in zip(results[0][0], told, strict=True):
        assert loss == pytest.approx(expected, abs=1e-4)
        assert right == pytest.approx(share, abs=1e-6)
    for _, shared in results:
        for ours, theirs in zip(shared, weights, strict=True):
            torch.testing.assert_close(torch.tensor(ours), torch.tensor(theirs), atol=1e-4, rtol=0)


def test_pairs_go_to_the_models_device(model, tokenizer, monkeypatch):
    # fails if a model that is elsewhere, or its reference, meets ids on the processor
    loss_at = PreferenceLoss(model, PAIRS, tokenizer, batch_size=2, template=TEMPLATE)
    seen = {}

    def look(*log_probs):
        seen["devices"] = {p.device.type for p in log_probs[:4]}
        return dpo_loss(*log_probs)[0], torch.tensor([1.0, -1.0])  # which can be read

    monkeypatch.setattr(pairs, "dpo_loss", look)
    assert loss_at(model.to("meta"), 0).device.type == "meta"
    assert seen == {"devices": {"meta"}}
    assert loss_at.accuracies == [0.5]


def test_an_answer_that_does_not_fit_is_named_before_the_training(model, tokenizer):
    # fails if one learns in the middle of a training that an answer is too long, or if one that
    # the model reads to its last token is refused
    long = Preference("q", "a" * 15, "b" * 14)  # "q:", a space, the letters, and the end
    fits = Preference("q", "a" * 13, "b" * 12)
    make = {"batch_size": 1, "template": TEMPLATE}
    told = "preference 1, chosen, has 19 tokens, and the model reads 16: shorten it or leave it out"
    with pytest.raises(ValueError, match=told):
        PreferenceLoss(model, [fits, long], tokenizer, **make)
    turned = Preference("q", "b", "a" * 15)
    with pytest.raises(ValueError, match="preference 0, rejected, has 19 tokens"):
        PreferenceLoss(model, [turned], tokenizer, **make)
    PreferenceLoss(model, [fits], tokenizer, **make)(model, 0)


def test_no_answer_is_drawn_that_could_not_be_learned(model, tokenizer, monkeypatch):
    # fails if minutes of drawing end in an answer that is too long for the loss
    drawn = []
    monkeypatch.setattr(pairs, "draw_answers", lambda *args: drawn.append(args))
    settings = RolloutSettings(group_size=2, max_new_tokens=10)
    with pytest.raises(ValueError, match="prompt 1 has 7 tokens, and with an answer of up to 11"):
        draw_preferences(model, ["a", "abcdef"], tokenizer, count_ascii, settings, TEMPLATE)
    assert not drawn


def test_the_folder_of_another_beta_is_refused(model, tokenizer, tmp_path):
    # fails if what was learned with another price comes back, and nothing is learned
    config = TrainingConfig(steps=2, folder=str(tmp_path), progress=False)
    make = {"batch_size": 4, "template": TEMPLATE}
    base = copy.deepcopy(model)
    fit(model, PreferenceLoss(model, PAIRS, tokenizer, beta=0.1, **make), config)
    other = copy.deepcopy(base)
    with pytest.raises(ValueError, match=r"a training with beta = 0\.1, this one has 5"):
        fit(other, PreferenceLoss(other, PAIRS, tokenizer, beta=5, **make), config)
    again = copy.deepcopy(base)
    fit(again, PreferenceLoss(again, PAIRS, tokenizer, beta=0.1, **make), config)
    torch.testing.assert_close(again.state_dict(), model.state_dict(), rtol=0, atol=0)
    with pytest.raises(ValueError, match="a training with reference = 'weights"):  # it has learned
        fit(model, PreferenceLoss(model, PAIRS, tokenizer, beta=0.1, **make), config)


def test_an_identity_is_pairs_and_how_they_are_read(model, tokenizer):
    # fails if other pairs, or an answer taken for the other, pass for the same
    def identity(of=PAIRS, **changes):
        settings = {"batch_size": 2, "template": TEMPLATE} | changes
        return PreferenceLoss(model, of, tokenizer, **settings).identity

    turned = [Preference(p.prompt, p.rejected, p.chosen) for p in PAIRS]
    others = [identity(turned), identity(PAIRS[:3]), identity(batch_size=1), identity(seed=1)]
    assert identity() == identity() and identity()["data"].startswith("4 preferences, ")
    assert all(other != identity() for other in others)


def test_preferences_that_processes_cannot_share_are_refused(model, tokenizer, monkeypatch):
    # fails if a process gets fewer pairs than another, which then count more
    monkeypatch.setattr(pairs.Ranks, "current", lambda: pairs.Ranks(0, 3))
    with pytest.raises(ValueError, match="a batch_size of 4 can't be shared by 3 processes"):
        PreferenceLoss(model, PAIRS, tokenizer, batch_size=4, template=TEMPLATE)


def test_bad_input_is_named(model, tokenizer):
    with pytest.raises(ValueError, match="no preferences"):
        PreferenceLoss(model, [], tokenizer, batch_size=1)
    with pytest.raises(ValueError, match="batch_size must be a whole number from 1 to 4, got 5"):
        PreferenceLoss(model, PAIRS, tokenizer, batch_size=5)
    with pytest.raises(ValueError, match="beta must be above 0"):
        PreferenceLoss(model, PAIRS, tokenizer, batch_size=1, beta=0)
