"""The data loaders' picture: a window of the text, and its targets, moved on by one."""

from __future__ import annotations

from llm_lib.book.pictures.kit import token
from llm_lib.book.pictures.links import arrow
from llm_lib.book.pictures.picture import Picture
from llm_lib.book.pictures.piece import Piece, column, row, space, table
from llm_lib.book.pictures.text import label, sentence

TEXT = "the owl slept in the sun until the"
NOTE = "Below each token stands what the model should say there: the token that comes next."


def windows(*, text: str = TEXT, start: int = 1, length: int = 4) -> Picture:
    """Draw a text and one window of it: below each input token stands the target, the next one."""
    tokens = text.split()
    x, y = (tokens[i : i + length] for i in (start, start + 1))
    if len(y) < length:
        need = start + length + 1
        raise ValueError(f"this window needs {need} tokens, but the text has {len(tokens)}")
    pairs = ", ".join(f"below “{a}” stands “{b}”" for a, b in zip(x, y, strict=True))
    alt = (
        f"The text is “{text}”. The input x is {length} tokens of it: {' '.join(x)}. The target y "
        f"is the same piece, moved on by one: {' '.join(y)}. So {pairs}."
    )
    looks = ["chosen" if start <= i <= start + length else "" for i in range(len(tokens))]
    marked = list(zip(tokens, looks, strict=True))
    steps = [arrow(f"x{i}", f"y{i}", "bottom") for i in range(length)]
    wide = _wide(marked, x, y, start).link(*steps)
    narrow = _narrow(marked, x, y).link(*steps)
    return Picture("Each token's target is the next one", alt, wide, narrow)


def _chips(texts, name, width, size) -> list[Piece]:
    return [token(t, width=width, size=size).named(f"{name}{i}") for i, t in enumerate(texts)]


def _head(name: str, letter: str = "") -> Piece:
    parts = [label(name, bold=True), *([label(letter, italic=True)] if letter else [])]
    return row(*parts, gap=7)


def _wide(marked, x, y, start) -> Piece:
    width, gap = 84, 8
    text = row(*(token(t, width=width, look=look) for t, look in marked), gap=gap)
    room = space(start * (width + gap) - gap)
    note = sentence(NOTE, 250)
    pairs = [
        row(room, *_chips(x, "x", width, 14), gap=gap),
        row(room, *_chips(y, "y", width, 14), gap=gap),
    ]
    heads = [_head("text"), _head("input", "x"), _head("target", "y")]
    body = table(list(zip(heads, [text, *pairs], strict=True)), gap=20, row_gap=28, align="es")
    top = body.height - 92 + (92 - note.height) / 2
    left = body.width - text.width + (start + len(x)) * (width + gap) + 24
    return Piece(
        max(body.width, left + note.width), body.height, parts=((0, 0, body), (left, top, note))
    )


def _narrow(marked, x, y) -> Piece:
    chips = [token(t, width=76, look=look, size=13) for t, look in marked]
    lines = [row(*chips[i : i + 4], gap=6) for i in range(0, len(chips), 4)]
    pairs = [row(*_chips(part, name, 76, 13), gap=6) for part, name in ((x, "x"), (y, "y"))]
    return column(
        column(_head("text"), *lines, gap=6),
        column(_head("input", "x"), pairs[0], space(0, 14), pairs[1], _head("target", "y"), gap=6),
        sentence(NOTE, 320),
        gap=16,
    )
