"""Self-attention's picture: one row of attention, from the query to the output."""

from __future__ import annotations

from typing import Any

import torch

from llm_lib.book.pictures.cells import cell, vector
from llm_lib.book.pictures.kit import bar, token
from llm_lib.book.pictures.links import arrow, ribbon
from llm_lib.book.pictures.picture import Picture
from llm_lib.book.pictures.piece import Piece, column, row, space, table
from llm_lib.book.pictures.text import label, number_text

TOKENS = ("fox: kite", "bear: drum", "owl: lamp", "bear: ?")
THINGS = ("kite", "drum", "lamp")
QUERY = (0.0, 5, 0, 5)  # "bear", and "I ask"
KEYS = ((1.0, 0, 0, 1), (0.0, 1, 0, 1), (0.0, 0, 1, 1), (0.0, 1, 0, 0))  # and "I have a thing"
VALUES = ((1.0, 0, 0), (0.0, 1, 0), (0.0, 0, 1), (0.0, 0, 0))


def attention_row(
    *,
    tokens: Any = TOKENS,
    query: Any = QUERY,
    keys: Any = KEYS,
    values: Any = VALUES,
    names: Any = THINGS,
) -> Picture:
    """Draw how the last token attends to all: its query meets each key, weights, a mix of values.

    names: of the channels of a value; the largest of the output is what it reads, or all of those
    that are equally large.
    """
    q, k, v = (torch.as_tensor(x, dtype=torch.float32) for x in (query, keys, values))
    scores = k @ q / len(q) ** 0.5
    weights = scores.softmax(dim=0)
    row = _Row(list(tokens), q, k, v, scores.tolist(), weights.tolist(), weights @ v, list(names))
    alt = (
        f"The query of “{tokens[-1]}” meets each key. Their dot products, divided by the square "
        f"root of {len(q)}, are the scores: {_list(tokens, row.scores, 1)}. Softmax makes them "
        f"weights: {_list(tokens, row.weights)}. The values, each times its weight, add up to the "
        f"output: {_list(names, row.output)}. It reads “{row.read}”."
    )
    return Picture("One row of attention", alt, row.wide(), row.narrow())


def _list(names, values, digits=2) -> str:
    return ", ".join(f"{n} {number_text(v, digits)}" for n, v in zip(names, values, strict=True))


class _Row:
    """The numbers of one row of attention, and the columns that show them."""

    def __init__(self, tokens, q, k, v, scores, weights, output, names):
        self.tokens, self.q, self.k, self.v = tokens, q, k, v
        self.scores, self.weights, self.output, self.names = scores, weights, output, names
        largest = float(output.max())
        first = [n for n, x in zip(names, output.tolist(), strict=True) if largest - x < 1e-4]
        self.read = " or ".join(first) + "?" * (len(first) > 1)

    def chips(self, size) -> list[Piece]:
        """Return the tokens, equally wide; the last one asks."""
        width = max(token(text, size=size).width for text in self.tokens)
        looks = [""] * (len(self.tokens) - 1) + ["asks"]
        return [
            token(text, width=width, look=look, size=size)
            for text, look in zip(self.tokens, looks, strict=True)
        ]

    def vectors(self, matrix, role, name, size=34) -> list[Piece]:
        """Return the rows of a matrix as vectors, each with a name."""
        looks = {"width": size, "largest": 1}
        return [vector(r, role, **looks).named(f"{name}{i}") for i, r in enumerate(matrix)]

    def score_cells(self, width=48) -> list[Piece]:
        """Return the scores as cells."""
        looks = {"width": width, "largest": max(map(abs, self.scores)), "digits": 1}
        return [cell(s, **looks).named(f"s{i}") for i, s in enumerate(self.scores)]

    def bars(self, width) -> list[Piece]:
        """Return the weights as bars."""
        return [
            bar(w, number_text(w, 2), width=width).named(f"w{i}")
            for i, w in enumerate(self.weights)
        ]

    def channel_names(self, size=34) -> Piece:
        """Return the names of a value's channels, each above its cell."""
        names = [label(name, size=12, role="muted") for name in self.names]
        cells = [Piece(size, n.height, parts=(((size - n.width) / 2, 0, n),)) for n in names]
        return row(*cells, gap=4)

    def flows(self, swing=24) -> list:
        """Return ribbons from the values to the output, as broad as the weights."""
        n = len(self.weights)
        return [
            ribbon(
                f"v{i}", "out", "right", "right", 26 * w, role="value", out=swing * (n - i + 0.5)
            )
            for i, w in enumerate(self.weights)
        ]

    def mixed(self, size=34) -> Piece:
        """Return the output."""
        return vector(self.output, "value", width=size, height=38, largest=1, digits=2).named("out")

    def wide(self) -> Piece:
        """Return the whole row beside each other, for a page."""
        heads = [label(h, bold=True) for h in ("", "query · keys", "score", "weight", "value")]
        asks = label(f"“{self.tokens[-1]}” asks", size=13, role="query")
        query = vector(self.q, "query").named("q")
        parts = zip(
            self.chips(14),
            self.vectors(self.k, "key", "k"),
            self.score_cells(),
            self.bars(190),
            self.vectors(self.v, "value", "v"),
            strict=True,
        )
        read = label(f"output: {self.read}", bold=True, role="value").pad(left=120)
        lines = [heads, [asks, query, space(), space(), self.channel_names()], *parts]
        lines.append([space(), space(), space(), read, self.mixed()])
        body = table(lines, gap=40, row_gap=9).pad(right=96)
        meets = [arrow(f"k{i}", f"s{i}") for i in range(len(self.k))]
        turns = [arrow(f"s{i}", f"w{i}") for i in range(len(self.k))]
        return body.link(*self.flows(), under=True).link(*meets, *turns)

    def narrow(self) -> Piece:
        """Return it in two parts, for a phone: how weights come about, and what they mix."""
        asks = label(f"“{self.tokens[-1]}” asks", size=12, role="query")
        query, keys = vector(self.q, "query", width=26), self.vectors(self.k, "key", "k", 26)
        heads = [label(h, bold=True, size=13) for h in ("", "query · keys", "score")]
        above = [heads, [asks, query, space()]]
        above += zip(self.chips(12), keys, self.score_cells(40), strict=True)
        heads = [label(h, bold=True, size=13) for h in ("", "weight", "value")]
        below = [heads, [space(), space(), self.channel_names(30)]]
        values = self.vectors(self.v, "value", "v", 30)
        below += zip(self.chips(12), self.bars(29), values, strict=True)
        read = label(f"output: {self.read}", bold=True, size=12, role="value")
        below.append([space(), read, self.mixed(30)])
        lower = table(below, gap=6, row_gap=8).pad(right=27).link(*self.flows(5.5), under=True)
        return column(table(above, gap=14, row_gap=8), space(0, 8), lower)
