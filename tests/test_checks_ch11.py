"""Tests of chapter 11's checks: right answers by another way, and the usual wrong ones."""

import heapq
import math

import numpy as np
import pytest
import torch

from llm_lib.exercises import check


def rate(step, top, warmup):
    return top * math.sqrt(warmup) * min(step**-0.5, step * warmup**-1.5)


def smooth(target, size, epsilon):
    hot = torch.nn.functional.one_hot(torch.tensor(target), size)
    return (1 - epsilon) * hot + epsilon / size


def stack(x, parts, norm, norm_first):
    if not parts:
        return norm(x) if norm_first else x
    first, *others = parts
    x = first(norm(x)) + x if norm_first else norm(first(x) + x)
    return stack(x, others, norm, norm_first)


def one_by_one(post, pre, end=True):
    """Return a stack that treats each part as told; with `end`, pre-norm has its last norm."""

    def answer(x, parts, norm, norm_first):
        for part in parts:
            x = (pre if norm_first else post)(x, part, norm)
        return norm(x) if norm_first and end else x

    return answer


def good_post(x, s, n):
    return n(x + s(x))


def good_pre(x, s, n):
    return x + s(n(x))


def beam_step(beams, log_probs, n_beams):
    scores = torch.tensor([total for _, total in beams])[:, None] + torch.tensor(log_probs).float()
    best = heapq.nlargest(n_beams, range(scores.numel()), key=lambda i: scores.flatten()[i].item())
    n = scores.shape[1]
    return [[torch.tensor([*beams[i // n][0], i % n]), scores.flatten()[i]] for i in best]


RIGHT = {
    "11-warmup-rate": rate,
    "11-smooth-labels": smooth,
    "11-add-and-norm": stack,
    "11-beam-step": beam_step,
}
ALSO_RIGHT = {
    "11-smooth-labels": lambda t, n, e: [e / n + (i == t) * (1 - e) for i in range(n)],
    "11-warmup-rate": lambda s, top, w: torch.tensor(rate(s, top, w)),
    "11-add-and-norm": one_by_one(good_post, good_pre),
}


@pytest.mark.parametrize("name", ALSO_RIGHT)
def test_other_types_pass(name):
    # fails if a list is wanted where a tensor is as good, or the other way round
    assert check(name, ALSO_RIGHT[name]), repr(check(name, ALSO_RIGHT[name]))


def single_beams(beams, log_probs, n_beams):
    """Let each beam have one child only."""
    grown = [
        ([*ids, int(np.argmax(row))], total + max(row))
        for (ids, total), row in zip(beams, log_probs, strict=True)
    ]
    return sorted(grown, key=lambda pair: -pair[1])[:n_beams]


def forgetful(beams, log_probs, n_beams):
    """Rank by the last step alone."""
    found = [
        ([*ids, t], total + v)
        for (ids, total), row in zip(beams, log_probs, strict=True)
        for t, v in enumerate(row)
    ]
    last = {i: v for i, v in enumerate(v for row in log_probs for v in row)}
    return [found[i] for i in sorted(last, key=lambda i: -last[i])[:n_beams]]


WRONG = {
    "the larger of the two": ("11-warmup-rate", lambda s, t, w: t * max((w / s) ** 0.5, s / w)),
    "top in place of the first factor": (
        "11-warmup-rate",
        lambda s, t, w: t * min(s**-0.5, s * w**-1.5),
    ),
    "no top": ("11-warmup-rate", lambda s, t, w: min((w / s) ** 0.5, s / w)),
    "it never falls": ("11-warmup-rate", lambda s, t, w: t * min(1.0, s / w)),
    "it falls as 1 / s": ("11-warmup-rate", lambda s, t, w: t * min(w / s, s / w)),
    "nothing": ("11-warmup-rate", lambda s, n, w: 0.0),
    "shared by the others": (
        "11-smooth-labels",
        lambda t, n, e: [1 - e if i == t else e / (n - 1) for i in range(n)],
    ),
    "does not sum to 1": (
        "11-smooth-labels",
        lambda t, n, e: [1 - e if i == t else e / n for i in range(n)],
    ),
    "orders swapped": ("11-add-and-norm", lambda x, s, n, f: stack(x, s, n, not f)),
    "orders swapped, one end": ("11-add-and-norm", one_by_one(good_pre, good_post)),
    "no norm at the end": ("11-add-and-norm", one_by_one(good_post, good_pre, end=False)),
    "norm of x added": (
        "11-add-and-norm",
        one_by_one(good_post, lambda x, s, n: n(x) + s(n(x))),
    ),
    "post-norm on the part alone": (
        "11-add-and-norm",
        one_by_one(lambda x, s, n: x + n(s(x)), good_pre),
    ),
    "post-norm on x alone": (
        "11-add-and-norm",
        one_by_one(lambda x, s, n: n(x) + s(x), good_pre),
    ),
    "no residual": ("11-add-and-norm", one_by_one(lambda x, s, n: n(s(x)), good_pre)),
    "all parts see the first x": (
        "11-add-and-norm",
        lambda x, parts, n, f: n(x + sum(s(n(x) if f else x) for s in parts)) if parts else x,
    ),
    "at most two kept": ("11-beam-step", lambda b, p, n: beam_step(b, p, min(n, 2))),
    "one child each": ("11-beam-step", single_beams),
    "the last step alone": ("11-beam-step", forgetful),
    "the worst": ("11-beam-step", lambda b, p, n: beam_step(b, p, 9)[-n:]),
    "ids alone": ("11-beam-step", lambda b, p, n: [ids for ids, _ in beam_step(b, p, n)]),
}


@pytest.mark.parametrize(
    ("name", "right", "said"),
    [
        ("11-predict-shape", "b", {"a": "self-attention", "c": "Who asks", "d": "encoder's"}),
        ("11-explain-shift", "a", {"b": "needs none", "c": "would translate just those"}),
    ],
)
def test_choices(name, right, said):
    # fails if another choice is taken, or goes without a word
    assert check(name, right)
    for choice, part in said.items():
        result = check(name, choice)
        assert not result and part in repr(result)


def test_the_first_hint_on_smoothing_fits_numbers_that_sum_to_1():
    # fails if who shares epsilon among the others alone is told to sum what sums to 1
    said = repr(check("11-smooth-labels", WRONG["shared by the others"][1]))
    assert "Does the right token belong to them?" in said and "sum to 1" not in said


def test_a_wrong_beam_is_named_in_words():
    # fails if the message is a chain of places: "at [1]: at [0]: at [0]: …"
    said = repr(check("11-beam-step", lambda b, p, n: [([*ids[:-1], 9], s) for ids, s in b][:n]))
    assert "expected" in said or "ids should be" in said
    worst_first = repr(check("11-beam-step", lambda b, p, n: beam_step(b, p, n)[::-1]))
    assert "beam 1: ids should be [4, " in worst_first and "at [" not in worst_first
