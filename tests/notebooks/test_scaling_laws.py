"""What the cells on scaling laws compute, against the same found in other ways."""

import contextlib
import io

import numpy as np
import pytest

from web.fingerprint import ROOT
from web.notebooks import read

CHAPTER = ROOT / "chapters/14_scaling_laws.ipynb"


@pytest.fixture(scope="module")
def names():
    """What the chapter's cells have made, up to the one that finds the cheapest run."""
    made = {"np": np}
    for cell in read(CHAPTER).cells:
        if cell.id in ("s17-law", "s19-plan", "s40-over", "s41-cheapest"):
            with contextlib.redirect_stdout(io.StringIO()):
                exec(cell.source, made)
    return made


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
