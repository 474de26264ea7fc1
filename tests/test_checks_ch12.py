"""Tests of the pretraining chapter's checks: right answers by another way, and usual wrong ones."""

import math
from functools import partial

import numpy as np
import pytest
import torch

from llm_lib.exercises import check


def bits(loss, n_tokens, n_bytes):
    return torch.tensor(loss * n_tokens / (n_bytes * math.log(2)))  # a tensor is a number too


def wsd(step, steps, warmup, decay, peak):
    return peak * min(1, (step + 1) / warmup, (steps - step) / decay)


def clip(gradients, limit):
    flat = torch.cat([g.flatten() for g in gradients])
    return tuple(g * min(1.0, limit / max(flat.norm().item(), 1e-9)) for g in gradients)


def fit_floor(sizes, losses, floors):
    def residual(floor):
        if floor >= min(losses):
            return math.inf
        x, y = np.log(sizes), np.log(np.array(losses) - floor)
        return 1 - np.corrcoef(x, y)[0, 1] ** 2  # how far from a straight line

    return min(floors, key=residual)


RIGHT = {
    "12-bits-per-byte": bits,
    "12-wsd-rate": wsd,
    "12-clip": clip,
    "12-fit-floor": fit_floor,
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


def fit_floor_of(sizes, losses, floors, out):
    def distance(floor):
        with np.errstate(all="ignore"):
            x, y = np.log(sizes), np.log(np.array(losses) - floor)
        return ((np.polyval(np.polyfit(x, y, 1), x) - y) ** 2).sum()

    return min((f for f in floors if not out(f, losses)), key=distance)


WRONG = {
    "nats": ("12-bits-per-byte", lambda loss, t, b: loss * t / b),
    "per token": ("12-bits-per-byte", lambda loss, t, b: loss / math.log(2)),
    "upside down": ("12-bits-per-byte", lambda loss, t, b: loss / math.log(2) * b / t),
    "warm-up from 0": (
        "12-wsd-rate",
        lambda s, n, w, d, p: p * min(1, s / w, (n - s) / d),
    ),
    "no decay": ("12-wsd-rate", lambda s, n, w, d, p: p * min(1, (s + 1) / w)),
    "decay from the start": ("12-wsd-rate", lambda s, n, w, d, p: p * min((s + 1) / w, 1 - s / n)),
    "each tensor alone": ("12-clip", each_clipped),
    "numbers cut off": ("12-clip", lambda gs, limit: [g.clamp(-limit, limit) for g in gs]),
    "always scaled": (
        "12-clip",
        lambda gs, limit: [g * limit / torch.cat([h.flatten() for h in gs]).norm() for g in gs],
    ),
    "divided by a length of 0": ("12-clip", clipped_unless_zero),
    "in place": ("12-clip", clipped_in_place),
    "the list changed": ("12-clip", clipped_in_the_list),
    "the lowest floor": ("12-fit-floor", lambda sizes, losses, floors: min(floors)),
    "the last floor": ("12-fit-floor", lambda sizes, losses, floors: floors[-1]),
    "the highest below all losses": (
        "12-fit-floor",
        lambda sizes, losses, floors: max(f for f in floors if f < min(losses)),
    ),
    "no floor left out": ("12-fit-floor", partial(fit_floor_of, out=lambda f, losses: False)),
    "out only above all": (
        "12-fit-floor",
        partial(fit_floor_of, out=lambda f, losses: f >= max(losses)),
    ),
    "a floor equal to a loss kept": (
        "12-fit-floor",
        partial(fit_floor_of, out=lambda f, losses: f > min(losses)),
    ),
}


@pytest.mark.parametrize("answer", [math.log(2), 0.69, 0.693, torch.tensor(0.6931), np.log(2)])
def test_the_prediction_takes_any_number_near_ln_2(answer):
    # fails if a rounded answer, or one of another number type, is refused
    assert check("12-predict-vocabulary", answer)


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
    result = check("12-predict-vocabulary", answer)
    assert not result
    assert said in repr(result)


def test_explained_restart():
    # fails if a wrong explanation is taken, or goes without a word
    assert check("12-explain-restart", "b")
    assert "before the first step" in repr(check("12-explain-restart", "a"))
    assert "right at the restart" in repr(check("12-explain-restart", "c"))


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
    assert "argument is no longer what was given" in repr(check("12-clip", mistake))


@pytest.mark.parametrize(
    ("mistake", "case"),
    [
        ("divided by a length of 0", "all slopes 0"),
        ("out only above all", "above some losses"),
        ("no floor left out", "above all losses"),
        ("a floor equal to a loss kept", "equal to the lowest loss"),
    ],
)
def test_each_edge_has_a_case_that_fails(mistake, case):
    # fails if the edge is tested by no case of its own
    shown = repr(check(*WRONG[mistake])).splitlines()
    assert any(line.startswith("  failed") and case in line for line in shown)
