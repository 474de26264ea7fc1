"""A finished picture, which shows itself in a notebook or on a page, in light and in dark."""

from __future__ import annotations

import re
import textwrap
from functools import cache
from html import escape
from pathlib import Path

from llm_lib.book.pictures.piece import Piece, place

HERE = Path(__file__).resolve().parent
THEME = HERE.parent / "widgets/shared/theme.css"
THEME_CLASS, LOOK_CLASS = "llm-picture-theme", "llm-picture-look"
PHONE = 324  # pixels that a phone has for a drawing
TEXT_WIDTH = 76  # characters a line of the text that stands for a picture


class Picture:
    """A drawing with words that say what it shows.

    wide: the drawing for a page. narrow: the one for a phone, at most 328 pixels wide; without
    it, a wide drawing is scrolled there, in its own box.

    In a notebook it shows itself as SVG. As text it is its title and its words.
    """

    def __init__(self, title: str, alt: str, wide: Piece, narrow: Piece | None = None):
        """Keep the title, the words and the drawings."""
        self.title, self.alt = title, " ".join(alt.split())
        self.wide, self.narrow = wide, narrow

    above = ""  # HTML before the drawing

    @property
    def words(self) -> str:
        """The title and what the picture shows, in one text."""
        end = "" if self.title.endswith(("?", ".")) else "."
        return f"{self.title}{end} {self.alt}"

    def __repr__(self) -> str:
        return textwrap.fill(f"Picture: {self.words}", TEXT_WIDTH, break_on_hyphens=False)

    def svgs(self) -> list[str]:
        """Return the drawings as SVG, the wide one first."""
        if not self.narrow:
            return [_svg(self.wide, self.words, "p-wide", is_fixed=True)]
        pairs = ((self.wide, "p-wide"), (self.narrow, "p-narrow"))
        return [_svg(piece, self.words, look) for piece, look in pairs]

    def _repr_html_(self) -> str:
        may_scroll = not self.narrow and self.wide.width > PHONE
        return wrap(self.above + "".join(self.svgs()), may_scroll)


def wrap(inside: str, may_scroll: bool = False) -> str:
    """Return HTML in the box of pictures, with the styles that it needs.

    may_scroll: whether it can be wider than the page; then the box is reached with the keyboard.

    The book's pages have the colours already, and need the rest once: `web.picture_style`.
    """
    styles = f'<style class="{THEME_CLASS}">{theme()}</style><style class="{LOOK_CLASS}">{look()}'
    reach = ' tabindex="0" role="group" aria-label="Scrolls sideways"' if may_scroll else ""
    return f'<div class="llm-picture llm-wide"{reach}>{styles}</style>{inside}</div>'


@cache
def theme(box: str = ".llm-picture") -> str:
    """Return the book's colours as a style for pictures alone: nothing else changes.

    box: the selector of another thing that brings its own colours.
    """
    css = THEME.read_text("utf-8").replace(":root {", f"{box} {{", 1)
    return one_line(re.sub(r'("\]|\.vscode-dark|\)\))(?=,\n| \{)', rf"\1 {box}", css))


@cache
def look() -> str:
    """Return what pictures do with the colours, as a style."""
    return one_line((HERE / "pictures.css").read_text("utf-8"))


def one_line(css: str) -> str:
    """Return a style on one line, without comments."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    return re.sub(r"\s*([{};,])\s*", r"\1", re.sub(r"\s+", " ", css)).strip()


def _svg(piece: Piece, words: str, look: str, *, is_fixed: bool = False) -> str:
    """Return a drawing as SVG: as wide as its place, and at most as it is; or, fixed, as it is."""
    edge = 2  # room for what is drawn half outside, as thick edges are
    width, height = piece.width + 2 * edge, piece.height + 2 * edge
    size = f'viewBox="{-edge} {-edge} {place(width)} {place(height)}"'
    style = f"{'max-width:none;width' if is_fixed else 'max-width'}:{place(width)}px"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} class="{look}" role="img" '
        f'aria-label="{escape(words)}" style="{style}">{piece.svg()}</svg>'
    )
