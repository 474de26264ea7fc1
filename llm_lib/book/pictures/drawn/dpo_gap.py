"""What the loss of DPO sees: how far two log probabilities have moved apart since the reference."""

from __future__ import annotations

import math
from collections.abc import Sequence

from llm_lib.arguments import check_number
from llm_lib.book.pictures.picture import Picture
from llm_lib.book.pictures.piece import Piece, column
from llm_lib.book.pictures.text import SMALL, label, number_text, text_shape

REFERENCE = (-4.0, -3.0)  # log probabilities of the chosen and of the rejected answer
NOW = ((-3.5, -3.2), (-4.5, -4.2))  # two models
NAMES = (("chosen", "right"), ("rejected", "wrong"))


def dpo_gap(
    *,
    reference: Sequence[float] = REFERENCE,
    now: Sequence[Sequence[float]] = NOW,
    beta: float = 0.5,
) -> Picture:
    """Draw how far each model moves a chosen and a rejected answer, and the loss that follows.

    reference, now: log probabilities of a (chosen, rejected) answer; `now` has one pair a model.
    """
    beta = float(check_number("beta", beta, above=0))
    for pair in (reference, *now):
        if len(pair) != 2:
            raise ValueError(f"each pair has two log probabilities, got {len(pair)}")
    models = [_describe(reference, pair, beta) for pair in now]
    alt = " ".join(
        f"Model {i}: the chosen answer goes from {_say(reference[0])} to {_say(pair[0])}, the "
        f"rejected one from {_say(reference[1])} to {_say(pair[1])}; {told}."
        for i, (pair, told) in enumerate(zip(now, models, strict=True), start=1)
    )
    values = [value for pair in (reference, *now) for value in pair]
    ends = math.floor(min(values)), math.ceil(max(values))
    wide, narrow = (_draw(reference, now, models, ends, width) for width in (520, 300))
    return Picture("The loss sees the gap alone", alt, wide, narrow)


def _draw(reference, now, models, ends, width) -> Piece:
    """Draw all models, and the scale below them."""
    pairs = zip(now, models, strict=True)
    drawn = [_model(reference, pair, told, ends, width) for pair, told in pairs]
    return column(*drawn, _axis(ends, width), gap=14, align="start")


def _say(value: float) -> str:
    return number_text(value, 1)


def _describe(reference: Sequence[float], now: Sequence[float], beta: float) -> str:
    """Return gains, margin and loss in words."""
    chosen, rejected = (a - b for a, b in zip(now, reference, strict=True))
    margin = beta * (chosen - rejected)
    loss = math.log1p(math.exp(-margin))
    return (
        f"gains {_say(chosen)} and {_say(rejected)}, margin {number_text(margin, 2)}, "
        f"loss {number_text(loss, 2)}"
    )


def _place(value: float, ends: tuple[float, float], width: float) -> float:
    """Return where a log probability lies, beside names 70 pixels wide."""
    return 76 + (value - ends[0]) / (ends[1] - ends[0]) * (width - 96)


def _model(reference, now, told, ends, width) -> Piece:
    """Draw one model: a ring where the reference is, an arrow to where the model is now."""
    shapes = []
    for i, (name, role) in enumerate(NAMES):
        y = 12 + 26 * i
        start, end = (_place(pair[i], ends, width) for pair in (reference, now))
        way = 1 if end > start else -1
        shapes.append(text_shape(name, 0, y, SMALL, "start", f"p-{role}"))
        shapes.append(f'<path d="M76 {y}H{width - 20}" class="p-rule"/>')
        shapes.append(
            f'<path d="M{start:.1f} {y}H{end - 6 * way:.1f}" class="p-line p-thick p-{role}"/>'
        )
        shapes.append(f'<path d="M{end:.1f} {y}l{-9 * way} -5v10z" class="p-head p-{role}"/>')
        shapes.append(f'<circle cx="{start:.1f}" cy="{y}" r="5" class="p-box"/>')
    drawn = Piece(width, 50, tuple(shapes))
    return column(label(told, size=SMALL, anchor="start"), drawn, gap=2, align="start")


def _axis(ends: tuple[float, float], width: float) -> Piece:
    """Draw the scale, and what ring and arrow are."""
    shapes = [
        text_shape(_say(n), _place(n, ends, width), 7, 12, "middle", "p-muted")
        for n in range(ends[0], ends[1] + 1)
    ]
    for i, words in enumerate(
        ("log probability (right: more probable)", "ring: reference, arrow: now")
    ):
        y = 27 + 18 * i
        shapes.append(text_shape(words, 0 if width < 400 else 76, y, 12, "start", "p-muted"))
    return Piece(width, 54, tuple(shapes))
