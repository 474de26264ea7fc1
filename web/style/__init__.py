"""The book's style: several small sheets, joined to the one that a page loads."""

from __future__ import annotations

from pathlib import Path

from llm_lib.book.pictures import file_panel, written
from llm_lib.book.pictures.picture import look
from llm_lib.book.widgets import architecture
from web.palette import THEME

NAME = "book.css"
HERE = Path(__file__).resolve().parent
SHEETS = (
    *("colours", "fonts", "contents", "frame", "text", "code", "blocks", "margin", "deeper"),
    *("sections", "exercises", "veils", "offline", "reference", "print"),
)


def joined(*made: Path) -> str:
    """Return the whole style: variables, sheets that were made, the page's own, the pictures'."""
    paths = [THEME, *made, *(HERE / f"{name}.css" for name in SHEETS)]
    texts = [path.read_text("utf-8") for path in paths]
    return "\n".join([*texts, look(), file_panel.look(), written.look(), architecture.STYLE])
