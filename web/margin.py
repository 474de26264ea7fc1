"""Notes for the margin: what a term means and which work is cited, where a page first names them.

Each stands in its paragraph, behind the link; `style/margin.css` shows it beside that line where
the window has room, and `static/margin.js` keeps it from others. Screen readers pass it by: the
link's tip and the list of sources say the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from html import escape
from typing import Any

from docutils import nodes
from pybtex.richtext import Text
from sphinx.application import Sphinx

from web import terms
from web.section_texts import NOTATION
from web.translation.catalogues import ENGLISH, language_of

SOURCES = "chapters/appendix_e_sources"
WITHOUT = (terms.GLOSSARY, NOTATION, SOURCES)  # pages that say it all themselves
TERM = "appendix_d_glossary.html#"
SUMMARY = "summary"  # the section that names a chapter's words again
IN_TEXT = nodes.section | nodes.list_item | nodes.bullet_list | nodes.enumerated_list


class Note(nodes.General, nodes.Inline, nodes.Element):
    """A note, as HTML. It has no text: who asks what a paragraph says does not mean its notes."""


def note_html(kind: str, name: str, what: str, language: str = "") -> str:
    """Return a note; `what` is HTML.

    >>> note_html("term", "logit", "A score.").removeprefix('<span class="llm-margin-note" ')
    'aria-hidden="true"><span class="llm-margin-note-term"><b>Logit.</b> A score.</span></span>'
    """
    lang = f' lang="{language}"' if language else ""
    head = escape(name[:1].upper() + name[1:])
    inside = f'<span class="llm-margin-note-{kind}"{lang}><b>{head}.</b> {what}</span>'
    return f'<span class="llm-margin-note" aria-hidden="true">{inside}</span>'


def paragraphs(doctree: nodes.document) -> Iterator[nodes.paragraph]:
    """Yield the paragraphs of the text itself: of no exercise, remark, table or summary."""
    for paragraph in doctree.findall(nodes.paragraph):
        up = paragraph.parent
        while isinstance(up, IN_TEXT) and not _is_apart(up):
            up = up.parent
        if isinstance(up, nodes.document):
            yield paragraph


def _is_apart(node: nodes.Element) -> bool:
    return "llm-exercise" in node["classes"] or SUMMARY in node["ids"]


def _plain(words: str) -> str:
    return words.strip().lower().removesuffix("s")


def own_terms(doctree: nodes.document) -> dict[str, str]:
    """Return the ids of the terms that a chapter's summary links to, by their words.

    The chapter introduces them itself, in bold, and does not link them there.
    """
    summaries = (s for s in doctree.findall(nodes.section) if SUMMARY in s["ids"])
    links = (link for summary in summaries for link in summary.findall(nodes.reference))
    return {_plain(a.astext()): _term(a) for a in links if _term(a)}


def _term(link: nodes.reference) -> str:
    uri = link.get("refuri", "")
    return uri.split("#")[1] if TERM in uri else ""


def works(app: Sphinx) -> dict[str, str]:
    """Return each source as HTML, a title with its link, by its id in the list of sources."""
    found = {}
    for citation in app.env.get_domain("cite").citations:
        fields = citation.entry.fields
        title = _plain_title(fields["title"])
        url = fields.get("url") or (f"https://doi.org/{fields['doi']}" if "doi" in fields else "")
        link = f'<a href="{escape(url)}" tabindex="-1">{title}</a>' if url else title
        found[citation.citation_id] = link
    return found


@cache  # each page asks for all of them
def _plain_title(latex: str) -> str:
    return escape(str(Text.from_latex(latex)))


class Writer:
    """Writes the notes of one page: each term and each work once."""

    def __init__(self, app: Sphinx, page: str, doctree: nodes.document):
        """Read what there is to say."""
        glossary = app.env.get_doctree(terms.GLOSSARY)
        self.meanings, self.names = terms.meanings(glossary), terms.names(glossary)
        self.works, self.own = works(app), own_terms(doctree)
        other = language_of(terms.GLOSSARY)
        self.language = "" if other == language_of(page) else other
        self.said: set[str] = set()

    def note_for(self, node: nodes.Node) -> str:
        """Return the note that a link, or a word in bold, gets here; "" where it gets none."""
        if isinstance(node, nodes.strong):
            return self._of_term(self.own.get(_plain(node.astext()), ""))
        if not isinstance(node, nodes.reference):
            return ""
        if f"{SOURCES.rpartition('/')[2]}.html#" in node.get("refuri", ""):
            return self._of_work(node.astext(), node["refuri"].split("#")[1])
        return self._of_term(_term(node))

    def _of_term(self, name: str) -> str:
        if name in self.said or name not in self.meanings:
            return ""
        self.said.add(name)
        return note_html("term", self.names[name], escape(self.meanings[name]), self.language)

    def _of_work(self, label: str, name: str) -> str:
        if name in self.said or name not in self.works:
            return ""
        self.said.add(name)
        return note_html("source", label, self.works[name], self.language and ENGLISH)

    def write(self, paragraph: nodes.paragraph) -> None:
        """Put its notes into a paragraph, each behind what it is about."""
        for child in list(paragraph.children):
            inside = child.findall() if isinstance(child, nodes.Element) else ()
            made = [text for text in map(self.note_for, inside) if text]
            place = paragraph.index(child) + 1
            paragraph.insert(place, [Note(html=text) for text in made])


def add_notes(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Write the notes of a page that is read as one: not those of a list, or of the first page."""
    if app.builder.format != "html" or docname in (*WITHOUT, app.config.root_doc):
        return
    writer = Writer(app, docname, doctree)
    for paragraph in paragraphs(doctree):
        writer.write(paragraph)


def _visit(translator: Any, node: Note) -> None:
    translator.body.append(node["html"])
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect it, after the cards of exercises are made; called by Sphinx."""
    app.add_node(Note, html=(_visit, None))
    app.connect("doctree-resolved", add_notes, priority=950)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
