"""The outlines of what leads from one thing to another in a film."""

from __future__ import annotations

import re

import pytest

from tests.web.widget_page import plain_script

HEAD = 8  # the length of an arrow's head
NUMBER = r"-?\d+(?:\.\d+)?"


def points(d: str) -> list[list[tuple[float, float]]]:
    """Return where each part of an outline goes: the ends of its lines and arcs."""
    return [
        [
            tuple(map(float, re.findall(NUMBER, step)[-2:]))
            for step in re.findall(r"[MLA][^MLAZ]+", part)
        ]
        for part in d.split("Z")
        if part
    ]


@pytest.fixture
def outline(run_script):
    page = run_script(plain_script("widgets/moving/links.js"))
    return lambda **e: points(page.evaluate("(e) => outlineOf(e)", e))


@pytest.mark.parametrize("x, x2, thick", [(100, 300, 2), (300, 100, 6), (0, 750, 2)])
def test_a_bow_ends_in_the_foot_of_its_head(outline, x, x2, thick):
    # fails when a bow runs out to nothing, so that its head floats below what it points to
    shaft, head = outline(way="under", x=x, y=40, x2=x2, y2=40, thick=thick)
    assert head[1] == (x2, 40)
    foot = [(px, py) for px, py in shaft if py == 40 + HEAD]
    assert sorted(px for px, _ in foot) == [x2 - thick / 2, x2 + thick / 2]
    assert {py for _, py in (head[0], head[2])} == {40 + HEAD}
    assert sorted(px for px, py in shaft if py == 40) == [x - thick / 2, x + thick / 2]


def test_a_bow_hangs_no_deeper_than_it_says(outline):
    # fails when a bow between two far ends runs into the words below it
    shaft, _ = outline(way="under", x=800, y=0, x2=50, y2=0, thick=2, deep=22)
    assert max(y for _, y in shaft) == 22 + 1


def test_a_bow_beside_two_in_a_column_leads_to_the_right(outline):
    # fails when what is across and what is along are mixed up
    shaft, head = outline(way="beside", x=50, y=0, x2=50, y2=120, thick=2)
    assert head[1] == (50, 120)
    assert max(x for x, _ in shaft) > 50 + HEAD and max(y for _, y in shaft) <= 121
