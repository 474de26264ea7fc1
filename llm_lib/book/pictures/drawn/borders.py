"""How a model scores texts that people have judged: a tick for each, in two rows a wording."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor
from typing import Any

from llm_lib.book.pictures.kit import heading
from llm_lib.book.pictures.picture import Picture
from llm_lib.book.pictures.piece import Piece, column, place
from llm_lib.book.pictures.plane import Plane
from llm_lib.book.pictures.text import SMALL

WORDINGS = {
    "Sentiment:": {"scores": (2.1, -0.4, 1.2, -1.5), "free": (0.5,)},
    "This film was": {"scores": (1.9, 1.1, 2.6, -0.3), "free": (1.2,)},
}
LABELS = (1, 0, 1, 0)
TITLE = "SmolLM2 judges 150 reviews"
ROW, GAP = 18.0, 6.0  # pixels: a row of ticks, and what lies between the two rows of a wording
CLASSES = {1: "key", 0: "wrong"}  # whose colours a review has that people call positive, negative
NOTHING = "texts that say nothing"


@dataclass(frozen=True)
class _Look:
    """How wide all is, what stands left and right of the rows, and from one wording to the next."""

    width: float
    left: float
    right: float
    step: float
    top: float


WIDE = _Look(952, 122, 158, 76, 44)
NARROW = _Look(320, 4, 4, 92, 44)


def borders(
    *,
    wordings: Mapping[str, Mapping[str, Sequence[float]]] = WORDINGS,
    labels: Sequence[int] = LABELS,
) -> Picture:
    """Draw texts as ticks by their score, those that people call positive in the upper row.

    wordings: from a name to `scores`, one for each label, and to `free`, those of texts that say
    nothing: a line with a diamond stands at their mean. Left of 0 the model says negative.

    Raises ValueError where scores and labels are not as many.
    """
    for name, wording in wordings.items():
        if len(wording["scores"]) != len(labels):
            raise ValueError(f"{name}: {len(wording['scores'])} scores for {len(labels)} labels")
    means = {name: sum(w["free"]) / len(w["free"]) for name, w in wordings.items()}
    said = "; ".join(f"{name} {mean:.1f}" for name, mean in means.items())
    alt = (
        "Two rows of ticks for each wording: what people call positive, and negative. The model's "
        f"own border is 0. Texts that say nothing lie at: {said}."
    )
    parts = (wordings, labels, means)
    return Picture(TITLE, alt, _draw(*parts, WIDE), _draw(*parts, NARROW))


def _draw(wordings: Any, labels: Sequence[int], means: Mapping[str, float], look: _Look) -> Piece:
    is_wide = look is WIDE
    scores = [score for wording in wordings.values() for score in wording["scores"]]
    ends = min(scores) - 0.1, max(scores) + 0.1
    even = range(2 * ceil(ends[0] / 2), floor(ends[1]) + 1, 2)
    ticks = {x: f"{x}".replace("-", "−") for x in even}
    height = look.top + look.step * len(wordings) + 34
    room = (look.left, look.top, look.right, 44)
    plane = Plane((look.width, height), (ends, (0, 1)), ticks, {}, room=room)
    for i, (name, wording) in enumerate(wordings.items()):
        y = look.top + look.step * i + (0 if is_wide else 22)
        _rows(plane, wording["scores"], labels, y)
        if is_wide:
            plane.text(name, 0, y + ROW + GAP / 2, "start", "p-ink", 15)
        else:
            plane.text(name, look.left, y - 14, "start", "p-ink p-bold", 14)
    _zero(plane)
    for i, name in enumerate(means):
        y = look.top + look.step * i + (0 if is_wide else 22)
        _diamond(plane, means[name], y)
    first = next(iter(means.values()))
    (_name_wide if is_wide else _name_narrow)(plane, first, look.top + (0 if is_wide else 22))
    middle = (plane.left + plane.right) / 2
    plane.text("score of “positive” above “negative”", middle, plane.foot + 34, "middle")
    return column(heading(TITLE, "four wordings, two rows each"), plane.piece(), gap=4)


def _rows(plane: Plane, scores: Sequence[float], labels: Sequence[int], y: float) -> None:
    """Draw a wording's two rows, each on a pale band of its colour."""
    for k, (truth, role) in enumerate(CLASSES.items()):
        top = y + k * (ROW + GAP)
        box = f'x="{place(plane.left)}" y="{place(top)}" width="{place(plane.right - plane.left)}"'
        band = f'{box} height="{place(ROW)}" rx="3" class="p-bar p-{role}" style="opacity:.08"'
        plane.shapes.append(f"<rect {band}/>")
        ticks = "".join(
            f"M{place(plane.x(score))} {place(top)}v{place(ROW)}"
            for score, label in zip(scores, labels, strict=True)
            if label == truth
        )
        plane.path(ticks, f"p-line p-{role}", "opacity:.8;stroke-width:1.5")


def _zero(plane: Plane) -> None:
    """Draw the model's own border, and what it says on either side."""
    x = plane.x(0)
    plane.path(f"M{place(x)} {place(22)}V{place(plane.foot)}", "p-line p-ink p-dashed")
    plane.text("says negative", x - 8, 22, "end", "p-ink", SMALL)
    plane.text("says positive", x + 8, 22, "start", "p-ink", SMALL)
    plane.text("←", x - 97, 22, "end", "p-ink", SMALL)
    plane.text("→", x + 93, 22, "start", "p-ink", SMALL)


def _diamond(plane: Plane, mean: float, y: float) -> None:
    """Draw where texts lie that say nothing: a line through both rows, with a diamond below."""
    x, foot = plane.x(mean), y + 2 * ROW + GAP
    plane.path(f"M{place(x)} {place(y - 3)}V{place(foot + 4)}", "p-line p-ink", "stroke-width:2")
    shape = f"M{place(x)} {place(foot + 2)}l6 6l-6 6l-6 -6Z"
    plane.shapes.append(f'<path d="{shape}" class="p-bar p-ink"/>')


def _name_wide(plane: Plane, mean: float, y: float) -> None:
    """Name both colours beside the first rows, and the line below them."""
    for k, (text, role) in enumerate((("positive", "key"), ("negative", "wrong"))):
        at = y + ROW / 2 + k * (ROW + GAP)
        plane.text(f"people say {text}", plane.right + 10, at, "start", f"p-{role} p-bold", SMALL)
    plane.text(NOTHING, plane.x(mean) + 12, y + 2 * ROW + GAP + 9, "start", "p-ink", SMALL)


def _name_narrow(plane: Plane, mean: float, y: float) -> None:
    """Name the same above and below the first rows."""
    foot = y + 2 * ROW + GAP + 10
    plane.text("people say positive", plane.right, y - 13, "end", "p-key p-bold", SMALL)
    card = f'x="{place(plane.left)}" y="{place(foot - 8)}" width="122" height="16"'
    plane.shapes.append(f'<rect {card} class="p-card"/>')  # the border passes behind the words
    plane.text("people say negative", plane.left, foot, "start", "p-wrong p-bold", SMALL)
    plane.text(NOTHING, plane.x(mean) + 10, foot, "start", "p-ink", SMALL)
