"""Numbers in pictures: a vector as coloured cells, a matrix as a grid.

A role ("query", "key", "value", "weight" …) is a colour and a form, the same in the whole book. A
cell is filled the more, the larger its number; a number below zero has a dashed edge; a masked cell
is hatched.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from llm_lib.arguments import check_choice
from llm_lib.book.pictures.piece import Piece, column, place, row
from llm_lib.book.pictures.text import SMALL, label, number_text, text_shape, text_width

ROLES = (
    "query",
    "key",
    "value",
    "weight",
    "residual",
    "position",
    "right",
    "wrong",
    "ink",
    "muted",
)
_CORNERS = {"query": 99, "key": 1, "value": 7}  # queries are round, keys square, values between
CELL, GAP = 34, 4


def level(value: float, largest: float, most: float = 40) -> float:
    """Return how strongly a cell is filled, in percent: at most 40, so that its text stays clear.

    >>> level(0, 2), level(1, 2), level(-2, 2)
    (0, 23, 40)
    """
    share = min(1.0, abs(value) / largest) if largest > 0 else 0.0
    return round(6 + (most - 6) * share) if share > 0.004 else 0


def rectangle(width: float, height: float, looks: str, radius: float = 4, fill: float = 0) -> str:
    """Return the SVG element of a rectangle at the origin, `fill` percent full of its colour."""
    r = min(radius, width / 2, height / 2)
    style = f' style="--level:{fill}%"' if fill else ""
    return (
        f'<rect width="{place(width)}" height="{place(height)}" rx="{place(r)}" '
        f'class="{looks}"{style}/>'
    )


def cell(
    value: float,
    role: str = "weight",
    *,
    width: float = CELL,
    height: float = CELL,
    largest: float = 1,
    digits: int | None = None,
    look: str = "",
    size: float = 0,
    bare: bool = False,
) -> Piece:
    """Return one number in a cell that is filled by its size.

    size: of its digits, in pixels; 0 for as large as fits. bare: without digits.
    """
    check_choice("role", role, ROLES)
    text = number_text(value, digits)
    size = size or _digit_size([text], width)
    looks = f"p-cell p-{role}{' p-minus' if value < 0 else ''}{f' p-{look}' if look else ''}"
    shape = rectangle(
        width, height, looks, _CORNERS.get(role, 4), level(value, largest, 90 if bare else 40)
    )
    if bare:
        return Piece(width, height, (shape,))
    return Piece(
        width, height, (shape, text_shape(text, width / 2, height / 2, size, "middle", "p-ink"))
    )


def _digit_size(texts: Sequence[str], width: float) -> float:
    """Return how large digits may be, that all of the texts fit into cells of this width."""
    longest = max((text_width(text, 1) for text in texts), default=0)
    return min(14.0, 0.36 * width + 2.5, (width - 4) / max(1, longest))


def hatched(width: float = CELL, height: float = CELL) -> Piece:
    """Return a masked cell: nothing in it but lines from edge to edge."""
    lines = []
    starts = range(-int(height) + 5, int(width), 7) if width > 20 else [0]
    for start in starts:  # down to the right, cut at the edges
        x0, x1 = max(0, start), min(width, start + height)
        lines.append(f"M{place(x0)} {place(x0 - start)}L{place(x1)} {place(x1 - start)}")
    ground = rectangle(width, height, "p-mask", 3)
    return Piece(width, height, (ground, f'<path d="{"".join(lines)}" class="p-hatch"/>'))


def vector(
    values: Any,
    role: str = "weight",
    *,
    name: str = "",
    down: bool = False,
    width: float = CELL,
    height: float = CELL,
    gap: float = GAP,
    largest: float | None = None,
    digits: int | None = None,
) -> Piece:
    """Return a vector as cells, side by side or, `down`, one below the other."""
    values = [float(value) for value in values]
    largest = largest or max(map(abs, values), default=1)
    size = _digit_size([number_text(value, digits) for value in values], width)
    looks = {"width": width, "height": height, "largest": largest, "digits": digits, "size": size}
    pieces = numbered([cell(value, role, **looks) for value in values], name)
    return column(*pieces, gap=gap) if down else row(*pieces, gap=gap)


def grid(
    values: Any,
    role: str = "weight",
    *,
    rows: Sequence[str] | None = None,
    columns: Sequence[str] | None = None,
    mask: Any = None,
    name: str = "",
    width: float = 0,
    height: float = 28,
    gap: float = 2,
    largest: float | None = None,
    digits: int | None = None,
    bare: bool = False,
    text: float = SMALL,
) -> Piece:
    """Return a matrix as cells, with names of its rows and columns.

    mask: truth values of the same shape; where one is false, the cell is hatched. width: of a cell;
    0 for as wide as numbers and names need, and at least 36 pixels. bare: without digits,
    and filled more strongly. text: the size of the names.
    """
    table = [[float(value) for value in line] for line in values]
    seen = [[True] * len(line) for line in table] if mask is None else [list(line) for line in mask]
    cells = [list(zip(*pair, strict=True)) for pair in zip(table, seen, strict=True)]
    texts = [number_text(value, digits) for line in cells for value, on in line if on]
    names = [text_width(str(c), 12, mono=True) + 6 for c in columns or []]
    width = width or max(36.0, *names, *(text_width(text, 13) + 8 for text in texts))
    looks = {"width": width, "height": height, "digits": digits}
    looks |= {"size": _digit_size(texts, width), "bare": bare}
    looks["largest"] = largest or max((abs(v) for line in cells for v, on in line if on), default=1)
    lines = [
        row(*(cell(v, role, **looks) if on else hatched(width, height) for v, on in line), gap=gap)
        for line in cells
    ]
    body = column(*numbered(lines, name), gap=gap)
    if rows is not None:
        names = [label(str(r), size=text, mono=True, role="muted", anchor="end") for r in rows]
        names = [in_line(name, height) for name in names]
        body = row(column(*names, gap=gap, align="end"), body, gap=8)
    if columns is not None:
        heads = [_head(str(c), width) for c in columns]
        body = column(row(*heads, gap=gap), body, gap=4, align="end")
    return body


def numbered(pieces: Sequence[Piece], name: str) -> list[Piece]:
    """Return the pieces, the i-th under the name + i; without a name, as they are."""
    return [p.named(f"{name}{i}") if name else p for i, p in enumerate(pieces)]


def in_line(piece: Piece, height: float) -> Piece:
    """Return a piece in the middle of a line of this height."""
    return Piece(piece.width, height, parts=((0, (height - piece.height) / 2, piece),))


def _head(text: str, width: float) -> Piece:
    """Return the name above a column, made smaller where it would run into its neighbours."""
    size = SMALL if text_width(text, SMALL, mono=True) <= width else 12
    name = label(text, size=size, mono=True, role="muted")
    return Piece(width, name.height, parts=((width / 2 - name.width / 2, 0, name),))
