"""The HTML that is printed: a chapter, the solutions, and what stands before the first chapter."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

import yaml

from web import known
from web.fingerprint import ROOT
from web.portable.pages import Article, Heading

BOOK = "LLM from Scratch"
PROMISE = "Build a language model from nothing, and see inside it."
STYLES = tuple(Path(__file__).parent / name for name in ("pdf.css", "contents.css"))
PICTURES = ROOT / "llm_lib/book/pictures/pictures.css"
SOLUTIONS = "solutions"
ELSEWHERE = (
    "file:///book#"  # a link to another sheet: Chromium drops one to an anchor that it lacks
)
SITE_LINK = "llm-site:"  # how a link begins that leads to the page with the live widget


class Sheet(NamedTuple):
    """What is printed at once: its name, its title, its headings, and the HTML of its article."""

    slug: str
    title: str
    part: str
    headings: list[Heading]
    html: str
    math: str


class Printed(NamedTuple):
    """A sheet that was printed: what does not fit on it, and where its headings are."""

    sheet: Sheet
    file: Path
    faults: list[str]
    first: int


def author(config: Path = ROOT / "_config.yml") -> str:
    """Return who the book is by, as its settings say."""
    return yaml.safe_load(config.read_text("utf-8"))["author"]


def chapter(article: Article, address: str) -> Sheet:
    """Return the sheet of a page: its article below the words that say where in the book it is."""
    number = article.page.number
    kind = "Appendix" if number.isalpha() else "Chapter"
    where = " · ".join(filter(None, [article.page.part, number and f"{kind} {number}"]))
    head = f'<p class="still-where">{escape(where)}</p>' if where else ""
    html = with_pictures(article.html.replace(SITE_LINK, address), article.folder)
    headings = [
        heading._replace(text=article.title) if heading.level == 1 else heading
        for heading in article.headings
    ]
    return Sheet(
        article.page.slug, article.title, article.page.part, headings, head + html, article.math
    )


def with_pictures(html: str, folder: Path) -> str:
    """Return HTML whose photographs are named by their whole address."""
    return re.sub(r'(<img src=")(\d+\.png")', rf"\1{folder.as_uri()}/\2", html)


def solutions(articles: Iterable[Article], address: str) -> Sheet:
    """Return the sheet of all solutions, a section for each chapter that has exercises."""
    answered = [article for article in articles if article.solutions]
    headings = [Heading(1, SOLUTIONS, "Solutions")]
    html = "<section><h1>Solutions</h1><p>Hints first, where an exercise has them.</p>"
    for article in answered:
        anchor = f"{SOLUTIONS}--{article.page.slug}"
        headings.append(Heading(2, anchor, article.title))
        inside = with_pictures(article.solutions.replace(SITE_LINK, address), article.folder)
        html += f'<section id="{anchor}"><h2>{escape(article.title)}</h2>{inside}</section>'
    math = "\n".join(article.math for article in answered)
    return Sheet(SOLUTIONS, "Solutions", "", headings, html + "</section>", math)


def front(sheets: list[Sheet], number_of: dict[str, int], address: str) -> str:
    """Return the article before the first chapter: the title's page, and the contents.

    number_of: the printed page of each heading, by its id.
    """
    link = f'<a href="{escape(address)}">{escape(address.rstrip("/"))}</a>'
    where = (
        f"at {link}"
        if known.site_address()
        else f"where <code>make serve</code> shows them: {link}"
    )
    cover = (
        f'<section class="still-cover"><h1>{BOOK}</h1><p class="still-promise">{PROMISE}</p>'
        f'<p class="still-by">{escape(author())}</p>'
        "<p>This is the book to take along: its moving pictures as strips of scenes, and a "
        "photograph where a page has a widget that answers. The living pages, and notebooks of "
        f"all chapters, are {where}.</p>"
        "<p>Text and figures CC BY 4.0, code Apache-2.0.</p></section>"
    )
    rows, part = "", ""
    for sheet in sheets:
        if sheet.part and sheet.part != part:
            part = sheet.part
            rows += f'<p class="still-part">{escape(part)}</p>'
        rows += "".join(contents_row(heading, number_of) for heading in sheet.headings)
    return f'{cover}<section class="still-contents"><h2>Contents</h2>{rows}</section>'


def contents_row(heading: Heading, number_of: dict[str, int]) -> str:
    """Return a line of the contents: a title, and the page it is on."""
    return (
        f'<p class="still-row still-row-{heading.level}"><a href="#{escape(heading.id)}">'
        f"<span>{escape(heading.text)}</span><span>{number_of.get(heading.id, '')}</span></a></p>"
    )


def css_text(text: str) -> str:
    r"""Return a text as a string in CSS.

    >>> print(css_text('Say "a"'))
    "Say \"a\""
    """
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ") + '"'


def running_heads(title: str, first: int, numerals: str) -> str:
    """Return the style of the edges of a sheet's pages: book, chapter, the page's number."""
    heads = "" if not title else f"@top-left {{ content: {css_text(BOOK)}; }}"
    heads += f"@top-right {{ content: {css_text(title)}; }}" if title else ""
    return (
        f"@page {{ {heads} @bottom-right {{ content: counter(page, {numerals}); }} }}"
        f"@page :first {{ @top-left {{ content: none; }} @top-right {{ content: none; }} }}"
        f"html {{ counter-reset: page {first - 1}; }}"
    )


def lead_out(html: str, ids: set[str]) -> str:
    """Return HTML whose links to anchors that it lacks say that those are on another sheet.

    >>> lead_out('<a href="#here">a</a><a href="#b">b</a>', {"here"})
    '<a href="#here">a</a><a href="file:///book#b">b</a>'
    """

    def lead(link: re.Match[str]) -> str:
        return link[0] if unquote(link[1]) in ids else f'href="{ELSEWHERE}{link[1]}"'

    return re.sub(r'\bhref="#([^"]+)"', lead, html)


def document(
    sheet: Sheet, site: Path, first: int, heads: str | None = None, numerals: str = "decimal"
) -> str:
    """Return a whole document to print, whose pages are numbered from `first` on."""
    style = (site / "_static/book.css").resolve().as_uri()
    ids = sorted(set(re.findall(r'\bid="([^"]+--[^"]+)"', sheet.html)) | {sheet.slug})
    # what nothing links to has no place in a PDF, and another chapter may link to it
    links = "".join(f'<a href="#{name}"></a>' for name in ids)
    html = lead_out(sheet.html, {sheet.slug, *re.findall(r'\bid="([^"]+)"', sheet.html)})
    edges = running_heads(sheet.title if heads is None else heads, first, numerals)
    own = (path.read_text("utf-8") for path in (PICTURES, *STYLES))
    styles = "\n".join([sheet.math, *own, edges])
    return (
        '<!DOCTYPE html><html lang="en" data-theme="light"><head><meta charset="utf-8">'
        f'<title>{escape(sheet.title)}</title><link rel="stylesheet" href="{style}">'
        f"<style>{styles}</style></head>"
        f'<body><article class="bd-article" id="{sheet.slug}">{html}</article>'
        f"<nav hidden>{links}</nav></body></html>"
    )
