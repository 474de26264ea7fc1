"""Attention's picture between two networks: states of the encoder, scores, weights, their mix."""

from __future__ import annotations

from typing import Any

import torch

from llm_lib.book.pictures.cells import cell, vector
from llm_lib.book.pictures.kit import bar, box, token
from llm_lib.book.pictures.links import arrow, ribbon
from llm_lib.book.pictures.picture import Picture
from llm_lib.book.pictures.piece import Piece, column, row, table
from llm_lib.book.pictures.text import label, number_text

WORDS = ("kite", "she", "lost")
STATES = ((1.0, 0), (0.0, 1), (1.0, 1))
SCORES = (2.0, 1, 0)


def attention_mix(*, words: Any = WORDS, states: Any = STATES, scores: Any = SCORES) -> Picture:
    """Draw one look back: the states of words, a score and a weight for each, and their mix."""
    h, s = (torch.as_tensor(x, dtype=torch.float32) for x in (states, scores))
    weights = s.softmax(dim=0)
    mix = weights @ h
    told = ", ".join(
        f"“{word}” {number_text(score, 0)} and {number_text(weight, 2)}"
        for word, score, weight in zip(words, s.tolist(), weights.tolist(), strict=True)
    )
    alt = (
        f"The encoder has a state for each of {len(words)} words. A small network compares each "
        f"with the decoder's state, and gives a score; softmax makes a weight of it: {told}. The "
        f"states, each times its weight, add up to the mix: "
        f"{', '.join(number_text(x, 2) for x in mix.tolist())}. It goes into the decoder's next "
        f"step."
    )
    given = (list(words), h, s.tolist(), weights.tolist(), mix)
    wide, narrow = _draw(*given, width=140, size=14), _draw(*given, width=64, size=12)
    return Picture("One look back", alt, wide, narrow)


def _draw(words, states, scores, weights, mix, *, width, size) -> Piece:
    """Return it with a column `width` pixels wide for each word, and what a line is on its left."""
    wide = width > 100
    places, gap = len(words), 16 if wide else 6
    whole = places * width + (places - 1) * gap

    def across(pieces) -> Piece:
        return row(*(_middle(piece, width) for piece in pieces), gap=gap)

    def said(*lines) -> Piece:
        texts = [label(t, size=size, bold=not i, anchor="start") for i, t in enumerate(lines)]
        return column(*texts, gap=0)

    read = _read(words, states, size, wide)
    look = {"width": 44, "largest": max(map(abs, scores)) or 1, "digits": 0}
    given = [cell(score, **look).named(f"s{i}") for i, score in enumerate(scores)]
    shares = [
        bar(w, number_text(w, 2), width=80 if wide else 22).named(f"w{i}")
        for i, w in enumerate(weights)
    ]
    asks = token("decoder’s state" if wide else "decoder", size=size, look="asks").named("asks")
    net = box("a small network compares" if wide else "compares each", width=whole, height=32)
    held = vector(mix, "residual", width=44, largest=1, digits=2).named("mix")
    lines = [
        [said("Encoder", "a state per word"), across(read)],
        [asks, net.named("net")],
        [said("1. Score"), across(given)],
        [said("2. Weigh", "by softmax"), across(shares)],
        [said("3. Mix", "of the states"), _middle(held, whole)],
    ]
    body = table(lines, gap=28 if wide else 10, row_gap=26, align="sm")
    downs = [arrow(f"s{i}", f"w{i}", "bottom") for i in range(places)]
    flows = [
        ribbon(f"w{i}", "mix", "bottom", "top", 26 * weight) for i, weight in enumerate(weights)
    ]
    meets = [_down(f"h{i}", "net") for i in range(places)]
    gives = [_down("net", f"s{i}") for i in range(places)]
    compared = arrow("asks", "net", role="query")
    return body.link(*flows, under=True).link(compared, *meets, *gives, *downs)


def _read(words, states, size: int, wide: bool) -> list[Piece]:
    """Return the encoder's words, each over its state."""
    return [
        column(
            token(word, size=size),
            vector(state, "residual", width=34 if wide else 28, largest=1).named(f"h{i}"),
            gap=6,
            align="middle",
        )
        for i, (word, state) in enumerate(zip(words, states, strict=True))
    ]


def _middle(piece: Piece, width: float) -> Piece:
    return Piece(width, piece.height, parts=(((width - piece.width) / 2, 0, piece),))


def _down(start: str, end: str):
    """Return a straight arrow down from one piece to another, at the middle of the narrower one."""

    def draw(boxes):
        upper, lower = boxes[start], boxes[end]
        thin = min(upper, lower, key=lambda b: b.width)
        x = thin.x + thin.width / 2
        ends = {
            "from": type(thin)(x, upper.y, 0, upper.height),
            "to": type(thin)(x, lower.y, 0, lower.height),
        }
        return arrow("from", "to", "bottom")(ends)

    return draw
