"""What a classifier says, and how often it is right: a square for each temperature."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import sqrt
from typing import Any

from llm_lib.book.pictures.picture import Picture
from llm_lib.book.pictures.piece import Piece, column, place, row
from llm_lib.book.pictures.plane import Plane
from llm_lib.book.pictures.text import SMALL, label

# of each bin, as the chapter's `reliability` returns them: answers, what they say, the share right
BINS = {
    "T = 1": ((55, 54, 50, 54, 87), (0.55, 0.65, 0.75, 0.85, 0.95), (0.65, 0.5, 0.7, 0.8, 0.95))
}
LOW, HIGH = 0.2, 1.0
TICKS = {y / 100: f"{y} %" for y in (20, 40, 60, 80, 100)}
BAR = 16  # pixels: how broad a gap is drawn


def reliability(*, bins: Mapping[str, Sequence[Any]] = BINS) -> Picture:
    """Draw, for each name, its bins against the diagonal, with the gap to it shaded.

    bins: from a name to three rows: how many answers a bin has, what they say on average, and the
    share of them that is right.
    """
    tables = {name: [[float(v) for v in line] for line in rows] for name, rows in bins.items()}
    alt = " ".join(
        f"{name}: {_total(*rows)}. "
        + "; ".join(
            f"{n:.0f} answers say {s:.0%}, right {r:.0%}" for n, s, r in zip(*rows, strict=True)
        )
        + "."
        for name, rows in tables.items()
    )
    wide = [_panel(name, rows, 352) for name, rows in tables.items()]
    narrow = [_panel(name, rows, 322) for name, rows in tables.items()]
    if len(wide) == 1:
        wide.append(_key())
    return Picture(
        "What it says, and what is right",
        alt,
        row(*wide, gap=52, align="start"),
        column(*narrow, gap=26),
    )


def _total(n, says, right) -> str:
    """Return what all bins together are: the share right, and the mean gap."""
    share = sum(a * b for a, b in zip(n, right, strict=True)) / sum(n)
    gap = sum(a * abs(s - r) for a, s, r in zip(n, says, right, strict=True)) / sum(n)
    return f"{100 * share:.0f} % right, mean gap {100 * gap:.0f} points"


def _panel(name: str, rows, side: float) -> Piece:
    """Draw one square under its name, and what its top bin holds below it."""
    n, says, right = rows
    top = f"top bin: {n[-1]:.0f} answers say {100 * says[-1]:.0f} %, {100 * right[-1]:.0f} % right"
    return column(
        column(
            label(name, bold=True, anchor="start"),
            label(_total(*rows), size=SMALL, role="muted", anchor="start"),
            gap=0,
        ),
        _square(rows, side),
        label(top, size=SMALL, role="ink", anchor="start"),
        gap=8,
    )


def _square(rows, side: float) -> Piece:
    room = (46, 30, 22, 42)
    height = side - room[0] - room[2] + room[1] + room[3]
    plane = Plane((side, height), ((LOW, HIGH), (LOW, HIGH)), TICKS, TICKS, room=room)
    plane.text("share right", 0, 8)
    middle = (plane.left + plane.right) / 2
    plane.text("what it says: mean of a bin", middle, plane.foot + 33, "middle")
    ends = (LOW, HIGH)
    plane.line(ends, ends, "p-muted p-dashed")
    plane.text("says too little", plane.x(0.24), plane.y(0.9))
    plane.text("says too much", plane.x(0.8), plane.y(0.26), "end")
    for n, says, right in zip(*rows, strict=True):
        if n:
            _bin(plane, n, says, right)
    return plane.piece()


def _bin(plane: Plane, n: float, says: float, right: float) -> None:
    """Draw a bin: its gap to the diagonal, its standard error, and a dot as large as it is."""
    x, at, goal = plane.x(says), plane.y(right), plane.y(says)
    top, high = min(at, goal), abs(at - goal)
    plane.shapes.append(
        f'<rect x="{place(x - BAR / 2)}" y="{place(top)}" width="{BAR}" height="{place(high)}" '
        'class="p-bar p-query" style="opacity:.22"/>'
    )
    error = sqrt(right * (1 - right) / n)
    plane.whisker(says, right - error, min(1, right + error), "p-query")
    plane.dot(says, right, "p-query", 3 + sqrt(n) / 2.4)


def _key() -> Piece:
    """Return what the marks are, beside a single square."""
    mark = 'class="p-bar p-query"'
    marks = (
        (
            '<path d="M0 20L24 0" class="p-line p-muted p-dashed"/>',
            "the diagonal:",
            "right as often as it says",
        ),
        (
            f'<circle cx="12" cy="10" r="7" {mark}/>',
            "a dot: a bin of answers,",
            "larger where there are more",
        ),
        (
            f'<rect x="4" y="0" width="{BAR}" height="20" {mark} style="opacity:.22"/>',
            "a bar: the gap",
            "between both",
        ),
        (
            '<path d="M12 0V20M9 0h6M9 20h6" class="p-line p-query"/>',
            "a line: the standard error",
            "of the share right",
        ),
    )
    lines = []
    for shape, *texts in marks:
        words = column(*(label(t, size=SMALL, anchor="start") for t in texts), gap=0)
        lines.append(row(Piece(24, 20, (shape,)), words, gap=12))
    return column(*lines, gap=16).pad(top=92)
