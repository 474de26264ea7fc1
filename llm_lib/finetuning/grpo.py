"""Rewards: a model tries answers, a program marks them, and what was marked well becomes likelier.

REINFORCE (Williams 1992): if an answer's log probability is moved along its gradient times the
reward, the expected reward rises. GRPO (Shao et al. 2024, "DeepSeekMath") draws a group of answers
to each prompt and takes as the reward how much better one is than its group; it clips how far one
batch may move the model, as PPO does (Schulman et al. 2017), and holds it near a reference.
"""

import math

import torch
from torch import Tensor

from llm_lib.arguments import check_number, check_whole


def group_advantages(rewards: Tensor) -> Tensor:
    """Return how much better each answer is than its group, in standard deviations.

    rewards: (..., G), the marks of G answers to one prompt. A group in which all have the same mark
    says nothing: its advantages are 0, not 0 / 0. Raises ValueError for groups of one.

    >>> group_advantages(torch.tensor([[1.0, 0.0], [1.0, 1.0]]))
    tensor([[ 0.7071, -0.7071],
            [ 0.0000,  0.0000]])
    """
    if rewards.dim() < 1 or rewards.shape[-1] < 2:
        raise ValueError(
            f"a group needs two answers or more, to compare them; got {tuple(rewards.shape)}"
        )
    rewards = rewards.float()
    above = rewards - rewards.mean(dim=-1, keepdim=True)
    spread = rewards.std(dim=-1, keepdim=True)
    # asked of the marks themselves: the mean of 0.1, 0.1 and 0.1 is not quite 0.1
    agree = (rewards == rewards[..., :1]).all(dim=-1, keepdim=True)
    return torch.where(agree, 0.0, above / spread)


def policy_loss(
    log_probs: Tensor,
    old_log_probs: Tensor,
    advantages: Tensor,
    counts: Tensor,
    clip: float = 0.2,
) -> Tensor:
    """Return the loss whose gradient makes better answers likelier: the mean over their tokens.

    log_probs: (B, T), of the tokens that were written; old_log_probs: the same, from the model that
    wrote them, without a gradient. advantages: (B,), one an answer. counts: (B, T), True for tokens
    of answers. Once a token's ratio p / p_old has moved by more than `clip` in the direction that
    its advantage asks for, it moves no further.
    """
    check_number("clip", clip, above=0)
    if old_log_probs.requires_grad or advantages.requires_grad:
        raise ValueError("the model that wrote the answers must not learn: detach its numbers")
    ratio = (log_probs - old_log_probs).exp()  # (B, T): 1 as long as the model has not moved
    a = advantages[:, None]
    gain = torch.minimum(ratio * a, ratio.clamp(1 - clip, 1 + clip) * a)
    return -(gain * counts).sum() / counts.sum().clamp(min=1)


def kl_estimate(log_probs: Tensor, reference_log_probs: Tensor) -> Tensor:
    """Return an estimate of the KL divergence from the reference, per token that was drawn.

    r − log r − 1 with r = p_reference / p: never negative, and in the mean over tokens drawn from p
    it is KL(p, reference) (Schulman 2020, http://joschu.net/blog/kl-approx.html). So much for the
    number. Its gradient, in the mean over the same tokens, is that of KL(reference, p), the other
    direction, since what was drawn is taken as it is. GRPO's loss holds a model by that pull: near
    the reference, both directions are alike.

    >>> same = torch.tensor([-1.0, -2.0])
    >>> kl_estimate(same, same)
    tensor([0., 0.])
    """
    log_ratio = reference_log_probs - log_probs
    return log_ratio.exp() - log_ratio - 1


def pass_at_k(n: int, n_right: int, k: int) -> float:
    """Return how probably at least one of `k` answers is right, from `n` drawn of which some were.

    The unbiased estimate of Chen et al. (2021, "Evaluating Large Language Models Trained on Code"):
    1 − the share of all choices of k among n that hold no right one.
    Raises ValueError unless 1 ≤ k ≤ n and 0 ≤ n_right ≤ n.

    >>> pass_at_k(n=4, n_right=1, k=1), pass_at_k(n=4, n_right=1, k=4)
    (0.25, 1.0)
    """
    check_whole("n", n)
    check_whole("n_right", n_right, 0, n)
    check_whole("k", k, 1, n)
    return 1 - math.comb(n - n_right, k) / math.comb(n, k)
