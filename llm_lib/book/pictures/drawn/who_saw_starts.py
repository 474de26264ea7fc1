"""Chapter 7's picture: right answers in the game, by a text's start or by its gap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from llm_lib.book.pictures.cells import rectangle
from llm_lib.book.pictures.picture import Picture
from llm_lib.book.pictures.piece import Piece, column, place, row, space, table
from llm_lib.book.pictures.text import SMALL, label
from llm_lib.book.studies.who_saw import (
    GAPS,
    LONG,
    SCHEMES,
    SEEDS,
    STARTS,
    count_right,
    load_reader,
)

TEXTS = 90  # so many answers there are at each start
BETWEEN = 10  # pixels between the trained starts and the others


def who_saw_starts(
    *,
    schemes: Sequence[str] = SCHEMES[1:],
    means: Mapping[str, Sequence[float]] | None = None,
    trained: int | None = None,
    over: str = "start",
) -> Picture:
    """Draw how many of 90 answers are right at each start or gap, a line of bars for each model.

    schemes: the kinds of positions whose models on file are drawn. means: other numbers instead,
    from a name to its right answers at the starts 0, 1, 2 … trained: so many were in training.
    over: "start", or "gap" (0 to 16, at start 5, so that no position is new).

    Raises ValueError where there is no model, where they differ in their starts, where a number is
    not from 0 to 90, and unless some starts were trained and some were not.
    """
    if over not in {"start", "gap"}:
        raise ValueError(f'over must be "start" or "gap", got {over!r}')
    if means is None:
        means_by = means_by_start if over == "start" else means_by_gap
        means = {name: means_by(name) for name in schemes}
    if trained is None:
        trained = STARTS if over == "start" else GAPS
    lengths = {len(right) for right in means.values()}
    if len(lengths) != 1 or not 0 < trained < min(lengths):
        raise ValueError(f"each model needs as many {over}s, more than {trained}; got {lengths}")
    if not all(0 <= n <= TEXTS for right in means.values() for n in right):
        raise ValueError(f"right answers must be from 0 to {TEXTS}")
    title = f"Right answers by {over}, mean of three trainings"
    return Picture(title, _say(means, trained, over), *_drawn(means, trained, over))


def _say(means: Mapping[str, Sequence[float]], trained: int, over: str) -> str:
    """Return the picture in words."""
    told = []
    for name, right in means.items():
        near, far = _mean(right[:trained]), _mean(right[trained:])
        low, high = min(right[trained:]), max(right[trained:])
        spans = (f"{over}s 0 to {trained - 1}", f"{trained} to {len(right) - 1}")
        told.append(f"{name}: {near:.0f} at {spans[0]}, {far:.0f} at {spans[1]}")
        told[-1] += f" (from {low:.0f} to {high:.0f})" if low < high else ""
    return (
        f"A bar for each {over}; trained were {over}s 0 to {trained - 1}. "
        f"Right answers of {TEXTS}: {'; '.join(told)}."
    )


def _drawn(means: Mapping[str, Sequence[float]], trained: int, over: str) -> tuple[Piece, Piece]:
    """Return the drawing for a page, and the one for a phone."""
    last = len(next(iter(means.values()))) - 1
    pitch_page, pitch_phone = (11, 5) if last > 30 else (28, 14)

    def heads(pitch: float) -> Piece:
        words = (f"trained: 0–{trained - 1}", f"new {over}s: {trained}–{last}")
        return _beside([label(w, size=SMALL, role="muted") for w in words], trained, last, pitch)

    def strip(right: Sequence[float], pitch: float, height: float) -> Piece:
        parts = (right[:trained], right[trained:])
        drawn = row(*(_bars(part, pitch, height) for part in parts), gap=BETWEEN)
        counts = [label(f"{_mean(p):.0f} of {TEXTS}", size=SMALL, bold=True) for p in parts]
        return column(drawn, _beside(counts, trained, last, pitch), gap=3)

    foot = label("each bar: the mean of three trainings", size=SMALL, role="muted")
    lines, narrow = [[space(), heads(pitch_page)]], [heads(pitch_phone)]
    for name, right in means.items():
        lines.append([label(name, bold=True, anchor="end"), strip(right, pitch_page, 46)])
        narrow.append(
            column(label(name, bold=True, anchor="start"), strip(right, pitch_phone, 38), gap=2)
        )
    wide = table([*lines, [space(), foot]], gap=18, row_gap=10, align="es")
    return wide, column(*narrow, foot, gap=8)


def means_by_start(name: str) -> list[float]:
    """Return the right answers of a kind of positions at each start, the mean of its readers."""
    readers = [load_reader(name, seed) for seed in SEEDS]
    return [_mean([count_right(r, start, 0) for r in readers]) for start in range(LONG - 3)]


def means_by_gap(name: str) -> list[float]:
    """Return the right answers of a kind of positions at gaps 0 to 16, the mean of its readers."""
    readers = [load_reader(name, seed) for seed in SEEDS]
    return [_mean([count_right(r, 5, gap) for r in readers]) for gap in range(17)]


def _mean(numbers: Sequence[float]) -> float:
    return sum(numbers) / len(numbers)


def _beside(words: Sequence[Piece], trained: int, last: int, pitch: float) -> Piece:
    """Return two words, each in the middle of its part of the starts."""
    widths = (trained * pitch, (last + 1 - trained) * pitch)
    parts = [
        Piece(width, word.height, parts=((max(0, (width - word.width) / 2), 0, word),))
        for width, word in zip(widths, words, strict=True)
    ]
    return row(*parts, gap=BETWEEN)


def _bars(right: Sequence[float], pitch: float, height: float) -> Piece:
    """Return a bar for each number, on a ground as high as all answers; a line at their half."""
    width = pitch * len(right)
    shapes = [rectangle(width, height, "p-track", 2)]
    for i, n in enumerate(right):
        tall = height * n / TEXTS
        x, y = place(i * pitch + 0.1 * pitch), place(height - tall)
        size = f'width="{place(0.8 * pitch)}" height="{place(tall)}"'
        shapes.append(f'<rect x="{x}" y="{y}" {size} class="p-bar p-weight"/>')
    half = place(height / 2)
    shapes.append(f'<path d="M0 {half}H{place(width)}" class="p-line p-muted p-thin p-dashed"/>')
    return Piece(width, height, tuple(shapes))
