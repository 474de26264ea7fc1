"""What the search page looks through: sections and terms, in one file that works from disk too.

`static/search.js` ranks them. Code and its outputs are left out: who looks for a word wants to read
about it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from docutils import nodes
from sphinx.addnodes import glossary, pending_xref
from sphinx.application import Sphinx

from web import inventory, other_names
from web.frame import number_of, pages_in_order
from web.terms import GLOSSARY

NAME = "search-index.js"
NOTATION = "chapters/appendix_a_notation"
LISTS = (GLOSSARY, NOTATION)  # pages on which each definition of a list is found by itself
# What is read: a section's own text, and not what is a section, a cell or a picture inside it.
TEXT = (nodes.paragraph, nodes.term, nodes.title)


class Section(NamedTuple):
    """A section: its page, the id of its place there, its title, and its own text."""

    page: str
    id: str
    title: str
    text: str


def plain(node: nodes.Node) -> str:
    """Return the text of a node, without sources, labels, and formulas that are no words."""
    parts = [str(text) for text in node.findall(nodes.Text) if _is_read(text)]
    return " ".join("".join(parts).split()).replace(" .", ".").replace(" ,", ",")


def _is_read(text: nodes.Text) -> bool:
    if isinstance(text.parent, nodes.math):
        return "\\" not in text
    link = next(
        (up for up in (text.parent, text.parent.parent) if isinstance(up, pending_xref)), None
    )
    if link is None:
        return True
    is_label = link.get("reftype") in ("ref", "doc") and not link.get("refexplicit")
    return not is_label and link.get("refdomain") != "cite"


def _is_skipped(node: nodes.Node) -> bool:
    kinds = (nodes.section, nodes.literal_block, nodes.raw, nodes.footnote, nodes.citation)
    is_cell = isinstance(node, nodes.container) and node.get("nb_element", "").startswith("cell")
    return is_cell or isinstance(node, kinds)


def own_texts(node: nodes.Element) -> Iterator[str]:
    """Yield the paragraphs of a section, without those of the sections inside it."""
    for child in node.children:
        if isinstance(child, TEXT):
            yield plain(child)
        elif isinstance(child, nodes.Element) and not _is_skipped(child):
            yield from own_texts(child)


def sections(page: str, doctree: nodes.document) -> Iterator[Section]:
    """Yield a page's sections in order, each definition of a list as one of its own."""
    for section in doctree.findall(nodes.section):
        title, *texts = own_texts(section)
        if page not in LISTS or not any(
            isinstance(c, nodes.definition_list | glossary) for c in section.children
        ):
            yield Section(page, section["ids"][0], title, " ".join(texts))
            continue
        items = section.findall(nodes.definition_list_item)
        for item in (item for item in items if _section_of(item) is section):
            names = [plain(term) for term in item.findall(nodes.term)]
            places = [name for term in item.findall(nodes.term) for name in term["ids"]]
            place = (places or section["ids"])[0]
            yield Section(page, place, ", ".join(names), plain(item[-1]))


def explained(pages: dict[str, nodes.document], terms: set[str]) -> dict[str, tuple[str, str]]:
    """Return, for each term, the page and section in which it is first a bold link.

    Where it never is, the first in which it is bold.
    """
    linked: dict[str, tuple[str, str]] = {}
    bold: dict[str, tuple[str, str]] = {}
    for page, doctree in pages.items():
        for strong in doctree.findall(nodes.strong):
            section = _section_of(strong)
            if section is None:
                continue
            place = (page, section["ids"][0])
            for link in strong.findall(pending_xref):
                if link.get("reftype") == "term":
                    linked.setdefault(link["reftarget"].lower(), place)
            bold.setdefault(plain(strong).lower(), place)
    return {name: place for name, place in (bold | linked).items() if name in terms}


def _section_of(node: nodes.Node) -> nodes.section | None:
    while node is not None and not isinstance(node, nodes.section):
        node = node.parent
    return node


def index_of(pages: dict[str, nodes.document], titles: dict[str, str]) -> dict[str, Any]:
    """Return the whole index, ready for JSON."""
    order = list(pages)
    found = {page: list(sections(page, doctree)) for page, doctree in pages.items()}
    terms = {name.lower() for one in found[GLOSSARY] for name in one.title.split(", ")}
    where = explained({page: tree for page, tree in pages.items() if "appendix" not in page}, terms)
    entries = []
    for page, here in found.items():
        for section in here:
            entry: dict[str, Any] = {
                "page": order.index(page),
                "id": section.id,
                "title": section.title,
                "text": re.sub(r"\s+", " ", section.text),
            }
            if page == GLOSSARY and section.id.startswith("term-"):
                entry["isTerm"] = True
                if place := where.get(section.title.split(", ")[0].lower()):
                    entry["explained"] = [order.index(place[0]), place[1]]
            entries.append(entry)
    for page, doctree in pages.items():
        entries += [{"page": order.index(page), **shown} for shown in _shown(page, doctree)]
    names = [{"name": p, "number": number_of(p), "title": titles[p]} for p in order]
    return {"pages": names, "entries": entries, "also": other_names.for_search()}


def _shown(page: str, doctree: nodes.document) -> Iterator[dict[str, Any]]:
    """Yield an entry for each widget and picture; exercises are sections, and there already."""
    for item in inventory.items_of(page, doctree):
        if item.kind != inventory.EXERCISE:
            text = f"{item.name} {item.about}".replace("`", "").strip()
            yield {"id": item.id, "title": item.title, "text": text, "kind": item.kind}


def write(app: Sphinx, site: Path) -> None:
    """Write the index below a site's `_static`, and delete Sphinx's own, which nothing reads."""
    pages = {page: app.env.get_doctree(page) for page in pages_in_order()}
    titles = {page: app.env.titles[page].astext() for page in pages}
    text = json.dumps(index_of(pages, titles), ensure_ascii=False, separators=(",", ":"))
    path = site / "_static" / NAME
    path.write_text(f"globalThis.llmSearchIndex = {text};\n", "utf-8")
    (site / "searchindex.js").unlink(missing_ok=True)
