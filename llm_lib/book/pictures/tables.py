"""Numbers that are read as patterns: a matrix as coloured cells, a table with its best in bold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import numpy as np

from llm_lib.arguments import check_choice, check_number, check_whole
from llm_lib.book.pictures.cells import ROLES, grid
from llm_lib.book.pictures.picture import TEXT_WIDTH, Picture, wrap
from llm_lib.book.pictures.piece import Piece
from llm_lib.book.pictures.text import number_text

MOST_CELLS = 40  # a side: beyond it, cells are too many to read; plot_heatmap draws those


class NumberGrid(Picture):
    """A matrix as coloured cells; as text, its numbers in columns."""

    def __init__(self, title: str, alt: str, wide: Piece, text: str):
        """Keep the drawing and the text that stands for it."""
        super().__init__(title, alt, wide)
        self.text = text
        self.above = f'<p class="p-title">{escape(title)}</p>' if title else ""

    @property
    def words(self) -> str:
        """The title and what the matrix holds, in one text."""
        return f"{self.title}: {self.alt}" if self.title else self.alt

    def __repr__(self) -> str:
        return self.text


def show_matrix(
    values: Any,
    *,
    rows: Sequence[str] | None = None,
    columns: Sequence[str] | None = None,
    role: str = "weight",
    mask: Any = None,
    digits: int | None = None,
    largest: float | None = None,
    title: str = "",
    alt: str | None = None,
) -> NumberGrid:
    """Show a matrix, or a vector, as cells: the larger a number, the stronger its cell is filled.

    rows, columns: their names. role: whose numbers they are: "query", "key", "value", "weight" …
    mask: truth values of the same shape, or a lower triangle's `torch.ones(T, T).tril()`; where one
    is false, the cell is hatched. digits: behind the point; by default as many as are needed.
    largest: the number whose cell is filled most; by default the largest that is shown. Matrices
    with the same one can be compared.

    Raises ValueError for more than two dimensions, more than 40 rows or columns, names or a mask
    that don't fit, numbers that are not finite where the mask shows them, and an unknown role.

    >>> show_matrix([[1, 0], [0.4, 0.6]], rows=["Mia", "had"], mask=[[1, 0], [1, 1]])
    Mia  1.0    ·
    had  0.4  0.6
    """
    table = _to_table(values)
    shown = np.ones(table.shape, bool) if mask is None else _to_array(mask).astype(bool)
    if shown.shape != table.shape:
        raise ValueError(f"the mask has shape {shown.shape}, but the values have {table.shape}")
    if not np.isfinite(table[shown]).all():
        raise ValueError("there is a number that is not finite (inf or nan) and not masked")
    check_choice("role", role, ROLES)
    for name, labels, n in (("rows", rows, len(table)), ("columns", columns, table.shape[1])):
        if labels is not None and len(labels) != n:
            raise ValueError(f"{name} has {len(labels)} names, but the matrix has {n} {name}")
    if largest is not None:
        check_number("largest", largest, above=0)
    digits = _digits(table[shown]) if digits is None else check_whole("digits", digits, 0, 6)
    table = np.where(shown, table, 0)
    body = grid(table, role, rows=rows, columns=columns, mask=shown, digits=digits, largest=largest)
    text = _columns(table, shown, rows, columns, digits)
    alt = (
        alt
        or f"{len(table)} rows, {table.shape[1]} columns. {_read_rows(table, shown, rows, digits)}"
    )
    return NumberGrid(title, alt, body, f"{title}\n{text}" if title else text)


class Table:
    """A table of words and numbers; as text, the same in columns."""

    def __init__(self, html: str, text: str):
        """Keep both ways to show it."""
        self.html, self.text = html, text

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return wrap(self.html)


def show_table(
    rows: Sequence[Mapping[str, Any]],
    *,
    best: Mapping[str, str] | None = None,
    digits: int = 2,
    title: str = "",
) -> Table:
    """Show rows of words and numbers as a table: numbers at the right, the best of a column bold.

    rows: one mapping a row, from the name of a column to what stands there, in the same order.
    best: from the name of a column to "min" or "max". digits: of numbers that are not whole.

    Raises ValueError for no rows, rows with other columns than the first, and a `best` that is no
    column of numbers, or neither "min" nor "max".

    >>> show_table([{"model": "bigram", "loss": 2.5}, {"model": "GPT", "loss": 0.75}])
    model   loss
    bigram  2.50
    GPT     0.75
    """
    rows, best = [dict(row) for row in rows], dict(best or {})
    if not rows or not rows[0]:
        raise ValueError("a table needs at least one row with at least one column")
    names = list(rows[0])
    for i, row in enumerate(rows):
        if list(row) != names:
            raise ValueError(f"row {i} has the columns {list(row)}; the first row has {names}")
    numeric = [name for name in names if all(_is_number(row[name]) for row in rows)]
    for name, which in best.items():
        if name not in numeric:
            raise ValueError(f"best: {name!r} is no column of numbers; those are {numeric}")
        check_choice(f"best[{name!r}]", which, ("min", "max"))
    winners = {
        name: (min if w == "min" else max)(r[name] for r in rows) for name, w in best.items()
    }
    cells = [[_cell_text(row[name], digits) for name in names] for row in rows]
    text = _aligned([names, *cells], [name in numeric for name in names])
    html = _html(names, rows, cells, numeric, winners, title)
    return Table(html, f"{title}\n{text}" if title else text)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | np.number) and not isinstance(value, bool)


def _cell_text(value: Any, digits: int) -> str:
    if not _is_number(value):
        return str(value)
    return f"{value:,}" if isinstance(value, int | np.integer) else f"{value:z,.{digits}f}"


def _html(names, rows, cells, numeric, winners, title) -> str:
    def line(row: dict, texts: list[str]) -> str:
        parts = []
        for name, text in zip(names, texts, strict=True):
            is_best = name in winners and row[name] == winners[name]
            looks = " ".join(
                n for n, on in (("p-number", name in numeric), ("p-best", is_best)) if on
            )
            text = escape(text.replace("-", "−") if name in numeric else text)
            parts.append(f'<td class="{looks}">{text}</td>' if looks else f"<td>{text}</td>")
        return f"<tr>{''.join(parts)}</tr>"

    heads = "".join(
        f'<th scope="col"{" class=p-number" if name in numeric else ""}>{escape(str(name))}</th>'
        for name in names
    )
    body = "".join(line(row, texts) for row, texts in zip(rows, cells, strict=True))
    caption = f"<caption>{escape(title)}</caption>" if title else ""
    return f"<table>{caption}<thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"


def _to_array(values: Any) -> np.ndarray:
    values = values.detach().float().cpu() if hasattr(values, "detach") else values
    return np.asarray(values, dtype=float)


def _to_table(values: Any) -> np.ndarray:
    table = np.atleast_2d(_to_array(values))
    if table.ndim != 2 or not table.size:
        raise ValueError(f"show_matrix needs a matrix or a vector; got shape {table.shape}")
    if max(table.shape) > MOST_CELLS:
        raise ValueError(
            f"a matrix of shape {table.shape} has too many cells to read: at most {MOST_CELLS} "
            "a side; plot_heatmap draws larger ones"
        )
    return table


def _digits(values: np.ndarray) -> int:
    """Return how many digits behind the point all of the numbers need: two at most."""
    fits = (d for d in (0, 1) if np.abs(values - values.round(d)).max(initial=0) < 5e-4)
    return next(fits, 2)


def _columns(table, shown, rows, columns, digits) -> str:
    """Return the numbers in columns, in as many blocks as a line of text takes."""
    cells = [
        [f"{v:z.{digits}f}" if on else "·" for v, on in zip(*pair, strict=True)]
        for pair in zip(table.tolist(), shown, strict=True)
    ]
    heads = [[str(c) for c in columns]] if columns is not None else []
    names = [[""], *([str(r)] for r in rows)][not heads :] if rows is not None else None
    lines = [*heads, *cells]
    widest = 2 + max(len(text) for line in lines for text in line)
    room = TEXT_WIDTH - (max(len(n[0]) for n in names) if names else 0)
    n = max(1, room // widest)
    blocks = []
    for start in range(0, table.shape[1], n):
        block = [line[start : start + n] for line in lines]
        if names:
            block = [name + line for name, line in zip(names, block, strict=True)]
        blocks.append(_aligned(block, [False] * bool(names) + [True] * len(block[-1])))
    return "\n\n".join(blocks)


def _aligned(lines: list[list[str]], right: list[bool]) -> str:
    """Return lines of cells as text in columns, two spaces apart."""
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    texts = (
        "  ".join(
            text.rjust(width) if is_right else text.ljust(width)
            for text, width, is_right in zip(line, widths, right, strict=False)
        )
        for line in lines
    )
    return "\n".join(text.rstrip() for text in texts)


def _read_rows(table, shown, rows, digits) -> str:
    """Return the numbers as a sentence a row, for readers who can't see them."""
    names = (
        [str(r) for r in rows] if rows is not None else [f"Row {i + 1}" for i in range(len(table))]
    )
    return " ".join(
        f"{name}: "
        + ", ".join(number_text(v, digits) if on else "masked" for v, on in zip(*pair, strict=True))
        + "."
        for name, pair in zip(names, zip(table.tolist(), shown, strict=True), strict=True)
    )
