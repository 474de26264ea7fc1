"""Tests of the checks on training faster: right answers, and likely wrong ones."""

import statistics

import numpy as np
import pytest
import torch

from llm_lib.book.exercises import check
from llm_lib.model.gpt import GPT, GPTConfig
from llm_lib.training import TrainingConfig
from llm_lib.training.muon import make_muon, orthogonalize


def per_character(loss, n_tokens, n_characters):
    return sum([loss] * n_tokens) / n_characters


def ratio(ours, theirs, warm_up):
    return float(np.median(np.array(ours)[warm_up:] / np.array(theirs)[warm_up:]))


def muon_names(shapes):
    return [name for name in shapes if name.startswith("blocks") and len(shapes[name]) == 2]


def orthogonal(matrix):
    """Return (M Mᵀ)^(-1/2) M, or the same from the right: the polar factor, without an SVD."""
    m = matrix.double()
    small = m @ m.T if m.shape[0] <= m.shape[1] else m.T @ m
    sizes, directions = torch.linalg.eigh(small)
    root = directions @ torch.diag(sizes**-0.5) @ directions.T
    return root @ m if m.shape[0] <= m.shape[1] else m @ root


RIGHT = {
    "17-per-character": per_character,
    "17-ratio": ratio,
    "17-muon-names": muon_names,
    "17-orthogonal": orthogonal,
}


def full_svd(matrix):
    u, _, v = torch.linalg.svd(matrix)
    return u @ v


def transposed_again(matrix):
    u, _, v = torch.linalg.svd(matrix, full_matrices=False)
    return u @ v.T if v.shape[0] == v.shape[1] else u @ v


WRONG = {
    "times characters per token": ("17-per-character", lambda loss, n, c: loss * c / n),
    "per token": ("17-per-character", lambda loss, n, c: loss),
    "whole characters per token": ("17-per-character", lambda loss, n, c: loss / max(1, c // n)),
    "warm-up counted": ("17-ratio", lambda a, b, n: ratio(a, b, 0)),
    "ratio of sums": ("17-ratio", lambda a, b, n: sum(a[n:]) / sum(b[n:])),
    "ratio of medians": (
        "17-ratio",
        lambda a, b, n: statistics.median(a[n:]) / statistics.median(b[n:]),
    ),
    "upside down": ("17-ratio", lambda a, b, n: ratio(b, a, n)),
    "every matrix": ("17-muon-names", lambda s: [n for n in s if len(s[n]) == 2]),
    "no embedding, but the head": (
        "17-muon-names",
        lambda s: [n for n in s if len(s[n]) == 2 and "embedding" not in n],
    ),
    "everything in the blocks": ("17-muon-names", lambda s: [n for n in s if "blocks" in n]),
    "the whole gradient scaled": ("17-orthogonal", lambda m: m / m.norm()),
    "Muon's rounds, which stay near 1": ("17-orthogonal", orthogonalize),
    "full matrices": ("17-orthogonal", full_svd),
    "V transposed twice": ("17-orthogonal", transposed_again),
    "rows of length 1": ("17-orthogonal", lambda m: m / m.norm(dim=1, keepdim=True)),
}


@pytest.mark.parametrize(
    ("name", "right", "others"),
    [("17-explain-stopped", "b", "acd"), ("17-explain-clock", "c", "abd")],
)
def test_each_wrong_answer_has_a_reason(name, right, others):
    # fails if a wrong answer is taken, or gets no reason of its own
    assert check(name, right)
    said = {repr(check(name, other)) for other in others}
    assert len(said) == len(others) and not any(check(name, other) for other in others)


def test_the_library_chooses_the_same_matrices():
    # fails if the exercise's rule is not the one by which the library gives matrices to Muon
    model = GPT(GPTConfig(11, context_length=8, n_layer=2, n_head=2, n_embd=8, tie_weights=False))
    groups = make_muon(model, TrainingConfig(steps=10)).param_groups
    moved = {id(p) for group in groups if group["orthogonalize"] for p in group["params"]}
    shapes = {name: tuple(p.shape) for name, p in model.named_parameters()}
    expected = [name for name, p in model.named_parameters() if id(p) in moved]
    assert muon_names(shapes) == expected and len(expected) == 8
