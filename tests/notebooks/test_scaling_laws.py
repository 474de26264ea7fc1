"""What the cells on scaling laws compute, against the same found in other ways."""

import contextlib
import io
import math

import numpy as np
import pytest

from llm_lib.book.studies.scaling import FILE
from llm_lib.files import read_json
from web.fingerprint import ROOT
from web.notebooks import read

CHAPTER = ROOT / "chapters/14_scaling_laws.ipynb"
RUNS = read_json(FILE)["runs"]


@pytest.fixture(scope="module")
def names():
    """What the cells make that fit a law, and find the best run and the cheapest."""
    made = {"math": math, "np": np, "read_json": read_json, "check": lambda *given: None}
    wanted = (
        *("s11-points", "s11-fit", "s15-cerebras", "s15-forecast", "s15-tuned"),
        *("s17-law", "s19-plan", "s41-needed", "s41-cheapest", "x07s"),
    )
    for cell in read(CHAPTER).cells:
        if cell.id in wanted:
            with contextlib.redirect_stdout(io.StringIO()):
                exec(cell.source, made)
    return made


def test_tuned_the_points_bend_the_other_way(names):
    # fails when the search is made anew and the chapter's cause of the bend no longer holds
    first = np.array([run["val_loss"] for run in RUNS]).reshape(5, 2)
    for pairs, bend in ((first, -1), (names["tuned_runs"], 1)):
        x, y = np.log(np.repeat(names["sizes"], 2)), np.log(pairs.ravel())
        line = np.polynomial.Polynomial.fit(x[:8], y[:8], 1)  # without the largest size
        assert (bend * (y[8:] - line(x[8:])) > 0.04).all()
        assert bend * np.polynomial.Polynomial.fit(x, y, 2).convert().coef[2] > 0


def test_the_cheapest_run_has_no_derivative(names):
    # fails when a forward pass costs more or less than a third of 6ND, or the least is missed:
    # at a minimum, training and serving change by as much when the size does
    best, law = names["best"], names["predicted_loss"]
    for served in (1e11, 1e12, 1e13):
        n, d, total = names["cheapest"](best, served)
        assert law(n, d) == pytest.approx(best)
        assert total == pytest.approx(6 * n * d + 2 * n * served)
        gain_of_size = 0.3478 * 482.01 / n**0.3478
        gain_of_text = 0.3658 * 2085.43 / d**0.3658
        assert 3 * d * (gain_of_size / gain_of_text - 1) == pytest.approx(served, rel=0.01)


def test_what_is_said_of_the_first_forecast(names):
    # fails if the study is made anew and the page's numbers on its misses are others
    losses, runs = names["losses"], np.array([run["val_loss"] for run in RUNS]).reshape(5, 2)
    missed = names["forecast"](losses) - runs[-1]
    assert missed.round(2).tolist() == [0.11, 0.08]
    assert (missed / names["forecast"](losses) > 0.05).all()
    assert (runs.max(axis=1) / runs.min(axis=1) < 1.0245).all()
    assert round(300_000 / names["sizes"][-1], 1) == 0.7


def test_a_law_of_a_tenth_of_the_size_is_off_by_a_percent(names):
    # fails if a published loss is mistyped, or the fit forecasts worse than the page says
    assert names["billions"][3] <= names["billions"][-1] / 10
    a, alpha = names["fit_power_law"](names["billions"][:4], names["published"][:4])
    assert round(100 * (a / 13**alpha / 1.575 - 1)) == 1


def test_the_plans_of_the_answer(names):
    # fails if a number in the table of plans is not the law's
    law, served = names["predicted_loss"], 1e12
    n, d = names["plan"](1e21)
    plans = (n, d), (n / 4, 4 * d)  # the best size, and a quarter of it
    assert [round(m / 1e9, 1) for m, _ in plans] == [2.8, 0.7]
    assert [round(read / 1e9, -1) for _, read in plans] == [60, 240]
    assert [round(law(*run), 2) for run in plans] == [2.31, 2.37]
    assert round(law(*plans[1]) - law(*plans[0]), 2) == 0.06
    assert round(law(*names["plan"](5e20)), 2) == 2.37  # a yardstick: half the money
    costs = [6 * m * read + 2 * m * served for m, read in plans]
    assert [round(cost / 1e21, 1) for cost in costs] == [6.6, 2.4]


def test_the_two_runs_of_the_question(names):
    # fails if one of them doesn't lack what the page says that it lacks
    large, small = ((m, 1e21 / (6 * m)) for m in (60e9, 130e6))
    assert [round(names["predicted_loss"](*run), 1) for run in (large, small)] == [2.6, 2.6]
    assert [round(part, 2) for part in names["parts"](*large)] == [1.82, 0.09, 0.73]
    assert [round(part, 2) for part in names["parts"](*small)] == [1.82, 0.73, 0.08]


def test_the_cheapest_run_costs_more_to_train_than_there_is(names):
    # fails if it could be one of the plans, or its numbers are others
    n, d, _ = names["cheapest"](names["predicted_loss"](*names["plan"](1e21)), 1e12)
    assert round(n / 1e9, 1) == 1.1 and round(d / n) == 230
    assert 6 * n * d > 1e21


def test_the_exercise_finds_a_floor_in_noise(names):
    # fails if its measure of distance prefers a low floor, as distances in the logarithm do
    rng, sizes = np.random.default_rng(0), np.geomspace(7e7, 1.6e10, 8)
    floors = np.arange(0, 30) / 10
    draws = (1.8 + 482 / sizes**0.348 + 0.03 * rng.normal(size=8) for _ in range(60))
    found = [names["my_fit_floor"](sizes, losses, floors) for losses in draws]
    assert np.median(found) == 1.8 and np.percentile(found, 5) > 1.5


def test_the_balance_of_the_two_parts(names):
    # fails if one percent more size brings another loss than the page says, or the best moves
    def step(n):
        runs = ((m, 1e21 / (6 * m)) for m in (n, 1.01 * n))
        before, after = (names["parts"](*run) for run in runs)
        return [round(float(new - old), 4) for old, new in zip(before[1:], after[1:], strict=True)]

    assert [step(n) for n in (130e6, 2.78e9, 60e9)] == [
        *([-0.0025, 0.0003], [-0.0009, 0.0009]),
        [-0.0003, 0.0027],
    ]
    assert round(names["factor"], 2) == 0.12 and round(names["exponent"], 3) == 0.513


def test_the_example_that_reads_more(names):
    # fails if a number of the model of 1.1 billion parameters is another
    n, served = 1.1e9, 1e12
    d = names["tokens_needed"](n, names["best"])
    assert round(names["parts"](n, d)[2], 3) == 0.143 and round(d / 1e9) == 242
    assert round(d / names["plan"](1e21)[1]) == 4
    costs = 6 * n * d, 2 * n * served, 6 * n * d + 2 * n * served
    assert [round(cost / 1e21, 1) for cost in costs] == [1.6, 2.2, 3.8]


def test_what_the_blocks_alone_would_say():
    # fails if the study is made anew and its models grow by other factors
    smallest, largest = RUNS[0], RUNS[-1]
    grown = [largest[part] / smallest[part] for part in ("parameters", "block_parameters")]
    assert [round(factor) for factor in grown] == [17, 36]
