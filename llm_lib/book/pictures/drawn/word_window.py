"""The picture of a window of vectors: a text that fits into it, and one that is too long."""

from __future__ import annotations

from collections.abc import Sequence

from llm_lib.book.pictures.cells import cell
from llm_lib.book.pictures.drawn.bottleneck import title
from llm_lib.book.pictures.kit import box, flow, token
from llm_lib.book.pictures.links import arrow
from llm_lib.book.pictures.picture import Picture
from llm_lib.book.pictures.piece import Piece, column, row
from llm_lib.book.pictures.text import label

TEXT = "Mia had a kite that she lost . Tom found her"
LONGER = "Mia had a kite that she lost . Tom came by and found her"


def word_window(
    *, text: str = TEXT, longer: str = LONGER, word: str = "kite", size: int = 8
) -> Picture:
    """Draw a window of the last words: in the first text it holds the word, in the longer not."""
    near, far = text.split(), longer.split()
    if word not in near[-size:] or word in far[-size:]:
        raise ValueError(f"{word!r} should be in the window of the first text only")
    above = (
        f"“{word}” is in the window",
        f"the last {size} words, a vector each: side by side, they are one long vector",
    )
    below = (
        f"With {len(far) - len(near)} words more, it isn’t",
        f"the window is as wide as before: for this model, there is no “{word}”",
    )
    alt = (
        f"Above: “{text}”. The window is the last {size} words, from “{near[-size]}” to "
        f"“{near[-1]}”. Each is a vector; side by side they go into the hidden layer, and from "
        f"there into the head, which gives each word a score. Below: “{longer}”. The last {size} "
        f"words begin with “{far[-size]}”, so “{word}” is outside."
    )
    draw = (near, far, (above, below), word, size)
    return Picture(f"A window of {size} words", alt, _wide(*draw), _narrow(*draw))


def _wide(near, far, said, word, size) -> Piece:
    """Draw both texts in lines, with their ends below each other."""
    looks = {"width": 58, "size": 14}

    def line(tokens, cells=0) -> Piece:
        outside = row(*_words(tokens[:-size], word, **looks), gap=6).pad(top=8)
        inside = row(*_words(tokens[-size:], word, cells, **looks), gap=6)
        return row(
            outside, box(inside, pad=8).named("window" if cells else ""), gap=6, align="start"
        )

    lower, upper = line(far), line(near, 17)
    layers = _layers("hidden layer, tanh", "a score for each word", 40)
    upper = upper.pad(left=lower.width - upper.width)
    inside = dict(upper.boxes())["window"]
    layers = layers.pad(left=inside.x + (inside.width - layers.width) / 2)
    first = column(title(*said[0], 900), column(upper, layers, gap=24), gap=12).link(*_steps())
    return column(first, column(title(*said[1], 900), lower, gap=12), gap=26)


def _narrow(near, far, said, word, size) -> Piece:
    """Draw the windows in lines of four words, for a phone."""

    def line(tokens, cells=0) -> Piece:
        outside = _words(tokens[:-size], word, size=12, width=46)
        inside = flow(_words(tokens[-size:], word, cells, size=12, width=70), 302)
        window = box(inside, pad=6).named("window" if cells else "")
        return column(flow(outside, 320), window, gap=8)

    upper = column(line(near, 21), _layers("hidden layer", "scores", 30), gap=22)
    first = column(title(*said[0], 320), upper, gap=10).link(*_steps())
    return column(first, column(title(*said[1], 320), line(far), gap=10), gap=22)


def _words(tokens: Sequence[str], word: str, cells: float = 0, **looks) -> list[Piece]:
    """Return tokens, each over its vector if there are `cells`, so many pixels wide."""
    pieces = [token(t, look="chosen" if t == word else "", **looks) for t in tokens]
    if not cells:
        return pieces
    return [
        column(piece, _vector(text, cells), gap=6, align="middle")
        for piece, text in zip(pieces, tokens, strict=True)
    ]


def _vector(text: str, width: float) -> Piece:
    """Return a vector without digits: only that a word has one of its own is meant."""
    seed = sum(i * ord(letter) for i, letter in enumerate(text, 1))
    values = [(seed * k % 7 + 1) / 8 for k in (1, 2, 4)]
    look = {"width": width, "height": 14, "largest": 1, "bare": True}
    return row(*(cell(value, "residual", **look) for value in values), gap=2)


def _layers(hidden: str, scores: str, gap: float) -> Piece:
    return row(
        box(hidden, height=34, pad=10).named("hidden"),
        box("head", height=34, pad=10).named("head"),
        label(scores, anchor="start").named("scores"),
        gap=gap,
    )


def _steps() -> list:
    return [_down("window", "hidden"), arrow("hidden", "head"), arrow("head", "scores")]


def _down(start: str, end: str):
    """Return an arrow straight down from one piece to the middle of another."""

    def draw(boxes):
        upper, lower = boxes[start], boxes[end]
        above = type(upper)(lower.x, upper.y, lower.width, upper.height)
        return arrow("from", "to", "bottom")({"from": above, "to": lower})

    return draw
