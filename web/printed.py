"""How code and what it prints stand on a page: nothing of either is changed.

Text that a cell has wrapped is marked, so that `static/book.js` lets the page wrap it: on a narrow
one its lines would be broken twice. And of two blank lines between functions one is shown.
"""

from __future__ import annotations

import re
from html import unescape

from web import tables

CELL = '<div class="cell '
WRAPPED = "llm-wrapped "
INPUT = re.compile(r'<div class="cell_input.*?<pre>(.*?)</pre>', re.DOTALL)
FILLS = re.compile(r"(?<![\w.])(?:textwrap\.)?fill\(")
FUNCTION = re.compile(r"^def (\w+)\(.*?(?=^\S|\Z)", re.DOTALL | re.MULTILINE)
CODE = re.compile(r'(class="highlight-i?python[^"]*".{0,80}?<pre>)(.*?)(</pre>)', re.DOTALL)
BLANKS = re.compile(r"(?<=\n)\n\n")
BLANK = '\n<span class="llm-blank-line">\n</span>'


def mark_wrapped(body: str) -> str:
    """Return a page's body in which each cell whose text is wrapped by `textwrap.fill` says so.

    A cell calls it, or a function of the page that does.

    >>> cell = '<div class="cell a"><div class="cell_input"><pre>print(fill(text, 70))</pre></div>'
    >>> mark_wrapped(cell)[:34]
    '<div class="cell llm-wrapped a"><d'
    """
    before, *cells = body.split(CELL)
    codes = [_code(cell) for cell in cells]
    functions = [found for code in codes for found in FUNCTION.finditer(code)]
    names = "|".join({found[1] for found in functions if FILLS.search(found[0])})
    calls = re.compile(rf"(?<![\w.])(?:{names})\(" if names else r"(?!)")
    own = [FUNCTION.sub("", code) for code in codes]  # what it runs itself
    marks = [WRAPPED * bool(FILLS.search(code) or calls.search(code)) for code in own]
    return "".join(
        [before, *(f"{CELL}{mark}{cell}" for mark, cell in zip(marks, cells, strict=True))]
    )


def _code(cell: str) -> str:
    found = INPUT.search(cell)
    return unescape(tables.TAG.sub("", found[1])) if found else ""


def close_gaps(body: str) -> str:
    r"""Return a page's body whose code shows one of two blank lines; what is copied has both.

    >>> close_gaps('<div class="highlight-python"><pre>a\n\n\nb</pre></div>')
    '<div class="highlight-python"><pre>a\n\n<span class="llm-blank-line">\n</span>b</pre></div>'
    """
    return CODE.sub(lambda found: found[1] + BLANKS.sub(BLANK, found[2]) + found[3], body)
