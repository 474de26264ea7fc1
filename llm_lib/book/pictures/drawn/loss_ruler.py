"""A ruler of losses: what those would lose who know little, as landmarks to compare a run with."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil

from llm_lib.book.pictures.cells import rectangle
from llm_lib.book.pictures.picture import Picture
from llm_lib.book.pictures.piece import Piece, place
from llm_lib.book.pictures.run_panels import WholePicture
from llm_lib.book.pictures.text import SIZE, SMALL, text_shape, text_width

LANDMARKS = {"knowing nothing": 6.24, "knowing frequencies": 5.18}
BELOW = "below: the context is used"
WIDE, NARROW = 600, 320  # pixels
ROW, HIGH, FOOT = 34, 26, 26  # pixels: a landmark's line, the ruler, the numbers below it


def loss_ruler(*, landmarks: Mapping[str, float] = LANDMARKS, below: str = BELOW) -> Picture:
    """Draw losses from 0 on as a ruler, with a pin at each landmark.

    landmarks: from what one knows to the loss that it costs. below: what a loss means that is
    lower than all of them.

    Raises ValueError where there is no landmark, or one is below 0.
    """
    if not landmarks or min(landmarks.values()) < 0:
        raise ValueError("a ruler needs a landmark, and none below 0")
    levels = dict(sorted(landmarks.items(), key=lambda pair: -pair[1]))
    told = ", ".join(f"{name}, the loss is {loss:.2f}" for name, loss in levels.items())
    top = ceil(max(levels.values()) + 0.5)
    alt = f"A ruler of losses from 0 to {top} nats: {told}. {below[0].upper()}{below[1:]}."
    wide, narrow = (_ruler(levels, below, top, width) for width in (WIDE, NARROW))
    return WholePicture("Landmarks on the ruler of losses", alt, wide, narrow)


def _ruler(levels: Mapping[str, float], below: str, top: float, width: float) -> Piece:
    """Return the ruler with its pins; the highest landmark has the longest."""

    def x(loss: float) -> float:
        return 5 + (width - 10) * loss / top

    upper, least = ROW * len(levels), min(levels.values())
    foot = upper + HIGH
    shapes = [
        _at(x(0), upper, rectangle(x(top) - x(0), HIGH, "p-track", 3)),
        _at(x(0), upper, rectangle(x(least) - x(0), HIGH, "p-bar p-weight", 3)),
        text_shape(below, x(least) - 12, upper + HIGH / 2, SMALL, "end", "p-paper p-bold"),
    ]
    for i, (name, loss) in enumerate(levels.items()):
        y, at = i * ROW + ROW / 2 - 4, x(loss)
        pin = f"M{place(at)} {place(y - 10)}V{place(foot)}"
        number = f"{loss:.2f}"
        left = at - 14 - text_width(number, SIZE, bold=True)
        shapes += [
            f'<path d="{pin}" class="p-line p-ink p-thick"/>',
            text_shape(number, at - 8, y, SIZE, "end", "p-ink p-bold"),
            text_shape(name, left, y, SMALL, "end", "p-muted"),
        ]
    for tick in range(int(top) + 1):
        words = f"{tick}" if tick else "0 nats"
        anchor = "middle" if tick else "start"
        shapes.append(text_shape(words, x(tick) - 4 * (not tick), foot + 13, 12, anchor, "p-muted"))
    return Piece(width, foot + FOOT, tuple(shapes))


def _at(x: float, y: float, shape: str) -> str:
    return f'<g transform="translate({place(x)} {place(y)})">{shape}</g>'
