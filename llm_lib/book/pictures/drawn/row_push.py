"""Chapter 6's picture: one step of training moves the row of the word that was read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from llm_lib.book.pictures.cells import cell
from llm_lib.book.pictures.kit import heading
from llm_lib.book.pictures.links import around, arrow
from llm_lib.book.pictures.picture import Picture
from llm_lib.book.pictures.piece import Piece, column, row, space, table
from llm_lib.book.pictures.text import SMALL, label, number_text

FIRST = {"fox": (1.0, 1.0), "wolf": (-1.0, 0.0), "kite": (1.0, 1.0)}
SECOND = {"went": (1.0, 0.0), "flew": (0.0, 1.0)}
CELL, GAP = 34, 8  # pixels: a cell, and the room between two rows


def row_push(
    *,
    first: Mapping[str, Sequence[float]] = FIRST,
    second: Mapping[str, Sequence[float]] = SECOND,
    read: str = "fox",
    came: str = "went",
) -> Picture:
    """Draw how the row of `read` moves in a step of size 1, when `came` comes after it.

    first: the rows of the words that are read. second: of those that can come next.
    """
    for word, rows in ((read, first), (came, second)):
        if word not in rows:
            raise ValueError(f"{word!r} has no row; these have: {', '.join(rows)}")
    rows = torch.tensor(list(second.values()), dtype=torch.float32)
    old = torch.tensor(first[read], dtype=torch.float32)
    p = (rows @ old).softmax(dim=0)
    right = torch.tensor([float(word == came) for word in second])
    misses = p - right
    pushes = -misses[:, None] * rows
    new = old + pushes.sum(dim=0)
    factors = [f"{'−' if m > 0 else '+'}{number_text(abs(m))}" for m in misses.tolist()]

    alt = _say(first, read, second, (old, p, right, factors, new))
    roles = ["right" if r else "wrong" for r in right.tolist()]
    reads = _reads(first, read)
    steps = _steps(read, old, [*zip(factors, second, pushes, roles, strict=True)], new)
    scored = _scored(second, p, right, misses, roles)
    taken = arrow("read", "old")
    wide = row(reads, steps, scored, gap=54, align="start").link(
        taken, *(arrow(f"next{i}", f"push{i}", "left", role=r) for i, r in enumerate(roles))
    )
    sides = [
        around(f"miss{i}", f"push{i}", "right", 8 * (len(roles) - i), role=r)
        for i, r in enumerate(roles)
    ]
    below = row(reads, steps, gap=18, align="start").pad(right=8 * len(roles) + 5)
    narrow = column(scored, below, gap=14).link(taken, *sides)
    return Picture("One step moves one input row", alt, wide, narrow)


def _say(first, read: str, second, step: tuple) -> str:
    """Return the picture in words."""
    old, p, right, factors, new = step
    told = [
        f"{word} {_tuple(torch.tensor(at))} got {number_text(q)} and should have had "
        f"{number_text(r)}, a miss of {number_text(q - r)}"
        for (word, at), q, r in zip(second.items(), p.tolist(), right.tolist(), strict=True)
    ]
    added = " ".join(f"{f} times {word}'s row" for f, word in zip(factors, second, strict=True))
    grey = " and ".join(word for word in first if word != read)
    return (
        f"The output rows are of the words that can come next: {'; '.join(told)}. The input rows "
        f"are of the words that are read. There, {read}'s row {_tuple(old)} {added} becomes "
        f"{_tuple(new)}. The rows of {grey} are grey: they stay."
    )


def _tuple(values: Tensor) -> str:
    return f"({', '.join(number_text(float(v)) for v in values)})"


def _cells(values: Sequence[float] | Tensor, role: str) -> Piece:
    return row(*(cell(float(v), role, largest=2, width=CELL, height=CELL) for v in values), gap=3)


def _word(text: str, role: str = "ink") -> Piece:
    return label(text, size=SMALL, mono=True, role=role, anchor="end")


def _reads(first: Mapping[str, Sequence[float]], read: str) -> Piece:
    """Draw the table that is read: its rows are grey, but for one."""
    lines = []
    for word in (read, *(word for word in first if word != read)):
        is_read = word == read
        cells = _cells(first[word], "weight" if is_read else "muted")
        name = _word(word, "ink" if is_read else "muted")
        lines.append([name, cells.named("read" if is_read else "")])
    body = table(lines, gap=8, row_gap=GAP, align="es")
    return column(heading("Input rows", "words read"), body, gap=8)


def _steps(read: str, old: Tensor, added: Sequence[tuple], new: Tensor) -> Piece:
    """Draw the sum that is the row's step: it, the pushes, and where it is then."""
    lines = [[_word(read).named("old"), _cells(old, "weight")]]
    for i, (factor, word, push, role) in enumerate(added):
        lines.append([_word(f"{factor} × {word}"), _cells(push, role).named(f"push{i}")])
    lines.append([_word("new row"), _cells(new, "weight")])
    body = table(lines, gap=8, row_gap=GAP, align="es")
    return column(heading("One step"), space(height=10), body, gap=8)


def _scored(second, p: Tensor, right: Tensor, misses: Tensor, roles: Sequence[str]) -> Piece:
    """Draw the table of the words that can come next, with what each of them missed."""
    heads = ["", "", "got", "should", "miss"]
    lines = [[label(text, size=SMALL, role="muted") for text in heads]]
    for i, (word, at) in enumerate(second.items()):
        numbers = [_word(number_text(float(x[i]))) for x in (p, right)]
        miss = label(number_text(float(misses[i])), bold=True, role=roles[i]).named(f"miss{i}")
        lines.append([_word(word).named(f"next{i}"), _cells(at, roles[i]), *numbers, miss])
    lines[0] = [part.pad(top=CELL - part.height) for part in lines[0]]
    body = table(lines, gap=10, row_gap=GAP, align="esmmm")
    return column(heading("Output rows", "words that can come next"), body, gap=8)
