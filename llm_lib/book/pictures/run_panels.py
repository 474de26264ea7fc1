"""The chart of one of the pretraining chapter's three runs; each run has one colour everywhere.

A module of its own, since what all chapters load changes rarely.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from llm_lib.book.pictures.picture import Picture
from llm_lib.book.pictures.piece import Piece, place, row
from llm_lib.book.pictures.text import SMALL, label

TICK = 12  # pixels: the numbers at the axes
APART = 17  # pixels: from one label at a line's end to the next
# A's is between blue and red, which no role has: a mixture is right in the dark, too.
INKS = {
    "A": "color-mix(in oklch, var(--llm-key) 62%, var(--llm-negative))",
    "B": "var(--llm-weight)",
    "C": "var(--llm-negative)",
}


class WholePicture(Picture):
    """A picture that on a phone is as wide as the text beside it."""

    def svgs(self) -> list[str]:
        """Return the drawings as SVG, the wide one first."""
        wide, narrow = super().svgs()
        return [
            wide,
            narrow.replace(
                'style="max-width:', 'style="max-width:min(100% - 2rem,25rem);--own:', 1
            ),
        ]


@dataclass(frozen=True)
class Axes:
    """The size of a chart's plot, and what it goes up to."""

    width: float
    height: float
    top: float
    steps: int

    def x(self, step: float) -> float:
        """Return where a step stands."""
        return self.width * step / self.steps

    def y(self, loss: float) -> float:
        """Return where a loss stands."""
        return self.height * (1 - min(loss, self.top) / self.top)


def run_curve(name: str, points: tuple[Sequence[float], Sequence[float]], axes: Axes) -> Piece:
    """Return a run's loss as a line in its colour, with a breath of it below, on its axis."""
    ink = f'style="--ink:{INKS[name]}"'
    path = "L".join(f"{place(axes.x(s))} {place(axes.y(v))}" for s, v in zip(*points, strict=True))
    (first, *_, last), foot = points[0], place(axes.height)
    ground = f"M{place(axes.x(first))} {foot}L{path}L{place(axes.x(last))} {foot}Z"
    tint = "fill:color-mix(in srgb,var(--ink) 9%,transparent)"
    shapes = (
        f'<path d="{ground}" style="--ink:{INKS[name]};{tint}"/>',
        f'<path d="M0 {foot}H{place(axes.width)}" class="p-line p-muted p-thin"/>',
        f'<path d="M{path}" class="p-line p-curve" {ink}/>',
    )
    return Piece(axes.width, axes.height, shapes)


def run_name(name: str, text: str = "") -> Piece:
    """Return a run's letter in its colour, and what there is to say of it."""
    letter = inked(label(name, size=22, bold=True, anchor="start"), name)
    if not text:
        return letter
    return row(letter, label(text, size=SMALL, role="muted", anchor="start"), gap=10)


def run_number(name: str, value: float, size: float = 17) -> Piece:
    """Return a loss as it stands at the end of a run's line."""
    return inked(label(f"{value:.1f}", size=size, bold=True, anchor="start"), name)


def inked(piece: Piece, name: str) -> Piece:
    """Return a text in the colour of a run."""
    shapes = tuple(s.replace("<text", f'<text style="--ink:{INKS[name]}"') for s in piece.shapes)
    return Piece(piece.width, piece.height, shapes, piece.parts)


def pushed_apart(low: float, high: float) -> tuple[float, float]:
    """Return two heights, the first the upper one, at least `APART` from each other."""
    more = max(0.0, APART - (high - low)) / 2
    return low - more, high + more
