"""The book's style: several small sheets, joined to the one that a page loads."""

from __future__ import annotations

import re
from pathlib import Path

from llm_lib.book.pictures.picture import look
from llm_lib.book.widgets import architecture
from web.palette import THEME

NAME = "book.css"
HERE = Path(__file__).resolve().parent
SHEETS = (
    *("fonts", "frame", "text", "code", "blocks", "deeper", "sections", "exercises", "offline"),
    *("reference", "print"),
)
CELL = '<div class="cell '
WIDE = re.compile(r'class="(llm-mount|llm-figure|llm-picture|llm-wide)[" ]')


def joined(*made: Path) -> str:
    """Return the whole style: variables, sheets that were made, the page's own, the pictures'."""
    paths = [THEME, *made, *(HERE / f"{name}.css" for name in SHEETS)]
    texts = [path.read_text("utf-8") for path in paths]
    return "\n".join([*texts, look(), architecture.STYLE])


def mark_wide(body: str) -> str:
    """Give cells that show a widget, a figure or a picture the class of the widest track.

    >>> mark_wide('<div class="cell docutils"><figure class="llm-figure"></figure></div>')
    '<div class="cell llm-wide docutils"><figure class="llm-figure"></figure></div>'
    """
    before, *cells = body.split(CELL)
    marked = [f"{CELL}{'llm-wide ' if WIDE.search(cell) else ''}{cell}" for cell in cells]
    return "".join([before, *marked])
