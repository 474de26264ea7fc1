"""How a table's columns stand: amounts below one another, and few short words not pulled apart."""

from __future__ import annotations

import re

TABLE = re.compile(r"<table.*?</table>", re.DOTALL)
ROW = re.compile(r"<tr.*?</tr>", re.DOTALL)
CELL = re.compile(r"<(t[hd])((?:\s[^>]*)?)>(.*?)</\1>", re.DOTALL)
TAG = re.compile(r"<[^>]+>")
NUMBER = r"[-−+±]?\d[\d.,\u202f ]*\s?(%|×|[kMGT]?B|ms|s|min|h|M|[bm]illion|days|years)?"
# one number, two ("3 to 7", "72 → 102", "12 / 12"), or one and its range ("0.18 (0.10–0.25)")
AMOUNT = re.compile(rf"{NUMBER}( ?(to|[–→/+]) ?{NUMBER})?( ?\({NUMBER}–{NUMBER}\))?")
NONE = ("", "–", "—", "·")  # where there is no number
SHORT = 36  # characters in a row
SET = ("text-right", "text-center", "p-number")  # a column that says itself how it stands


def cells(row: str) -> list[str]:
    """Return what stands in each cell of a row, as text.

    >>> cells("<tr><th>a</th><td><b>1</b> s</td></tr>")
    ['a', '1 s']
    """
    return [" ".join(TAG.sub("", cell[3]).split()) for cell in CELL.finditer(row)]


def is_short(table: str) -> bool:
    """Return whether a table has two columns with few words: it would only be pulled apart.

    >>> is_short("<table><tr><td>steps</td><td>100</td></tr></table>")
    True
    """
    rows = list(map(cells, _body(table)))
    if not rows or max(map(len, rows)) > 2:
        return False
    return max(len(" ".join(row)) for row in rows) < SHORT


def amounts(table: str) -> set[int]:
    """Return the columns that hold nothing but amounts.

    >>> amounts("<table><tr><td>a</td><td>1.5</td></tr><tr><td>b</td><td>–</td></tr></table>")
    {1}
    >>> amounts("<table><tr><td>3 to 7</td></tr><tr><td>0.18 (0.10–0.25)</td></tr></table>")
    {0}
    """
    rows = list(map(cells, _body(table)))
    if len({len(row) for row in rows}) != 1:
        return set()
    columns = enumerate(zip(*rows, strict=True))
    return {n for n, column in columns if any(column) and all(map(_is_amount, column))} - _set(
        table
    )


def _is_amount(text: str) -> bool:
    return text in NONE or bool(AMOUNT.fullmatch(text))


def _set(table: str) -> set[int]:
    first = next(iter(ROW.findall(table)), "")
    looks = [cell[2] for cell in CELL.finditer(first)]
    return {n for n, look in enumerate(looks) if any(name in look for name in SET)}


def _body(table: str) -> list[str]:
    return ROW.findall(table.rpartition("</thead>")[2])


def _with_class(tag: str, look: str, name: str) -> str:
    if 'class="' not in look:
        return f'<{tag} class="{name}"{look}>'
    more = look.replace('class="', f'class="{name} ', 1)
    return f"<{tag}{more}>"


def mark(body: str) -> str:
    """Return a page's body in which its tables and their cells have classes for `blocks.css`."""
    return TABLE.sub(lambda found: _mark(found[0]), body)


def _mark(table: str) -> str:
    columns = amounts(table)

    def set_row(row: re.Match[str]) -> str:
        places = iter(range(len(row[0])))

        def set_cell(cell: re.Match[str]) -> str:
            if next(places) not in columns:
                return cell[0]
            return _with_class(cell[1], cell[2], "llm-amount") + cell[3] + f"</{cell[1]}>"

        return CELL.sub(set_cell, row[0])

    made = ROW.sub(set_row, table) if columns else table
    if not is_short(table):
        return made
    head, rest = made.split(">", 1)
    return _with_class("table", head.removeprefix("<table"), "llm-short") + rest
