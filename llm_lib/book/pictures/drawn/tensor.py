"""PyTorch's picture: a tensor of the shape (B, T, C), and what an index leaves of it."""

from __future__ import annotations

import torch

from llm_lib.book.pictures.cells import cell, grid
from llm_lib.book.pictures.kit import box, stack
from llm_lib.book.pictures.links import arrow
from llm_lib.book.pictures.picture import Picture
from llm_lib.book.pictures.piece import Piece, column, row
from llm_lib.book.pictures.text import label


def tensor(*, batch: int = 3, length: int = 4, channels: int = 5) -> Picture:
    """Draw a tensor of whole numbers as sheets of rows, a sheet a text, and two slices of it."""
    x = torch.arange(batch * length * channels).view(batch, length, channels)
    alt = (
        f"A tensor x of shape ({batch}, {length}, {channels}), filled with the numbers from 0 to "
        f"{x.numel() - 1}: {batch} sheets, one a text; in each {length} rows, one a token; in each "
        f"{channels} channels. x[0] is the first sheet, of shape ({length}, {channels}). x[0, 1] "
        f"is its second row, of shape ({channels},): {', '.join(map(str, x[0, 1].tolist()))}."
    )
    wide = row(*_parts(x, 40), gap=56).link(arrow("x", "x[0]"), arrow("x[0]", "x[0, 1]"))
    narrow = column(*_parts(x, 36), gap=32, align="middle")
    narrow = narrow.link(arrow("x", "x[0]", "bottom"), arrow("x[0]", "x[0, 1]", "bottom"))
    return Picture("A tensor, and what an index leaves of it", alt, wide, narrow)


def _parts(x: torch.Tensor, size: float) -> list[Piece]:
    parts = (("x", x, _sheets(x, size)), ("x[0]", x[0], _sheet(x[0], size)))
    return [_named(*part) for part in (*parts, ("x[0, 1]", x[0, 1], _row(x[0, 1], size, True)))]


def _row(values, size: float, is_marked: bool) -> Piece:
    looks = {"width": size, "height": 0.8 * size, "look": "result" if is_marked else ""}
    return row(*(cell(float(v), "key", largest=1e9, **looks) for v in values), gap=2)


def _sheet(values, size: float) -> Piece:
    """Return a sheet of numbers whose second row is marked."""
    return column(*(_row(line, size, i == 1) for i, line in enumerate(values)), gap=2)


def _sheets(x: torch.Tensor, size: float) -> Piece:
    """Return the sheets, one behind the other, with the names of the three directions."""
    B, T, C = x.shape
    behind = grid(0 * x[0], "key", width=size, height=0.8 * size, bare=True)
    cards = [_sheet(x[0], size), *([behind] * (B - 1))]
    sheets = stack(*(box(card, look="card", pad=3, radius=3) for card in cards), step=13)
    names = [label(text, size=13, role="muted") for text in (f"C = {C}", f"T = {T}", f"B = {B}")]
    body = column(names[0], row(names[1], sheets, gap=10), gap=4, align="middle")
    return row(body, names[2].pad(bottom=body.height - 60), gap=2)


def _named(code: str, x: torch.Tensor, piece: Piece) -> Piece:
    """Return a piece under the code that gives it, and its shape."""
    head = row(
        label(code, mono=True, bold=True), label(f"{tuple(x.shape)}", size=14, role="muted"), gap=10
    )
    return column(head, piece, gap=10, align="middle").named(code)
