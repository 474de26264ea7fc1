"""Tests of chapter 06's checks: right answers by another way, and the usual wrong ones."""

import math

import torch
from torch.nn import functional as F

from llm_lib.embedding import rotate_pairs, sinusoidal_positions
from llm_lib.exercises import check


def one_hot(ids, vocab_size):
    return F.one_hot(torch.tensor(ids, dtype=torch.long), vocab_size).float()


def nearest(table, i, k):
    cosines = F.cosine_similarity(table, table[i][None])
    cosines[i] = -2
    return cosines.topk(k).indices.tolist()


def sinusoid(t, n_embd, base):
    return sinusoidal_positions(t + 1, n_embd, base)[t].tolist()


def rotate(x, t, base):
    D = len(x)
    order = [*range(0, D, 2), *range(1, D, 2)]
    angle = torch.tensor([t * base ** (-2 * j / D) for j in range(D // 2)])
    turned = rotate_pairs(torch.tensor(x)[order], angle.cos(), angle.sin())
    return turned[torch.tensor(order).argsort()].tolist()


RIGHT = {
    "06-one-hot": one_hot,
    "06-nearest": nearest,
    "06-sinusoid": sinusoid,
    "06-rotate-interleaved": rotate,
}


def halves(x, t, base):
    D = len(x)
    angle = torch.tensor([t * base ** (-2 * j / D) for j in range(D // 2)])
    return rotate_pairs(torch.tensor(x), angle.cos(), angle.sin()).tolist()


def overwritten(x, t, base):
    x = list(x)
    for j in range(len(x) // 2):
        angle = t * base ** (-2 * j / len(x))
        x[2 * j] = x[2 * j] * math.cos(angle) - x[2 * j + 1] * math.sin(angle)
        x[2 * j + 1] = x[2 * j] * math.sin(angle) + x[2 * j + 1] * math.cos(angle)
    return x


def sines_first(t, n_embd, base):
    angles = [t * base ** (-2 * j / n_embd) for j in range(n_embd // 2)]
    return [math.sin(a) for a in angles] + [math.cos(a) for a in angles]


def own_exponent(t, n_embd, base):  # each channel its own frequency
    wave = (math.sin, math.cos)
    return [wave[c % 2](t * base ** (-c / n_embd)) for c in range(n_embd)]


WRONG = {
    "transposed": ("06-one-hot", lambda ids, v: one_hot(ids, v).T),
    "wide enough for the ids only": ("06-one-hot", lambda ids, v: one_hot(ids, max(ids) + 1)),
    "a bag": ("06-one-hot", lambda ids, v: one_hot(ids, v).sum(dim=0)),
    "dot products": (
        "06-nearest",
        lambda e, i, k: [j for j in (e @ e[i]).argsort(descending=True).tolist() if j != i][:k],
    ),
    "the token itself": (
        "06-nearest",
        lambda e, i, k: F.cosine_similarity(e, e[i][None]).topk(k).indices.tolist(),
    ),
    "the farthest": (
        "06-nearest",
        lambda e, i, k: F.cosine_similarity(e, e[i][None]).argsort().tolist()[:k],
    ),
    "sines, then cosines": ("06-sinusoid", sines_first),
    "an exponent for each channel": ("06-sinusoid", own_exponent),
    "base fixed": ("06-sinusoid", lambda t, n, base: sinusoid(t, n, 10_000)),
    "half and half": ("06-rotate-interleaved", halves),
    "a overwritten": ("06-rotate-interleaved", overwritten),
    "turned the other way": ("06-rotate-interleaved", lambda x, t, base: rotate(x, -t, base)),
}


def test_predicted_swap_is_what_attention_does():
    # fails if the registered answer is not what happens, or a wrong one goes without a word
    x = torch.randn(4, 3, dtype=torch.float64)
    swapped = x[[1, 0, 2, 3]]
    rows = [((a @ a.T).softmax(dim=-1) @ a)[2] for a in (x, swapped)]
    torch.testing.assert_close(*rows)
    assert check("06-predict-swap", "a")
    assert "sum" in repr(check("06-predict-swap", "b"))
    assert "queries" in repr(check("06-predict-swap", "c"))


def test_explained_layout():
    # fails if a wrong explanation is taken, or goes without a word
    assert check("06-explain-layout", "b")
    assert "very first words" in repr(check("06-explain-layout", "a"))
    assert "error" in repr(check("06-explain-layout", "c"))
