"""Muon's idea in the plane: what a gradient, AdamW's first step and Muon's make of a circle."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor

from llm_lib.book.pictures.links import head
from llm_lib.book.pictures.picture import Picture
from llm_lib.book.pictures.piece import Piece, column, place, row
from llm_lib.book.pictures.text import SMALL, label, number_text

MATRIX = ((1.0, 2.0), (2.0, 1.0))  # stretches (1, 1) by 3, and (1, -1) by 1


def alike_directions(*, matrix: Any = MATRIX) -> Picture:
    """Draw what a matrix (2, 2), the signs of its numbers and its orthogonal part make of a circle.

    The signs are AdamW's first step, if the matrix is a gradient.
    """
    matrix = torch.as_tensor(matrix, dtype=torch.float64)
    if matrix.shape != (2, 2):
        raise ValueError(f"matrix must have shape (2, 2), got {tuple(matrix.shape)}")
    u, sizes, v = torch.linalg.svd(matrix)
    if float(sizes[1]) < 1e-9:
        raise ValueError(f"matrix must stretch every direction, got the singular values {sizes}")
    v = v * v[:, :1].sign().where(v[:, :1] != 0, torch.ones(2, 1).double())  # drawn to the right
    u = matrix @ v.T / sizes
    a, b = (number_text(round(float(s), 2)) for s in sizes)
    signs = matrix.sign()
    c, d = (number_text(round(float(size), 2)) for size in (signs @ v.T).norm(dim=0))
    parts = (
        ("inputs of length 1", torch.eye(2).double(), ("1", "1")),
        ("the plainest step", matrix, (a, b)),
        ("AdamW's first step", signs, (c, d)),
        ("made alike: Muon", u @ v, ("1", "1")),
    )
    reach = float(sizes[0]) * 1.12

    def drawn(size: float) -> list[Piece]:
        return [
            column(
                label(name, bold=True, size=SMALL, anchor="middle"),
                _plane(m, v, lengths, size, reach),
                gap=6,
                align="middle",
            )
            for name, m, lengths in parts
        ]

    small = drawn(140)
    return Picture(
        "A matrix with a strong and a weak direction, before and after",
        _in_words(a, b, c, d),
        row(*drawn(158), gap=12),
        column(row(*small[:2], gap=10), row(*small[2:], gap=10), gap=14),
    )


def _in_words(a: str, b: str, c: str, d: str) -> str:
    return (
        "Four drawings of two arrows. First both have the length 1, at right angles in a circle. "
        f"The matrix turns the circle into an ellipse: one arrow is {a} long, the other {b}. "
        f"AdamW's first step makes one {c} long, the other {d}. Made alike, both arrows point "
        "where the matrix sent them, and both are 1 long, in a circle."
    )


def _plane(m: Tensor, v: Tensor, lengths: tuple[str, str], size: float, reach: float) -> Piece:
    """Draw the image of the unit circle under `m`, and of the two directions in `v`."""
    middle, unit = size / 2, size / 2 / reach

    def at(p: Tensor) -> tuple[float, float]:
        return middle + unit * float(p[0]), middle - unit * float(p[1])

    angles = torch.linspace(0, 2 * math.pi, 73, dtype=torch.float64)
    ring = (m @ torch.stack([angles.cos(), angles.sin()])).T
    path = "L".join(f"{place(x)} {place(y)}" for x, y in map(at, ring))
    shapes = [
        f'<path d="M0 {place(middle)}H{place(size)}M{place(middle)} 0V{place(size)}" '
        'class="p-rule"/>',
        f'<path d="M{path}Z" class="p-line p-weight p-curve"/>',
    ]
    words = []
    for direction, length, role in zip(v, lengths, ("query", "key"), strict=True):
        x, y = at(m @ direction)
        if math.hypot(x - middle, y - middle) > 0.5:
            shapes.append(
                f'<path d="M{place(middle)} {place(middle)}L{place(x)} {place(y)}" '
                f'class="p-line p-{role} p-thick"/>'
            )
            shapes.append(head(x, y, math.atan2(y - middle, x - middle), role))
        else:  # nothing is left of it: its length stands where the input pointed
            x, y = at(direction / 2)
            shapes.append(
                f'<circle cx="{place(middle)}" cy="{place(middle)}" r="4" class="p-bar p-{role}"/>'
            )
        far = math.hypot(x - middle, y - middle)
        out = (far + 13) / far
        text = label(length, bold=True, role=role, size=15, anchor="middle")
        spot = (middle + (x - middle) * out, middle + (y - middle) * out)
        words.append((spot[0] - text.width / 2, spot[1] - text.height / 2, text))
    return Piece(size, size, tuple(shapes), tuple(words))
