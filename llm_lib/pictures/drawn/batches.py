"""The data loaders' opening picture: a long row of tokens, cut into windows, becomes a batch."""

from __future__ import annotations

from llm_lib.pictures.kit import box, flow, token
from llm_lib.pictures.links import arrow
from llm_lib.pictures.picture import Picture
from llm_lib.pictures.piece import Piece, column, row
from llm_lib.pictures.text import label

TEXT = "the fox sat in the tree and the owl slept in the sun"


def batches(*, text: str = TEXT, length: int = 4) -> Picture:
    """Draw how a text is cut into windows of `length` tokens, and how these make a batch."""
    tokens = text.split()
    n = len(tokens) // length
    if n < 1:
        raise ValueError(f"a window of {length} tokens needs a longer text; it has {len(tokens)}")
    windows = [tokens[i * length : (i + 1) * length] for i in range(n)]
    rest = tokens[n * length :]
    cut = "; ".join(" ".join(window) for window in windows)
    alt = (
        f"The text “{text}” is one row of {len(tokens)} tokens. Cut into windows of {length} it is "
        f"{cut}. Below each other they are a batch of the shape ({n}, {length})."
    )
    wide, narrow = (_draw(windows, rest, *sizes) for sizes in ((14, 14, 950, 90), (13, 7, 324, 72)))
    return Picture("From one long text to a batch", alt, wide, narrow)


def _strip(windows, rest, size: float, pad: float, width: float) -> Piece:
    """Return the text: each window in a box, and what is left over behind them."""
    lines = [row(*(token(t, size=size, pad=pad) for t in window), gap=4) for window in windows]
    frames = [box(line, look="tinted", role="weight", pad=7) for line in lines]
    left = [token(t, size=size, pad=pad, look="new") for t in rest]
    return flow([*frames, *left], width, gap=8, row_gap=8).named("text")


def _draw(windows, rest, size: float, pad: float, width: float, cell: float) -> Piece:
    lines = [row(*(token(t, size=size, width=cell) for t in window), gap=4) for window in windows]
    shape = label(f"a batch: ({len(windows)}, {len(windows[0])})", bold=True)
    below = column(shape, column(*lines, gap=4), gap=8, align="middle").named("batch")
    body = column(_strip(windows, rest, size, pad, width), below, gap=34, align="middle")
    return body.link(arrow("text", "batch", "bottom"))
