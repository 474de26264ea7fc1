"""Tokens, bars and boxes: as large as what they hold, and as long as what they say."""

import re

import pytest

from llm_lib.book.pictures.kit import bar, bars, box, flow, plus, stack, token, token_row
from llm_lib.book.pictures.piece import Piece


def test_a_token_is_as_wide_as_its_text():
    # fails when a long token runs over its box
    assert token("basket").width - token("a").width == pytest.approx(5 * 0.605 * 14)
    assert token("a", width=80).width == 80


def test_tokens_in_a_row_have_names():
    # fails when an arrow can't find the third token
    names = [name for name, _ in token_row(["a", "b", "c"], name="t").boxes()]
    assert names == ["t0", "t1", "t2"]


def test_a_flow_breaks_where_the_line_is_full():
    # fails when a line is longer than its room, or breaks too early
    pieces = [Piece(30, 10).named(str(i)) for i in range(5)]
    made = flow(pieces, 100, gap=5, row_gap=2)
    assert {name: (b.x, b.y) for name, b in made.boxes()} == {
        "0": (0, 0),
        "1": (35, 0),
        "2": (70, 0),
        "3": (0, 12),
        "4": (35, 12),
    }


def test_bars_are_as_long_as_their_values():
    # fails when lengths don't follow the values, or nothing looks like a little
    made = bars(["a", "bb", "c"], [0.5, 0.25, 0], width=100).svg()
    assert re.findall(r'<rect width="([\d.]+)"', made) == ["100", "50"]
    assert re.findall(r">([^<]+)</text>", made) == ["a", "0.50", "bb", "0.25", "c", "0.00"]


def test_a_bar_stands_in_its_track():
    # fails when a share can't be compared with the whole
    assert re.findall(r'<rect width="([\d.]+)"', bar(0.25, width=80).svg()) == ["80", "20"]


def test_a_box_holds_its_piece_in_the_middle():
    # fails when a box is smaller than what is in it, or it stands aside
    inside = Piece(40, 20).named("in")
    small, large = box(inside, width=10, pad=12), box(inside, width=100, height=60)
    assert (small.width, small.height) == (64, 36)
    ((_, place),) = large.boxes()
    assert (place.x, place.y) == (30, 20)


def test_the_first_of_a_stack_is_in_front():
    # fails when the card that has the numbers is hidden, or a card sticks out of its room
    made = stack(Piece(50, 30, ("<front/>",)), Piece(50, 30, ("<back/>",)), step=10)
    assert (made.width, made.height) == (60, 40)
    assert made.svg().index("<back/>") < made.svg().index("<front/>")


def test_a_plus_has_two_strokes():
    # fails when the sign is missing from the place where vectors are added
    assert plus().svg().count("M") == 2
