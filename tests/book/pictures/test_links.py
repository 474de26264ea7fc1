"""Arrows start and end at the sides that they name, with their heads pointing in."""

import re

import pytest

from llm_lib.book.pictures.links import arc, around, arrow, bow, elbow, line, ribbon
from llm_lib.book.pictures.piece import Box

BOXES = {"a": Box(0, 0, 20, 20), "b": Box(100, 0, 20, 20), "c": Box(100, 80, 20, 20)}


def numbers(shape):
    path = re.search(r' d="([^"]+)"', shape)[1]
    return [float(n) for n in re.findall(r"-?\d+(?:\.\d+)?", path)]


def test_an_arrow_between_neighbours_is_straight():
    # fails when an arrow touches its pieces, or misses their middles
    shaft, head = arrow("a", "b", gap=4)(BOXES)
    assert numbers(shaft) == [24, 10, 96, 10]
    assert numbers(head)[:2] == [96, 10]
    assert all(x < 96 for x in numbers(head)[2::2])  # the rest lies behind the point


def test_an_arrow_that_turns_is_a_curve_and_arrives_level():
    # fails when the head of a curve points along the way, not into the piece
    shaft, head = arrow("a", "c", gap=0)(BOXES)
    assert "C" in shaft and numbers(shaft)[-2:] == [100, 90]
    assert {round(y - 90, 1) for y in numbers(head)[3::2]} == {3.4, -3.4}


@pytest.mark.parametrize("side, x", [("left", -24), ("right", 144)])
def test_around_runs_outside_of_both(side, x):
    # fails when an arrow that goes back runs through the pieces
    shaft, _ = around("c", "a", side, 20)(BOXES)
    xs = [float(n) for n in re.findall(r"H(-?[\d.]+)", shaft)]
    assert (min if x < 0 else max)(*numbers(shaft)[:2], *xs, *numbers(shaft)) == x or x in numbers(
        shaft
    )


def test_an_elbow_turns_once_and_arrives_from_outside():
    # fails when the corner bends the wrong way
    shaft, head = elbow("a", "c", "right", "top", gap=0)(BOXES)
    x0, y0, *corner, x1, y1 = numbers(shaft)
    assert (x0, y0, x1, y1) == (20, 10, 110, 80)
    assert corner == [102, 10, 110, 10, 110, 18]
    assert all(y < 80 for y in numbers(head)[3::2])


def test_an_arc_rises_as_high_as_it_says():
    # fails when the room that is kept above a row is too small for its arcs
    shaft, _ = arc("a", "b", gap=0)(BOXES)
    top = min(numbers(shaft)[1::2])
    assert 0.75 * -top == pytest.approx(bow(100), abs=0.1)


def test_a_ribbon_is_as_broad_as_its_weight():
    # fails when the width of a ribbon does not follow what flows
    (shape,) = ribbon("a", "b", "right", "left", 20.8)(BOXES)
    assert 'stroke-width="20.8"' in shape


def test_a_line_has_no_head():
    # fails when a tree gets arrows
    (shape,) = line("a", "c", "bottom", "top")(BOXES)
    assert numbers(shape) == [10, 20, 110, 80]
