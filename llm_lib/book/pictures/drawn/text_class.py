"""The picture of a classifier: tokens, a vector each, and a head on the last of them."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp

from llm_lib.book.pictures.cells import cell, in_line, rectangle
from llm_lib.book.pictures.classes import HEIGHT, class_cells, role_of
from llm_lib.book.pictures.kit import token
from llm_lib.book.pictures.links import Link, find, head
from llm_lib.book.pictures.picture import Picture
from llm_lib.book.pictures.piece import Piece, column, place, row, space
from llm_lib.book.pictures.text import SMALL, label, number_text

# What the chapter's film shows of base Sprout: `read_columns` returns it.
TOKENS = ("I", "do", "not", "like", "this", "kite", "at", "all", ".")
COLUMNS = (
    (-1.37, 1.99, 0.89, 0.42),
    (0.13, 0.79, -0.36, -1.19),
    (-2.18, 0.5, -0.6, 0.12),
    (-0.87, 0.8, -0.45, -2.06),
    (1.08, 3.17, 0.55, -2.38),
    (-2.03, -0.44, 0.06, -1.35),
    (1.28, 0.23, -0.54, -0.02),
    (1.85, -1.85, -0.66, -0.45),
    (1.49, 1.17, -0.8, -1.63),
)
HEAD = {"happy": (-1.14, 0.62, 1.21, 0.33), "sad": (1.14, -0.62, -1.21, -0.33)}
LARGEST = 3.2


def text_class(
    *,
    tokens: Sequence[str] = TOKENS,
    columns: Sequence[Sequence[float]] = COLUMNS,
    weights: dict[str, Sequence[float]] = HEAD,
) -> Picture:
    """Draw a text's tokens, the vector of each, and what a head makes of the last one.

    weights: from each class to its row of weights.
    """
    last = columns[-1]
    scores = {name: sum(a * b for a, b in zip(w, last, strict=True)) for name, w in weights.items()}
    total = sum(exp(score) for score in scores.values())
    p = {name: exp(score) / total for name, score in scores.items()}
    said = ", ".join(f"{name} {share:.0%}" for name, share in p.items())
    alt = (
        f"The text “{' '.join(tokens[:-1])}{tokens[-1]}” stands as {len(tokens)} tokens. Below "
        f"each is its vector, {len(last)} of its numbers as cells. That of the last token, "
        f"{', '.join(number_text(v, 2) for v in last)}, goes into a head with a row of weights for "
        f"each class. From its scores come the probabilities: {said}."
    )
    parts = (tokens, columns, weights, p)
    return Picture("A text, its last vector, a class", alt, _wide(*parts), _narrow(*parts))


def _columns(tokens, columns, width: float, height: float, size: float, gap: float) -> Piece:
    """Return the tokens, and below each its vector as cells; the last stands in a frame."""
    pieces: list[Piece] = []
    for i, (word, values) in enumerate(zip(tokens, columns, strict=True)):
        is_last = i == len(tokens) - 1
        top = token(word, width=width, look="chosen" if is_last else "", size=size)
        looks = {"width": width, "height": height, "largest": LARGEST, "bare": True}
        cells = column(*(cell(v, "residual", **looks) for v in values), gap=3)
        pieces.append(column(top, cells.named("last" if is_last else ""), gap=9))
    return row(row(*pieces[:-1], gap=gap), pieces[-1], gap=gap + 7)


def _ring(boxes) -> list[str]:
    box = find(boxes, "last")
    shape = rectangle(box.width + 8, box.height + 8, "p-frame", 7)
    return [f'<g transform="translate({place(box.x - 4)} {place(box.y - 4)})">{shape}</g>']


def _head(columns, weights, p, width: float, bar: float) -> Piece:
    """Return the last vector, the head's rows below it, and a bar for each class."""
    looks = {"width": width}
    vector = class_cells(columns[-1], "residual", **looks).named("x")
    names = [label(name, bold=True, role=role_of(name)) for name in weights]
    rows = [class_cells(w, role_of(name), **looks) for name, w in weights.items()]
    edge = max(name.width for name in names)
    lines = [
        row(
            Piece(edge, HEIGHT, parts=((edge - name.width, (HEIGHT - name.height) / 2, name),)),
            cells,
            _share(bar, p[key], role_of(key)),
            gap=10,
        )
        for name, cells, key in zip(names, rows, weights, strict=True)
    ]
    return column(row(space(edge), vector, gap=10), space(0, 2), *lines, gap=5)


def _share(width: float, share: float, role: str) -> Piece:
    """Return a probability as a bar in its track, with the number behind it."""
    track = rectangle(width, 14, "p-track", 3)
    full = rectangle(max(2, width * share), 14, f"p-bar p-{role}", 3)
    text = label(
        f"{100 * share:.0f} %",
        bold=share > 0.5,
        role=role if share > 0.5 else "muted",
        anchor="start",
    )
    return in_line(row(Piece(width, 14, (track, full)), text, gap=8), HEIGHT)


def _from_last(side: str) -> Link:
    """Return the arrow from the framed vector to the head: straight, or down and round a corner."""

    def draw(boxes) -> list[str]:
        a, b = find(boxes, "last"), find(boxes, "x")
        y = b.y + b.height / 2
        if side == "right":
            x0, x1 = a.x + a.width + 6, b.x - 6
            path, angle = f"M{place(x0)} {place(y)}H{place(x1 - 5)}", 0.0
        else:
            x0, x1, y0 = a.x + a.width / 2, b.x + b.width + 6, a.y + a.height + 6
            turn = f"Q{place(x0)} {place(y)} {place(x0 - 9)} {place(y)}"
            path = f"M{place(x0)} {place(y0)}V{place(y - 9)}{turn}H{place(x1 + 5)}"
            angle = 3.1416
        return [f'<path d="{path}" class="p-line p-thick p-ink"/>', head(x1, y, angle, "ink")]

    return draw


def _caption(name: str, note: str) -> Piece:
    return column(
        label(name, bold=True, anchor="start"),
        label(note, size=SMALL, role="muted", anchor="start"),
        gap=0,
    )


def _wide(tokens, columns, weights, p) -> Piece:
    left = column(
        _caption("A frozen model reads", "each token becomes a vector: 4 of its 128 numbers"),
        column(
            _columns(tokens, columns, 52, 23, 14, 5),
            label("only the last token has seen the whole text", size=SMALL, anchor="end"),
            gap=14,
            align="end",
        ),
        gap=14,
    )
    right = column(
        _caption("A head decides", "a row of weights for each class: only they learn"),
        space(0, 26),
        _head(columns, weights, p, 48, 60),
        gap=14,
    )
    return row(left, right, gap=36, align="start").link(_ring, _from_last("right"))


def _narrow(tokens, columns, weights, p) -> Piece:
    top = column(
        _caption("A frozen model reads", "each token becomes a vector"),
        _columns(tokens, columns, 30.5, 15, 11.5, 3),
        gap=10,
    ).pad(right=4)
    foot = column(
        _caption("A head decides", "a row of weights for each class"),
        _head(columns, weights, p, 41, 30),
        gap=10,
    )
    return column(top, foot, gap=22).link(_ring, _from_last("left"))
