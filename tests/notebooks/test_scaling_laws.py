"""What the cells on scaling laws compute, against the same found in other ways."""

import contextlib
import io
import math

import numpy as np
import pytest

from llm_lib.book.studies.scaling import FILE, TWICE
from llm_lib.files import read_json
from web.fingerprint import ROOT
from web.notebooks import read

CHAPTER = ROOT / "chapters/14_scaling_laws.ipynb"
RUNS = read_json(FILE)["runs"]


@pytest.fixture(scope="module")
def names():
    """What the cells make that fit a law, draw runs anew, and find the cheapest run."""
    made = {"math": math, "np": np, "read_json": read_json}
    wanted = ("s11-fit", "s15-bootstrap", "s17-law", "s19-plan", "s41-cheapest")
    for cell in read(CHAPTER).cells:
        if cell.id in wanted:
            with contextlib.redirect_stdout(io.StringIO()):
                exec(cell.source, made)
    return made


def test_fits_to_drawn_runs_are_those_to_weighted_ones(names):
    # fails when runs are drawn without replacement, or size and loss of a run are torn apart
    rng, n = np.random.default_rng(7), 8
    x, y = (np.log([run[key] for run in RUNS[:n]]) for key in ("parameters", "val_loss"))
    counts = rng.multinomial(n, [1 / n] * n, size=4000)  # how often each run was drawn
    counts = [of for of in counts if len({*x[of > 0]}) > 1]  # a line needs two sizes
    fits = np.array([np.polyfit(x, y, 1, w=np.sqrt(of)) for of in counts]).T
    slopes, heights = names["refit"](n)
    assert np.percentile(slopes, (5, 95)) == pytest.approx(
        np.percentile(fits[0], (5, 95)), abs=0.003
    )
    far = np.log(RUNS[-1]["parameters"])
    losses = [np.percentile(np.exp(b + m * far), (5, 95)) for m, b in ((slopes, heights), fits)]
    assert losses[0] == pytest.approx(losses[1], abs=0.015)


def test_the_runs_left_out_end_below_nine_fits_in_ten(names):
    # fails when the study is made anew and the chapter's point about the band no longer holds
    slopes, heights = names["refit"](8)
    largest = RUNS[-2:]
    losses = np.exp(heights + slopes * np.log(largest[0]["parameters"]))
    assert {run["n_embd"] for run in largest} == {96}
    assert max(run["val_loss"] for run in largest) < np.percentile(losses, 5)


def test_at_twice_the_rate_the_points_bend_the_other_way():
    # fails when the trial is made anew and the chapter's cause of the bend no longer holds
    for file, bend in ((FILE, -1), (TWICE, 1)):
        runs = read_json(file)["runs"]
        x, y = (np.log([run[key] for run in runs]) for key in ("parameters", "val_loss"))
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
