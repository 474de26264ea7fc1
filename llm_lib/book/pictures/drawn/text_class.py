"""The picture of a classifier: tokens, a vector each, and a head on the last of them."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp

from llm_lib.book.pictures.cells import in_line, level, rectangle
from llm_lib.book.pictures.classes import GAP, HEIGHT, SIGNS, class_cells, role_of, signed_cell
from llm_lib.book.pictures.kit import token
from llm_lib.book.pictures.links import Link, find
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
LARGEST, FULL = 3.2, 76  # the number that is filled most strongly, and how many percent that is
BETWEEN = 3  # pixels: from a cell of a column to the next


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
        cells = column(
            *(signed_cell(v, width, height, level(v, LARGEST, FULL)) for v in values), gap=BETWEEN
        )
        pieces.append(column(top, cells.named("last" if is_last else ""), gap=9))
    return row(row(*pieces[:-1], gap=gap), pieces[-1], gap=gap + 7)


def _ring(boxes) -> list[str]:
    box = find(boxes, "last")
    shape = rectangle(box.width + 8, box.height + 8, "p-frame", 7)
    return [f'<g transform="translate({place(box.x - 4)} {place(box.y - 4)})">{shape}</g>']


def _head(columns, weights, p, width: float, bar: float) -> Piece:
    """Return the last vector, the head's rows below it, and a bar for each class."""
    numbers = [(v, level(v, LARGEST, FULL)) for v in columns[-1]]
    vector = row(*(signed_cell(v, width, HEIGHT, fill, 2) for v, fill in numbers), gap=GAP)
    vector = vector.named("x")
    names = [label(name, bold=True, role=role_of(name)) for name in weights]
    rows = [class_cells(w, role_of(name), width=width) for name, w in weights.items()]
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
    return column(row(space(edge), vector, gap=10), space(0, 6), *lines, gap=5)


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


def _flow(side: str, values: Sequence[float]) -> Link:
    """Return the framed vector's way to the head: a ribbon for each number, in its colour.

    side: "right", where the column turns into a row beside it; "left", where it bends below.
    """

    def draw(boxes) -> list[str]:
        a, b = find(boxes, "last"), find(boxes, "x")
        n = len(values)
        thin, tall = b.height / n, (a.height + BETWEEN) / n
        shapes = []
        for k, value in enumerate(values):
            to = b.y + k * thin
            if side == "right":
                x0, x1, y = a.x + a.width + 5, b.x - 3, a.y + k * tall
                path = _across(x0, y, tall - BETWEEN, x1, to, thin)
            else:
                x, y0, x1 = a.x + k * a.width / n, a.y + a.height + 5, b.x + b.width + 3
                path = _round(x, y0, a.width / n, x1, to, thin)
            looks = f'class="p-bar p-{SIGNS[value < 0]}" style="opacity:{_strength(value):.2f}"'
            shapes.append(f'<path d="{path}" {looks}/>')
        return shapes

    return draw


def _strength(value: float) -> float:
    return level(value, LARGEST, FULL) / 100


def _across(x0: float, y0: float, high0: float, x1: float, y1: float, high1: float) -> str:
    """Return a ribbon from an upright edge to another, at the right of it."""
    near, far = place(x0 + 0.1 * (x1 - x0)), place(x0 + 0.4 * (x1 - x0))
    a, b, c, d = (place(y) for y in (y0, y1, y1 + high1, y0 + high0))
    there = f"M{place(x0)} {a}C{near} {a} {far} {b} {place(x1)} {b}"
    return f"{there}V{c}C{far} {c} {near} {d} {place(x0)} {d}Z"


def _round(x0: float, y0: float, wide: float, x1: float, y1: float, high: float) -> str:
    """Return a ribbon from a level edge down, and round a corner to an upright one at the left."""
    left, right, top, foot = (place(v) for v in (x0, x0 + wide, y1, y1 + high))
    there = f"M{left} {place(y0)}Q{left} {top} {place(x1)} {top}"
    return f"{there}V{foot}Q{right} {foot} {right} {place(y0)}Z"


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
            _columns(tokens, columns, 45, 23, 14, 4),
            label("only the last token has seen the whole text", size=SMALL, anchor="end"),
            gap=14,
            align="end",
        ),
        gap=14,
    )
    right = column(
        _caption("A head decides", "a row of weights for each class: only they learn"),
        space(0, 44),
        _head(columns, weights, p, 45, 140),
        gap=14,
    )
    return row(left, right, gap=50, align="start").link(_ring, _flow("right", columns[-1]))


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
    return column(top, foot, gap=22).link(_ring, _flow("left", columns[-1]))
