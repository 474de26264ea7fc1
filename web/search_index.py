"""What the search page looks through: sections, terms, widgets and pictures, in one file.

It works from disk too. `static/search.js` ranks them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from web import inventory, other_names
from web.explained import explained
from web.frame import number_of, pages_in_order
from web.reference.names import FOLDER
from web.section_texts import sections
from web.terms import GLOSSARY

NAME = "search-index.js"


def index_of(pages: dict[str, nodes.document], titles: dict[str, str]) -> dict[str, Any]:
    """Return the whole index, ready for JSON."""
    order = list(pages)
    found = {page: list(sections(page, doctree)) for page, doctree in pages.items()}
    terms = {name.lower() for one in found[GLOSSARY] for name in one.title.split(", ")}
    told = {page: doctree for page, doctree in pages.items() if not page.startswith(FOLDER)}
    where = explained(told, terms)  # a function's entry says what it does, not what a word means
    entries = []
    for page, here in found.items():
        for section in here:
            entry: dict[str, Any] = {
                "page": order.index(page),
                "id": section.id,
                "title": section.title,
                "text": re.sub(r"\s+", " ", section.text),
            }
            if is_member(page, section.title):
                entry["name"] = section.title.split(".")[-1]
            if page == GLOSSARY and section.id.startswith("term-"):
                entry["isTerm"] = True
                if place := where.get(section.title.split(", ")[0].lower()):
                    entry["explained"] = [order.index(place[0]), place[1]]
            entries.append(entry)
    for page, doctree in pages.items():
        entries += [{"page": order.index(page), **shown} for shown in _shown(page, doctree)]
    names = [{"name": p, "number": number_of(p), "title": titles[p]} for p in order]
    return {"pages": names, "entries": entries, "also": other_names.for_search()}


def is_member(page: str, title: str) -> bool:
    """Return whether a section of the reference is about a member of a class.

    >>> is_member("reference/model", "GPT.run_with_cache"), is_member("reference/model", "GPT")
    (True, False)
    """
    return page.startswith(f"{FOLDER}/") and "." in title and not title.startswith("llm_lib.")


def _shown(page: str, doctree: nodes.document) -> Iterator[dict[str, Any]]:
    """Yield an entry for each widget and picture; exercises are sections, and there already."""
    for item in inventory.items_of(page, doctree):
        if item.kind != inventory.EXERCISE:
            name = {"name": item.name} if item.name else {}
            text = item.about.replace("`", "")
            yield {"id": item.id, "title": item.title, "text": text, "kind": item.kind, **name}


def write(app: Sphinx, site: Path) -> None:
    """Write the index below a site's `_static`, and delete Sphinx's own, which nothing reads."""
    pages = {page: app.env.get_doctree(page) for page in pages_in_order()}
    titles = {page: app.env.titles[page].astext() for page in pages}
    text = json.dumps(index_of(pages, titles), ensure_ascii=False, separators=(",", ":"))
    path = site / "_static" / NAME
    path.write_text(f"globalThis.llmSearchIndex = {text};\n", "utf-8")
    (site / "searchindex.js").unlink(missing_ok=True)
