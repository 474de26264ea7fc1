"""Where the bits of a number go: sign, exponent and fraction in three formats."""

from __future__ import annotations

from typing import Any

import torch

from llm_lib.arguments import check_number
from llm_lib.book.pictures.cells import rectangle
from llm_lib.book.pictures.picture import Picture
from llm_lib.book.pictures.piece import Piece, column, row, table
from llm_lib.book.pictures.text import SMALL, label, text_shape

FORMATS = (
    ("float32", torch.float32, torch.int32, 8, 23),
    ("bfloat16", torch.bfloat16, torch.int16, 8, 7),
    ("float16", torch.float16, torch.int16, 5, 10),
)
ROLES = ("ink", "key", "value")  # of sign, exponent, fraction


def float_bits(*, number: Any = 1.001) -> Picture:
    """Draw the bits of a number in float32, bfloat16 and float16, and what each of them keeps."""
    number = float(check_number("number", number))
    told, lines = [], []
    for name, dtype, whole, exponent, fraction in FORMATS:
        kept = torch.tensor(number, dtype=dtype)
        n = 1 + exponent + fraction
        bits = f"{int(kept.view(whole)) % 2**n:0{n}b}"
        value = f"{float(kept):.7g}"
        told.append(f"{name}: 1 sign, {exponent} exponent, {fraction} fraction bits, {value}")
        lines.append((name, bits, (1, exponent, fraction), value))
    alt = f"The number {number:g} in three formats. {'; '.join(told)}."
    wide = table([_line(*line, 15) for line in lines], gap=14, row_gap=12, align="ess")
    narrow = column(*(_stacked(*line) for line in lines), gap=12)
    return Picture(f"{number:g}, bit by bit: sign, exponent, fraction", alt, wide, narrow)


def _line(name: str, bits: str, lengths: tuple, value: str, width: float) -> list[Piece]:
    return [
        label(name, mono=True, anchor="end"),
        _cells(bits, lengths, width),
        label(f"= {value}", bold=True, anchor="start"),
    ]


def _stacked(name: str, bits: str, lengths: tuple, value: str) -> Piece:
    head = row(label(name, mono=True, size=SMALL), label(f"= {value}", bold=True, size=SMALL))
    return column(head, _cells(bits, lengths, 8.6), gap=4)


def _cells(bits: str, lengths: tuple, width: float) -> Piece:
    """Draw bits as cells, coloured by what they are for, with the lengths below."""
    parts, at = [], 0
    for role, length in zip(ROLES, lengths, strict=True):
        shapes = []
        for i, bit in enumerate(bits[at : at + length]):
            fill = 34 if bit == "1" else 8
            cell = rectangle(width - 1, 26, f"p-cell p-{role}", 2, fill)
            shapes.append(f'<g transform="translate({i * width:.1f} 0)">{cell}</g>')
            if width > 10:
                shapes.append(text_shape(bit, i * width + width / 2, 13, 12, "middle", "p-mono"))
        shapes.append(text_shape(str(length), length * width / 2, 38, 12, "middle", f"p-{role}"))
        parts.append(Piece(length * width, 46, tuple(shapes)))
        at += length
    return row(*parts, gap=4)
