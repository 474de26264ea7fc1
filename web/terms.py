"""The meaning of each term that a page links to, for `static/terms.js` to show at the link.

The meanings are those of the glossary. A page carries only what it links to.
"""

from __future__ import annotations

import json
import re

from docutils import nodes
from sphinx.application import Sphinx

from web.translation.catalogues import language_of

GLOSSARY = "chapters/appendix_d_glossary"
LINK = re.compile(r'href="(?:chapters/)?appendix_d_glossary\.html#(term-[^"]+)"')


def meanings(glossary: nodes.document) -> dict[str, str]:
    """Return the meaning of each term, as text, by the id of its place in the glossary."""
    found = {}
    for item in glossary.findall(nodes.definition_list_item):
        text = " ".join(item[-1].astext().split())
        ids = [name for term in item.findall(nodes.term) for name in term["ids"]]
        found |= dict.fromkeys(ids, text)
    return found


def names(glossary: nodes.document) -> dict[str, str]:
    """Return each term as the glossary calls it, by the id of its place there."""
    return {name: term.astext() for term in glossary.findall(nodes.term) for name in term["ids"]}


def linked(body: str) -> list[str]:
    """Return the ids of the terms that a page links to, each once, in order.

    >>> linked('<a class="internal" href="appendix_d_glossary.html#term-token">tokens</a>')
    ['term-token']
    """
    return list(dict.fromkeys(LINK.findall(body)))


def data_script(app: Sphinx, body: str, page: str) -> str:
    """Return the meanings that a page needs in a script element; "" where it links to none."""
    ids = linked(body)
    if not ids:
        return ""
    known = meanings(app.env.get_doctree(GLOSSARY))
    text = json.dumps({name: known[name] for name in ids if name in known}, ensure_ascii=False)
    text = text.replace("<", "\\u003c")  # so that nothing in it can end the element
    language = language_of(GLOSSARY)
    own = "" if language == language_of(page) else f' data-language="{language}"'
    return f'<script type="application/json" id="llm-terms"{own}>{text}</script>'
