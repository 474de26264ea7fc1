"""Preferences against numbers worked out by hand, in high precision, and against enumeration."""

from decimal import Decimal

import numpy as np
import pytest
import torch

from llm_lib.finetuning.dpo import (
    Preference,
    answer_log_prob,
    dpo_loss,
    fit_scores,
    win_probability,
)
from llm_lib.finetuning.sft import IGNORE_INDEX
from llm_lib.model.gpt import GPT, GPTConfig


def test_dpo_by_hand():
    # fails if a sign, β, the reference or the mean is wrong. The margins are
    # 0.1 · ((−1 + 2) − (−3 + 2.5)) = 0.15 and 0.1 · ((−4 + 3) − (−2 + 2)) = −0.1
    values = [[-1.0, -4.0], [-3.0, -2.0], [-2.0, -3.0], [-2.5, -2.0]]
    tensors = [torch.tensor(v, dtype=torch.float64) for v in values]
    loss, margin = dpo_loss(*tensors, beta=0.1)
    np.testing.assert_allclose(margin, [0.15, -0.1], rtol=1e-12)
    by_hand = [(1 + (-Decimal(m)).exp()).ln() for m in ("0.15", "-0.1")]  # to 28 digits
    np.testing.assert_allclose(loss, float(sum(by_hand) / 2), rtol=1e-12)


def test_its_gradient_moves_what_is_not_yet_preferred_most():
    # fails if the gradient is not −β · sigmoid(−margin) for chosen, and its opposite for rejected
    chosen, rejected, ref = (torch.tensor([-1.0, -9.0], dtype=torch.float64) for _ in range(3))
    rejected = torch.tensor([-9.0, -1.0], dtype=torch.float64)
    chosen.requires_grad_()
    rejected.requires_grad_()
    loss, margin = dpo_loss(chosen, rejected, ref, ref, beta=0.5)
    loss.backward()
    expected = -0.5 * torch.sigmoid(-margin) / 2
    torch.testing.assert_close(chosen.grad, expected)
    torch.testing.assert_close(rejected.grad, -expected)


def test_the_log_probability_of_an_answer_is_a_sum_over_its_tokens():
    # fails if it is a mean, or counts the prompt or padding
    torch.manual_seed(0)
    model = GPT(GPTConfig(7, 8, n_layer=1, n_head=2, n_embd=8)).double()
    x = torch.tensor([[1, 2, 3, 4], [5, 6, 0, 0]])
    y = torch.tensor([[IGNORE_INDEX, 3, 4, 5], [IGNORE_INDEX, 1, IGNORE_INDEX, IGNORE_INDEX]])
    p = model(x).softmax(-1)
    expected = [p[0, 1, 3] * p[0, 2, 4] * p[0, 3, 5], p[1, 1, 1]]
    torch.testing.assert_close(answer_log_prob(model, x, y).exp(), torch.stack(expected).float())


def test_all_answers_together_have_probability_one():
    # fails if it is not a probability: 7 tokens, twice
    torch.manual_seed(0)
    model = GPT(GPTConfig(7, 8, n_layer=1, n_head=2, n_embd=8))
    pairs = torch.cartesian_prod(torch.arange(7), torch.arange(7))
    x = torch.stack((torch.full((49,), 2), pairs[:, 0]), dim=1)
    total = answer_log_prob(model, x, pairs).exp().sum()
    torch.testing.assert_close(total, torch.tensor(1.0))


def test_scores_are_the_most_probable_ones():
    # fails if the iteration ends elsewhere: there, expected wins are the wins that were seen
    wins = [[0, 7, 9], [3, 0, 5], [2, 4, 0]]
    scores = fit_scores(wins)
    assert abs(scores.mean()) < 1e-12
    for i in range(3):
        expected = sum(
            (wins[i][j] + wins[j][i]) * float(win_probability(scores[i], scores[j]))
            for j in range(3)
            if j != i
        )
        assert abs(expected - sum(wins[i])) < 1e-9


def test_two_rivals_have_their_odds():
    # fails if scores are not log odds: 3 wins of 4 are odds of 3
    low, high = sorted(fit_scores([[0, 3], [1, 0]]).tolist())
    assert abs(np.exp(high - low) - 3) < 1e-9


APART = [[0, 1, 1, 0], [1, 0, 0, 0], [0, 0, 0, 1], [0, 0, 1, 0]]  # 2 and 3 never beat 0 or 1
CHAIN = [[0, 1, 0, 0, 0], [0, 0, 1, 0, 0], [0, 0, 0, 1, 0], [0, 0, 0, 0, 1], [1, 0, 0, 0, 0]]


def test_scores_without_a_finite_answer_are_refused():
    # fails if it is enough that each has won and lost: the gap between two groups grows for ever
    with pytest.raises(ValueError, match="none of 2, 3 has won against any of 0, 1; compare"):
        fit_scores(APART)
    turned = np.array(APART).T  # now 0 and 1 never beat the others
    with pytest.raises(ValueError, match="none of 0, 1 has won against any of 2, 3"):
        fit_scores(turned)
    assert fit_scores(CHAIN).abs().max() < 1e-9  # wins lead round: all are alike
    joined = np.array(APART)
    joined[3, 0] = 1  # one upset, and all scores are finite
    torch.testing.assert_close(fit_scores(joined, 10**4), fit_scores(joined, 10**5))


@pytest.mark.parametrize(
    ("wins", "said"),
    [
        ([[0, 3], [0, 0]], "no finite scores fit: none of 1 has won against any of 0; compare"),
        ([[0]], "at least two rivals, got 1"),
        ([[0, 3, 1], [1, 0, 1]], "square table"),
        ([[2, 3], [1, 0]], "zeros along its diagonal"),
        ([[0, -3], [1, 0]], "counts"),
    ],
)
def test_results_without_scores_are_refused(wins, said):
    with pytest.raises(ValueError, match=said):
        fit_scores(wins)


def test_nothing_preferred_is_refused():
    with pytest.raises(ValueError, match=r"the same answer: 'Yes\.'"):
        Preference("Is it?", "Yes.", " Yes. ")
    with pytest.raises(ValueError, match="as rejected; it is empty"):
        Preference("Is it?", "Yes.", " ")


def test_a_reference_that_would_learn_is_refused():
    # fails if the gradient could flow through the reference, where it would cancel the training
    a, b = torch.tensor([-1.0]), torch.tensor([-2.0], requires_grad=True)
    with pytest.raises(ValueError, match="reference must not learn"):
        dpo_loss(a, a, b, a)
    with pytest.raises(ValueError, match="beta must be above 0, got 0"):
        dpo_loss(a, a, a, a, beta=0)
