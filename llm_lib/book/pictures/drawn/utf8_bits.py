"""UTF-8 by hand: how the bits of a code point fill its bytes."""

from __future__ import annotations

from llm_lib.book.pictures.kit import token
from llm_lib.book.pictures.links import arrow
from llm_lib.book.pictures.picture import Picture
from llm_lib.book.pictures.piece import Piece, column, row
from llm_lib.book.pictures.text import SMALL, label, text_width

STARTS = {1: "0", 2: "110", 3: "1110", 4: "11110"}  # of the first byte, by how many there are


def utf8_bits(*, character: str = "é") -> Picture:
    """Draw a character's code point in bits, and the bytes that they fill."""
    if not isinstance(character, str) or len(character) != 1:
        raise ValueError(f"character must be one character, got {character!r}")
    data = character.encode("utf-8")
    starts = [STARTS[len(data)]] + ["10"] * (len(data) - 1)
    parts = [f"{byte:08b}"[len(start) :] for byte, start in zip(data, starts, strict=True)]
    point = ord(character)
    filled = "; ".join(
        f"{start} and {part} make {byte}, in hexadecimal {byte:02x}"
        for start, part, byte in zip(starts, parts, data, strict=True)
    )
    alt = f"{character} is number {point}, in bits {' '.join(parts)}. As bytes: {filled}."
    title = f"{character} is {point:,}, in {len(data)} byte{'s' * (len(data) > 1)}"
    lines = [point, starts, parts, list(data)]
    return Picture(title, alt, _draw(*lines, 17, 26), _draw(*lines, 13, 8))


def _draw(point, starts, parts, data, size, gap) -> Piece:
    """Draw the bits above the places that they fill, a byte beside the other."""
    columns = []
    for i, (start, part, byte) in enumerate(zip(starts, parts, data, strict=True)):
        fixed = token(start, size=size, pad=5, fill=30)
        bits = token(part, size=size, pad=5, look="asks").named(f"to{i}")
        above = token(part, size=size, pad=5, look="asks").named(f"from{i}")
        number = label(f"{byte} = {byte:02x}", mono=True, size=size - 1, anchor="middle")
        whole = row(fixed, bits, gap=3)
        top = Piece(whole.width, above.height, parts=((whole.width - above.width, 0, above),))
        foot = Piece(
            whole.width, number.height, parts=(((whole.width - number.width) / 2, 0, number),)
        )
        columns.append(column(column(top, whole, gap=30), foot, gap=10))
    links = [arrow(f"from{i}", f"to{i}", "bottom", gap=3) for i in range(len(parts))]
    drawn = row(*columns, gap=gap).link(*links)
    names = [f"{point:,} in bits", "8 bits per byte", "as a number"]
    if size < 15:
        said = label("the number in bits, the bytes, their values", size=SMALL, role="muted")
        return column(said, drawn, gap=8)
    width = max(text_width(name) for name in names)
    places = ((0.0, names[0]), (62.0, names[1]), (101.0, names[2]))
    left = Piece(
        width,
        drawn.height,
        parts=tuple((0, y + 6, label(n, role="muted", anchor="start")) for y, n in places),
    )
    return row(left, drawn, gap=gap)
