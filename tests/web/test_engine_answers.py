"""The page learns from preferences and marks as llm_lib.finetuning does."""

from __future__ import annotations

import pytest
import torch
from torch.nn.functional import cross_entropy

from llm_lib.finetuning.dpo import answer_log_prob, dpo_loss
from llm_lib.finetuning.grpo import group_advantages, kl_estimate, policy_loss
from llm_lib.finetuning.rollouts import token_log_probs
from llm_lib.finetuning.sft import IGNORE_INDEX
from tests.web.trained_models import (
    CONFIGS,
    HELPERS,
    config_of,
    fresh_model,
    packed_gradients,
    packed_weights,
)
from tests.web.widget_page import plain_script

PAIRS = [
    {"prompt": [3, 4], "chosen": [5, 6, 1], "rejected": [7, 1]},
    {"prompt": [8], "chosen": [9, 1], "rejected": [10, 11, 12, 1]},
]


@pytest.fixture(scope="module")
def page(run_script):
    """The engine with what learns from answers, loaded."""
    scripts = plain_script("engine/answer_training.js", "engine/advantages.js")
    return run_script(scripts + HELPERS)


def stack(rows):
    """Return inputs and targets of (prompt, answer) rows, by their definition."""
    T = max(len(prompt) + len(answer) for prompt, answer in rows) - 1
    x, y = torch.zeros(len(rows), T, dtype=torch.int64), torch.full((len(rows), T), IGNORE_INDEX)
    for i, (prompt, answer) in enumerate(rows):
        ids = torch.tensor(prompt + answer)
        x[i, : len(ids) - 1] = ids[:-1]
        y[i, len(prompt) - 1 : len(ids) - 1] = ids[len(prompt) :]
    return x, y


def torch_dpo(model, reference, beta):
    rows = [(p["prompt"], p[key]) for key in ("chosen", "rejected") for p in PAIRS]
    x, y = stack(rows)
    with torch.no_grad():
        before = answer_log_prob(reference, x, y).chunk(2)
    return dpo_loss(*answer_log_prob(model, x, y).chunk(2), *before, beta)


# Fails if the loss, the gradient of DPO, the clipping or AdamW differs from torch's.
@pytest.mark.parametrize("changes", CONFIGS.values(), ids=CONFIGS.keys())
def test_preferences_move_the_weights_as_in_torch(page, changes):
    model, reference = fresh_model(**changes), fresh_model(**changes)
    start, losses = packed_weights(model), []
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, betas=(0.9, 0.99), weight_decay=0)
    for step in range(6):
        loss, margins = torch_dpo(model, reference, beta=0.5)
        losses.append([float(loss.detach()), *margins.tolist()])
        optimizer.zero_grad()
        loss.backward()
        if step == 0:
            gradients = packed_gradients(model)
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
    got, worst = page.evaluate(
        """([config, weights, pairs, gradients]) => {
          const trainer = new AnswerTrainer({config, weights: floatsOf(weights)});
          const got = [];
          let worst = 0;
          for (let i = 0; i < 6; i++) {
            const { loss, margins } = trainer.learnLiked(pairs, {beta: 0.5, rate: 1e-3});
            got.push([loss, ...margins]);
            if (i > 0) continue;
            const { all, memory: { f }, size } = trainer.gpt.parameters;
            const found = Object.fromEntries(all.map(({ name, at, length }) =>
              [name, f.slice(at + size, at + size + length)]));
            worst = worstShare(found, floatsOf(gradients));
          }
          return [got, worst];
        }""",
        [config_of(model), start, PAIRS, gradients],
    )
    assert worst < 1e-3
    torch.testing.assert_close(torch.tensor(got), torch.tensor(losses), atol=2e-4, rtol=2e-3)
    assert losses[-1][0] < losses[0][0]


# Fails if a prompt's tokens or the filling are learned, too, or short answers count for more.
def test_shown_answers_move_the_weights_as_in_torch(page):
    model = fresh_model()
    rows = [([3, 4], [5, 1]), ([3, 4, 6], [6, 7, 8, 9, 1]), ([8], [8, 1])]
    start, (x, y) = packed_weights(model), stack(rows)
    loss = cross_entropy(model(x).flatten(0, 1), y.flatten(), ignore_index=IGNORE_INDEX)
    loss.backward()
    gradients = packed_gradients(model)
    worst, before, after = page.evaluate(
        """([config, weights, rows, gradients]) => {
          const trainer = new AnswerTrainer({config, weights: floatsOf(weights)});
          const answered = rows.map(([prompt, answer]) => ({prompt, answer}));
          const before = trainer.learnShown(answered, 1e-3);
          const { all, memory: { f }, size } = trainer.gpt.parameters;
          const found = Object.fromEntries(all.map(({ name, at, length }) =>
            [name, f.slice(at + size, at + size + length)]));
          const worst = worstShare(found, floatsOf(gradients));
          return [worst, before, trainer.learnShown(answered, 1e-3)];
        }""",
        [config_of(model), start, rows, gradients],
    )
    assert worst < 1e-3
    assert before == pytest.approx(float(loss.detach()), abs=1e-4)
    assert after < before


# Fails if an answer with a better mark becomes less likely, or the mean is over other tokens.
def test_marks_move_the_weights_as_in_torch(page):
    model = fresh_model()
    rows, marks = [([3, 4], [5, 1]), ([3, 4], [6, 7, 1]), ([3, 4], [8, 1])], [1.0, 0.0, 0.0]
    start, (x, y) = packed_weights(model), stack(rows)
    log_probs = token_log_probs(model, x, y)
    advantages = group_advantages(torch.tensor(marks))
    policy_loss(log_probs, log_probs.detach(), advantages, y != IGNORE_INDEX).backward()
    gradients = packed_gradients(model)
    worst, found, before, after = page.evaluate(
        """([config, weights, rows, marks, gradients]) => {
          const trainer = new AnswerTrainer({config, weights: floatsOf(weights)});
          const answered = rows.map(([prompt, answer]) => ({prompt, answer}));
          const advantages = groupAdvantages(marks);
          const before = logProbs(trainer.gpt, stacked(answered));
          trainer.learnMarked(answered, advantages, {rate: 1e-3});
          const { all, memory: { f }, size } = trainer.gpt.parameters;
          const found = Object.fromEntries(all.map(({ name, at, length }) =>
            [name, f.slice(at + size, at + size + length)]));
          return [worstShare(found, floatsOf(gradients)), advantages, before,
            logProbs(trainer.gpt, stacked(answered))];
        }""",
        [config_of(model), start, rows, marks, gradients],
    )
    assert worst < 1e-3
    torch.testing.assert_close(torch.tensor(found), advantages)
    torch.testing.assert_close(
        torch.tensor(before), log_probs.sum(1).detach(), atol=1e-4, rtol=1e-4
    )
    assert after[0] > before[0]


# Fails if a group that agrees divides by zero.
def test_a_group_that_agrees_moves_nothing(page):
    assert page.evaluate("groupAdvantages([0.1, 0.1, 0.1])") == [0, 0, 0]


# Fails if the price of being far from the reference, or its gradient, is not torch's.
def test_the_kl_estimate_holds_the_model_as_in_torch(page):
    model, reference = fresh_model(), fresh_model()
    rows, advantages = [([3, 4], [5, 1]), ([3, 4], [6, 7, 1])], [0.5, -0.5]
    x, y = stack(rows)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.05 * torch.randn_like(parameter))
        before = token_log_probs(reference, x, y)
    start, weights = packed_weights(reference), packed_weights(model)
    log_probs, counts = token_log_probs(model, x, y), y != IGNORE_INDEX
    kl = (kl_estimate(log_probs, before) * counts).sum() / counts.sum()
    loss = policy_loss(log_probs, log_probs.detach(), torch.tensor(advantages), counts) + 3 * kl
    loss.backward()
    worst, found, weighed = page.evaluate(
        """([config, start, weights, rows, advantages, gradients]) => {
          const trainer = new AnswerTrainer({config, weights: floatsOf(start)});
          trainer.gpt.parameters.load(floatsOf(weights));
          const answered = rows.map(([prompt, answer]) => ({prompt, answer}));
          const weighed = trainer.weigh(answered);
          const {kl} = trainer.learnMarked(answered, advantages, {rate: 1e-3, klWeight: 3});
          const { all, memory: { f }, size } = trainer.gpt.parameters;
          const found = Object.fromEntries(all.map(({ name, at, length }) =>
            [name, f.slice(at + size, at + size + length)]));
          return [worstShare(found, floatsOf(gradients)), kl, weighed];
        }""",
        [config_of(model), start, weights, rows, advantages, packed_gradients(model)],
    )
    assert worst < 1e-3
    assert found == pytest.approx(float(kl.detach()), rel=1e-3) == weighed["kl"]
    for name, logs in (("now", log_probs), ("reference", before)):
        assert weighed[name] == pytest.approx(logs.sum(1).tolist(), abs=1e-4)


# Fails if an answer that stands in several pairs counts otherwise than in torch.
def test_answers_in_several_pairs_are_dpo(page):
    model, reference = fresh_model(), fresh_model()
    rows, pairs = [([3], [4, 1]), ([3], [5, 6, 1]), ([3], [7, 1])], [(0, 1), (0, 2)]
    start, (x, y) = packed_weights(model), stack(rows)
    with torch.no_grad():
        before = answer_log_prob(reference, x, y)
    now, chosen, rejected = answer_log_prob(model, x, y), [0, 0], [1, 2]
    loss, _ = dpo_loss(now[chosen], now[rejected], before[chosen], before[rejected], 0.5)
    loss.backward()
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, betas=(0.9, 0.99), weight_decay=0)
    gradients = packed_gradients(model)
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    got, worst, head = page.evaluate(
        """([config, weights, rows, pairs, gradients]) => {
          const trainer = new AnswerTrainer({config, weights: floatsOf(weights)});
          const answered = rows.map(([prompt, answer]) => ({prompt, answer}));
          const {loss} = trainer.learnPairs(answered, pairs, {beta: 0.5, rate: 1e-3});
          const { all, memory: { f }, size } = trainer.gpt.parameters;
          const found = Object.fromEntries(all.map(({ name, at, length }) =>
            [name, f.slice(at + size, at + size + length)]));
          return [loss, worstShare(found, floatsOf(gradients)), [...trainer.gpt.parameters.view("norm.weight")]];
        }""",
        [config_of(model), start, rows, pairs, gradients],
    )
    assert got == pytest.approx(float(loss.detach()), abs=1e-5)
    assert worst < 1e-3
    assert head == pytest.approx(model.norm.weight.tolist(), abs=1e-5)
