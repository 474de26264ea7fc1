"""Sections that go deeper than the core of a chapter: an h2 that begins with "Deeper: ".

In Jupyter such a heading reads as it stands. On the page the section has a look of its own and a
link past it, a line above the first one says that the core ends there, and the contents name them.
"""

from __future__ import annotations

from html import escape
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging

from web.translation.catalogues import Say, english, on_page

PREFIX = "Deeper: "
BY_NAME = ("Exercises", "Summary", "Sources")  # written in a sentence without quotation marks
ORDER = "the section %r goes deeper, but comes after one that does not; deeper ones stand together"
CORE_END = "The core of this chapter ends here. What follows goes deeper; you can {}."
LAST = "the section %r goes deeper, but nothing follows to which one could skip"
log = logging.getLogger(__name__)


def parts_of(title: str, say: Say = english) -> tuple[bool, str]:
    """Return whether a heading says that its section goes deeper, and what else it says.

    >>> parts_of("Deeper: the gradients of softmax")
    (True, 'The gradients of softmax')
    >>> parts_of("Deeper and deeper")
    (False, 'Deeper and deeper')
    """
    if not title.startswith(say(PREFIX)):
        return False, title
    rest = title.removeprefix(say(PREFIX)).lstrip()
    return True, rest[:1].upper() + rest[1:]


def _title(section: nodes.section) -> nodes.title:
    return section[section.first_child_matching_class(nodes.title)]


def _is_deeper(section: nodes.section, say: Say) -> bool:
    return parts_of(_title(section).astext(), say)[0]


def _main_sections(doctree: nodes.document) -> list[nodes.section]:
    """Return the sections below the page's title, in order."""
    page = next(iter(doctree.findall(nodes.section)), None)
    return [child for child in page or [] if isinstance(child, nodes.section)]


def mark_text(element: nodes.Element, say: Say = english) -> bool:
    """Put "Deeper" into an element of its own in a heading or link; tell whether it was there."""
    first = next(iter(element.findall(nodes.Text)), None)
    found, rest = parts_of(str(first or ""), say)
    if found:
        word = nodes.inline("", say("Deeper"), classes=["llm-deeper-word"])
        first.parent.replace(first, [word, nodes.Text(f" {rest}")])
    return found


def _html(text: str) -> nodes.raw:
    return nodes.raw("", text, format="html")


def _end_of_core(following: nodes.section, say: Say) -> nodes.raw:
    title = _title(following).astext()
    where = f"the {title.lower()}" if title in BY_NAME else say("“{}”", title)
    link = f'<a href="#{following["ids"][0]}">{say("skip to {}", escape(where))}</a>'
    return _html(f'<p class="llm-core-end">{say(CORE_END, link)}</p>')


def _skip_link(section: nodes.section, following: nodes.section, say: Say) -> nodes.raw:
    what = escape(parts_of(_title(section).astext(), say)[1])
    return _html(
        f'<p class="llm-deeper-skip"><a href="#{following["ids"][0]}" '
        f'aria-label="{say("Skip this: {}", what)}">{say("Skip this")}</a></p>'
    )


def mark_sections(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Give deeper sections their class, mark and link past them, and the core its last line.

    Warns, which a strict build does not let pass, where they do not stand together.
    """
    sections, say = _main_sections(doctree), on_page(docname)
    deeper = [n for n, section in enumerate(sections) if _is_deeper(section, say)]
    if not deeper:
        return
    if deeper != list(range(deeper[0], deeper[-1] + 1)):
        log.warning(ORDER, _title(sections[deeper[-1]]).astext(), location=sections[deeper[-1]])
    if deeper[-1] == len(sections) - 1:
        log.warning(LAST, _title(sections[-1]).astext(), location=sections[-1])
        return
    end = _end_of_core(sections[deeper[-1] + 1], say)
    for n in deeper:
        section = sections[n]
        section["classes"].append("llm-deeper")
        section.insert(
            section.index(_title(section)) + 1, _skip_link(section, sections[n + 1], say)
        )
        mark_text(_title(section), say)
    first = sections[deeper[0]]
    first.parent.insert(first.parent.index(first), end)


def mark_contents(app: Sphinx, doctree: nodes.document) -> None:
    """Mark the links to deeper sections in the page's contents, just after they were collected."""
    say = on_page(app.env.docname)
    for link in app.env.tocs[app.env.docname].findall(nodes.reference):
        if mark_text(link, say):
            link["classes"].append("llm-deeper-link")


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect both: contents when a page is read, sections when it is written. Called by Sphinx."""
    app.connect("doctree-read", mark_contents, priority=900)
    app.connect("doctree-resolved", mark_sections, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
