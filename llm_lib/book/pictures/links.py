"""What joins pieces of a picture: arrows, ribbons as broad as a weight, lines and bands.

A link names the pieces that it joins; `Piece.link` draws it when their places are known.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from llm_lib.book.pictures.piece import Box, place
from llm_lib.book.pictures.text import SMALL, text_shape, text_width

Link = Callable[[dict[str, Box]], list[str]]
_OPPOSITE = {"right": "left", "left": "right", "top": "bottom", "bottom": "top"}
_WAY = {"right": (1, 0), "left": (-1, 0), "top": (0, -1), "bottom": (0, 1)}


def arrow(
    start: str,
    end: str,
    leave: str = "right",
    enter: str = "",
    *,
    role: str = "muted",
    gap: float = 4,
    text: str = "",
    above: bool = True,
    look: str = "",
    straight: bool = False,
) -> Link:
    """Return an arrow between two named pieces: straight where they face each other, else a curve.

    leave, enter: the sides where it starts and ends; `enter` is the side across from `leave`.
    text: stands at its middle, above it or below it.
    """

    def draw(boxes: dict[str, Box]) -> list[str]:
        out, into = leave, enter or _OPPOSITE[leave]
        (x0, y0), (x1, y1) = find(boxes, start).point(out), find(boxes, end).point(into)
        (ax, ay), (bx, by) = _WAY[out], _WAY[into]
        x0, y0, x1, y1 = x0 + gap * ax, y0 + gap * ay, x1 + gap * bx, y1 + gap * by
        path, angle = _path(x0, y0, x1, y1, (ax, ay), (bx, by), straight)
        shapes = [f'<path d="{path}" class="p-line p-{role}{f" p-{look}" if look else ""}"/>']
        shapes.append(head(x1, y1, angle, role))
        if text:
            y = (y0 + y1) / 2 + (-11 if above else 11)
            shapes.append(text_shape(text, (x0 + x1) / 2, y, SMALL, "middle", f"p-{role}"))
        return shapes

    return draw


def ribbon(
    start: str,
    end: str,
    leave: str,
    enter: str,
    thick: float,
    *,
    role: str = "weight",
    out: float = 0,
) -> Link:
    """Return a soft ribbon, `thick` pixels broad: how much flows from one piece to another.

    out: how far it swings out, if more than it needs.
    """

    def draw(boxes: dict[str, Box]) -> list[str]:
        (x0, y0), (x1, y1) = find(boxes, start).point(leave), find(boxes, end).point(enter)
        path, _ = _path(x0, y0, x1, y1, _WAY[leave], _WAY[enter], False, out)
        width = place(max(0.8, thick))
        return [f'<path d="{path}" class="p-ribbon p-{role}" stroke-width="{width}"/>']

    return draw


def arc(start: str, end: str, *, role: str = "muted", look: str = "", gap: float = 3) -> Link:
    """Return an arrow in a bow above two pieces of one row; `bow` says how high it is."""

    def draw(boxes: dict[str, Box]) -> list[str]:
        (x0, y0), (x1, y1) = find(boxes, start).point("top"), find(boxes, end).point("top")
        y0, y1, rise = y0 - gap, y1 - gap, bow(x1 - x0) / 0.75
        path = f"M{_at(x0, y0)}C{_at(x0, y0 - rise)} {_at(x1, y1 - rise)} {_at(x1, y1)}"
        looks = f"p-line p-{role}{f' p-{look}' if look else ''}"
        return [f'<path d="{path}" class="{looks}"/>', head(x1, y1, math.pi / 2, role)]

    return draw


def bow(distance: float) -> float:
    """Return how high an arc over this distance rises: the room to keep above its row."""
    return 14 + 0.11 * abs(distance)


def line(
    start: str, end: str, leave: str, enter: str, *, role: str = "muted", look: str = ""
) -> Link:
    """Return a thin straight line without a head between two pieces, as in a tree."""

    def draw(boxes: dict[str, Box]) -> list[str]:
        path = f"M{_at(*find(boxes, start).point(leave))}L{_at(*find(boxes, end).point(enter))}"
        return [f'<path d="{path}" class="p-line p-{role}{f" p-{look}" if look else ""}"/>']

    return draw


def note(start: str, end: str, text: str, *, at: float = 0.42, role: str = "muted") -> Link:
    """Return a word on the line from the right of one piece to the left of another, on a card."""

    def draw(boxes: dict[str, Box]) -> list[str]:
        (x0, y0), (x1, y1) = find(boxes, start).point("right"), find(boxes, end).point("left")
        x, y, width = x0 + at * (x1 - x0), y0 + at * (y1 - y0), text_width(text, SMALL) + 6
        card = f'x="{place(x - width / 2)}" y="{place(y - 9)}" width="{place(width)}" height="18"'
        words = text_shape(text, x, y, SMALL, "middle", f"p-{role}")
        return [f'<rect {card} class="p-card"/>', words]

    return draw


def elbow(
    start: str, end: str, leave: str, enter: str, *, role: str = "muted", gap: float = 4
) -> Link:
    """Return an arrow that runs straight and turns once, with a round corner."""

    def draw(boxes: dict[str, Box]) -> list[str]:
        (x0, y0), (x1, y1) = find(boxes, start).point(leave), find(boxes, end).point(enter)
        ax, ay = _WAY[leave]
        bx, by = _WAY[enter]
        x0, y0, x1, y1 = x0 + gap * ax, y0 + gap * ay, x1 + gap * bx, y1 + gap * by
        cx, cy = (x1, y0) if ax else (x0, y1)
        r = min(8.0, abs(cx - x0) + abs(cy - y0), abs(cx - x1) + abs(cy - y1))
        sx, sy = cx - r * ax, cy - r * ay
        ex, ey = cx - r * bx, cy - r * by
        path = f"M{_at(x0, y0)}L{_at(sx, sy)}Q{_at(cx, cy)} {_at(ex, ey)}L{_at(x1, y1)}"
        return [
            f'<path d="{path}" class="p-line p-{role}"/>',
            head(x1, y1, math.atan2(-by, -bx), role),
        ]

    return draw


def around(
    start: str,
    end: str,
    side: str,
    reach: float = 24,
    *,
    text: str = "",
    role: str = "muted",
    gap: float = 4,
) -> Link:
    """Return an arrow that leaves a piece on a side, runs past all, and enters the other one there.

    reach: how far outside of the outer one of the two it runs. text: stands on it.
    """

    def draw(boxes: dict[str, Box]) -> list[str]:
        (x0, y0), (x1, y1) = find(boxes, start).point(side), find(boxes, end).point(side)
        ox, oy = _WAY[side]
        x0, y0, x1, y1 = x0 + gap * ox, y0 + gap * oy, x1 + gap * ox, y1 + gap * oy
        if oy:
            far, turn = (max if oy > 0 else min)(y0, y1) + reach * oy, 8 if x1 > x0 else -8
            path = (
                f"M{_at(x0, y0)}V{place(far - 8 * oy)}Q{_at(x0, far)} {_at(x0 + turn, far)}"
                f"H{place(x1 - turn)}Q{_at(x1, far)} {_at(x1, far - 8 * oy)}V{place(y1)}"
            )
            spot = ((x0 + x1) / 2, far + 11 * oy, "middle")
        else:
            far, turn = (max if ox > 0 else min)(x0, x1) + reach * ox, 8 if y1 > y0 else -8
            path = (
                f"M{_at(x0, y0)}H{place(far - 8 * ox)}Q{_at(far, y0)} {_at(far, y0 + turn)}"
                f"V{place(y1 - turn)}Q{_at(far, y1)} {_at(far - 8 * ox, y1)}H{place(x1)}"
            )
            spot = (far + 8 * ox, (y0 + y1) / 2, "start" if ox > 0 else "end")
        shapes = [
            f'<path d="{path}" class="p-line p-{role}"/>',
            head(x1, y1, math.atan2(-oy, -ox), role),
        ]
        if text:
            shapes.append(text_shape(text, spot[0], spot[1], SMALL, spot[2], f"p-{role}"))
        return shapes

    return draw


def band(start: str, end: str, *, thick: float = 18, role: str = "residual") -> Link:
    """Return the residual stream: a broad band from the middle of one piece to that of another."""

    def draw(boxes: dict[str, Box]) -> list[str]:
        a, b = find(boxes, start), find(boxes, end)
        x0, y0, x1, y1 = (
            a.x + a.width / 2,
            a.y + a.height / 2,
            b.x + b.width / 2,
            b.y + b.height / 2,
        )
        path = f"M{_at(x0, y0)}L{_at(x1, y1)}"
        return [f'<path d="{path}" class="p-band p-{role}" stroke-width="{place(thick)}"/>']

    return draw


def head(x: float, y: float, angle: float, role: str = "muted") -> str:
    """Return the head of an arrow whose point is at (x, y)."""
    points = []
    for along, across in ((0, 0), (-7.5, 3.4), (-7.5, -3.4)):
        px = x + along * math.cos(angle) - across * math.sin(angle)
        py = y + along * math.sin(angle) + across * math.cos(angle)
        points.append(_at(px, py))
    return f'<path d="M{"L".join(points)}Z" class="p-head p-{role}"/>'


def find(boxes: dict[str, Box], name: str) -> Box:
    """Return the box of a named piece; KeyError, naming those there are, where it is missing."""
    if name not in boxes:
        raise KeyError(f"no piece is named {name!r}; there are {', '.join(sorted(boxes))}")
    return boxes[name]


def _at(x: float, y: float) -> str:
    return f"{place(x)} {place(y)}"


def _path(x0, y0, x1, y1, out, into, straight, least=14.0) -> tuple[str, float]:
    """Return an SVG path from one point to another, and the angle at which it arrives."""
    ends = _at(x1, y1)
    aligned = abs(y1 - y0) < 0.6 if out[0] else abs(x1 - x0) < 0.6
    if straight or aligned:
        return f"M{_at(x0, y0)}L{ends}", math.atan2(y1 - y0, x1 - x0)
    reach = max(least, 14.0, 0.5 * (abs(x1 - x0) if out[0] else abs(y1 - y0)))
    c0 = _at(x0 + reach * out[0], y0 + reach * out[1])
    c1 = _at(x1 + reach * into[0], y1 + reach * into[1])
    return f"M{_at(x0, y0)}C{c0} {c1} {ends}", math.atan2(-into[1], -into[0])
