"""Completes the first page: its picture, its parts, and its list of chapters as the contents are.

What `_toc.yml` knows is neither typed there nor counted by a style sheet: each part gets its
numeral, its hue and its picture, each chapter its number. `static/landing.css` shows them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html import escape
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from web import frame, hero, repository
from web.translation.catalogues import Say, on_page

PICTURES = "part_pictures.html"
START, CHAPTERS, MADE, TOTAL = "llm-start", "llm-chapters", "llm-made", "llm-total"
WAYS = "llm-ways"
TIME = "llm-time"
Draw = Callable[[int], str]


def _raw(html: str) -> nodes.raw:
    return nodes.raw("", html, format="html")


def _number(text: str) -> nodes.raw:
    return _raw(f'<span class="llm-number">{escape(text)}</span> ')


def _with_class(doctree: nodes.Element, name: str) -> Iterator[nodes.Element]:
    return (node for node in doctree.findall(nodes.Element) if name in node["classes"])


def _keep_beside(time: nodes.Element) -> None:
    """Let no line end between a chapter's last word and its minutes."""
    place = time.parent.index(time)
    before = time.parent[place - 1] if place else None
    if isinstance(before, nodes.Text):
        time.parent[place - 1] = nodes.Text(before.rstrip() + "\u00a0")


def part_links(parts: list[frame.Part], draw: Draw, say: Say) -> str:
    """Return the numbered parts as pictures, each of which leads to its first chapter."""
    links = [
        f'<a href="{part.chapters[0].href}" data-part="{part.number}">{draw(part.number)}'
        f"<span>{escape(say(part.caption))}</span></a>"
        for part in parts
        if part.number
    ]
    label = escape(say("The parts of the book"))
    return f'<nav class="llm-parts" aria-label="{label}">{"".join(links)}</nav>'


def below_title(start: nodes.Element, figure: str, parts: str) -> None:
    """Put title and start, the picture, and the parts below one another."""
    page = start.parent
    below = page.index(start) + 1
    page.insert(below, _raw(f"</div>{figure}</div>{parts}"))
    page.insert(0, _raw('<div class="llm-hero"><div>'))


def lead_to_colab(
    start: nodes.Element, first: str, source: repository.Repository, say: Say
) -> None:
    """Say after what the book takes that its first chapter opens in Colab: on a published site."""
    address = source.on_colab(f"{first}.ipynb") if source.is_set else None
    for total in [*_with_class(start, TOTAL)] if address else []:
        words = escape(say("Or run chapter 1 in Colab."))
        total.append(_raw(f' <a href="{escape(address or "")}">{words}</a>'))


def mark_part(item: nodes.definition_list_item, parts: list[frame.Part], draw: Draw) -> None:
    """Give a part of the list what the contents know of it: known is it by the links in it."""
    chapters = {chapter.href: chapter for part in parts for chapter in part.chapters}
    part_of = {chapter.href: part for part in parts for chapter in part.chapters}
    found = [link.get("refuri") for link in item.findall(nodes.reference)]
    part = next((part_of[uri] for uri in found if uri in part_of), None)
    hue = f' data-part="{part.number}"' if part and part.number else ""
    place = item.parent.index(item)
    item.parent.insert(place, _raw(f'<div class="llm-map-part"{hue}>'))
    item.parent.insert(place + 2, _raw("</div>"))
    if part and part.number:
        term = next(item.findall(nodes.term))
        term.insert(0, _number(part.numeral))
        term.append(_raw(draw(part.number)))
    for row in item.findall(nodes.definition):
        links = [link for link in row.findall(nodes.reference) if link.get("refuri") in chapters]
        number = chapters[links[0]["refuri"]].number if len(links) == 1 else ""
        for time in _with_class(row, TIME):
            _keep_beside(time)
        if number:
            next(row.findall(nodes.paragraph)).insert(0, _number(number))


def complete(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Complete the first page."""
    if app.builder.format != "html" or docname != app.config.root_doc:
        return
    pictures = app.builder.templates.environment.get_template(PICTURES).module  # type: ignore[attr-defined]
    parts, draw, say = frame.contents(app, docname), pictures.picture, on_page(docname)
    first = next(part.chapters[0].name for part in parts if part.number)
    for start in [*_with_class(doctree, START)]:
        lead_to_colab(start, first, repository.current(), say)
        below_title(start, hero.figure(say), part_links(parts, draw, say))
    for chapters in _with_class(doctree, CHAPTERS):
        for item in [*chapters.findall(nodes.definition_list_item)]:
            mark_part(item, parts, draw)
    for ways in _with_class(doctree, WAYS):
        drawn = pictures.made if MADE in ways["classes"] else pictures.way
        for number, item in enumerate([*ways.findall(nodes.list_item)], 1):
            item.insert(0, _raw(drawn(number)))


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect it; called by Sphinx."""
    app.connect("doctree-resolved", complete, priority=960)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
