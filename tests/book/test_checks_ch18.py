"""Tests of the checks on training with many machines: right answers, and likely wrong ones."""

import numpy as np
import pytest
import torch

from llm_lib.book.exercises import check


def mean(gradients, counts):
    return np.average(np.array(gradients), axis=0, weights=counts)


def chunk(rank, step, n):
    """Count on from the first half, in which rank r sends chunk r - s."""
    return (rank - (n - 1 + step)) % n


def clip(shards, limit):
    whole = torch.nn.Parameter(torch.cat(shards))
    whole.grad = whole.detach().clone()
    torch.nn.utils.clip_grad_norm_([whole], limit)
    return whole.grad.split([len(shard) for shard in shards])


def windows(n_windows, rank, n_ranks, seed):
    order = np.random.default_rng(seed).permutation(n_windows)
    each = n_windows // n_ranks
    return order[rank * each : (rank + 1) * each]


RIGHT = {"18-mean": mean, "18-chunk": chunk, "18-clip": clip, "18-windows": windows}


def own_shuffle(n_windows, rank, n_ranks, seed):
    return windows(n_windows, 0, n_ranks, 100 * seed + rank)


WRONG = {
    "mean of means": ("18-mean", lambda g, n: np.mean(g, axis=0)),
    "a weighted sum": ("18-mean", lambda g, n: np.array(n) @ np.array(g)),
    "one behind": ("18-chunk", lambda rank, step, n: (rank - step) % n),
    "the other way round": ("18-chunk", lambda rank, step, n: (rank + 1 + step) % n),
    "not around the end": ("18-chunk", lambda rank, step, n: rank + 1 - step),
    "each shard alone": (
        "18-clip",
        lambda s, limit: [x * min(1.0, limit / max(float(x.norm()), 1e-9)) for x in s],
    ),
    "always to the limit": (
        "18-clip",
        lambda s, limit: [x * limit / max(float(torch.cat(s).norm()), 1e-9) for x in s],
    ),
    "divided by 0": (
        "18-clip",
        lambda s, limit: [x * min(1.0, limit / float(torch.cat(s).norm())) for x in s],
    ),
    "each rank shuffles alone": ("18-windows", own_shuffle),
    "not shuffled": ("18-windows", lambda w, r, n, seed: list(range(w))[: w // n * n][r::n]),
    "always the same order": ("18-windows", lambda w, r, n, seed: windows(w, r, n, 0)),
    "the rest is read, too": (
        "18-windows",
        lambda w, r, n, seed: np.random.default_rng(seed).permutation(w)[r::n],
    ),
}


def test_hints_belong_to_the_fault():
    # fails if one who averages means, shuffles alone or clips alone is told about something else
    said = repr(check("18-mean", WRONG["mean of means"][1]))
    assert "mean of means" in said
    assert "same seed" in repr(check("18-windows", own_shuffle))
    assert "by its own norm" in repr(check("18-clip", WRONG["each shard alone"][1]))
    late = repr(check("18-chunk", WRONG["the other way round"][1]))
    assert "*left* neighbour" in late and "step 0, a rank can only" not in late


@pytest.mark.parametrize(
    ("name", "right", "others"),
    [
        ("18-predict-ring", 14000, [7000, 8000, 16000, 112000]),
        ("18-predict-apart", "c", "abd"),
        ("18-predict-zero", 0.55, [1120, 280, 140, 0.068]),
        ("18-predict-bubble", 0.16, [0.107, 0.1875]),
        ("18-predict-fit", 81, [6480, 5, 11]),
        ("18-explain-optimizer", "c", "abd"),
    ],
)
def test_each_wrong_answer_has_a_reason(name, right, others):
    # fails if a wrong answer is taken, or gets no reason of its own
    assert check(name, right)
    said = {repr(check(name, other)) for other in others}
    assert len(said) == len(others) and not any(check(name, other) for other in others)
