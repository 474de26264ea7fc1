"""Two rows of tokens, and threads between them: where a decoder looked when it wrote each word."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from llm_lib.book.pictures.kit import token
from llm_lib.book.pictures.links import ribbon
from llm_lib.book.pictures.picture import PHONE, Picture
from llm_lib.book.pictures.piece import Piece, column, row
from llm_lib.book.pictures.text import SMALL, label, number_text

SEEN = 0.05  # a smaller weight has no thread
FAR, NEAR, THICK = 96, 36, 14  # pixels: between the rows, where threads cross; a whole thread
LEFT, WIDE = 116, 860  # pixels: for what the rows are; the whole drawing
SOURCE = ("a", "red", "kite")
WRITTEN = ("kite", "red")
WEIGHTS = ((0.1, 0.0, 0.9), (0.05, 0.9, 0.05))


def word_threads(
    *,
    source: Sequence[str] = SOURCE,
    written: Sequence[str] = WRITTEN,
    weights: Iterable[Iterable[float]] = WEIGHTS,
    names: tuple[str, str] = ("source", "target"),
) -> Picture:
    """Draw a thread from each source token to each written one, as broad as its weight.

    weights: a row for each written token. names: what the upper and the lower row are.

    Raises ValueError unless there is a weight for each pair.
    """
    above, below = (tuple(text.strip("<>") for text in row) for row in (source, written))
    table = [[float(weight) for weight in line] for line in weights]
    if [len(line) for line in table] != [len(above)] * len(below):
        raise ValueError(f"weights should have {len(below)} rows of {len(above)} numbers")
    told = [
        f"{text}: "
        + ", ".join(
            f"{of} {number_text(w, 2)}" for of, w in zip(above, line, strict=True) if w >= SEEN
        )
        for text, line in zip(below, table, strict=True)
    ]
    alt = (
        f"Above, {names[0]}: “{' '.join(above)}”. Below, {names[1]}: “{' '.join(below)}”. "
        f"Threads to each token below: {'; '.join(told)}."
    )
    title = f"{names[0].capitalize()} and {names[1]}, token by token"
    return Picture(title, alt, *(_draw(above, below, table, names, wide=w) for w in (True, False)))


def _draw(above, below, table, names, *, wide: bool) -> Piece:
    """Return the rows with their threads; on a phone, what they are stands over and under them."""
    n = max(len(above), len(below))
    gap = 12 if wide else 2
    most = 92 if wide else 60
    width = min(most, ((WIDE - LEFT if wide else PHONE) + gap) / n - gap)
    size = 14 if wide else 12

    def line(texts: Sequence[str], name: str, look: str = "") -> Piece:
        pieces = [
            token(text, width=width, size=size, look=look).named(f"{name}{i}")
            for i, text in enumerate(texts)
        ]
        return row(*pieces, gap=gap)

    ends = [max(weights) for weights in table]
    is_told = any(w < 1 for w in ends)
    apart = FAR if is_told else NEAR
    rows = column(line(above, "from"), line(below, "to"), gap=apart, align="middle")
    threads = [
        ribbon(f"from{s}", f"to{t}", "bottom", "top", THICK * weight, role="key")
        for t, weights in enumerate(table)
        for s, weight in enumerate(weights)
        if weight >= SEEN
    ]
    body = rows.link(*threads, under=True)
    numbers = row(*(_within(number_text(w, 2), width) for w in ends), gap=gap)
    if not wide:
        foot = [numbers] if is_told else []
        name = f"{names[1]}, with its largest weight" if is_told else names[1]
        return column(_name(names[0]), body, *foot, _name(name), gap=5, align="middle")
    sides = column(_side(names[0], 32), _side(names[1], 32), gap=apart)
    whole = row(sides, body, gap=16)
    if not is_told:
        return whole
    inset = (body.width - numbers.width) / 2
    last = row(_side("largest weight", 20, "muted"), numbers.pad(left=inset), gap=16)
    return column(whole, last, gap=5)


def _name(text: str) -> Piece:
    return label(text, size=SMALL, role="muted")


def _side(text: str, height: float, role: str = "ink") -> Piece:
    """Return what a row is, at the left of it."""
    name = label(text, size=14, bold=role == "ink", role=role, anchor="end")
    x, y = LEFT - 16 - name.width, (height - name.height) / 2
    return Piece(LEFT - 16, height, parts=((x, y, name),))


def _within(text: str, width: float) -> Piece:
    """Return a number in the middle of a column."""
    name = label(text, size=SMALL)
    return Piece(width, name.height, parts=(((width - name.width) / 2, 0, name),))
