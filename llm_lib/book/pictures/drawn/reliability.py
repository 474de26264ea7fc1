"""What a classifier says, and how often it is right: a plot for each temperature."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import sqrt
from typing import Any

from llm_lib.book.pictures.picture import Picture
from llm_lib.book.pictures.piece import Piece, column, place, row
from llm_lib.book.pictures.plane import Plane
from llm_lib.book.pictures.text import SMALL, label, text_shape

# of each bin, as the chapter's `reliability` returns them: answers, what they say, the share right
BINS = {
    "T = 1": ((55, 54, 50, 54, 87), (0.55, 0.65, 0.75, 0.85, 0.95), (0.65, 0.5, 0.7, 0.8, 0.95))
}
SPANS = ((0.5, 1.0), (0.2, 1.0))  # of two classes, the chosen one has at least a half
X_TICKS = {x / 100: f"{x} %" for x in (50, 60, 70, 80, 90, 100)}
Y_TICKS = {y / 100: f"{y} %" for y in (20, 40, 60, 80, 100)}
BAR = 18  # pixels: how broad a gap is drawn
WHOLE, HALF, PHONE = 652, 452, 322  # pixels: a panel alone, one of two, one on a phone


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
    is_alone = len(tables) == 1
    width = WHOLE if is_alone else HALF
    wide = [_panel(name, rows, width, is_alone) for name, rows in tables.items()]
    narrow = [_panel(name, rows, PHONE, is_alone) for name, rows in tables.items()]
    return Picture(
        "What it says, and what is right",
        alt,
        row(*wide, gap=48, align="start"),
        column(*narrow, gap=26),
    )


def _total(n, says, right) -> str:
    """Return what all bins together are: the share right, and the mean gap."""
    share = sum(a * b for a, b in zip(n, right, strict=True)) / sum(n)
    gap = sum(a * abs(s - r) for a, s, r in zip(n, says, right, strict=True)) / sum(n)
    return f"{100 * share:.0f} % right, mean gap {100 * gap:.0f} points"


def _panel(name: str, rows, width: float, is_named: bool) -> Piece:
    """Draw one plot under its name, and what its top bin holds below it."""
    n, says, right = rows
    top = f"top bin: {n[-1]:.0f} answers say {100 * says[-1]:.0f} %, {100 * right[-1]:.0f} % right"
    return column(
        column(
            label(name, bold=True, anchor="start"),
            label(_total(*rows), size=SMALL, role="muted", anchor="start"),
            gap=0,
        ),
        _plot(rows, width, is_named),
        label(top, size=SMALL, role="ink", anchor="start"),
        gap=8,
    )


def _plot(rows, width: float, is_named: bool) -> Piece:
    room = (46, 30, 20, 44)
    plane = Plane((width, 260 if width == PHONE else 370), SPANS, X_TICKS, Y_TICKS, room=room)
    plane.text("share right", 0, 8, size=SMALL)
    middle = (plane.left + plane.right) / 2
    plane.text("what it says: mean of a bin", middle, plane.foot + 35, "middle", size=SMALL)
    plane.line((0.5, 1), (0.5, 1), "p-muted p-dashed")
    plane.text("says too little", plane.x(0.575), plane.y(0.94), size=SMALL)
    plane.text("says too much", plane.x(0.83), plane.y(0.25), "end", size=SMALL)
    if is_named:
        _name_marks(plane, rows)
    for n, says, right in zip(*rows, strict=True):
        if n:
            _bin(plane, n, says, right)
    return plane.piece()


def _name_marks(plane: Plane, rows) -> None:
    """Name the marks beside the bin that lies farthest below the diagonal, and the diagonal."""
    n, says, right = max(zip(*rows, strict=True), key=lambda b: b[1] - b[2] if b[0] else -1)
    x, at, goal = plane.x(says) + BAR / 2 + 8, plane.y(right), plane.y(says)
    _on_paper(plane, "the gap", x, min(at - 20, (at + goal) / 2 - 4), "p-query")
    _on_paper(plane, f"a bin: {n:.0f} answers", x, at, "p-query p-bold")
    _on_paper(plane, "its standard error", x, at + 21, "p-query")
    words = ("right as often", "as it says")
    for i, text in enumerate(words if plane.width == PHONE else [" ".join(words)]):
        _on_paper(plane, text, plane.x(0.51), plane.y(0.5) + 22 + 16 * i, "p-muted")


def _on_paper(plane: Plane, text: str, x: float, y: float, looks: str) -> None:
    """Write a text through which no line runs."""
    halo = '<text style="paint-order:stroke;stroke:var(--llm-bg);stroke-width:5px"'
    shape = text_shape(text, x, y, SMALL, "start", looks)
    plane.shapes.append(shape.replace("<text", halo, 1))


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
