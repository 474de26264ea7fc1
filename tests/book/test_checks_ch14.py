"""Tests of the checks on scaling laws: right answers, and likely wrong ones."""

import math
from functools import partial

import numpy as np
import pytest

from llm_lib.book.exercises import check
from llm_lib.book.studies.scaling import fit_power_law


def fit_floor(sizes, losses, floors):
    best, least = None, math.inf
    for floor in floors:
        if floor < min(losses):
            a, alpha = fit_power_law(sizes, [loss - floor for loss in losses])
            off = [floor + a / n**alpha - loss for n, loss in zip(sizes, losses, strict=True)]
            if math.hypot(*off) < least:
                best, least = floor, math.hypot(*off)
    return best


def forecast(n_1, loss_1, n_2, loss_2, n_3):
    gradient, height = np.polyfit(np.log([n_1, n_2]), np.log([loss_1, loss_2]), 1)
    return np.exp(height + gradient * np.log(n_3))


def best_size(budget, sizes, loss):
    losses = [loss(n, budget / n / 6) for n in sizes]
    return np.array(sizes)[np.argmin(losses)]


RIGHT = {
    "14-forecast": forecast,
    "14-best-size": best_size,
    "14-fit-floor": fit_floor,
}


def fit_floor_of(sizes, losses, floors, out):
    def distance(floor):
        with np.errstate(all="ignore"):
            x, y = np.log(sizes), np.log(np.array(losses) - floor)
        law = floor + np.exp(np.polyval(np.polyfit(x, y, 1), x))
        return ((law - losses) ** 2).sum()

    return min((f for f in floors if not out(f, losses)), key=distance)


def in_the_logarithm(sizes, losses, floors):
    def distance(floor):
        x, y = np.log(sizes), np.log(np.array(losses) - floor)
        return ((np.polyval(np.polyfit(x, y, 1), x) - y) ** 2).sum()

    return min((f for f in floors if f < min(losses)), key=distance)


def on_plain_axes(n_1, loss_1, n_2, loss_2, n_3):
    return loss_1 + (loss_2 - loss_1) * (n_3 - n_1) / (n_2 - n_1)


def on_one_log_axis(n_1, loss_1, n_2, loss_2, n_3):
    return on_plain_axes(math.log(n_1), loss_1, math.log(n_2), loss_2, math.log(n_3))


WRONG = {
    "plain axes": ("14-forecast", on_plain_axes),
    "one log axis": ("14-forecast", on_one_log_axis),
    "the other way": (
        "14-forecast",
        lambda n_1, l_1, n_2, l_2, n_3: l_2 * (n_3 / n_2) ** (math.log(l_1 / l_2)),
    ),
    "without the six": (
        "14-best-size",
        lambda budget, sizes, loss: min(sizes, key=lambda n: loss(n, budget / n)),
    ),
    "the largest": ("14-best-size", lambda budget, sizes, loss: max(sizes)),
    "twenty tokens each": (
        "14-best-size",
        lambda budget, sizes, loss: min(sizes, key=lambda n: abs(budget / (120 * n * n) - 1)),
    ),
    "tokens of a fixed text": (
        "14-best-size",
        lambda budget, sizes, loss: min(sizes, key=lambda n: loss(n, budget)),
    ),
    "distances in the logarithm": ("14-fit-floor", in_the_logarithm),
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


@pytest.mark.parametrize(
    ("mistake", "said"),
    [
        ("plain axes", "straight line on plain axes"),
        ("one log axis", "the size has a logarithm here and the loss has none"),
        ("distances in the logarithm", "the lowest floor wins"),
        ("without the six", "where the six decides"),
    ],
)
def test_a_mistake_is_named(mistake, said):
    # fails if a law of another form, or a distance in other units, is only called wrong
    assert said in repr(check(*WRONG[mistake]))


CHOICES = {
    "14-predict-double": ("c", "abcd"),
    "14-predict-halve": ("b", "abcd"),
    "14-predict-quarter": ("a", "abcd"),
    "14-predict-gopher": ("b", "abc"),
    "14-explain-small": ("c", "abc"),
}


@pytest.mark.parametrize("name", CHOICES)
def test_each_wrong_choice_has_a_reason(name):
    # fails if a wrong choice is taken, or gets no reason of its own
    right, letters = CHOICES[name]
    said = {repr(check(name, letter)) for letter in letters}
    assert len(said) == len(letters)
    assert [letter for letter in letters if check(name, letter)] == [right]


@pytest.mark.parametrize(("answer", "said"), [(10, "hundredfold"), (5, "same factor"), (2, "four")])
def test_ten_times_the_budget(answer, said):
    # fails if a usual wrong factor is taken, or gets no word
    assert check("14-predict-budget", 3.2) and check("14-predict-budget", 10**0.5)
    assert said in repr(check("14-predict-budget", answer))
