"""Chapter 13's question: three runs, and how the loss of each goes."""

from __future__ import annotations

from llm_lib.book.pictures.picture import Picture
from llm_lib.book.pictures.piece import Piece, column, row, space
from llm_lib.book.pictures.run_panels import (
    TICK,
    Axes,
    WholePicture,
    run_curve,
    run_name,
    run_number,
)
from llm_lib.book.pictures.text import SMALL, label
from llm_lib.book.studies.three_runs import FILE, STEPS, to_steps
from llm_lib.files import read_json

TOP = 7.0  # nats


def three_runs() -> Picture:
    """Draw the recorded losses of runs A, B and C, with nothing to compare them with."""
    losses = {name: run["train"] for name, run in read_json(FILE)["runs"].items()}
    ends = ", ".join(f"{n} from {y[0]:.1f} to {y[-1]:.1f}" for n, y in losses.items())
    alt = f"The losses of three runs in {STEPS} steps, from the first batch to the last: {ends}."
    wide = row(*(_panel(name, losses[name], 232, 104) for name in losses), gap=38, align="end")
    rows = [_line(name, losses[name]) for name in losses]
    return WholePicture(
        "Three runs of one small GPT", alt, wide, column(*rows, gap=14).pad(bottom=6)
    )


def _chart(name: str, losses: list[float], width: float, height: float) -> Piece:
    axes = Axes(width, height, TOP, STEPS)
    drawn = run_curve(name, (to_steps(losses), losses), axes)
    end = run_number(name, losses[-1])
    y = min(axes.y(losses[-1]) - end.height / 2, height - end.height + 6)
    return Piece(width + 54, height, parts=((0, 0, drawn), (width + 8, y, end)))


def _panel(name: str, losses: list[float], width: float, height: float) -> Piece:
    """Return a run as it stands on a page: its letter above its loss."""
    chart = _chart(name, losses, width, height)
    feet = row(_quiet("step 1"), space(width - 104), _quiet(f"{STEPS} steps"), gap=0)
    head = row(run_name(name), _quiet("loss", SMALL), gap=9)
    return column(head, chart, feet, gap=4)


def _line(name: str, losses: list[float]) -> Piece:
    """Return a run as it stands on a phone: its letter beside its loss, named inside."""
    axes = Axes(286, 76, TOP, STEPS)
    drawn = run_curve(name, (to_steps(losses), losses), axes)
    end = run_number(name, losses[-1])
    y = max(0.0, axes.y(losses[-1]) - end.height - 2)
    chart = Piece(axes.width, axes.height, parts=((0, 0, drawn), (axes.width - end.width, y, end)))
    steps = label(f"{STEPS} steps", size=TICK, role="muted", anchor="end")
    feet = row(_quiet("step 1"), space(axes.width - steps.width - 42), steps, gap=0)
    return row(run_name(name), column(chart, feet, gap=3), gap=14)


def _quiet(text: str, size: float = TICK) -> Piece:
    return label(text, size=size, role="muted", anchor="start")
