"""A small chart for pictures: one curve over a logarithmic axis, with its levels and its ends."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from llm_lib.book.pictures.piece import Piece, place
from llm_lib.book.pictures.text import text_shape

TICK = 12  # pixels: the numbers at the axes


def curve(
    x: Sequence[float],
    y: Sequence[float],
    width: float,
    height: float,
    *,
    levels: Mapping[str, float] | None = None,
    name: str = "",
    unit: str = "step",
) -> Piece:
    """Return a curve; x, from 1 on, runs on a logarithmic axis, y from 0.

    levels: dashed lines to compare with, by what is written at them. name: written at its end.
    """
    if len(x) != len(y) or min(x) < 1:
        raise ValueError(f"a curve needs as many x as y, and x from 1 on; got {list(x)}, {list(y)}")
    levels = dict(levels or {})
    top = math.ceil(max(*y, *levels.values(), 1))
    left, foot, right = 22.0, height - 22, width - 4
    far = math.log(max(x))

    def at(a: float, b: float) -> tuple[float, float]:
        return left + (right - left) * math.log(a) / far, foot - (foot - 6) * b / top

    shapes = [_rule(left, at(1, b)[1], right) for b in range(0, top + 1, 2)]
    for b in range(0, top + 1, 2):
        shapes.append(text_shape(str(b), left - 8, at(1, b)[1], TICK, "end", "p-muted"))
    for a in (10**power for power in range(int(far / math.log(10)) + 1)):
        text = f"{unit} 1" if a == 1 else f"{a:,}"
        anchor = "start" if a == 1 else "middle"
        shapes.append(text_shape(text, at(a, 0)[0], height - 8, TICK, anchor, "p-muted"))
    for text, b in levels.items():
        path = f"M{place(left)} {place(at(1, b)[1])}H{place(right)}"
        shapes.append(f'<path d="{path}" class="p-line p-muted p-dashed"/>')
        shapes.append(text_shape(text, right, at(1, b)[1] + 12, TICK, "end", "p-muted"))
    points = "L".join(f"{place(p)} {place(q)}" for p, q in map(at, x, y))
    shapes.append(f'<path d="M{points}" class="p-line p-weight p-curve"/>')
    (px, py), last = at(x[-1], y[-1]), f"{name} {y[-1]:.2f}".strip()
    shapes.append(f'<circle cx="{place(px)}" cy="{place(py)}" r="3.5" class="p-bar p-weight"/>')
    shapes.append(text_shape(last, right, py - 16, TICK + 1, "end", "p-weight p-bold"))
    return Piece(width, height, tuple(shapes))


def _rule(left: float, y: float, right: float) -> str:
    return f'<path d="M{place(left)} {place(y)}H{place(right)}" class="p-rule"/>'
