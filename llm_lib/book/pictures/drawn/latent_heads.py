"""Latent attention's picture: one short vector is kept, and all heads' keys are made of it."""

from __future__ import annotations

from llm_lib.book.pictures.kit import box
from llm_lib.book.pictures.links import line
from llm_lib.book.pictures.picture import Picture
from llm_lib.book.pictures.piece import Piece, column, row
from llm_lib.book.pictures.text import SMALL, label

SHOWN = 4  # heads
HEIGHT = 28


def latent_heads(
    *, n_head: int = 128, head_size: int = 128, n_latent: int = 512, n_rotary: int = 64
) -> Picture:
    """Draw what a layer with latent attention keeps of a token, and what could be made of it."""
    whole, kept = 2 * n_head * head_size, n_latent + n_rotary
    alt = (
        f"A token's latent, {n_latent} numbers, and {n_rotary} more for its position are kept. "
        f"From the latent come a key and a value for each of {n_head} query heads, of which "
        f"{SHOWN} are drawn; these would be {whole:,} numbers, and are not kept: only {kept} are."
    )
    wide, narrow = (
        _heads_over_latent(n_head, whole, n_latent, n_rotary, width) for width in (88, 54)
    )
    return Picture("One latent for all heads", alt, wide, narrow)


def _heads_over_latent(n_head, whole, n_latent, n_rotary, width) -> Piece:
    """Return heads, their keys and values, and what is kept below them."""
    more = label("…", role="muted")
    names = [f"{i}" for i in (*range(SHOWN - 1), n_head - 1)]
    queries = _row(names, "tinted", "query", width, "q", more)
    keys = _row(names, "box p-new", "key", width, "k", more)
    room = keys.width - 8  # shared out to scale
    place = _box(f"{n_rotary}", room * n_rotary / (n_latent + n_rotary), "tinted", "key")
    latent = _box(f"latent: {n_latent}", room - place.width, "tinted", "value")
    links = [line(f"q{i}", f"k{i}", "bottom", "top", role="query") for i in range(SHOWN)]
    links += [line("latent", f"k{i}", "top", "bottom", role="value") for i in range(SHOWN)]
    links += [line("place", f"k{i}", "top", "bottom", role="key") for i in range(SHOWN)]
    rows = column(queries, keys, row(latent.named("latent"), place.named("place"), gap=8), gap=24)
    kept = f"kept: {n_latent} + {n_rotary} (position) = {n_latent + n_rotary} numbers"
    return column(
        _said(f"{n_head} query heads"),
        rows.link(*links),
        _said(kept),
        _said(f"dashed: {whole:,} numbers, never kept"),
        gap=4,
    )


def _said(text: str) -> Piece:
    return label(text, size=SMALL, role="muted", anchor="start")


def _box(text, width, look, role) -> Piece:
    return box(text, width=width, height=HEIGHT, look=look, role=role, pad=2, radius=4)


def _row(texts, look, role, width, name, more) -> Piece:
    """Return boxes side by side, with a sign for those left out before the last."""
    boxes = [_box(text, width, look, role).named(f"{name}{i}") for i, text in enumerate(texts)]
    return row(*boxes[:-1], more, boxes[-1], gap=8)
