"""Chapter 7's picture: a position as the hands of some clocks, one for each pair of channels."""

from __future__ import annotations

import math
from collections.abc import Sequence

from llm_lib.book.pictures.links import head
from llm_lib.book.pictures.picture import Picture
from llm_lib.book.pictures.piece import Piece, column, place, table
from llm_lib.book.pictures.text import SMALL, label, number_text


def clock_hands(
    *, positions: Sequence[int] = (0, 1, 2, 5), pairs: int = 4, base: float = 100.0
) -> Picture:
    """Draw the hands of all pairs at some positions: right is the sine, up the cosine."""
    if not positions or min(positions) < 0:
        raise ValueError(f"positions must be 0 or more, at least one; got {list(positions)}")
    if pairs < 1 or base <= 1:
        raise ValueError(f"pairs must be 1 or more and base above 1; got {pairs} and {base}")
    angles = [[t / base ** (j / pairs) for j in range(pairs)] for t in positions]
    told = "; ".join(
        f"at position {t} they have turned by {', '.join(number_text(a, 2) for a in turned)}"
        for t, turned in zip(positions, angles, strict=True)
    )
    alt = f"The hands of {pairs} clocks, each slower than the one before. In radians, {told}."

    def drawn(size: float, gap: float) -> Piece:
        lines = [[label(""), *(label(f"pair {j}", size=SMALL, role="muted") for j in range(pairs))]]
        for t, turned in zip(positions, angles, strict=True):
            name = label(f"t = {t}", bold=True, size=SMALL, anchor="end")
            lines.append([name, *(_clock(angle, size) for angle in turned)])
        return table(lines, gap=gap, row_gap=10, align="e" + "m" * pairs)

    foot = label("right: sine, up: cosine", size=SMALL, role="muted")
    wide, narrow = (column(drawn(*s), foot, gap=10, align="middle") for s in ((84, 28), (56, 10)))
    return Picture("Four positions, each as four hands", alt, wide, narrow)


def _clock(angle: float, size: float) -> Piece:
    """Draw one hand, turned by `angle` radians from the top, as on a clock."""
    middle, radius = size / 2, size / 2 - 2
    x, y = middle + radius * math.sin(angle), middle - radius * math.cos(angle)
    r = place(radius)
    half = f"A{r} {r} 0 1 1 {place(middle)}"
    ring = f"M{place(middle)} 2{half} {place(size - 2)}{half} 2Z"
    axes = f"M2 {place(middle)}H{place(size - 2)}M{place(middle)} 2V{place(size - 2)}"
    line = f"M{place(middle)} {place(middle)}L{place(x)} {place(y)}"
    shapes = (
        f'<path d="{axes}" class="p-rule"/>',
        f'<path d="{ring}" class="p-line p-muted p-curve"/>',
        f'<path d="{line}" class="p-line p-position p-thick"/>',
        head(x, y, math.atan2(y - middle, x - middle), "position"),
    )
    return Piece(size, size, shapes)
