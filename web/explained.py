"""Where the book explains each term: the place that the search shows with its meaning."""

from __future__ import annotations

import re
from typing import NamedTuple

from docutils import nodes
from sphinx.addnodes import pending_xref

from web.deeper import PREFIX
from web.exercise_cards import HEAD
from web.section_texts import LISTS, Section, plain, section_of, sections

OFTEN, FACTOR = 10, 3  # a page speaks of a term much more than another: so often, so many times
Place = tuple[str, str]  # a page, and the id of a section


class Mention(NamedTuple):
    """A place at which a page says a term as one: in bold, as a link to the glossary, or both."""

    place: Place
    is_bold: bool
    is_link: bool
    is_deeper: bool

    @property
    def rank(self) -> tuple[bool, int]:
        """How well it explains: bold first, in the core of a chapter before all others."""
        if "appendix" in self.place[0]:
            return self.is_bold, int(self.is_link)
        return self.is_bold, 2 + 2 * (not self.is_deeper) + self.is_link


class Heading(NamedTuple):
    """A heading: its section, whether it is its page's first, its words, and those of its parts."""

    place: Place
    is_first: bool
    words: list[str]
    parts: list[list[str]]


def mentions(pages: dict[str, nodes.document]) -> dict[str, list[Mention]]:
    """Return where each term is said, by its name in small letters, in the order of the pages."""
    found: dict[str, list[Mention]] = {}
    for page, doctree in pages.items():
        for node in doctree.findall(lambda n: isinstance(n, nodes.strong | pending_xref)):
            is_link = isinstance(node, pending_xref)
            section = section_of(node)
            if section is None or (is_link and node.get("reftype") != "term"):
                continue
            is_bold = not is_link or isinstance(node.parent, nodes.strong)
            name = node["reftarget"] if is_link else plain(node)
            said = Mention((page, section["ids"][0]), is_bold, is_link, _is_deeper(section))
            found.setdefault(name.lower(), []).append(said)
    return found


def _is_deeper(section: nodes.section | None) -> bool:
    while section is not None:
        if plain(section.next_node(nodes.title)).startswith(PREFIX):
            return True
        section = section_of(section.parent)
    return False


def explained(pages: dict[str, nodes.document], terms: set[str]) -> dict[str, Place]:
    """Return the page and section to read about each term; a term that is never said is left out.

    That is the section whose heading is the term, or has it alone between its colons and commas;
    else the place where it is said first as a term, in bold and in a core where there is one,
    unless a page that says it, too, speaks of it much more.
    """
    read = {page: tree for page, tree in pages.items() if page not in LISTS}
    texts = {page: list(sections(page, doctree)) for page, doctree in read.items()}
    said, titles = mentions(read), _headings(texts)
    found = {}
    for term in terms:
        here = said.get(term, [])
        place = _by_heading(term, titles, texts)
        if place := place or (_by_mention(term, here, texts) if here else None):
            found[term] = place
    return found


def _words(text: str) -> list[str]:
    """Return the words of a text without the ending of a plural, and without a leading article."""
    words = re.findall(r"[^\W_]+", text.lower())
    words = words[1:] if words[:1] in (["the"], ["a"], ["an"]) else words
    return [word.removesuffix("s") if len(word) > 4 else word for word in words]


def _count(term: str, texts: list[Section]) -> int:
    pattern = re.compile(rf"(?<!\w){re.escape(term)}(?:s|es)?(?!\w)")
    return sum(len(pattern.findall(f"{one.title} {one.text}".lower())) for one in texts)


def _headings(texts: dict[str, list[Section]]) -> list[Heading]:
    """Return the headings in which a term may be named: not those of exercises."""
    return [
        Heading(
            (page, one.id),
            n == 0,
            _words(one.title),
            [_words(part) for part in re.split("[:,]", one.title)],
        )
        for page, here in texts.items()
        for n, one in enumerate(here)
        if not HEAD.match(one.title)
    ]


def _by_heading(term: str, titles: list[Heading], texts: dict[str, list[Section]]) -> Place | None:
    """Return the section that is about a term by its heading; of several pages, the fullest one.

    A page may have one word besides in its title: "Self-attention" is about attention, "Before
    attention" is not.
    """
    best: list[tuple[int, int, Place]] = []
    wanted = _words(term)
    for place, is_first, words, parts in titles:
        page = place[0]
        is_page = is_first and len(words) <= len(wanted) + 1 and words[:1] != ["before"]
        if is_page and wanted in (words, words[1:], words[:-1]):
            best.append((0, -_count(term, texts[page]), place))
        elif wanted in parts:
            best.append((1 + ("appendix" in page), -_count(term, texts[page]), place))
    return min(best)[2] if best else None


def _by_mention(term: str, here: list[Mention], texts: dict[str, list[Section]]) -> Place:
    first = max(here, key=lambda one: one.rank).place
    amounts = {page: _count(term, texts[page]) for page in {one.place[0] for one in here}}
    fullest = max(amounts, key=lambda page: amounts[page])
    if amounts[fullest] < max(OFTEN, FACTOR * amounts[first[0]]):
        return first
    return max((one for one in here if one.place[0] == fullest), key=lambda one: one.rank).place
