"""Rollouts on a model of a few hundred numbers, which learns within a second what is rewarded."""

import copy

import pytest
import torch

from llm_lib.bpe import BPETokenizer
from llm_lib.gpt import GPT, GPTConfig
from llm_lib.tokenizer import END_OF_TEXT
from llm_lib.training import TrainingConfig, fit
from llm_lib.tuning.instruct import IGNORED, Template, stack_answered
from llm_lib.tuning.rollouts import (
    GroupRewards,
    RolloutSettings,
    draw_answers,
    token_log_probs,
)

TEMPLATE = Template("{prompt}:{answer}")
SETTINGS = {"group_size": 8, "max_new_tokens": 4, "kl_weight": 0.0}


@pytest.fixture(scope="module")
def tokenizer():
    return BPETokenizer([], special_tokens=[END_OF_TEXT])  # bytes alone


@pytest.fixture
def model():
    torch.manual_seed(0)
    return GPT(GPTConfig(257, 16, n_layer=1, n_head=2, n_embd=16))


def mark(prompt, answer):
    """Reward characters that are in ASCII: of random bytes, every second is."""
    return sum(character.isascii() for character in answer) / max(1, len(answer))


def test_groups_belong_to_their_prompts_and_end_at_the_end(model, tokenizer):
    # fails if prompts and groups are mixed, or the prompt counts as written
    settings = RolloutSettings(group_size=3, max_new_tokens=5)
    groups = draw_answers(model, ["a", "bcd"], tokenizer, settings, TEMPLATE)
    assert [len(group) for group in groups] == [3, 3]
    for prompt, group in zip(("a:", "bcd:"), groups, strict=True):
        for row in group:
            assert tokenizer.decode(row.ids[~row.learned].tolist()) == prompt
            assert 1 <= row.learned.sum() <= 5
    again = draw_answers(model, ["a", "bcd"], tokenizer, settings, TEMPLATE)
    assert all(torch.equal(a.ids, b.ids) for a, b in zip(groups[0], again[0], strict=True))


def test_log_probs_are_those_of_the_targets(model):
    # fails if they are shifted by one, or counted at the prompt
    x = torch.tensor([[5, 6, 7]])
    y = torch.tensor([[IGNORED, 7, 8]])
    p = model(x).log_softmax(-1)
    expected = torch.stack([torch.tensor(0.0), p[0, 1, 7], p[0, 2, 8]])
    torch.testing.assert_close(token_log_probs(model, x, y)[0], expected)


def train(model, tokenizer, steps=40, reference=None, **settings):
    learn = GroupRewards(
        model,
        reference,
        tokenizer,
        lambda index: ["a", "b"],
        mark,
        RolloutSettings(**SETTINGS | settings),
        TEMPLATE,
    )
    config = TrainingConfig(
        steps=steps, learning_rate=0.02, eval_interval=steps, progress=False, warmup_steps=0
    )
    fit(model, learn, config)
    return learn


def test_what_is_rewarded_becomes_likelier(model, tokenizer):
    # fails if the sign of the loss is wrong, or the marks don't belong to their answers
    learn = train(model, tokenizer)
    first, last = (sum(part) / 10 for part in (learn.mean_rewards[:10], learn.mean_rewards[-10:]))
    assert first < 0.7
    assert last > 0.9


def test_a_reference_holds_it_back(model, tokenizer):
    # fails if the divergence has the wrong sign, or does not count
    reference = copy.deepcopy(model)
    free, held = copy.deepcopy(model), model
    train(free, tokenizer)
    learn = train(held, tokenizer, reference=reference, kl_weight=5.0)
    x, y = stack_answered(
        [
            row
            for group in draw_answers(
                free, ["a"], tokenizer, RolloutSettings(max_new_tokens=4), TEMPLATE
            )
            for row in group
        ]
    )
    drift = {}
    for name, tuned in (("free", free), ("held", held)):
        difference = token_log_probs(tuned, x, y) - token_log_probs(reference, x, y)
        drift[name] = float(difference.detach().abs().mean())
    assert drift["held"] < drift["free"] / 2
    assert learn.mean_kl[0] == pytest.approx(0, abs=1e-6)  # it begins as the reference


def test_bad_settings_are_named(model, tokenizer):
    with pytest.raises(ValueError, match="group_size must be a whole number of at least 2, got 1"):
        RolloutSettings(group_size=1)
    with pytest.raises(ValueError, match="kl_weight needs a reference"):
        GroupRewards(model, None, tokenizer, lambda i: ["a"], mark, RolloutSettings(), TEMPLATE)
