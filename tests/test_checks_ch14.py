"""Tests of the checks on scaling laws: right answers, and likely wrong ones."""

import math
from functools import partial

import numpy as np
import pytest

from llm_lib.exercises import check


def fit_floor(sizes, losses, floors):
    def residual(floor):
        if floor >= min(losses):
            return math.inf
        x, y = np.log(sizes), np.log(np.array(losses) - floor)
        return 1 - np.corrcoef(x, y)[0, 1] ** 2  # how far from a straight line

    return min(floors, key=residual)


RIGHT = {
    "14-fit-floor": fit_floor,
}


def fit_floor_of(sizes, losses, floors, out):
    def distance(floor):
        with np.errstate(all="ignore"):
            x, y = np.log(sizes), np.log(np.array(losses) - floor)
        return ((np.polyval(np.polyfit(x, y, 1), x) - y) ** 2).sum()

    return min((f for f in floors if not out(f, losses)), key=distance)


WRONG = {
    "the lowest floor": ("14-fit-floor", lambda sizes, losses, floors: min(floors)),
    "the last floor": ("14-fit-floor", lambda sizes, losses, floors: floors[-1]),
    "the highest below all losses": (
        "14-fit-floor",
        lambda sizes, losses, floors: max(f for f in floors if f < min(losses)),
    ),
    "no floor left out": ("14-fit-floor", partial(fit_floor_of, out=lambda f, losses: False)),
    "out only above all": (
        "14-fit-floor",
        partial(fit_floor_of, out=lambda f, losses: f >= max(losses)),
    ),
    "a floor equal to a loss kept": (
        "14-fit-floor",
        partial(fit_floor_of, out=lambda f, losses: f > min(losses)),
    ),
}


@pytest.mark.parametrize(
    ("mistake", "case"),
    [
        ("out only above all", "above some losses"),
        ("no floor left out", "above all losses"),
        ("a floor equal to a loss kept", "equal to the lowest loss"),
    ],
)
def test_each_edge_has_a_case_that_fails(mistake, case):
    # fails if the edge is tested by no case of its own
    shown = repr(check(*WRONG[mistake])).splitlines()
    assert any(line.startswith("  failed") and case in line for line in shown)
