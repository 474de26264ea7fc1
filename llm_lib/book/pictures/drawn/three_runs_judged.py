"""Chapter 13's answer: the three runs again, between their landmarks, and on held-out text."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from llm_lib.book.pictures.picture import Picture
from llm_lib.book.pictures.piece import Piece, column, place, row
from llm_lib.book.pictures.run_panels import (
    INKS,
    TICK,
    Axes,
    WholePicture,
    landmarks,
    pushed_apart,
    run_curve,
    run_number,
    titled,
)
from llm_lib.book.pictures.text import SMALL, label, text_shape
from llm_lib.book.studies.three_runs import FILE, to_points, to_steps
from llm_lib.files import read_json

MADE = {"A": "peak rate 1.0", "B": "version 3", "C": "targets = inputs"}
LEFT, RIGHT = 22.0, 116.0  # pixels: of a chart, for its numbers, and for the names of its ends
ABOVE = 30.0  # pixels: over the axis' top, for a held-out loss that is higher than that
LOW = 124  # pixels: the height of a chart on a phone
TICKS = 2  # nats from one number at the axis to the next


def three_runs_judged(
    *,
    runs: Mapping[str, Sequence[float]] | None = None,
    held_out: Mapping[str, float] | None = None,
) -> Picture:
    """Draw runs A, B and C with their held-out losses.

    runs: each run's loss, step by step. held_out: each one's loss on held-out text. Without them,
    the recorded ones.
    """
    study = read_json(FILE)
    recorded = study["runs"]
    lines = {name: to_points(losses) for name, losses in (runs or {}).items()} or {
        name: (to_steps(run["train"]), run["train"]) for name, run in recorded.items()
    }
    ends = dict(held_out or {name: run["held_out"] for name, run in recorded.items()})
    if set(lines) != set(INKS) or set(ends) != set(INKS):
        raise ValueError(f"there are the runs A, B and C; got {sorted(lines)} and {sorted(ends)}")
    levels = study["levels"]
    # what the curves need: one held-out loss twice as high would squeeze all of them
    top = math.ceil(max(*levels.values(), *(max(y) for _, y in lines.values())))
    told = "; ".join(
        f"{name}, {MADE[name]}: training ends at {lines[name][1][-1]:.1f}, held-out text costs "
        f"{ends[name]:.1f}"
        for name in INKS
    )
    marks = ", ".join(f"{text} {loss:.2f}" for text, loss in levels.items())
    alt = f"Each run's loss, and its held-out loss at the end. {told}. Landmarks: {marks}."

    def panel(name: str, width: float, height: float, *, is_named: bool) -> Piece:
        steps = 10 * round(lines[name][0][-1] / 10 + 0.4)
        axes = Axes(width - LEFT - RIGHT, height, top, steps)
        is_above = {each: held > top for each, held in ends.items()}
        # panels side by side share their feet; below each other, each has the room that it needs
        room = ABOVE if is_above[name] or (height > LOW and any(is_above.values())) else 4
        chart = _chart(name, lines[name], ends[name], axes)
        marked = landmarks(levels, axes, is_named=is_named)
        whole = Piece(width, room + height + 18, parts=((0, room, chart), (LEFT, room, marked)))
        return titled(name, MADE[name], whole)

    wide = row(*(panel(name, 310, 168, is_named=name == "B") for name in INKS), gap=13)
    narrow = [panel(name, 316, LOW, is_named=name == "B") for name in INKS]
    return WholePicture("Three runs, and what they are worth", alt, wide, column(*narrow, gap=16))


def _chart(
    name: str, points: tuple[Sequence[float], Sequence[float]], held: float, axes: Axes
) -> Piece:
    """Return a run's curve on its axes, the loss at its end, and the one on held-out text."""
    last, right = points[1][-1], axes.width
    shapes = _axis(axes)
    x, end = place(LEFT + right + 8), axes.y(last)
    is_above = held > axes.top
    y = 12 - ABOVE if is_above else axes.y(held)
    if abs(y - end) > 12:
        stem = f"M{x} {place(end)}V{place(y)}"
        shapes.append(f'<path d="{stem}" class="p-line p-held-out p-thin p-dashed"/>')
    if is_above:
        shapes += _break(LEFT + right + 8, -6)
    shapes.append(f'<circle cx="{x}" cy="{place(y)}" r="4.5" class="p-bar p-held-out"/>')
    upper, lower = pushed_apart(min(y, end), max(y, end))
    at_held, at_end = (upper, lower) if y <= end else (lower, upper)
    held_name = label(
        f"held out {held:.1f}", size=SMALL, role="held-out", bold=True, anchor="start"
    )
    number = run_number(name, last, 15)
    parts = (
        (LEFT, 0, run_curve(name, points, axes)),
        (LEFT + right + 17, at_end - number.height / 2, number),
        (LEFT + right + 17, at_held - held_name.height / 2, held_name),
    )
    return Piece(LEFT + right + RIGHT, axes.height, tuple(shapes), parts)


def _axis(axes: Axes) -> list[str]:
    """Return a chart's lines across, its losses, and its first and last step."""
    shapes = []
    for n in range(0, int(axes.top) + 1, TICKS):
        y = axes.y(n)
        across = f"M{place(LEFT)} {place(y)}H{place(LEFT + axes.width)}"
        shapes.append(f'<path d="{across}" class="p-rule"/>')
        shapes.append(text_shape(str(n), LEFT - 6, y, TICK, "end", "p-muted"))
    foot = axes.height + 11
    shapes.append(text_shape("0", LEFT, foot, TICK, "start", "p-muted"))
    steps = f"{axes.steps} steps"
    shapes.append(text_shape(steps, LEFT + axes.width, foot, TICK, "end", "p-muted"))
    return shapes


def _break(x: float, y: float) -> list[str]:
    """Return the sign that an axis leaves something out: two strokes across it, paper between."""
    left, right = place(x - 6), place(x + 6)
    band = f"M{left} {place(y + 5)}L{right} {place(y - 1)}V{place(y - 6)}L{left} {place(y)}Z"
    strokes = "".join(f"M{left} {place(y + dy)}L{right} {place(y + dy - 6)}" for dy in (0, 5))
    return [
        f'<path d="{band}" class="p-card"/>',
        f'<path d="{strokes}" class="p-line p-held-out"/>',
    ]
