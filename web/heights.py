"""Estimates how tall each cell of a page will be, before a browser has laid it out.

`style/sections.css` lets a browser skip cells that are far from the window. Until they come near,
it takes this for their height: a link to a far heading then leads there, and the bar for scrolling
keeps its length.
"""

from __future__ import annotations

import re
from html import unescape

from web.my_file import MARK
from web.tracks import PICTURE

HEIGHT = "--llm-tall"
CELL = '<div class="cell '
PRE = re.compile(r"<pre[^>]*>(.*?)</pre>", re.DOTALL)
RESERVED = re.compile(r"min-height:(\d+)px")
INPUT = re.compile(r'<div class="cell_input.*?(?=<div class="cell_output|\Z)', re.DOTALL)
FOLD = re.compile(r"<details><summary>.*?</details>", re.DOTALL)  # of the reader's own file
QUESTION = re.compile(r'<div class="llm-mount llm-question".*?</div>', re.DOTALL)
DRAWING = re.compile(
    r'viewBox="\S+ \S+ ([\d.]+) ([\d.]+)" class="p-wide"(?:[^>]*"max-width:([\d.]+)px)?'
)
LINE_OF_FILE, AROUND_FILE = 20.8, 160
LINE, AROUND, FOLDED = 21.6, 27, 25  # pixels: a line of code, what is around a block, a summary
TITLE, ROW, MARGIN = 28, 31.5, 26  # of a picture: its title, a table's row, what is around it
ASKED, CHOICE = 86, 38  # a prediction, and each of its choices


def _lines(pre: str) -> int:
    return unescape(pre).strip("\n").count("\n") + 1


def _picture(html: str) -> int:
    """Return how tall a drawing or a table is on a wide page."""
    drawn = 0.0
    for width, height, shown in DRAWING.findall(html):
        drawn += float(height) * float(shown or width) / float(width)
    return round(drawn + TITLE * html.count("p-title") + ROW * html.count("<tr")) + MARGIN


def _my_file(html: str) -> int:
    """Return how tall the panel of the reader's own file is, whose old lines are folded."""
    folds = len(FOLD.findall(html))
    lines = FOLD.sub("", html).count("\n</span>")
    return round(LINE_OF_FILE * lines) + FOLDED * folds + AROUND_FILE


def estimate(cell: str) -> int:
    r"""Return about how many pixels tall a cell is, from its HTML.

    >>> estimate('docutils"><div class="cell_input"><pre>a = 1\nb = 2</pre></div></div>')
    70
    """
    tags = cell.split(">", 1)[0]
    if "tag_hide-cell" in tags:
        return FOLDED
    height, shown = 0, cell
    if "tag_hide-input" in tags or "tag_remove-input" in tags:
        height, shown = FOLDED * ("tag_hide-input" in tags), INPUT.sub("", cell, count=1)
    if MARK in shown:
        return height + _my_file(shown)
    height += sum(round(LINE * _lines(block)) + AROUND for block in PRE.findall(shown))
    height += sum(map(_picture, PICTURE.findall(shown)))
    height += sum(int(pixels) for pixels in RESERVED.findall(shown))
    height += sum(ASKED + CHOICE * text.count("<li>") for text in QUESTION.findall(shown))
    return max(height, FOLDED)


def reserve(body: str) -> str:
    """Return a page's body in which each cell says how tall it will be."""
    before, *cells = body.split(CELL)
    marked = (f'<div style="{HEIGHT}:{estimate(cell)}px" class="cell {cell}' for cell in cells)
    return "".join([before, *marked])
