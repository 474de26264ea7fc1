"""Chapter 9's picture: the queries, keys and values that three matrices make of the same tokens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from llm_lib.book.pictures.cells import grid, in_line
from llm_lib.book.pictures.picture import Picture
from llm_lib.book.pictures.piece import Piece, column, row
from llm_lib.book.pictures.text import SMALL, label, number_text

NAMES = ("fox: kite", "bear: drum", "owl: lamp", "bear: ?")
ANIMALS, THINGS = ("fox", "bear", "owl"), ("kite", "drum", "lamp")
Q = ((5.0, 0, 0, 5), (0, 5, 0, 5), (0, 0, 5, 5), (0, 5, 0, 5))
K = ((1.0, 0, 0, 1), (0, 1, 0, 1), (0, 0, 1, 1), (0, 1, 0, 0))
V = ((1.0, 0, 0), (0, 1, 0), (0, 0, 1), (0, 0, 0))
ROLES = ("query", "key", "value")
TELLS = ("what it looks for", "how it is found", "what it hands over")


def query_key_value(*, q: Any = Q, k: Any = K, v: Any = V, names: Sequence[str] = NAMES) -> Picture:
    """Draw the three tables side by side: a row for each token, in the colours of their roles."""
    tables = [torch.as_tensor(x, dtype=torch.float32).tolist() for x in (q, k, v)]
    if any(len(table) != len(names) for table in tables):
        raise ValueError(f"q, k and v need a row for each of the {len(names)} names")
    heads = [[*ANIMALS, "ask"], [*ANIMALS, "has"], [*THINGS]]
    told = ". ".join(
        f"{name}: "
        + ", ".join(
            f"{role} ({', '.join(number_text(x) for x in table[t])})"
            for role, table in zip(ROLES, tables, strict=True)
        )
        for t, name in enumerate(names)
    )
    alt = f"Three tables, a row for each of {len(names)} tokens. {told}."

    called = [label(name, size=SMALL, mono=True, role="muted", anchor="end") for name in names]

    def part(i: int, width: float, height: float) -> Piece:
        title = label(ROLES[i], bold=True, role=ROLES[i])
        note = label(TELLS[i], size=SMALL, role="muted")
        cells = grid(tables[i], ROLES[i], columns=heads[i], width=width, height=height)
        return column(column(title, note, gap=0, align="middle"), cells, gap=8, align="middle")

    def with_names(*parts: Piece, height: float, gap: float) -> Piece:
        lines = column(*(in_line(name, height) for name in called), gap=2, align="end")
        return row(lines, *parts, gap=gap, align="end")

    wide = with_names(*(part(i, 54, 36) for i in range(3)), height=36, gap=36)
    parts = [with_names(part(i, 46, 28), height=28, gap=8) for i in range(3)]
    narrow = column(*parts, gap=18, align="start")
    return Picture("Query, key and value of each token", alt, wide, narrow)
