"""What pictures are made of besides numbers: tokens, bars, boxes, headings.

Each is made from data and says its own size.
"""

from __future__ import annotations

from collections.abc import Sequence

from llm_lib.book.pictures.cells import numbered, rectangle
from llm_lib.book.pictures.piece import Piece, column, layers, row
from llm_lib.book.pictures.text import SMALL, label, number_text, text_shape, text_width

TOKEN_HEIGHT = 32


def token(
    text: str,
    *,
    width: float = 0,
    look: str = "",
    fill: float = 0,
    size: float = 14,
    pad: float = 9,
) -> Piece:
    """Return a token: its text in a box.

    look: "" or "asks" (a query's edge), "chosen" (an ink edge), "new" (a dashed edge).
    """
    width = width or text_width(text, size, mono=True) + 2 * pad
    looks = f"p-token p-weight{f' p-{look}' if look else ''}"
    words = text_shape(text, width / 2, TOKEN_HEIGHT / 2, size, "middle", "p-ink p-mono")
    return Piece(width, TOKEN_HEIGHT, (rectangle(width, TOKEN_HEIGHT, looks, fill=fill), words))


def token_row(
    texts: Sequence[str], *, name: str = "", look: str = "", width: float = 0, gap: float = 6
) -> Piece:
    """Return tokens side by side; the i-th is named `name` + i.

    width: of each; 0 for as wide as its text.
    """
    pieces = [token(text, width=width, look=look) for text in texts]
    return row(*numbered(pieces, name), gap=gap)


def flow(pieces: Sequence[Piece], width: float, *, gap: float = 6, row_gap: float = 8) -> Piece:
    """Return pieces side by side in lines of at most `width` pixels, as words in a text."""
    lines: list[list[Piece]] = [[]]
    for piece in pieces:
        if lines[-1] and sum(p.width + gap for p in lines[-1]) + piece.width > width:
            lines.append([])
        lines[-1].append(piece)
    return column(*(row(*line, gap=gap) for line in lines), gap=row_gap)


def bar(
    value: float, text: str = "", *, width: float = 120, largest: float = 1, role: str = "weight"
) -> Piece:
    """Return an amount as a bar in its track, behind a text that says it."""
    track = rectangle(width, 11, "p-track", 2)
    full = rectangle(max(1.5, width * value / largest), 11, f"p-bar p-{role}", 2)
    piece = Piece(width, 11, (track, full))
    if not text:
        return piece
    return row(label(text, bold=True, size=14, anchor="end"), piece, gap=8)


def bars(
    names: Sequence[str],
    values: Sequence[float],
    *,
    width: float = 160,
    role: str = "weight",
    largest: float | None = None,
    texts: Sequence[str] | None = None,
    height: float = 24,
) -> Piece:
    """Return one bar a name: the name, a bar as long as the value, and the value as text.

    texts: what stands at the ends instead of the values. A name whose value is 0 is quiet.
    """
    largest = largest or max(values)
    texts = texts or [number_text(value, 2) for value in values]
    name_width = max(text_width(name, 14, mono=True) for name in names)
    full = name_width + 9 + width + 6 + max(46, *(text_width(text, SMALL) for text in texts))
    lines = []
    for name, value, text in zip(names, values, texts, strict=True):
        tone = "ink" if value else "muted"
        word = label(name, size=14, mono=True, role=tone, anchor="end")
        long = max(1.5, width * value / largest) if value else 0
        shapes = (rectangle(long, 12, f"p-bar p-{role}", 2),) if value else ()
        end = label(text, size=SMALL, role=tone, anchor="start")
        line = row(word, row(Piece(long, 12, shapes), end, gap=6), gap=9)
        spot = (name_width - word.width, (height - line.height) / 2, line)
        lines.append(Piece(full, height, parts=(spot,)).named(f"bar:{name}"))
    return column(*lines, gap=0)


def box(
    inside: Piece | str,
    *,
    width: float = 0,
    height: float = 0,
    look: str = "box",
    role: str = "ink",
    pad: float = 12,
    radius: float = 6,
) -> Piece:
    """Return a box, at least `width` by `height`, with a piece or a word in its middle.

    look: "box" (a line around), "plain" (a quiet ground), "frame" (a thick ink frame: a head),
    "tinted" (filled with the role's colour), "card" (a cover, without an edge).
    """
    if isinstance(inside, str):
        inside = label(inside, role=role if look == "tinted" else "ink")
    width, height = max(width, inside.width + 2 * pad), max(height, inside.height + 2 * min(pad, 8))
    shape = rectangle(width, height, f"p-{look} p-{role}", radius, 12 if look == "tinted" else 0)
    spot = ((width - inside.width) / 2, (height - inside.height) / 2, inside)
    return Piece(width, height, (shape,), (spot,))


def plus() -> Piece:
    """Return the sign where two vectors are added: a plus in a circle."""
    circle = '<circle cx="11" cy="11" r="10.5" class="p-plus"/>'
    return Piece(22, 22, (circle, '<path d="M5.5 11h11M11 5.5v11" class="p-sign"/>'))


def heading(text: str, below: str = "") -> Piece:
    """Return the name of a part of a picture, with a quiet line `below` it."""
    name = label(text, bold=True, anchor="start")
    more = [label(below, size=SMALL, role="muted", anchor="start")] if below else []
    return column(name, *more, gap=0)


def stack(*pieces: Piece, step: float = 9) -> Piece:
    """Return pieces as cards one behind the other; the first is in front."""
    return layers(*reversed(pieces), dx=-step, dy=step).pad(left=step * (len(pieces) - 1))
