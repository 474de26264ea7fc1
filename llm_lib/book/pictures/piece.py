"""Pieces of a picture, which lay themselves out: side by side, one below the other, with gaps.

A piece knows its size and what it draws, measured from its own top left corner. `row` and `column`
make a larger piece of smaller ones, so that nobody works out a coordinate. A piece with a name can
be found again in the finished layout: that is where arrows start and end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from llm_lib.arguments import check_choice

ALIGN = ("start", "middle", "end")


@dataclass(frozen=True)
class Box:
    """A rectangle in a picture, in pixels."""

    x: float
    y: float
    width: float
    height: float

    def point(self, side: str) -> tuple[float, float]:
        """Return the middle of a side: "left", "right", "top" or "bottom"."""
        check_choice("side", side, ("left", "right", "top", "bottom"))
        x = {"left": 0.0, "right": 1.0}.get(side, 0.5)
        y = {"top": 0.0, "bottom": 1.0}.get(side, 0.5)
        return self.x + x * self.width, self.y + y * self.height


@dataclass(frozen=True)
class Piece:
    """A part of a picture: its size, its own SVG elements, and the pieces it holds."""

    width: float
    height: float
    shapes: tuple[str, ...] = ()
    parts: tuple[tuple[float, float, Piece], ...] = ()  # x, y, piece
    name: str = ""

    def named(self, name: str) -> Piece:
        """Return this piece under a name, by which links find it."""
        return replace(self, name=name)

    def pad(self, left: float = 0, top: float = 0, right: float = 0, bottom: float = 0) -> Piece:
        """Return this piece with room around it."""
        size = (self.width + left + right, self.height + top + bottom)
        return Piece(*size, parts=((left, top, self),))

    def link(self, *links: Callable, under: bool = False) -> Piece:
        """Return this piece with links between pieces in it: drawn over it, or under it.

        links: each takes the boxes by name and returns SVG elements, as `arrow(...)` does.
        """
        boxes = dict(self.boxes())
        drawn = Piece(self.width, self.height, tuple(s for link in links for s in link(boxes)))
        order = (drawn, self) if under else (self, drawn)
        return Piece(self.width, self.height, parts=tuple((0, 0, part) for part in order))

    def boxes(self, x: float = 0, y: float = 0) -> Iterator[tuple[str, Box]]:
        """Yield the name and place of each named piece, this one included."""
        if self.name:
            yield self.name, Box(x, y, self.width, self.height)
        for left, top, part in self.parts:
            yield from part.boxes(x + left, y + top)

    def svg(self) -> str:
        """Return the SVG elements of this piece and of all that it holds."""
        inside = "".join(
            f'<g transform="translate({place(x)} {place(y)})">{part.svg()}</g>'
            if x or y
            else part.svg()
            for x, y, part in self.parts
        )
        return "".join(self.shapes) + inside


def place(x: float) -> str:
    """Return a coordinate as short text: a tenth of a pixel is fine enough.

    >>> place(3.0), place(2.25), place(-0.01)
    ('3', '2.2', '0')
    """
    return f"{round(x, 1) + 0:g}"


def row(*pieces: Piece, gap: float = 16, align: str = "middle") -> Piece:
    """Return pieces side by side, their tops, middles or feet on one line."""
    check_choice("align", align, ALIGN)
    height = max((piece.height for piece in pieces), default=0)
    parts, x = [], 0.0
    for piece in pieces:
        parts.append((x, _shift(align, height - piece.height), piece))
        x += piece.width + gap
    return Piece(max(0.0, x - gap), height, parts=tuple(parts))


def column(*pieces: Piece, gap: float = 10, align: str = "start") -> Piece:
    """Return pieces one below the other, their left edges, middles or right edges on one line."""
    check_choice("align", align, ALIGN)
    width = max((piece.width for piece in pieces), default=0)
    parts, y = [], 0.0
    for piece in pieces:
        parts.append((_shift(align, width - piece.width), y, piece))
        y += piece.height + gap
    return Piece(width, max(0.0, y - gap), parts=tuple(parts))


def table(
    lines: Sequence[Sequence[Piece]], *, gap: float = 16, row_gap: float = 8, align: str = "middle"
) -> Piece:
    """Return lines of pieces in columns as wide as their widest; all stand in the middle of a line.

    align: where the pieces of a column stand: "start", "middle", "end", or one letter a column,
    as in "sme".
    """
    letters = {name[0]: name for name in ALIGN}
    n = len(lines[0])
    sides = [align] * n if align in ALIGN else [letters[letter] for letter in align]
    widths = [max(line[i].width for line in lines) for i in range(n)]
    rows = []
    for line in lines:
        cells = [
            Piece(width, piece.height, parts=((_shift(side, width - piece.width), 0, piece),))
            for piece, width, side in zip(line, widths, sides, strict=True)
        ]
        rows.append(row(*cells, gap=gap))
    return column(*rows, gap=row_gap)


def layers(*pieces: Piece, dx: float = 0, dy: float = 0) -> Piece:
    """Return pieces on top of each other, each moved on a little; the first lies lowest."""
    width = max(i * dx + piece.width for i, piece in enumerate(pieces))
    height = max(i * dy + piece.height for i, piece in enumerate(pieces))
    parts = tuple((i * dx, i * dy, piece) for i, piece in enumerate(pieces))
    return Piece(width, height, parts=parts)


def space(width: float = 0, height: float = 0) -> Piece:
    """Return an empty piece, to keep room."""
    return Piece(width, height)


def _shift(align: str, room: float) -> float:
    return {"start": 0.0, "middle": room / 2, "end": room}[align]
