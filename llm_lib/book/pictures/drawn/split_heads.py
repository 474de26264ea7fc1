"""Multi-head attention's shapes: from one table to a table for each head, and back."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from llm_lib.book.pictures.cells import in_line, rectangle
from llm_lib.book.pictures.kit import box
from llm_lib.book.pictures.links import arrow
from llm_lib.book.pictures.picture import PHONE, Picture
from llm_lib.book.pictures.piece import Piece, column, row
from llm_lib.book.pictures.text import label, text_shape

TOKENS = ("Tom", "had", "a", "drum")
FILL, PLAIN = 24, 14  # percent of colour in the heads' cells, and in those of x
BAR = 4  # pixels: the line of a head's colour above its slice
TITLES = (("There: project, then cut", ""), ("Back: join, then mix", "when each head has attended"))
Stage = tuple[Piece, Piece]  # what stands above a table, and the table


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
    return Picture("Into two heads, and back", alt, _wide(tokens, size), _narrow(tokens, size))


@dataclass(frozen=True)
class Tables:
    """The tables of one drawing: their cells' size, and the room around a head's."""

    width: float
    height: float
    pad: float

    def cell(self, number: int, role: str, fill: float) -> Piece:
        """Return a cell of its head's colour; numbers are for queries, whose way is followed."""
        shape = rectangle(self.width, self.height, f"p-cell p-{role}", fill=fill)
        if role != "query":
            return Piece(self.width, self.height, (shape,))
        middle = (self.width / 2, self.height / 2)
        text = text_shape(f"{number:02d}", *middle, 12, "middle", "p-ink")
        return Piece(self.width, self.height, (shape, text))

    def table(self, values, role: str, fill: float = PLAIN) -> Piece:
        """Return numbers as a table of one colour."""
        lines = (row(*(self.cell(n, role, fill) for n in line), gap=2) for line in values.tolist())
        return column(*lines, gap=2)

    def in_rows(self, tokens, body: Piece) -> Piece:
        """Return a table with its tokens' names."""
        names = [in_line(label(t, size=13, mono=True, role="muted"), self.height) for t in tokens]
        return row(column(*names, gap=2, align="end"), body, gap=8)

    def cut(self, cut, role: str, gap: float) -> Piece:
        """Return rows whose slices, one for each head, stand `gap` pixels apart."""
        return row(
            *(_under_its_bar(self.table(cut[:, h], role, FILL), h) for h in range(2)), gap=gap
        )

    def apart(self, heads, role: str) -> Piece:
        """Return a table for each head, in its frame and under its name."""
        tables = (
            box(
                self.table(heads[h], role, FILL),
                look="tinted",
                role=f"head{h}",
                pad=self.pad,
                radius=5,
            )
            for h in range(2)
        )
        named = (
            column(
                label(f"head {h}", size=13, bold=True, role=f"head{h}"),
                table,
                gap=3,
                align="middle",
            )
            for h, table in enumerate(tables)
        )
        return row(*named, gap=12)


def _under_its_bar(table: Piece, h: int) -> Piece:
    """Return a head's slice under a line of its colour."""
    line = Piece(table.width, BAR, (rectangle(table.width, BAR, f"p-bar p-head{h}", 2),))
    return column(line, table, gap=4)


def _there(tokens, size, draw: Tables) -> list[Stage]:
    """Return the way from x to a table for each head."""
    T = len(tokens)
    q = 10 * torch.arange(T)[:, None] + torch.arange(2 * size)  # (T, C)
    cut = q.view(T, 2, size)
    heads = cut.transpose(0, 1)  # (H, T, D)
    x = draw.in_rows(tokens, draw.table(0 * q, "residual"))
    return [
        _stage("x", "B, T, C", (1, *q.shape), x),
        _stage("q = x @ W_Q", "B, T, C", (1, *q.shape), draw.table(q, "query", FILL)),
        _stage(
            f".view(1, {T}, 2, {size})", "B, T, H, D", (1, *cut.shape), draw.cut(cut, "query", 12)
        ),
        _stage(".transpose(1, 2)", "B, H, T, D", (1, *heads.shape), draw.apart(heads, "query")),
    ]


def _back(tokens, size, draw: Tables) -> list[Stage]:
    """Return the way from what each head found to the layer's output."""
    found = torch.zeros(2, len(tokens), size, dtype=torch.long)  # (H, T, D)
    cut = found.transpose(0, 1)
    out = cut.reshape(len(tokens), 2 * size)
    shape = (1, *out.shape)
    mixed = draw.in_rows(tokens, draw.table(out, "residual"))
    return [
        _stage("found", "B, H, T, D", (1, *found.shape), draw.apart(found, "value")),
        _stage(".transpose(1, 2)", "B, T, H, D", (1, *cut.shape), draw.cut(cut, "value", 12)),
        _stage(f".reshape{shape}", "B, T, C", shape, draw.cut(cut, "value", 2)),
        _stage("@ W_O", "B, T, C", shape, mixed),
    ]


def _stage(code: str, names: str, shape: tuple, body: Piece) -> Stage:
    """Return the code that makes a tensor with its shape in letters and numbers, and its table."""
    heads = (
        label(code, size=13, mono=True, bold=True),
        label(f"({names})", size=13, role="muted"),
        label(f"= {tuple(shape)}", size=13, role="muted"),
    )
    return column(*heads, gap=0, align="middle"), body


def _in_a_line(stages: list[Stage], first: int, gap: float, pad: float) -> Piece:
    """Return stages side by side: their words on one line, and the rows of their tables, too."""
    height = max(body.height for _, body in stages)
    made = []
    for i, (words, body) in enumerate(stages):
        below = 0 if body.height == height else pad  # as thick as the frame of a head's table
        level = body.pad(top=height - body.height - below, bottom=below)
        named = level.named(f"s{first + i}")
        made.append(column(words, named, gap=4, align="middle"))
    links = [arrow(f"s{first + i}", f"s{first + i + 1}") for i in range(len(stages) - 1)]
    return row(*made, gap=gap, align="start").link(*links)


def _wide(tokens, size) -> Piece:
    """Return both ways, each in a line."""
    draw = Tables(26, 21, 7)
    ways = [
        column(row(*_title(*title), gap=10), _in_a_line(stages, first, 44, draw.pad), gap=10)
        for title, stages, first in _ways(tokens, size, draw)
    ]
    return column(*ways, gap=30)


def _narrow(tokens, size) -> Piece:
    """Return both ways, each in two lines of two stages."""
    draw, ways = Tables(20, 18, 4), []
    for title, stages, first in _ways(tokens, size, draw):
        lines = [
            _in_a_line(stages[i : i + 2], first + i, 20, draw.pad).named(f"line{first + i}")
            for i in (0, 2)
        ]
        width = max(PHONE, *(line.width for line in lines))
        middle = [line.pad(left=(width - line.width) / 2) for line in lines]
        links = [arrow(f"line{first}", f"line{first + 2}", "bottom")]
        ways.append(
            column(column(*_title(*title), gap=0), column(*middle, gap=30).link(*links), gap=12)
        )
    return column(*ways, gap=40)


def _ways(tokens, size, draw: Tables):
    return zip(TITLES, (_there(tokens, size, draw), _back(tokens, size, draw)), (0, 4), strict=True)


def _title(title: str, note: str) -> list[Piece]:
    words = [label(title, bold=True, anchor="start")]
    return words + [label(note, size=13, role="muted", anchor="start")] * bool(note)
