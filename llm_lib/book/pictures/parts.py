"""A matrix whose columns belong to several parts, side by side, as those of several heads.

Each part has a name, a gap to the next and the colour of a head of its number, as in films and
widgets. A module of its own, since what all chapters load changes rarely.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from llm_lib.book.pictures.cells import in_line, level, rectangle
from llm_lib.book.pictures.piece import Piece, column, row
from llm_lib.book.pictures.tables import NumberGrid, _columns, _digits, _read_rows, _to_table
from llm_lib.book.pictures.text import SMALL, label, number_text, text_shape, text_width

COLOURS = ("head0", "head1", "head2", "head3")  # of the parts, from the left
APART, HEIGHT, LINE = 18, 30, 4  # pixels: between two parts, of a row, above a part
GAP, DIGITS = 2, 14  # pixels: between two cells, the size of a number


def show_parts(
    values: Any,
    parts: Sequence[str],
    *,
    rows: Sequence[str] | None = None,
    columns: Sequence[str],
    digits: int | None = None,
    title: str = "",
) -> NumberGrid:
    """Show a matrix as `show_matrix` does, its columns in equal parts, each under its own name.

    parts: their names. columns: those of the columns in one part, the same in each.

    Raises ValueError where the columns don't go into the parts, and where names don't fit.

    >>> show_parts([[1, 2, 3, 4]], ["head 0", "head 1"], columns=["a", "b"])
    head 0 (a, b), head 1 (a, b)
    a  b  a  b
    1  2  3  4
    """
    table = _to_table(values)
    parts, columns = [str(part) for part in parts], [str(name) for name in columns]
    if not parts or len(parts) > len(COLOURS):
        raise ValueError(f"there can be 1 to {len(COLOURS)} parts, got {len(parts)}")
    if table.shape[1] != len(parts) * len(columns):
        raise ValueError(
            f"{len(parts)} parts of {len(columns)} columns are not the {table.shape[1]} columns "
            "of the matrix"
        )
    if rows is not None and len(rows) != len(table):
        raise ValueError(f"rows has {len(rows)} names, but the matrix has {len(table)} rows")
    digits = _digits(table) if digits is None else digits
    shown = np.ones(table.shape, bool)
    text = _columns(table, shown, rows, columns * len(parts), digits)
    named = ", ".join(f"{part} ({', '.join(columns)})" for part in parts)
    alt = f"Side by side: {named}. {_read_rows(table, shown, rows, digits)}"
    body = _draw(np.split(table, len(parts), axis=1), parts, rows, columns, digits)
    return NumberGrid(title, alt, body, "\n".join([*([title] if title else []), named, text]))


def _draw(tables, parts, rows, columns, digits) -> Piece:
    largest = max(float(np.abs(table).max()) for table in tables) or 1
    numbers = [[number_text(v, digits) for v in line] for table in tables for line in table]
    room = [text_width(text, DIGITS) + 6 for line in numbers for text in line]
    cell = max(36.0, *room, *(text_width(name, SMALL, mono=True) + 6 for name in columns))
    bodies = [
        _cells(table, role, columns, digits, largest, cell)
        for table, role in zip(tables, COLOURS, strict=False)
    ]
    width = max(body.width for body in bodies)
    named = []
    for part, body, role in zip(parts, bodies, COLOURS, strict=False):
        line = Piece(width, LINE, (rectangle(width, LINE, f"p-bar p-{role}", 1.5),))
        name = label(part, size=SMALL, bold=True, role=role)
        named.append(column(name, line, body, gap=3, align="middle"))
    if rows is None:
        return row(*named, gap=APART)
    names = [label(str(r), size=SMALL, mono=True, role="muted", anchor="end") for r in rows]
    beside = column(*(in_line(name, HEIGHT) for name in names), gap=GAP, align="end")
    return row(row(beside, named[0], gap=8, align="end"), *named[1:], gap=APART, align="end")


def _cells(table, role: str, columns, digits: int, largest: float, width: float) -> Piece:
    """Return one part's numbers, each in a cell that is filled by its size, under their names."""

    def cell(value: float) -> Piece:
        looks = f"p-cell p-{role}{' p-minus' if value < 0 else ''}"
        box = rectangle(width, HEIGHT, looks, 5, level(value, largest))
        text = number_text(value, digits)
        return Piece(
            width,
            HEIGHT,
            (box, text_shape(text, width / 2, HEIGHT / 2, DIGITS, "middle", "p-ink")),
        )

    def head(name: str) -> Piece:
        text = label(name, size=SMALL, mono=True, role="muted")
        return Piece(width, text.height, parts=((width / 2 - text.width / 2, 0, text),))

    lines = [row(*map(cell, line), gap=GAP) for line in table.tolist()]
    return column(row(*map(head, columns), gap=GAP), *lines, gap=GAP)
