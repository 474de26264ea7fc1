"""show_parts: each number in its part, each part under its name and in a colour of its own."""

import re

import numpy as np
import pytest

from llm_lib.book.pictures import show_matrix
from llm_lib.book.pictures.parts import show_parts
from llm_lib.book.pictures.picture import PHONE

VALUES = np.random.default_rng(0).normal(size=(4, 6))
LOOKS = {"rows": ["Tom", "had", "a", "drum"], "digits": 2}
HEADS = ["head 0", "head 1"]


def draw(values=VALUES, parts=HEADS, columns=("x", "y", "z"), **looks):
    return show_parts(values, parts, columns=columns, **(LOOKS | looks))


def test_each_part_holds_its_columns():
    # fails when a column stands in another part, or a number in another cell
    svg = draw().svgs()[0]
    first, second = svg.split(">head 1<")
    for half, text in ((VALUES[:, :3], first), (VALUES[:, 3:], second)):
        numbers = re.findall(r">([−\d.]+)</text>", text.partition("</text>")[2])
        assert numbers == [f"{v:.2f}".replace("-", "−") for v in half.ravel()]


def test_parts_are_told_apart():
    # fails when two parts have one colour, or no gap between them
    svg = draw().svgs()[0]
    roles = [set(re.findall(r"p-cell p-(\w+)", half)) for half in svg.split(">head 1<")]
    assert all(len(own) == 1 for own in roles) and roles[0] != roles[1]
    assert draw().wide.width > show_matrix(VALUES, **LOOKS).wide.width + 12


def test_two_heads_of_three_fit_a_phone():
    # fails when a phone has to scroll a result of two small heads
    values = np.abs(VALUES[:2]).clip(0, 1)
    assert draw(values, rows=["before", "exchanged"]).wide.width < PHONE + 10


def test_as_text():
    # fails when the text that is compared changes its form
    shown = show_parts([[1, 2, 3, 4]], HEADS, rows=["r"], columns=["a", "b"], title="Two")
    assert repr(shown).splitlines() == [
        "Two",
        "head 0 (a, b), head 1 (a, b)",
        "   a  b  a  b",
        "r  1  2  3  4",
    ]
    assert "head 1 (a, b)" in shown.words and "r: 1, 2, 3, 4" in shown.words


@pytest.mark.parametrize(
    "wrong, match",
    [
        ({"columns": ["x"]}, "2 parts of 1 columns"),
        ({"parts": []}, "1 to 4 parts"),
        ({"rows": ["a"]}, "rows has 1"),
    ],
)
def test_what_does_not_fit_is_refused(wrong, match):
    # fails when names are laid over numbers they don't belong to
    with pytest.raises(ValueError, match=match):
        draw(**wrong)
