"""The text of each section of a page, as a reader sees it: what the search looks through.

Code and its outputs are left out: who looks for a word wants to read about it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from docutils import nodes
from sphinx.addnodes import glossary, pending_xref

from web.terms import GLOSSARY

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
        for item in (item for item in items if section_of(item) is section):
            names = [plain(term) for term in item.findall(nodes.term)]
            places = [name for term in item.findall(nodes.term) for name in term["ids"]]
            place = (places or section["ids"])[0]
            yield Section(page, place, ", ".join(names), plain(item[-1]))


def section_of(node: nodes.Node | None) -> nodes.section | None:
    """Return the section that a node stands in, itself if it is one; None outside of all."""
    while node is not None and not isinstance(node, nodes.section):
        node = node.parent
    return node
