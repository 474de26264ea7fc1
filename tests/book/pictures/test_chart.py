"""The small chart: points where they belong, levels to compare with."""

import math
import re

import pytest

from llm_lib.book.pictures.chart import curve


def points(piece):
    path = re.search(r'd="M([^"]+)" class="p-line p-weight p-curve"', piece.svg())[1]
    return [tuple(map(float, p.split())) for p in path.split("L")]


def test_the_curve_runs_through_its_points():
    # fails when an axis is not what it says: x in logarithms, y from 0
    (x0, y0), (x1, y1), (x2, y2) = points(curve([1, 10, 100], [8, 4, 0], 300, 200))
    assert x1 - x0 == pytest.approx(x2 - x1, abs=0.2)
    assert y1 - y0 == pytest.approx(y2 - y1, abs=0.2) and y0 < y2


def test_a_level_lies_at_its_value():
    # fails when chance is drawn elsewhere than the curve would be
    made = curve([1, 100], [math.log(1536), 1], 300, 200, levels={"ln V": math.log(1536)})
    level = re.search(r'd="M[\d.]+ ([\d.]+)H[\d.]+" class="p-line p-muted p-dashed"', made.svg())[1]
    assert float(level) == points(made)[0][1]


def test_the_end_says_its_value():
    # fails when one has to guess where a curve ends
    assert ">Sprout 0.64<" in curve([1, 100], [7.75, 0.641], 300, 200, name="Sprout").svg()


@pytest.mark.parametrize("x", [[0, 1], [1, 2, 3]])
def test_bad_points_are_refused(x):
    # fails when a logarithm of 0 is drawn, or a point is lost
    with pytest.raises(ValueError, match="as many x as y, and x from 1 on"):
        curve(x, [2, 1], 300, 200)
