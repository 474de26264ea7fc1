"""Rewards against full sums over all that a tiny model could write."""

from itertools import combinations, product

import pytest
import torch

from llm_lib.finetuning.grpo import group_advantages, kl_estimate, pass_at_k, policy_loss

REWARDS = torch.tensor([1.0, -0.5, 2.0], dtype=torch.float64)


def tokens(n):
    """Return a batch in which each of three tokens is drawn as often as it is probable."""
    logits = torch.tensor([0.3, -0.2, 0.9], dtype=torch.float64, requires_grad=True)
    probabilities = logits.softmax(-1)
    return logits, probabilities, torch.arange(3).repeat(n)


def test_the_gradient_is_that_of_the_expected_reward():
    # fails if the estimate is biased: the mean over all three tokens, each weighted by its
    # probability, must be the gradient of Σ p · reward
    logits, p, _ = tokens(1)
    [expected] = torch.autograd.grad((p * REWARDS).sum(), logits)
    found = torch.zeros_like(logits)
    for token in range(3):
        log_p = logits.log_softmax(-1)[token].view(1, 1)
        counts = torch.ones(1, 1, dtype=torch.bool)
        loss = policy_loss(log_p, log_p.detach(), REWARDS[token].view(1), counts)
        [g] = torch.autograd.grad(loss, logits)
        found -= p[token].detach() * g
    torch.testing.assert_close(found, expected)


@pytest.mark.parametrize(
    ("ratio", "advantage", "moves"),
    [(1.0, 1, True), (1.1, 1, True), (1.3, 1, False), (0.7, 1, True), (0.7, -1, False)],
)
def test_a_token_that_has_moved_far_enough_moves_no_further(ratio, advantage, moves):
    # fails if the clip is on the wrong side, or missing
    old = torch.tensor([[-1.0]])
    log_p = (old + torch.tensor(ratio).log()).requires_grad_()
    one = torch.ones(1, 1, dtype=torch.bool)
    loss = policy_loss(log_p, old, torch.tensor([float(advantage)]), one)
    [g] = torch.autograd.grad(loss, log_p)
    assert (g != 0).item() == moves
    if moves:
        assert torch.sign(-g).item() == advantage


def test_tokens_that_do_not_count_have_no_gradient():
    # fails if the prompt's tokens are moved, or counted in the mean
    log_p = torch.full((2, 3), -1.0, requires_grad=True)
    counts = torch.tensor([[False, True, True], [False, False, True]])
    loss = policy_loss(log_p, log_p.detach(), torch.tensor([1.0, 1.0]), counts)
    loss.backward()
    torch.testing.assert_close(log_p.grad, -counts.float() / 3)


def test_a_group_that_agrees_says_nothing():
    # fails if 0 / 0 becomes nan, or noise of rounding becomes an advantage of ±1
    for mark in (0.1, 0.7, 1 / 3):
        for size in range(2, 12):
            assert group_advantages(torch.full((size,), mark)).tolist() == [0] * size
    torch.manual_seed(0)
    advantages = group_advantages(torch.rand(5, 8))
    torch.testing.assert_close(advantages.mean(-1), torch.zeros(5), rtol=0, atol=1e-6)
    torch.testing.assert_close(advantages.std(-1), torch.ones(5))


def test_the_kl_estimate_is_exact_in_the_mean():
    # fails if p and the reference are exchanged: the mean over all tokens is the divergence
    _, p, _ = tokens(1)
    q = torch.tensor([0.2, 0.5, 0.3], dtype=torch.float64)
    exact = (p * (p / q).log()).sum()
    estimates = kl_estimate(p.log(), q.log())
    assert (estimates >= 0).all()
    torch.testing.assert_close((p * estimates).sum(), exact)


def test_a_group_s_gradient_is_the_mean_over_all_groups():
    # fails if GRPO's step is not, on average, along the gradient of the expected mark: the mean
    # over all 27 groups of three tokens, each weighted by its probability, against the full sum
    # of p(group) · Σ advantage · gradient of log p, worked out without the library
    logits, p, _ = tokens(1)
    expected = torch.zeros(3, dtype=torch.float64)
    found = torch.zeros_like(expected)
    for group in product(range(3), repeat=3):
        drawn = torch.tensor(group)
        chance = p[drawn].prod().detach()
        marks = REWARDS[drawn]
        spread = ((marks - marks.mean()).square().sum() / 2).sqrt()
        above = (marks - marks.mean()) / spread if spread > 1e-9 else torch.zeros_like(marks)
        score = torch.eye(3, dtype=torch.float64)[drawn] - p.detach()  # gradients of log p
        expected += chance * (above[:, None] * score).mean(0)
        log_p = logits.log_softmax(-1)[drawn][:, None]
        counts = torch.ones(3, 1, dtype=torch.bool)
        loss = policy_loss(log_p, log_p.detach(), group_advantages(marks), counts)
        [g] = torch.autograd.grad(loss, logits)
        found -= chance * g
    torch.testing.assert_close(found, expected, rtol=1e-5, atol=1e-6)
    assert found.argmax() == REWARDS.argmax() and found.argmin() == REWARDS.argmin()


def test_the_gradient_of_the_kl_estimate_is_that_of_the_other_direction():
    # fails if the chapter's remark is wrong: over all tokens, weighted by p, it is ∇ KL(q, p)
    logits, p, _ = tokens(1)
    q = torch.tensor([0.2, 0.5, 0.3], dtype=torch.float64)
    [expected] = torch.autograd.grad((q * (q / p).log()).sum(), logits, retain_graph=True)
    estimate = (p.detach() * kl_estimate(p.log(), q.log())).sum()
    [found] = torch.autograd.grad(estimate, logits)
    torch.testing.assert_close(found, expected)


@pytest.mark.parametrize(("n", "right"), [(5, 0), (5, 2), (6, 6)])
def test_pass_at_k_is_the_share_of_all_choices(n, right):
    # fails if it is not what one counts
    answers = [True] * right + [False] * (n - right)
    for k in range(1, n + 1):
        choices = [*combinations(answers, k)]
        assert abs(pass_at_k(n, right, k) - sum(map(any, choices)) / len(choices)) < 1e-12


def test_bad_input_is_named():
    with pytest.raises(ValueError, match="two answers or more"):
        group_advantages(torch.tensor([1.0]))
    with pytest.raises(ValueError, match="k must be a whole number from 1 to 4, got 5"):
        pass_at_k(4, 1, 5)
    log_p = torch.tensor([[-1.0]], requires_grad=True)
    with pytest.raises(ValueError, match="must not learn"):
        policy_loss(log_p, log_p, torch.tensor([1.0]), torch.ones(1, 1, dtype=torch.bool))
