"""Two classes in one pair of colours: texts that are happy or positive, sad or negative.

A module of its own, since what all chapters load changes rarely.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from llm_lib.book.pictures.cells import in_line, level, rectangle
from llm_lib.book.pictures.piece import Piece, column, row
from llm_lib.book.pictures.tables import (
    NumberGrid,
    Table,
    _aligned,
    _columns,
    _digits,
    _read_rows,
    _to_table,
)
from llm_lib.book.pictures.text import SMALL, label, number_text, text_shape

ROLES = {"happy": "key", "positive": "key", "sad": "wrong", "negative": "wrong"}
VARIABLES = {"key": "--llm-key", "wrong": "--llm-negative", "muted": "--llm-muted"}
DRAWS = {"counting": "--llm-residual", "head": "--llm-query"}  # the colours of two ways to judge
SIGNS = ("weight", "query")  # the colours of a vector's numbers, from zero on and below it
STRONG = 2  # a vector's number that is filled most strongly, as in the chapter's film
HEIGHT, GAP = 28, 2


def role_of(name: str) -> str:
    """Return the role whose colour a class has, which is the first word of a name.

    >>> role_of("sad text"), role_of("?")
    ('wrong', 'muted')
    """
    return ROLES.get(name.split()[0].lower() if name.split() else "", "muted")


def class_cells(
    values: Sequence[float], role: str, *, width: float = 50, largest: float = 2, digits: int = 2
) -> Piece:
    """Return numbers side by side in cells of a class's colour, filled by their size."""
    return row(*(_cell(float(value), role, width, largest, digits) for value in values), gap=GAP)


def signed_cell(value: float, width: float, height: float, fill: float, digits=None) -> Piece:
    """Return a number of a vector in a cell: blue above zero, orange below, `fill` percent full.

    digits: how many are written; None for a cell without its number.
    """
    looks = f"p-cell p-{SIGNS[value < 0]}"
    shape = rectangle(width, height, looks, 4, fill)
    if digits is None:
        return Piece(width, height, (shape,))
    size = min(14.0, 0.28 * width)
    words = text_shape(number_text(value, digits), width / 2, height / 2, size, "middle", "p-ink")
    return Piece(width, height, (shape, words))


def _cell(value: float, role: str, width: float, largest: float, digits: int) -> Piece:
    if role == "residual":
        return signed_cell(value, width, HEIGHT, level(value, max(largest, STRONG)), digits)
    looks = f"p-cell p-{role}{' p-minus' if value < 0 else ''}"
    shape = rectangle(width, HEIGHT, looks, 4, level(value, largest))
    if value < 0:  # hollow: its size is in its edge alone
        shape = shape.replace('style="', 'style="fill:var(--llm-bg);stroke-width:1.75;', 1)
    size = min(14.0, 0.28 * width)
    words = text_shape(number_text(value, digits), width / 2, HEIGHT / 2, size, "middle", "p-ink")
    return Piece(width, HEIGHT, (shape, words))


def show_classes(
    values: Any, rows: Sequence[str], columns: Sequence[str], *, role: str = ""
) -> NumberGrid:
    """Show a matrix with a row for each class, or text of a class, in the colour of that class.

    rows: names that begin with a class. role: what the cells are, if they are no class's own; the
    numbers of a vector, "residual", have a colour for each sign.

    Raises ValueError where the names don't fit the matrix.

    >>> show_classes([[0.15, -0.2]], ["sad"], ["1st", "2nd"])
          1st    2nd
    sad  0.15  -0.20
    """
    table = _to_table(values)
    rows, columns = [str(name) for name in rows], [str(name) for name in columns]
    if table.shape != (len(rows), len(columns)):
        raise ValueError(f"{len(rows)} × {len(columns)} names don't fit a matrix {table.shape}")
    shown = table == table
    digits = _digits(table)
    looks = {"largest": float(abs(table).max()) or 1, "digits": digits}
    heads = [_middle(label(name, size=SMALL, mono=True, role="muted"), 50) for name in columns]
    names = [label(name, size=SMALL + 1, bold=True, role=role_of(name)) for name in rows]
    body = column(
        row(*heads, gap=GAP),
        *(class_cells(v, role or role_of(n), **looks) for n, v in zip(rows, table, strict=True)),
        gap=3,
    )
    beside = column(*(in_line(name, HEIGHT) for name in names), gap=3, align="end")
    drawn = row(beside, body, gap=10, align="end")
    text = _columns(table, shown, rows, columns, digits)
    alt = f"{len(rows)} rows, {len(columns)} columns. {_read_rows(table, shown, rows, digits)}"
    return NumberGrid("", alt, drawn, text)


def _middle(piece: Piece, width: float) -> Piece:
    return Piece(width, piece.height, parts=(((width - piece.width) / 2, 0, piece),))


def show_sentences(
    sentences: Sequence[Mapping[str, Any]],
    hints: Mapping[str, str] | None = None,
    *,
    title: str = "",
    of: int = 5,
) -> Table:
    """Show sentences with their class and, where they were judged, how often that was right.

    sentences: each a dict with "sentence", "we mean it", and counts out of `of` under other names.
    hints: words in them that seem to tell a class, and which one: they get its colour.

    Raises ValueError if there is no sentence.
    """
    rows = [dict(sentence) for sentence in sentences]
    if not rows:
        raise ValueError('there is no sentence to show; give at least one dict with "sentence"')
    names = list(rows[0])
    counted = [name for name in names if isinstance(rows[0][name], int)]
    texts = [[str(one[name]) for name in names] for one in rows]
    text = _aligned([names, *texts], [name in counted for name in names])
    heads = "".join(f'<th scope="col">{escape(name)}</th>' for name in names)
    body = "".join(
        "<tr>"
        + "".join(f"<td>{_entry(name, one, hints or {}, of)}</td>" for name in names)
        + "</tr>"
        for one in rows
    )
    caption = f"<caption>{escape(title)}</caption>" if title else ""
    html = f"<table>{caption}<thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"
    return Table(html, f"{title}\n{text}" if title else text)


def _entry(name: str, one: Mapping[str, Any], hints: Mapping[str, str], of: int) -> str:
    value = one[name]
    if isinstance(value, int):
        return _dots(value, of, DRAWS.get(name, "--llm-fg"))
    if name == "sentence":
        words = re.split(r"(\w+)", str(value))
        return "".join(_tinted(word, hints.get(word.lower(), "")) for word in words)
    return _tinted(str(value), str(value))


def _tinted(word: str, name: str) -> str:
    if name not in ROLES:
        return escape(word)
    colour = VARIABLES[ROLES[name]]
    return f'<span style="color:var({colour});font-weight:600">{escape(word)}</span>'


def _dots(right: int, of: int, colour: str) -> str:
    """Return how many of some draws were right as full dots, with the number behind them."""
    looks = f"stroke:var({colour});stroke-width:1.25"
    fills = [f"var({colour})" if i < right else "none" for i in range(of)]
    circles = "".join(
        f'<circle cx="{6 + 13 * i}" cy="6" r="4.5" style="fill:{fill};{looks}"/>'
        for i, fill in enumerate(fills)
    )
    style = f"display:inline-block;width:{13 * of}px;max-width:none;margin:0;vertical-align:-1px"
    return (
        f'<svg viewBox="0 0 {13 * of} 12" style="{style}" role="img" '
        f'aria-label="{right} of {of}">{circles}</svg>'
    )
