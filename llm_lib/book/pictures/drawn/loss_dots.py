"""Losses as dots on one axis, a row for each model, beside a loss to compare with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil

from llm_lib.book.pictures.picture import PHONE, Picture
from llm_lib.book.pictures.piece import Piece, place
from llm_lib.book.pictures.text import SMALL, text_shape, text_width

LOSSES = {"one layer": (2.1, 2.2, 2.0), "no layer": (3.4, 3.5, 3.4)}
WIDE, TOP, FOOT = 860, 26, 42  # pixels: all of the width; above the rows, and below them
GAP = 18  # pixels between a name, the axis and the numbers


def loss_dots(
    *,
    losses: Mapping[str, Sequence[float]] = LOSSES,
    mark: float = 4.0,
    named: str = "guessing",
    notes: Mapping[str, str] | None = None,
    unit: str = "loss",
) -> Picture:
    """Draw each loss as a dot, and a dashed line at `mark`, which is called `named`.

    losses: from the name of a model to its losses, one a seed. notes: a few words below a name.
    unit: what stands at the axis.

    Raises ValueError where there is no loss, or one is below 0.
    """
    table = {name: [float(loss) for loss in row] for name, row in losses.items()}
    notes = dict(notes or {})
    if not table or not all(table.values()) or min(min(row) for row in table.values()) < 0:
        raise ValueError("each model needs one or more losses, from 0 on")
    told = "; ".join(
        f"{name} {_numbers(row)}{f' ({notes[name]})' if name in notes else ''}"
        for name, row in table.items()
    )
    alt = f"The {unit}, a dot for each. {told}. A dashed line, {named}, at {mark:.2f}."
    if max(map(len, table.values())) > 1:
        unit += ", a dot for each seed"
    draw = (_draw(table, mark, named, notes, unit, wide=wide) for wide in (True, False))
    return Picture("Losses side by side", alt, *draw)


def _numbers(row: Sequence[float]) -> str:
    return ", ".join(f"{loss:.2f}" for loss in row)


def _draw(table, mark, named, notes, unit, *, wide: bool) -> Piece:
    """Return the rows over their axis; on a phone, a name stands over its row."""
    names = max(text_width(name, 14) for name in [*table, *notes.values()])
    ends = max(text_width(_numbers(row), SMALL) for row in table.values())
    left = names + GAP if wide else 8.0
    right = WIDE - ends - GAP if wide else PHONE - 8.0
    high = 40 if wide else 46
    foot = TOP + high * len(table)
    top = ceil(max(mark, *(max(row) for row in table.values())) * 1.02)

    def at(loss: float) -> float:
        return left + (right - left) * loss / top

    rows = [TOP + high * i + (high / 2 if wide else 32) for i in range(len(table))]
    # on a phone, the lines across leave out the names over the rows
    spans = [(TOP, foot + 4)] if wide else [(y - 9, y + 9) for y in rows]
    shapes = _axis(at, top, spans, foot, unit, (left + right) / 2)
    for y, (name, row) in zip(rows, table.items(), strict=True):
        shapes.append(f'<path d="M{place(left)} {place(y)}H{place(right)}" class="p-rule"/>')
        shapes += _words(name, _numbers(row), notes.get(name, ""), y, wide)
        role = "p-weight" if min(row) < mark else "p-query"
        shapes += [
            f'<circle cx="{place(at(loss))}" cy="{place(y)}" r="5.5" class="p-bar {role}" '
            'style="opacity:.75"/>'
            for loss in row
        ]
    x = place(at(mark))
    for start, end in spans:
        path = f"M{x} {place(start - 6 if wide else start)}V{place(end)}"
        shapes.append(f'<path d="{path}" class="p-line p-ink p-dashed"/>')
    said = f"{named}: {mark:.2f}"
    half = text_width(said, SMALL) / 2
    middle = min(max(at(mark), half), (WIDE if wide else PHONE) - half)
    shapes.append(text_shape(said, middle, 9, SMALL, "middle", "p-ink"))
    return Piece(WIDE if wide else PHONE, foot + FOOT, tuple(shapes))


def _axis(at, top: int, spans, foot: float, unit: str, middle: float) -> list[str]:
    """Return the whole numbers below the rows, and what they are."""
    shapes = []
    for n in range(top + 1):
        x = place(at(n))
        for start, end in spans:
            shapes.append(f'<path d="M{x} {place(start)}V{place(end)}" class="p-rule"/>')
        shapes.append(text_shape(str(n), at(n), foot + 14, SMALL, "middle", "p-muted"))
    return [*shapes, text_shape(unit, middle, foot + 33, SMALL, "middle", "p-muted")]


def _words(name: str, numbers: str, note: str, y: float, wide: bool) -> list[str]:
    """Return a row's name, its note, and its losses as numbers."""
    if not wide:
        said = f"{name}, {note}" if note else name
        return [
            text_shape(said, 0, y - 20, SMALL, "start", "p-ink p-bold"),
            text_shape(numbers, PHONE, y - 20, SMALL, "end", "p-ink"),
        ]
    shapes = [
        text_shape(name, 0, y - (8 if note else 0), 14, "start", "p-ink p-bold"),
        text_shape(numbers, WIDE, y, SMALL, "end", "p-ink"),
    ]
    return [*shapes, text_shape(note, 0, y + 9, SMALL, "start", "p-muted")] if note else shapes
