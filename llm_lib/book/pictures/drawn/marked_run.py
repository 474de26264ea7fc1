"""A training on marks: what is paid, what was wanted, and a story before it and after it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from llm_lib.book.pictures.kit import heading
from llm_lib.book.pictures.picture import Picture
from llm_lib.book.pictures.piece import Piece, column, place, row
from llm_lib.book.pictures.text import SMALL, label, number_text, sentence, text_shape
from llm_lib.book.studies.rewards import load_rewards

TICK = 12  # pixels: the numbers at the axes
BELOW = (
    "A recorded run: the mean mark on the left scale, what was wanted on the right one, and the "
    "first of eight stories."
)
ROUNDS = 4  # at either end: one round of eight stories is chance
SIZES = {"wide": (300, 150, 390), "narrow": (296, 130, 262)}  # of the chart, and of a story's lines


def marked_run(*, run: Mapping[str, Any] | None = None, title: str = "Paid for quotes") -> Picture:
    """Draw the curves of a training on marks, and a story before it and after it.

    run: `marks`, the mean mark step by step; `wanted`, the share of what was wanted that is there;
    `prompt`, and the stories `before` and `after`. Without it, the first recorded run that was paid
    for quotes.
    """
    run = run or recorded_run()
    marks, wanted = run["marks"], run["wanted"]
    if len(marks) != len(wanted) or len(marks) < 2:
        raise ValueError(
            f"a run needs as many marks as shares of what was wanted, two or more; got "
            f"{len(marks)} and {len(wanted)}"
        )
    n = min(ROUNDS, len(marks) // 2)
    paid = " → ".join(number_text(mean, 1) for mean in _ends(marks, n))
    left = " → ".join(f"{mean:.0%}" for mean in _ends(wanted, n)).replace("%", "\u00a0%")
    ends = f"Beside the arrows: the mean of the first {n} rounds → of the last {n}."
    about = f"{BELOW} {ends}"
    stories = {"Before training": run["before"], "After training": run["after"]}
    told = " ".join(f"{when}: {text}" for when, text in stories.items())
    means = f"mean mark {paid}, what was wanted {left}"
    alt = f"From the first {n} rounds to the last {n}, {means}. {told}"
    drawn = []
    for width, height, room in SIZES.values():
        curves = column(
            _name(f"mean mark {paid}", "weight"),
            _name(f"what was wanted {left}", "right", " p-dashed"),
            _chart(marks, wanted, width, height),
            gap=4,
        )
        said = [
            column(heading(when), sentence(text, room, role="ink"), gap=2)
            for when, text in stories.items()
        ]
        asked = sentence(f"Asked: {run['prompt']}", room)
        parts = (curves, column(asked, *said, gap=12))
        is_wide = not drawn
        both = row(*parts, gap=28, align="start") if is_wide else column(*parts, gap=14)
        drawn.append(column(heading(title), sentence(about, both.width), both, gap=8))
    return Picture(title, alt, *drawn)


def _ends(values: Sequence[float], n: int) -> tuple[float, float]:
    """Return the means of the first and of the last `n` values."""
    return sum(values[:n]) / n, sum(values[-n:]) / n


def _name(text: str, role: str, dashes: str = "") -> Piece:
    """Return what a curve is, behind a piece of its line."""
    line = Piece(26, 4, (f'<path d="M0 2H26" class="p-line p-{role} p-curve{dashes}"/>',))
    return row(line, label(text, size=SMALL, role=role, anchor="start", bold=True), gap=8)


def _chart(marks: Sequence[float], wanted: Sequence[float], width: float, height: float) -> Piece:
    """Return both curves, each on a scale of its own: marks at the left, shares at the right."""
    left, right, roof, foot = 34.0, width - 46.0, 8.0, height - 24.0
    least, most = min(0.0, *marks), max(0.1, *marks)
    frame = f"M{place(left)} {place(roof)}V{place(foot)}H{place(right)}V{place(roof)}"
    shapes = [f'<path d="{frame}" class="p-rule"/>']
    for values, low, high, looks in (
        (wanted, 0.0, 1.0, "p-right p-dashed"),
        (marks, least, most, "p-weight"),
    ):
        points = [
            f"{place(left + (right - left) * i / (len(values) - 1))} "
            f"{place(foot - (foot - roof) * (value - low) / (high - low))}"
            for i, value in enumerate(values)
        ]
        shapes.append(f'<path d="M{"L".join(points)}" class="p-line p-curve {looks}"/>')
    middle, below = (left + right) / 2, foot + 14
    for text, x, y, anchor, role in (
        (number_text(most, 1), left - 6, roof, "end", "weight"),
        (number_text(least, 1 if least else 0), left - 6, foot, "end", "weight"),
        ("100\u00a0%", right + 6, roof, "start", "right"),
        ("0\u00a0%", right + 6, foot, "start", "right"),
        ("0", left, below, "middle", "muted"),
        ("steps of training", middle, below, "middle", "muted"),
        (str(len(marks) - 1), right, below, "middle", "muted"),
    ):
        shapes.append(text_shape(text, x, y, TICK, anchor, f"p-{role}"))
    return Piece(width, height, tuple(shapes))


def recorded_run(marker: str = "quotes") -> dict[str, Any]:
    """Return the first recorded run of a marker, with the first of its eight stories."""
    study = load_rewards()["hack"]
    run = study[marker][0]
    ends = {end: run[end][0] for end in ("before", "after")}
    return {**run, **ends, "prompt": study["prompt"]}
