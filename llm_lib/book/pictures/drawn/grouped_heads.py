"""Grouped-query attention's picture: whose keys and values each query head reads."""

from __future__ import annotations

from llm_lib.arguments import check_whole
from llm_lib.book.pictures.kit import box
from llm_lib.book.pictures.links import line
from llm_lib.book.pictures.picture import Picture
from llm_lib.book.pictures.piece import Piece, column, row
from llm_lib.book.pictures.text import SMALL, label

HEIGHT = 28  # of a head's box


def grouped_heads(*, n_head: int = 12, n_kv_head: int = 3, head_size: int = 64) -> Picture:
    """Draw query heads that each have keys and values of their own, and heads that share some."""
    check_whole("n_kv_head", n_kv_head, 1, n_head)
    if n_head % n_kv_head:
        raise ValueError(f"n_kv_head must divide {n_head}, got {n_kv_head}")
    size = n_head // n_kv_head
    groups = "; ".join(
        f"{h} to {h + size - 1} read number {h // size}" for h in range(0, n_head, size)
    )
    alt = (
        f"Above, each of {n_head} query heads has keys and values of its own: {n_head} of them. "
        f"Below, {size} heads share one: query heads {groups}. So a layer keeps "
        f"{2 * n_kv_head * head_size:,} numbers of a token, where it kept "
        f"{2 * n_head * head_size:,}."
    )
    title = f"{n_head} query heads: each with its own keys and values, or {size} with one"
    wide, narrow = (
        column(
            _level(n_head, n_head, head_size, width, gap, "all"),
            _level(n_head, n_kv_head, head_size, width, gap, "shared"),
            gap=28,
        )
        for width, gap in ((46, 8), (23, 3))
    )
    return Picture(title, alt, wide, narrow)


def _level(n_head, n_kv_head, head_size, width, gap, name) -> Piece:
    """Return query heads over the keys and values that they read, and what a layer keeps."""
    size = n_head // n_kv_head
    apart = size * (width + gap) - width  # each stands under the middle of its query heads
    queries = _heads("query", n_head, width, gap, f"{name}.q")
    keys = _heads("key", n_kv_head, width, apart, f"{name}.k")
    links = [
        line(f"{name}.q{h}", f"{name}.k{h // size}", "bottom", "top", role="query")
        for h in range(n_head)
    ]
    kept = 2 * n_kv_head * head_size
    parts = (
        _said("query heads"),
        column(queries, keys, gap=22, align="middle").link(*links),
        _said(f"their keys and values: {kept:,} numbers a layer"),
    )
    return column(*parts, gap=4)


def _said(text: str) -> Piece:
    return label(text, size=SMALL, role="muted", anchor="start")


def _heads(role, n, width, gap, name) -> Piece:
    boxes = (
        box(f"{i}", width=width, height=HEIGHT, look="tinted", role=role, pad=2, radius=4)
        for i in range(n)
    )
    return row(*(one.named(f"{name}{i}") for i, one in enumerate(boxes)), gap=gap)
