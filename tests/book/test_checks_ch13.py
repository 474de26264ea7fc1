"""Tests of the pretraining chapter's checks: right answers by another way, and usual wrong ones."""

import math

import numpy as np
import pytest
import torch

from llm_lib.book.exercises import check


def bits(loss, n_tokens, n_bytes):
    return torch.tensor(loss * n_tokens / (n_bytes * math.log(2)))  # a tensor is a number too


def wsd(step, steps, warmup, decay, peak):
    return peak * min(1, (step + 1) / warmup, (steps - step) / decay)


def clip(gradients, limit):
    flat = torch.cat([g.flatten() for g in gradients])
    return tuple(g * min(1.0, limit / max(flat.norm().item(), 1e-9)) for g in gradients)


RIGHT = {
    "13-bits-per-byte": bits,
    "13-wsd-rate": wsd,
    "13-clip": clip,
}


def each_clipped(gradients, limit):
    return [g * min(1.0, limit / max(g.norm().item(), 1e-9)) for g in gradients]


def clipped_unless_zero(gradients, limit):
    length = math.sqrt(sum((g**2).sum().item() for g in gradients))
    return [g * min(1.0, limit / length) for g in gradients]  # fails at 0


def clipped_in_place(gradients, limit):
    for g, new in zip(gradients, clip(gradients, limit), strict=True):
        g.copy_(new)
    return [g.clone() for g in gradients]


def clipped_in_the_list(gradients, limit):
    gradients[:] = clip(gradients, limit)
    return list(gradients)


WRONG = {
    "nats": ("13-bits-per-byte", lambda loss, t, b: loss * t / b),
    "per token": ("13-bits-per-byte", lambda loss, t, b: loss / math.log(2)),
    "times ln 2": ("13-bits-per-byte", lambda loss, t, b: loss * math.log(2) * t / b),
    "upside down": ("13-bits-per-byte", lambda loss, t, b: loss / math.log(2) * b / t),
    "warm-up from 0": (
        "13-wsd-rate",
        lambda s, n, w, d, p: p * min(1, s / w, (n - s) / d),
    ),
    "no decay": ("13-wsd-rate", lambda s, n, w, d, p: p * min(1, (s + 1) / w)),
    "decay from the start": ("13-wsd-rate", lambda s, n, w, d, p: p * min((s + 1) / w, 1 - s / n)),
    "each tensor alone": ("13-clip", each_clipped),
    "numbers cut off": ("13-clip", lambda gs, limit: [g.clamp(-limit, limit) for g in gs]),
    "always scaled": (
        "13-clip",
        lambda gs, limit: [g * limit / torch.cat([h.flatten() for h in gs]).norm() for g in gs],
    ),
    "divided by a length of 0": ("13-clip", clipped_unless_zero),
    "in place": ("13-clip", clipped_in_place),
    "the list changed": ("13-clip", clipped_in_the_list),
}


@pytest.mark.parametrize("answer", [math.log(2), 0.69, 0.693, torch.tensor(0.6931), np.log(2)])
def test_the_prediction_takes_any_number_near_ln_2(answer):
    # fails if a rounded answer, or one of another number type, is refused
    assert check("13-predict-vocabulary", answer)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (2, "logarithm"),
        (1, "In nats?"),
        (0, "smaller"),
        (0.7, "one digit"),
        (6.93, "new loss"),
        (math.log(2 * 512), "new loss"),
    ],
)
def test_a_wrong_prediction_gets_a_reason(answer, said):
    # fails if a foreseen mistake gets no word of help
    result = check("13-predict-vocabulary", answer)
    assert not result
    assert said in repr(result)


def test_explained_restart():
    # fails if a wrong explanation is taken, or goes without a word
    assert check("13-explain-restart", "b")
    assert "before the first step" in repr(check("13-explain-restart", "a"))
    assert "right at the restart" in repr(check("13-explain-restart", "c"))


def emptied(gradients, limit):
    new = clip(gradients, limit)
    gradients.clear()
    return new


def made_numbers(gradients, limit):
    new = clip(gradients, limit)
    gradients[:] = [g.sum().item() for g in gradients]
    return new


@pytest.mark.parametrize("mistake", [clipped_in_place, clipped_in_the_list, emptied, made_numbers])
def test_a_changed_input_is_named(mistake):
    # fails if a function that changes what it was given passes, goes without the reason, or raises
    assert "argument is no longer what was given" in repr(check("13-clip", mistake))


def test_a_length_of_zero_has_a_case_that_fails():
    # fails if the edge is tested by no case of its own
    shown = repr(check(*WRONG["divided by a length of 0"])).splitlines()
    assert any(line.startswith("  failed") and "all gradients 0" in line for line in shown)


@pytest.mark.parametrize(
    ("mistake", "said"),
    [
        ("nats", "in nats"),
        ("per token", "this is per token"),
        ("upside down", "swapped"),
        ("times ln 2", "multiplied by ln 2"),
    ],
)
def test_mistakes_with_units_are_named(mistake, said):
    # fails if swapped tokens and bytes, or a missing ln 2, are only called wrong
    assert said in repr(check(*WRONG[mistake]))


RIGHT_CHOICES = {
    "13-predict-first-loss": "c",
    "13-predict-peak": "c",
    "13-which-run": "b",
}


@pytest.mark.parametrize("name", RIGHT_CHOICES)
def test_each_wrong_choice_has_a_reason(name):
    # fails if a wrong choice is taken, or gets no reason of its own
    said = set()
    for letter in "abcd":
        result = check(name, letter)
        assert bool(result) == (letter == RIGHT_CHOICES[name])
        said.add(repr(result))
        assert result or "hint" not in repr(result)
    assert len(said) == 4


def test_the_prediction_on_bfloat16():
    # fails if the sum on paper is taken, or goes without a word
    assert check("13-predict-bfloat16", 1) and check("13-predict-bfloat16", 1.0)
    assert "right on paper" in repr(check("13-predict-bfloat16", 2))
