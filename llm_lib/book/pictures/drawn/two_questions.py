"""Two questions in one query: its first half asks one, its second half the other."""

from __future__ import annotations

from collections.abc import Sequence

from llm_lib.book.pictures.cells import in_line, rectangle
from llm_lib.book.pictures.picture import Picture
from llm_lib.book.pictures.piece import Piece, column, row, space
from llm_lib.book.pictures.text import label, number_text, text_shape

TOKENS = ("Tom", "had", "a", "drum")
ZERO = (0, 0, 0, 0, 0, 0)
QUERIES = (ZERO, ZERO, ZERO, (6, 0, 0, 6, 0, 0))
KEYS = ((1, 0, 0, 0, 0, 0), (0, 0, 0, 1, 0, 0), ZERO, ZERO)
VALUES = ((1, 0, 0, 1, 0, 0), (0, 1, 0, 0, 1, 0), (0, 0, 1, 0, 0, 1), ZERO)
QUESTIONS = ("who?", "what happened?")
CORNERS = {"query": 99, "key": 1, "value": 7}  # the form of each role, as everywhere
FILL, BAR = 38, 4


def two_questions(
    *,
    tokens: Sequence[str] = TOKENS,
    queries: Sequence[Sequence[float]] = QUERIES,
    keys: Sequence[Sequence[float]] = KEYS,
    values: Sequence[Sequence[float]] = VALUES,
) -> Picture:
    """Draw each token's query, key and value in two halves, one for each question.

    Raises ValueError where a vector is missing, or has no two halves.
    """
    vectors = {"query": queries, "key": keys, "value": values}
    for role, rows in vectors.items():
        if len(rows) != len(tokens) or any(len(line) != 6 for line in rows):
            raise ValueError(f"{role}: {len(tokens)} vectors of 6 numbers are needed, got {rows}")
    said = []
    for t, token in enumerate(tokens):
        halves = (
            f"{role} {_half(rows[t][:3])} | {_half(rows[t][3:])}" for role, rows in vectors.items()
        )
        said.append(f"{token}: {'; '.join(halves)}.")
    alt = (
        "Each vector has two halves of three numbers. In queries and keys, the first is about "
        f"{QUESTIONS[0]}, the second about {QUESTIONS[1]} {' '.join(said)}"
    )
    drawings = (_wide(tokens, vectors), _narrow(tokens, vectors))
    return Picture("Two questions in one query", alt, *drawings)


def _half(numbers: Sequence[float]) -> str:
    return ", ".join(number_text(x) for x in numbers)


def _cell(value: float, role: str, size: float) -> Piece:
    """Return a number in a cell; a zero's is empty and pale."""
    corner = CORNERS[role]
    if not value:
        return Piece(size, size, (rectangle(size, size, "p-zero", corner),))
    shape = rectangle(size, size, f"p-cell p-{role}", corner, FILL)
    text = text_shape(number_text(value), size / 2, size / 2, 15, "middle", "p-ink p-bold")
    return Piece(size, size, (shape, text))


def _strip(numbers: Sequence[float], role: str, size: float) -> Piece:
    return row(*(_cell(x, role, size) for x in numbers), gap=2)


def _bar(h: int, width: float, height: float = BAR) -> Piece:
    """Return a line of the colour that a question, and later its head, keeps."""
    return Piece(width, height, (rectangle(width, height, f"p-bar p-head{h}", 2),))


def _asks(h: int, width: float) -> Piece:
    """Return a question over its half."""
    lines = QUESTIONS[h].split(" ")
    words = [label(line, size=13, bold=True, role=f"head{h}") for line in lines]
    text = column(*words, gap=-3, align="middle")
    high = Piece(width, 34, parts=(((width - text.width) / 2, 34 - text.height, text),))
    return column(high, _bar(h, width), gap=3)


def _wide(tokens, vectors) -> Piece:
    """Return a line a token, both halves of a vector side by side."""
    size, apart = 27, 10
    half = 3 * size + 4
    groups = []
    for role, rows in vectors.items():
        lines = [
            row(_strip(line[:3], role, size), _strip(line[3:], role, size), gap=apart)
            for line in rows
        ]
        asks = row(*(_asks(h, half) for h in range(2)), gap=apart)
        if role == "value":
            asks = row(*(_answers(half) for _ in range(2)), gap=apart)
        name = label(role, size=15, bold=True, role=role)
        groups.append(column(name, asks, *lines, gap=6, align="middle"))
    names = [in_line(label(t, size=15, mono=True), size) for t in tokens]
    beside = column(*names, gap=6, align="end")
    return row(row(beside, groups[0], gap=14, align="end"), *groups[1:], gap=28, align="end")


def _answers(width: float) -> Piece:
    """Return what stands over each half of a value."""
    text = label("which token", size=13, role="muted")
    high = Piece(width, 34, parts=(((width - text.width) / 2, 34 - text.height, text),))
    return column(high, space(width, BAR), gap=3)


def _narrow(tokens, vectors) -> Piece:
    """Return two lines a token, one a question."""
    size = 23
    half = 3 * size + 4
    heads = [label(role, size=14, bold=True, role=role) for role in vectors]
    top = row(space(62, 1), *(_middle(head, half) for head in heads), gap=12)
    blocks = []
    for t, token in enumerate(tokens):
        lines = [
            row(
                _bar(h, BAR, size),
                *(_strip(rows[t][3 * h : 3 * h + 3], role, size) for role, rows in vectors.items()),
                gap=12,
            )
            for h in range(2)
        ]
        name = label(token, size=14, mono=True, anchor="start")
        beside = Piece(46, name.height, parts=((0, 0, name),))
        blocks.append(row(beside, column(*lines, gap=3), gap=0))
    legend = row(
        *(
            row(_bar(h, 14), label(QUESTIONS[h], size=13, bold=True, role=f"head{h}"), gap=6)
            for h in range(2)
        ),
        gap=18,
    )
    return column(legend, top, *blocks, gap=14, align="start")


def _middle(piece: Piece, width: float) -> Piece:
    return Piece(width, piece.height, parts=(((width - piece.width) / 2, 0, piece),))
