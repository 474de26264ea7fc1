"""A stage of the reader's file as a listing: what is new is seen, what was there before is folded.

Around new lines stand their neighbours and the functions and classes that they are in. A line that
has gone stands where it was.
"""

from __future__ import annotations

import ast
import difflib
import re
from collections.abc import Iterator, Sequence
from functools import cache
from html import escape
from itertools import groupby
from typing import NamedTuple

from llm_lib.book.my_gpt.stages import file_at, stage_before, text_at

OLD, NEW, GONE = "old", "new", "gone"
AROUND = 1  # lines seen before and after new ones
SHORTEST_FOLD = 4  # fewer lines than these are shown
MOST_NAMES = 3  # of what a fold holds
COLOURED = ("k", "ow", "s", "dl", "c", "nf", "nc", "fm")  # how classes begin that have a look
PLAIN = re.compile(rf'<span class="(?!{"|".join(COLOURED)})\w+">([^<]*)</span>')
TAGS = {NEW: "ins", GONE: "del"}  # what a screen reader says of them


class Row(NamedTuple):
    """A line of a listing: its text, what it is, the line's number, and whether it is seen."""

    text: str
    kind: str
    number: int
    is_seen: bool


def rows_of(key: str) -> list[Row]:
    """Return the lines of a stage in order, those that have gone among them.

    Raises what `file_at` raises for a stage that there is not.

    >>> {row.kind for row in rows_of("04a")}
    {'new'}
    """
    lines = file_at(key)
    new = _without_edges([(line.text, line.is_new) for line in lines])
    gone = _gone(key)
    seen = _seen(text_at(key), new, [i in gone or i + 1 in gone for i in range(len(lines))])
    rows: list[Row] = []
    for i, line in enumerate(lines):
        rows += [Row(text, GONE, 0, True) for text in gone.get(i, [])]
        rows.append(Row(line.text, NEW if new[i] else OLD, i + 1, seen[i]))
    rows += [Row(text, GONE, 0, True) for text in gone.get(len(lines), [])]
    return [row for run in _runs(rows) for row in run]


def _runs(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """Yield lines that are seen and lines that are not in turn; a few of those are seen, too."""
    for is_seen, group in groupby(rows, key=lambda row: row.is_seen):
        run = [*group]
        is_short = len(run) < SHORTEST_FOLD
        yield [row._replace(is_seen=is_seen or is_short) for row in run]


def _without_edges(lines: Sequence[tuple[str, bool]]) -> list[bool]:
    """Tell for each line whether it is new; empty ones around new code are not."""
    new: list[bool] = []
    for is_new, group in groupby(lines, key=lambda line: line[1]):
        texts = [text.strip() for text, _ in group]
        told = [i for i, text in enumerate(texts) if text and is_new]
        first, last = (told[0], told[-1]) if told else (0, -1)
        new += [first <= i <= last for i in range(len(texts))]
    return new


def _before(key: str) -> list[str]:
    """Return the lines of the stage before this one; none before the first."""
    before = stage_before(key)
    return [line.text for line in file_at(before)] if before else []


def _gone(key: str) -> dict[int, list[str]]:
    """Return the lines that a stage takes away, by the place of the line that follows them."""
    old, lines = _before(key), file_at(key)
    match = difflib.SequenceMatcher(None, old, [line.text for line in lines], autojunk=False)
    found = {}
    for tag, a, b, c, _ in match.get_opcodes():
        texts = [text for text in old[a:b] if text.strip()]
        if tag in ("replace", "delete") and texts:
            found[c] = texts
    return found


def _seen(text: str, new: Sequence[bool], beside_gone: Sequence[bool]) -> list[bool]:
    """Tell for each line whether it is seen: new, beside what is new or gone, or around it."""
    n, is_text = len(new), [bool(line.strip()) for line in text.split("\n")]
    beside = [any(new[max(0, i - AROUND) : i + AROUND + 1]) or beside_gone[i] for i in range(n)]
    seen = [new[i] or (beside[i] and is_text[i]) for i in range(n)]
    for first, last in _definitions(text):
        if any(new[first:last]):
            seen[first] = True
    return seen


@cache
def _definitions(text: str) -> list[tuple[int, int]]:
    """Return the first line of each function and class, counted from 0, and the one behind it."""
    kinds = ast.FunctionDef | ast.ClassDef
    nodes = (node for node in ast.walk(ast.parse(text)) if isinstance(node, kinds))
    return [(node.lineno - 1, node.end_lineno or node.lineno) for node in nodes]


def names_in(text: str, first: int, last: int) -> list[str]:
    r"""Return the functions and classes of the outermost level that begin in some of the lines.

    first, last: numbers of lines, counted from 1, both of them included.

    >>> names_in("class A:\n    def f(self): ...\ndef g(): ...", 1, 3)
    ['A', 'g']
    """
    kinds = ast.FunctionDef | ast.ClassDef
    nodes = (node for node in ast.parse(text).body if isinstance(node, kinds))
    return [node.name for node in nodes if first <= node.lineno <= last]


def new_lines(key: str) -> str:
    """Return the new lines of a stage as text, with an empty line where others lie between."""
    groups = groupby(file_at(key), key=lambda line: line.is_new)
    pieces = [
        "\n".join(line.text for line in group).strip("\n") for is_new, group in groups if is_new
    ]
    return "\n\n".join(filter(None, pieces)) + "\n"


@cache
def listing(key: str) -> str:
    """Return a stage's listing as HTML, coloured by the classes of the page's own code."""
    coloured = _coloured(text_at(key))
    pairs = [
        (row, escape(row.text) if row.kind == GONE else coloured[row.number - 1])
        for row in rows_of(key)
    ]
    parts = []
    for is_seen, group in groupby(pairs, key=lambda pair: pair[0].is_seen):
        run = [*group]
        parts.append("".join(_blocks(run)) if is_seen else _fold(key, run))
    return f'<div class="highlight">{"".join(parts)}</div>'


def _coloured(text: str) -> list[str]:
    """Return each line of some code as HTML; what would have the colour of ink has no element."""
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import PythonLexer

    html = highlight(text, PythonLexer(stripnl=False), HtmlFormatter(nowrap=True))
    return PLAIN.sub(r"\1", html).split("\n")


def _blocks(pairs: Sequence[tuple[Row, str]]) -> Iterator[str]:
    """Yield the seen lines, those of one kind together."""
    for kind, group in groupby(pairs, key=lambda pair: pair[0].kind):
        block = _block([*group])
        yield f"<{TAGS[kind]}>{block}</{TAGS[kind]}>" if kind in TAGS else block


def _block(pairs: Sequence[tuple[Row, str]]) -> str:
    lines = "".join(f"<span>{html}\n</span>" for _, html in pairs)
    return f"<pre>{lines}</pre>"


def _fold(key: str, pairs: Sequence[tuple[Row, str]]) -> str:
    """Return old lines behind a line that says how many they are, and what they define."""
    first, last = pairs[0][0].number, pairs[-1][0].number
    names = [f"<code>{escape(name)}</code>" for name in names_in(text_at(key), first, last)]
    more = [*names[:MOST_NAMES], *(["…"] if len(names) > MOST_NAMES else [])]
    told = f"{len(pairs)} lines as before{': ' if names else ''}{', '.join(more)}"
    return f"<details><summary>{told}</summary>{_block(pairs)}</details>"
