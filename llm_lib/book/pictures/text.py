"""Text in pictures: how wide it is at most, how a number is written, labels and sentences."""

from __future__ import annotations

import textwrap
from html import escape

from llm_lib.book.pictures.piece import Piece, column, place

SIZE, SMALL = 15, 13  # pixels: what stands in a picture, and what explains it
MONO = 0.605  # the width of a character, in parts of its size
# The widest of the system fonts, so that text fits whichever font a reader has.
_WIDTHS = {
    0.30: "'ijlIJ",
    0.36: ",. ·/:;\\|f-",
    0.41: "t()[]!r",
    0.50: '"*_`–sz“”?',
    0.58: "cLkFvxy",
    0.64: "PaoTYebdghnpquES0123456789${}√",
    0.70: "KAVBRXZC",
    0.79: "UHNDG&OQ",
    0.86: "w#+<=>^~−→×≥M",
    1.00: "%mW@…",
}
_WIDTH = {character: width for width, group in _WIDTHS.items() for character in group}


def text_width(text: str, size: float = SIZE, *, mono: bool = False, bold: bool = False) -> float:
    """Return how many pixels a text takes at most.

    >>> text_width("fox", 20, mono=True)
    36.3
    """
    if mono:
        return MONO * size * len(text)
    return sum(_WIDTH.get(c, 1.0) for c in text) * size * (1.1 if bold else 1)


def number_text(value: float, digits: int | None = None) -> str:
    """Return a number as pictures write it: as few digits as it needs, and a real minus sign.

    >>> number_text(-2.5), number_text(3.0), number_text(0.804, 2), number_text(-0.001, 2)
    ('−2.5', '3', '0.80', '0.00')
    """
    if digits is None:
        digits = next((d for d in (0, 1) if abs(value - round(value, d)) < 5e-4), 2)
    return f"{value:z.{digits}f}".replace("-", "−")


def label(
    text: str,
    *,
    size: float = SIZE,
    role: str = "ink",
    anchor: str = "middle",
    bold: bool = False,
    mono: bool = False,
    italic: bool = False,
    sub: str = "",
) -> Piece:
    """Return a line of text.

    sub: what stands below the line behind it, as the O of W_O.

    role: whose colour it has: "ink", "muted", "query", "key", "value" …
    anchor: where it keeps its place if the reader's font is narrower: "start", "middle", "end".
    """
    width = text_width(text, size, mono=mono, bold=bold) + text_width(sub, 0.75 * size)
    x = {"start": 0, "middle": width / 2, "end": width}[anchor]
    styles = {"p-mono": mono, "p-bold": bold, "p-it": italic}
    looks = " ".join([f"p-{role}", *(name for name, is_on in styles.items() if is_on)])
    height = round(1.4 * size)
    shape = text_shape(text, x, height / 2, size, anchor, looks)
    if sub:
        below = f'<tspan dy="{place(0.25 * size)}" font-size="{place(0.75 * size)}">{sub}</tspan>'
        shape = shape.replace("</text>", f"{below}</text>")
    return Piece(width, height, (shape,))


def sentence(text: str, width: float, *, size: float = SMALL, role: str = "muted") -> Piece:
    """Return a sentence in lines of at most `width` pixels, from the left."""
    n = max(8, int(width / (0.56 * size)))
    lines = [label(line, size=size, role=role, anchor="start") for line in textwrap.wrap(text, n)]
    return column(*lines, gap=0)


def text_shape(text: str, x: float, y: float, size: float, anchor: str, looks: str) -> str:
    """Return the SVG element of a text whose middle line is at `y`."""
    return (
        f'<text x="{place(x)}" y="{place(y + 0.35 * size)}" font-size="{place(size)}" '
        f'text-anchor="{anchor}" class="{looks}">{escape(text, quote=False)}</text>'
    )
