"""A number for each head of each layer: grids side by side, a head's column in the head's colour.

Where the page is too narrow for two, they stand one below the other. A module of its own, since
what all chapters load changes rarely.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from llm_lib.book.pictures.cells import in_line, level, rectangle
from llm_lib.book.pictures.parts import COLOURS, DIGITS, HEIGHT, LINE
from llm_lib.book.pictures.picture import wrap
from llm_lib.book.pictures.piece import Piece, column, row
from llm_lib.book.pictures.tables import NumberGrid, show_matrix
from llm_lib.book.pictures.text import SMALL, label, number_text, text_shape

WIDTH, GAP, PLACES = 50, 4, 2  # pixels: of a cell, between two; digits behind the point
TELLING = 0.3  # the least share of 1 that is set off
BESIDE = "display:flex;flex-wrap:wrap;justify-content:center;gap:20px 36px"


class HeadGrids:
    """Grids of numbers side by side; as text, one below the other."""

    def __init__(self, grids: list[NumberGrid]):
        """Keep the grids, each with its title."""
        self.grids = grids

    def __repr__(self) -> str:
        return "\n\n".join(map(repr, self.grids))

    def _repr_html_(self) -> str:
        inside = "".join(f"<div>{grid.above}{grid.svgs()[0]}</div>" for grid in self.grids)
        return wrap(f'<div style="{BESIDE}">{inside}</div>')


def show_heads(grids: Mapping[str, Any]) -> HeadGrids:
    """Show a number from 0 to 1 for each head of each layer, a grid for each title.

    Raises ValueError where there are more heads than colours.

    >>> show_heads({"shares": [[0.5, 0], [1, 0.25]]})
    shares
             head 0     1
    layer 0    0.50  0.00
    layer 1    1.00  0.25
    """
    return HeadGrids([_grid(title, values) for title, values in grids.items()])


def _grid(title: str, values: Any) -> NumberGrid:
    """Return one grid: what `show_matrix` says of it, drawn in colours."""
    table = np.asarray(values, dtype=float).round(PLACES) + 0.0  # no -0.00
    n_layer, n_head = table.shape
    if n_head > len(COLOURS):
        raise ValueError(f"there are {len(COLOURS)} colours, but {n_head} heads a layer")
    layers = [f"layer {n}" for n in range(n_layer)]
    heads = ["head 0", *map(str, range(1, n_head))]
    said = show_matrix(table, rows=layers, columns=heads, digits=PLACES, title=title)
    names = [label(name, size=SMALL, role="muted", anchor="end") for name in layers]
    beside = column(*(in_line(name, HEIGHT) for name in names), gap=GAP, align="end")
    columns = [_head(*each) for each in zip(heads, COLOURS, table.T.tolist(), strict=False)]
    drawn = row(row(beside, columns[0], gap=8, align="end"), *columns[1:], gap=GAP, align="end")
    return NumberGrid(title, said.alt, drawn, said.text)


def _head(name: str, role: str, values: list[float]) -> Piece:
    """Return a head's column: its name, a line in its colour, and its number in each layer."""
    line = Piece(WIDTH, LINE, (rectangle(WIDTH, LINE, f"p-bar p-{role}", 1.5),))
    above = column(label(name, size=SMALL, bold=True, role=role), line, gap=3, align="middle")
    return column(above, *(_cell(value, role) for value in values), gap=GAP)


def _cell(value: float, role: str) -> Piece:
    """Return a number in its cell: bold and with a strong edge, where it is large."""
    is_telling = abs(value) >= TELLING
    looks = f"p-cell p-{role}{' p-minus' if value < 0 else ''}{' p-result' if is_telling else ''}"
    box = rectangle(WIDTH, HEIGHT, looks, 5, level(value, 1))
    ink = "p-ink p-bold" if is_telling else "p-ink" if level(value, 1) else "p-muted"
    text = number_text(value, PLACES)
    return Piece(
        WIDTH, HEIGHT, (box, text_shape(text, WIDTH / 2, HEIGHT / 2, DIGITS, "middle", ink))
    )
