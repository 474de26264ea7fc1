"""The maths appendix's picture: a small network, every number on its way from input to output."""

from __future__ import annotations

from typing import Any

import torch

from llm_lib.book.pictures.cells import cell
from llm_lib.book.pictures.kit import box
from llm_lib.book.pictures.links import arrow, line, note
from llm_lib.book.pictures.picture import Picture
from llm_lib.book.pictures.piece import Piece, column, row
from llm_lib.book.pictures.text import label, number_text

INPUT = (1.0, 2.0)
WEIGHTS = ((1.0, 0.5), (-1.0, 0.5), (0.5, -1.0))  # a row a neuron
BIAS = (0.5, 0.5, 0.5)
OUTPUT = (1.0, 2.0, -1.0)


def neuron(
    *, x: Any = INPUT, weights: Any = WEIGHTS, bias: Any = BIAS, output: Any = OUTPUT
) -> Picture:
    """Draw a network of one hidden layer: weighted sums, ReLU, and a weighted sum of these."""
    x, w, b, v = (torch.as_tensor(t, dtype=torch.float32) for t in (x, weights, bias, output))
    sums = w @ x + b
    active = sums.relu()
    y = float(active @ v)
    told = [f"{weighted(w[i], x, b[i])} = {number_text(float(sums[i]))}" for i in range(len(w))]
    bent = ", ".join(number_text(float(a)) for a in active)
    alt = (
        f"A network with the inputs {', '.join(number_text(float(a)) for a in x)}. Each of its "
        f"{len(w)} neurons takes a weighted sum and adds its bias: {'; '.join(told)}. ReLU makes 0 "
        f"of what is below zero: {bent}. The output is {weighted(v, active)} = {number_text(y)}."
    )
    wide, narrow = _wide(x, told, v, active, y), _narrow(x, told, v, active, y)
    return Picture("A neuron is a weighted sum, and a bend", alt, wide, narrow)


def weighted(weights, values, bias=None) -> str:
    """Return a weighted sum as text.

    >>> weighted(torch.tensor([1.0, -0.5]), torch.tensor([2.0, 4.0]), torch.tensor(1.0))
    '1·2 − 0.5·4 + 1'
    """
    parts = [(float(w), f"·{number_text(float(x))}") for w, x in zip(weights, values, strict=True)]
    parts += [(float(bias), "")] if bias is not None else []
    text = number_text(parts[0][0]) + parts[0][1]
    for number, rest in parts[1:]:
        text += f" {'−' if number < 0 else '+'} {number_text(abs(number))}{rest}"
    return text


def _cells(values, role, name, **size) -> list[Piece]:
    return [
        cell(float(a), role, largest=3, **size).named(f"{name}{i}") for i, a in enumerate(values)
    ]


def _under(title: str, *pieces: Piece, gap: float) -> Piece:
    """Return pieces one below the other, their middle on the line of their neighbours."""
    body = column(*pieces, gap=gap)
    return column(label(title, bold=True), body, gap=12, align="middle").pad(bottom=33)


def _ways(n_input: int, n: int, v, first: str) -> list:
    """Return the lines of a network, and the weights on those to the output."""
    ways = [line(f"x{j}", f"{first}{i}", "right", "left") for i in range(n) for j in range(n_input)]
    ways += [line(f"h{i}", "y0", "right", "left") for i in range(n)]
    return ways + [note(f"h{i}", "y0", f"× {number_text(float(v[i]))}") for i in range(n)]


def _wide(x, told, v, active, y) -> Piece:
    size = {"width": 44, "height": 44}
    most = max(label(text, mono=True, size=14).width for text in told) + 24
    sums = [
        box(label(text, mono=True, size=14), width=most, height=44).named(f"n{i}")
        for i, text in enumerate(told)
    ]
    parts = (
        _under("input", *_cells(x, "key", "x", **size), gap=44),
        _under("weighted sum + bias", *sums, gap=20),
        _under("ReLU", *_cells(active, "value", "h", **size), gap=20),
        _under("output", *_cells([y], "weight", "y", **size), gap=20),
    )
    bends = [arrow(f"n{i}", f"h{i}") for i in range(len(told))]
    return row(*parts, gap=96).link(*_ways(len(x), len(told), v, "n"), *bends)


def _narrow(x, told, v, active, y) -> Piece:
    size = {"width": 38, "height": 36}
    parts = (
        column(*_cells(x, "key", "x", **size), gap=40),
        column(*_cells(active, "value", "h", **size), gap=22),
        *_cells([y], "weight", "y", **size),
    )
    net = row(*parts, gap=86).link(*_ways(len(x), len(told), v, "h"))
    head = label("weighted sum + bias, before ReLU", size=13, role="muted", anchor="start")
    lines = [label(text, mono=True, size=13, anchor="start") for text in told]
    return column(net, column(head, *lines, gap=4), gap=16)
