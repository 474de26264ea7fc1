"""Pieces lay themselves out: sizes, gaps and places worked out by hand."""

import pytest

from llm_lib.book.pictures.links import arrow
from llm_lib.book.pictures.piece import Piece, column, layers, row, table

SMALL, LARGE = Piece(10, 20).named("small"), Piece(30, 40).named("large")


def places(piece):
    return {name: (box.x, box.y) for name, box in piece.boxes()}


@pytest.mark.parametrize("align, y", [("start", 0), ("middle", 10), ("end", 20)])
def test_a_row(align, y):
    # fails when a gap, a size or an alignment is lost
    made = row(SMALL, LARGE, gap=5, align=align)
    assert (made.width, made.height) == (45, 40)
    assert places(made) == {"small": (0, y), "large": (15, 0)}


@pytest.mark.parametrize("align, x", [("start", 0), ("middle", 10), ("end", 20)])
def test_a_column(align, x):
    # fails when rows and columns are mixed up
    made = column(SMALL, LARGE, gap=5, align=align)
    assert (made.width, made.height) == (30, 65)
    assert places(made) == {"small": (x, 0), "large": (0, 25)}


def test_a_table_has_columns_as_wide_as_their_widest():
    # fails when a line is laid out without regard to the others
    made = table(
        [[SMALL, LARGE], [Piece(50, 10), Piece(4, 10).named("c")]], gap=2, row_gap=3, align="se"
    )
    assert (made.width, made.height) == (50 + 2 + 30, 40 + 3 + 10)
    assert places(made) == {"small": (0, 10), "large": (52, 0), "c": (52 + 26, 43)}


def test_room_around_moves_what_is_inside():
    # fails when a padded piece stays where it was, or names are lost in it
    made = row(SMALL.pad(left=3, top=4, right=5, bottom=6), gap=0)
    assert (made.width, made.height, places(made)) == (18, 30, {"small": (3, 4)})


def test_layers_move_on():
    # fails when a stack is not as large as what sticks out
    made = layers(SMALL, LARGE, dx=2, dy=3)
    assert (made.width, made.height) == (32, 43)
    assert places(made) == {"small": (0, 0), "large": (2, 3)}


def test_nothing_is_a_piece_too():
    # fails when an empty row has a negative size
    assert (row().width, column().height) == (0, 0)


def test_svg_translates_what_has_moved():
    # fails when a place in the layout is not the place in the drawing
    made = row(Piece(10, 10), Piece(10, 10, ("<path/>",)), gap=2.25)
    assert made.svg() == '<g transform="translate(12.2 0)"><path/></g>'


def test_bad_input_is_refused_in_words():
    # fails when a misspelt alignment or name is taken without a word
    with pytest.raises(ValueError, match="align must be one of"):
        row(SMALL, align="top")
    with pytest.raises(KeyError, match="no piece is named 'larg'; there are large, small"):
        row(SMALL, LARGE).link(arrow("small", "larg"))
