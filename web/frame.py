"""The frame around an article: the contents, where the reader is, and what comes next.

`templates/layout.html` writes the page from what `describe` returns.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from docutils import nodes
from sphinx.application import Sphinx

from web import known, palette, reading_time, repository
from web.fingerprint import ROOT
from web.translation.catalogues import language_of, on_page

NUMERALS = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X"]
HOOK = 240  # characters; a chapter's promise is a sentence or two


class Chapter(NamedTuple):
    """A page in the contents, as seen from the page that is being written."""

    name: str
    number: str
    title: str
    href: str
    is_current: bool
    minutes: int  # 0 where none are told
    foreign: str = ""  # its language, where the page that is being written has another

    @property
    def kind(self) -> str:
        """What it is called: a chapter has a number, an appendix a letter."""
        return "appendix" if self.number.isalpha() else "chapter"


class Part(NamedTuple):
    """A part of the book: its numeral ("" where no chapter has a number), its name, its pages."""

    numeral: str
    caption: str
    chapters: list[Chapter]

    @property
    def number(self) -> int:
        """Its numeral as a number, 0 without one: which hue it has in `style/colours.css`."""
        return NUMERALS.index(self.numeral) + 1 if self.numeral else 0

    @property
    def is_current(self) -> bool:
        """Tell whether the page that is being written belongs to it."""
        return any(chapter.is_current for chapter in self.chapters)


class Section(NamedTuple):
    """A section of the page: its anchor, its heading, and whether it goes deeper than the core."""

    id: str
    title: str
    is_deeper: bool


def number_of(name: str) -> str:
    """Return a chapter's number or an appendix's letter, from the name of its file.

    >>> number_of("chapters/09_self_attention"), number_of("chapters/appendix_b_maths")
    ('9', 'B')
    >>> number_of("intro")
    ''
    """
    found = re.match(r"(\d+)_|appendix_([a-z])_", Path(name).name)
    return "" if not found else str(int(found[1])) if found[1] else found[2].upper()


def pages_in_order() -> list[str]:
    """Return the book's pages as `_toc.yml` has them, the first page first."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))
    return [toc["root"], *(e["file"] for part in toc["parts"] for e in part["chapters"])]


def parts_in_order() -> Iterator[tuple[str, str, list[str]]]:
    """Yield numeral, title and pages of each part of `_toc.yml`.

    A part without a numbered chapter has no numeral: the appendices, the Playground.
    """
    numerals = iter(NUMERALS)
    for part in yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))["parts"]:
        names = [entry["file"] for entry in part["chapters"]]
        is_numbered = any(number_of(name).isdigit() for name in names)
        yield next(numerals) if is_numbered else "", part["caption"], names


def contents(app: Sphinx, page: str) -> list[Part]:
    """Return the book's parts with their pages, in the order of `_toc.yml`."""
    return [
        Part(numeral, title, [_chapter(app, name, page) for name in names])
        for numeral, title, names in parts_in_order()
    ]


def _chapter(app: Sphinx, name: str, page: str) -> Chapter:
    title = app.env.titles[name].astext()
    is_current = name == page
    # to its own file, too: a page is known by its address
    href = f"{Path(name).name}.html" if is_current else app.builder.get_relative_uri(page, name)
    language = language_of(name)
    foreign = "" if language == language_of(page) else language
    return Chapter(name, number_of(name), title, href, is_current, minutes_of(name), foreign)


@cache
def minutes_of(name: str) -> int:
    """Return the minutes that a chapter says it takes; 0 for a page that says nothing."""
    path = ROOT / f"{name}.ipynb"
    return reading_time.of_chapter(path.stem) if path.is_file() else 0


def sections(app: Sphinx, page: str) -> list[Section]:
    """Return the page's sections below its title: those with a heading of the second level."""
    if page not in app.env.tocs:
        return []
    lists = list(app.env.tocs[page].findall(nodes.bullet_list))
    second = lists[1].children if len(lists) > 1 else []
    links = [next(iter(item.findall(nodes.reference)), None) for item in second]
    return [_section(link, on_page(page)("Deeper")) for link in links if link is not None]


def _section(link: nodes.reference, word: str) -> Section:
    is_deeper = "llm-deeper-link" in link["classes"]  # web/deeper.py was here
    title = link.astext().removeprefix(word).strip() if is_deeper else link.astext()
    return Section(link["anchorname"].lstrip("#"), title, is_deeper)


def hook(app: Sphinx, name: str) -> str:
    """Return what a page promises in its first paragraph."""
    return known.first_paragraph(app.env.get_doctree(name), HOOK)


def links(page: str, source: repository.Repository) -> dict[str, str]:
    """Return where the header leads, to the repository and to Colab: "" where there is nothing."""
    is_notebook = (ROOT / f"{page}.ipynb").is_file()
    return {
        "source_url": source.url if source.is_set else "",
        "colab_url": (source.on_colab(f"{page}.ipynb") if is_notebook else None) or "",
    }


def describe(app: Sphinx, page: str) -> dict[str, Any]:
    """Return what the template shows around the page `page`."""
    parts = contents(app, page)
    chapters = [chapter for part in parts for chapter in part.chapters]
    at = next((i for i, chapter in enumerate(chapters) if chapter.is_current), None)
    after = chapters[at + 1] if at is not None and at + 1 < len(chapters) else None
    return {
        **links(page, repository.current()),
        "parts": parts,
        "part": next((part for part in parts if part.is_current), None),
        "sections": sections(app, page),
        "here": None if at is None else chapters[at],
        "before": chapters[at - 1] if at else None,
        "after": after,
        "after_hook": hook(app, after.name) if after else "",
        "ground": palette.in_both_themes("--llm-bg"),
    }
