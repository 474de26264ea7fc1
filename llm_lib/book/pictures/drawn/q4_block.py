"""A block of 32 rounded weights, byte by byte: a scale, a minimum, and two codes in each byte."""

from __future__ import annotations

import struct
from collections import Counter

from llm_lib.book.pictures.cells import rectangle
from llm_lib.book.pictures.picture import Picture
from llm_lib.book.pictures.piece import Piece, column, row
from llm_lib.book.pictures.text import SMALL, label, number_text, text_shape, text_width

HEAD, N = 4, 32  # bytes before the codes; weights in a block
PARTS = (("scale", "key", 2), ("minimum", "value", 2), ("two codes each", "weight", 16))
# made up, as an example: scale 1/8, minimum −1, and codes of all kinds
EXAMPLE = struct.pack("<2e", 0.125, -1) + bytes((37 * i + 90) % 256 for i in range(16))


def q4_block(*, block: bytes = EXAMPLE) -> Picture:
    """Draw the 20 bytes of a Q4_1 block, what its first codes mean, and where all weights lie."""
    block = bytes(block)
    if len(block) != HEAD + N // 2:
        raise ValueError(f"a Q4_1 block has {HEAD + N // 2} bytes, got {len(block)}")
    scale, minimum = struct.unpack("<2e", block[:HEAD])
    codes = [byte & 15 for byte in block[HEAD:]] + [byte >> 4 for byte in block[HEAD:]]
    said = number_text(scale, 3), number_text(minimum, 2)
    sums = [
        f"weight {place}: {said[1]} + {codes[place]} · {said[0]} = "
        f"{number_text(minimum + codes[place] * scale, 2)}"
        for place in (0, N // 2)
    ]
    alt = (
        f"{len(block)} bytes: {block.hex(' ')}. The first two are the scale, {said[0]}, the next "
        f"two the minimum, {said[1]}. Each other byte holds two codes: of {block[HEAD]:02x} the "
        f"right digit is that of {sums[0]}; the left digit that of {sums[1]}. Below, the 16 values "
        "that a weight of this block can have, and a dot for each weight that has it."
    )
    values = said, sums, codes, [minimum, minimum + 15 * scale]
    return Picture("32 weights in 20 bytes", alt, _draw(block, *values, 20), _draw(block, *values))


def _draw(block, said, sums, codes, ends, per_row: int = 10) -> Piece:
    """Draw bytes, two sums and the grid; narrow, unless a row has all bytes."""
    wide = per_row == len(block)
    words = [label(text, size=SMALL if wide else 12, anchor="start") for text in sums]
    digits = [f"{block[HEAD]:02x}"[-1], f"{block[HEAD]:02x}"[0]]
    named = [f"{side} digit {digit}" for side, digit in zip(("right", "left"), digits, strict=True)]
    heads = [label(text, size=SMALL, bold=True, anchor="start") for text in named]
    lines = [row(*pair, gap=10) for pair in zip(heads, words, strict=True)] if wide else words
    head = label(f"The byte {block[HEAD]:02x}, framed:", size=SMALL, role="muted", anchor="start")
    told = column(head, *lines, gap=4, align="start")
    return column(
        _bytes(block, said, per_row), told, _grid(codes, ends, wide), gap=16, align="start"
    )


def _bytes(block: bytes, said: tuple, per_row: int) -> Piece:
    """Draw the bytes in their roles' colours, with what each part is above its first."""
    width, height, step = 27, 26, 30
    roles = [role for _, role, n in PARTS for _ in range(n)]
    shapes = []
    for i, (byte, role) in enumerate(zip(block, roles, strict=True)):
        x, y = i % per_row * step, 34 + i // per_row * (height + 4)
        look = f"p-cell p-{role}{' p-chosen' if i == HEAD else ''}"
        cell = rectangle(width, height, look, 3, 24)
        digits = text_shape(f"{byte:02x}", width / 2, height / 2, 13, "middle", "p-ink p-mono")
        shapes.append(f'<g transform="translate({x} {y})">{cell}{digits}</g>')
    x = 0
    for (name, role, n), value in zip(PARTS, (*said, ""), strict=True):
        for text, y in ((name, 8), (value, 23)):
            shapes.append(text_shape(text, x, y, 12, "start", f"p-{role}"))
        x += n * step + 4  # “minimum” is as wide as its two bytes
    rows = -(-len(block) // per_row)
    return Piece(per_row * step - step + width, 34 + rows * (height + 4) - 4, tuple(shapes))


def _grid(codes: list[int], ends: list[float], wide: bool) -> Piece:
    """Draw the 16 values, and above each a dot for every weight that has it."""
    step, left, dot = (36, 20, 10) if wide else (18.5, 10, 9)
    high = dot * max(Counter(codes).values())
    width = 2 * left + 15 * step
    shapes, stacked = [], Counter()
    for place, code in enumerate(codes):
        stacked[code] += 1
        fill = 90 if place in (0, N // 2) else 24
        spot = rectangle(8, 8, "p-cell p-weight", 4, fill)
        x, y = left + code * step - 4, high - dot * stacked[code]
        shapes.append(f'<g transform="translate({x:.1f} {y})">{spot}</g>')
    shapes.append(f'<path d="M0 {high + 2}H{width:.0f}" class="p-rule"/>')
    for code in range(16):
        text = text_shape(str(code), left + code * step, high + 14, 12, "middle", "p-muted")
        shapes.append(text)
    for code, value in zip((0, 15), ends, strict=True):
        text = number_text(value, 2)
        half = text_width(text, 12) / 2
        x = min(max(left + code * step, half), width - half)
        shapes.append(text_shape(text, x, high + 31, 12, "middle", "p-ink"))
    middle = left + 7.5 * step
    shapes.append(text_shape("code, and its weight", middle, high + 31, 12, "middle", "p-muted"))
    return Piece(width, high + 40, tuple(shapes))
