"""The maths appendix's picture: a small network, every number on its way from input to output."""

from __future__ import annotations

from typing import Any

import torch

from llm_lib.pictures.cells import cell
from llm_lib.pictures.kit import box
from llm_lib.pictures.links import arrow, line
from llm_lib.pictures.picture import Picture
from llm_lib.pictures.piece import Piece, column, row
from llm_lib.pictures.text import SMALL, label, number_text, text_shape

INPUT = (1.0, 2.0)
HIDDEN = ((1.0, 0.5), (-1.0, 0.5), (0.5, -1.0))  # a row of weights a neuron
BIAS = (0.0, 0.5, 0.5)
OUTPUT = (1.0, 2.0, -1.0)


def neuron(
    *, x: Any = INPUT, weights: Any = HIDDEN, bias: Any = BIAS, output: Any = OUTPUT
) -> Picture:
    """Draw a network of one hidden layer: weighted sums, ReLU, and a weighted sum of these."""
    x, w, b, v = (torch.as_tensor(t, dtype=torch.float32) for t in (x, weights, bias, output))
    sums = w @ x + b
    active = sums.relu()
    y = float(active @ v)
    told = "; ".join(
        f"{_sum(w[i], x)} {_signed(b[i])} = {number_text(float(sums[i]))}, after ReLU "
        f"{number_text(float(active[i]))}"
        for i in range(len(w))
    )
    alt = (
        f"A network with the inputs {', '.join(number_text(float(a)) for a in x)}. Each of its "
        f"{len(w)} hidden neurons takes a weighted sum, and what is below zero becomes 0: {told}. "
        f"The output is {_sum(v, active)} = {number_text(y)}."
    )
    return Picture("A network is sums of products, and a bend", alt, _draw(x, w, b, v, sums, active, y, True), _draw(x, w, b, v, sums, active, y, False))


def _signed(value) -> str:
    text = number_text(abs(float(value)))
    return f"− {text}" if value < 0 else f"+ {text}"


def _sum(weights, values) -> str:
    """Return a weighted sum as text: 1·1 + 0.5·2."""
    parts = [f"{number_text(float(w))}·{number_text(float(x))}" for w, x in zip(weights, values, strict=True)]
    return " + ".join(parts).replace("+ −", "− ")


def _draw(x, w, b, v, sums, active, y, is_wide) -> Piece:
    size = {"width": 44, "height": 44} if is_wide else {"width": 38, "height": 36}
    inputs = column(*(cell(float(a), "key", largest=2, **size).named(f"x{j}") for j, a in enumerate(x)), gap=46)
    neurons = []
    for i in range(len(w)):
        text = f"{_sum(w[i], x)} {_signed(b[i])} = {number_text(float(sums[i]))}"
        after = cell(float(active[i]), "value", largest=3, **size).named(f"h{i}")
        if is_wide:
            neurons.append(row(box(label(text, mono=True, size=14), height=44).named(f"n{i}"), after, gap=64))
        else:
            neurons.append(after)
    hidden = column(*neurons, gap=22)
    out = cell(y, "weight", largest=3, look="result", **size).named("y")
    first = "n" if is_wide else "h"
    links = [line(f"x{j}", f"{first}{i}", "right", "left") for i in range(len(w)) for j in range(len(x))]
    last = [line(f"h{i}", "y", "right", "left") for i in range(len(w))]
    bends = [arrow(f"n{i}", f"h{i}", text="ReLU") for i in range(len(w))] if is_wide else []
    parts = [
        column(label("inputs", bold=True), inputs, gap=10, align="middle"),
        column(label("weighted sums", bold=True), hidden, gap=10, align="middle"),
        column(label("output", bold=True), out, gap=10, align="middle"),
    ]
    body = row(inputs, hidden, out, gap=110 if is_wide else 70)
    notes = [_note(f"h{i}", "y", number_text(float(v[i]))) for i in range(len(w))]
    return body.link(*links, *last, *bends, *notes)


def _note(start: str, end: str, text: str):
    """Return a link that writes a weight onto the line between two pieces."""

    def draw(boxes) -> list[str]:
        (x0, y0), (x1, y1) = boxes[start].point("right"), boxes[end].point("left")
        x, y = x0 + 0.42 * (x1 - x0), y0 + 0.42 * (y1 - y0)
        ground = f'<rect x="{x - 17:.1f}" y="{y - 9:.1f}" width="34" height="18" class="p-card"/>'
        return [ground, text_shape(f"·{text}", x, y, SMALL, "middle", "p-muted")]

    return draw
