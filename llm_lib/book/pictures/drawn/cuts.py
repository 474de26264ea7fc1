"""One text, cut in several ways: a line of tokens for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from llm_lib.book.pictures.kit import flow, token
from llm_lib.book.pictures.picture import Picture
from llm_lib.book.pictures.piece import Piece, column, row, table
from llm_lib.book.pictures.text import label

TEXT = "café"
PHONE = 320  # pixels of a line on a phone


def cuts(*, rows: Mapping[str, Sequence[str]] | None = None) -> Picture:
    """Draw the tokens that a text becomes, a line for each way to cut it.

    rows: for each way its tokens, as they are to be read; characters and bytes of a word, if not
        given.
    """
    if rows is None:
        rows = {"characters": list(TEXT), "bytes": [str(byte) for byte in TEXT.encode("utf-8")]}
    said = {name: f"{len(tokens)} token{'s' * (len(tokens) != 1)}" for name, tokens in rows.items()}
    alt = "; ".join(f"{name}: {said[name]}, {' | '.join(rows[name])}" for name in rows)
    wide = table(
        [
            [_named(name), row(*_boxes(tokens), gap=4), label(said[name], size=13, role="muted")]
            for name, tokens in rows.items()
        ],
        gap=18,
        row_gap=12,
        align="sss",
    )
    narrow = column(
        *(
            column(
                row(_named(name), label(said[name], size=13, role="muted"), gap=12),
                flow(_boxes(tokens), PHONE, gap=4),
                gap=6,
            )
            for name, tokens in rows.items()
        ),
        gap=16,
    )
    return Picture("One text, cut in several ways", f"{alt}.", wide, narrow)


def _named(name: str) -> Piece:
    return label(name, size=14, bold=True, anchor="start")


def _boxes(tokens: Sequence[str]) -> list[Piece]:
    return [token(text, size=13, pad=6) for text in tokens]
