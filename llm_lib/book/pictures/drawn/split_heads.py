"""Multi-head attention's shapes: from one table to a table for each head, and back."""

from __future__ import annotations

import torch

from llm_lib.book.pictures.cells import in_line, rectangle
from llm_lib.book.pictures.kit import box
from llm_lib.book.pictures.links import arrow
from llm_lib.book.pictures.picture import Picture
from llm_lib.book.pictures.piece import Piece, column, row
from llm_lib.book.pictures.text import label, text_shape

TOKENS = ("Tom", "had", "a", "drum")
WIDTH, HEIGHT = 26, 22  # of a cell
FILLS = (34, 5)  # percent of colour in head 0's cells, and in head 1's


def split_heads(*, tokens: tuple = TOKENS, size: int = 3) -> Picture:
    """Draw each shape of a layer of two heads, `size` numbers each, for one text.

    What token t has in channel c is written as the digits t and c, so that it can be found again.
    """
    T, C = len(tokens), 2 * size
    alt = (
        f"One text of {T} tokens, in a layer of two heads. There: x, of shape (1, {T}, {C}), times "
        f"W_Q is q, of the same shape. Its view (1, {T}, 2, {size}) cuts each row in two; "
        f"transposed to (1, 2, {T}, {size}), each head has a table of its own, with a row for each "
        f"token: head 0 the channels 0 to {size - 1}, head 1 the others. Back: what the heads "
        f"found, (1, 2, {T}, {size}), is transposed to (1, {T}, 2, {size}), joined to "
        f"(1, {T}, {C}), and multiplied by W_O."
    )
    there, back = _there(tokens, size), _back(tokens, size)
    ways = [_way("There: project, then cut", there, 0), _way("Back: join, then mix", back, 4)]
    links = [arrow(f"s{i}", f"s{i + 1}", "bottom") for i in range(7)]
    narrow = column(*_named([*there, *back], 0), gap=30, align="middle").link(*links)
    return Picture("Into two heads, and back", alt, column(*ways, gap=18), narrow)


def _there(tokens, size) -> list[Piece]:
    """Return the way from x to a table for each head."""
    T = len(tokens)
    q = 10 * torch.arange(T)[:, None] + torch.arange(2 * size)  # (T, C)
    cut = q.view(T, 2, size)
    heads = cut.transpose(0, 1)  # (H, T, D)
    return [
        _stage("x", "B, T, C", (1, *q.shape), _in_rows(tokens, _table(0 * q, "residual"))),
        _stage("q = x @ W_Q", "B, T, C", (1, *q.shape), _cut(cut, "query", 2)),
        _stage(f".view(1, {T}, 2, {size})", "B, T, H, D", (1, *cut.shape), _cut(cut, "query", 12)),
        _stage(".transpose(1, 2)", "B, H, T, D", (1, *heads.shape), _apart(heads, "query")),
    ]


def _back(tokens, size) -> list[Piece]:
    """Return the way from what each head found to the layer's output."""
    found = torch.zeros(2, len(tokens), size, dtype=torch.long)  # (H, T, D)
    cut = found.transpose(0, 1)
    out = cut.reshape(len(tokens), 2 * size)
    shape = (1, *out.shape)
    return [
        _stage("found", "B, H, T, D", (1, *found.shape), _apart(found, "value")),
        _stage(".transpose(1, 2)", "B, T, H, D", (1, *cut.shape), _cut(cut, "value", 12)),
        _stage(f".reshape{shape}", "B, T, C", shape, _cut(cut, "value", 2)),
        _stage("@ W_O", "B, T, C", shape, _in_rows(tokens, _table(out, "residual"))),
    ]


def _cell(number: int, role: str, fill: float) -> Piece:
    """Return a cell of its head's colour; numbers are for queries, whose way is followed."""
    shape = rectangle(WIDTH, HEIGHT, f"p-cell p-{role}", fill=fill)
    if role != "query":
        return Piece(WIDTH, HEIGHT, (shape,))
    text = text_shape(f"{number:02d}", WIDTH / 2, HEIGHT / 2, 12, "middle", "p-ink")
    return Piece(WIDTH, HEIGHT, (shape, text))


def _table(values, role: str, fill: float = 14) -> Piece:
    lines = (row(*(_cell(n, role, fill) for n in line), gap=2) for line in values.tolist())
    return column(*lines, gap=2)


def _in_rows(tokens, body: Piece) -> Piece:
    """Return a table with its tokens' names, and as much room at the other side."""
    names = [in_line(label(t, size=13, mono=True, role="muted"), HEIGHT) for t in tokens]
    return row(column(*names, gap=2, align="end"), body, gap=8)


def _cut(cut, role: str, gap: float) -> Piece:
    """Return rows whose slices, one for each head, stand `gap` pixels apart."""
    slices = (_table(cut[:, h], role, FILLS[h]) for h in range(2))
    return row(*slices, gap=gap)


def _apart(heads, role: str) -> Piece:
    """Return a table for each head, in its frame and under its name."""
    tables = (
        box(_table(heads[h], role, FILLS[h]), look="frame", pad=7, radius=5) for h in range(2)
    )
    named = (
        column(label(f"head {h}", size=13, bold=True), table, gap=3, align="middle")
        for h, table in enumerate(tables)
    )
    return row(*named, gap=12)


def _stage(code: str, names: str, shape: tuple, body: Piece) -> Piece:
    """Return a tensor under the code that makes it, and its shape in letters and numbers."""
    heads = (
        label(code, size=13, mono=True, bold=True),
        label(f"({names})", size=13, role="muted"),
        label(f"= {tuple(shape)}", size=13, role="muted"),
    )
    return column(column(*heads, gap=0, align="middle"), body, gap=6, align="middle")


def _named(stages, first: int) -> list[Piece]:
    return [stage.named(f"s{first + i}") for i, stage in enumerate(stages)]


def _way(title: str, stages: list[Piece], first: int) -> Piece:
    """Return stages side by side under a title, with an arrow from each to the next."""
    height = max(stage.height for stage in stages)
    level = [stage.pad(top=height - stage.height) for stage in stages]
    links = [arrow(f"s{first + i}", f"s{first + i + 1}") for i in range(len(stages) - 1)]
    body = row(*_named(level, first), gap=44, align="end").link(*links)
    return column(label(title, bold=True, anchor="start"), body, gap=10)
