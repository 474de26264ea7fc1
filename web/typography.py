"""Keeps together in a line what is read as one: a number and its unit, "GPT-" and 2, `T + 1`."""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

UNIT = re.compile(r"(?<=\d) (?=(?:%|min|GB|MB|KB|ms)(?!\w))")
HYPHEN = re.compile(r"\b(?:[Tt]op|[Mm]in)-$")
NAME = re.compile(r"\b(GPT-\d|TF-IDF)\b")
NO_BREAK = "\u00a0"
CLASS = "llm-whole"  # web/style/text.css
SHORT = 16  # characters of code in a sentence that also fit at the end of a phone's line
LITERAL = nodes.literal | nodes.literal_block | nodes.math | nodes.math_block | nodes.raw


def keep_units(text: str) -> str:
    """Return a text in which no line breaks between a number and its unit.

    >>> keep_units("in 25 min or 3 minutes").split(" ")[-3:]
    ['or', '3', 'minutes']
    """
    return UNIT.sub(NO_BREAK, text)


def set_text(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Set the text of a page, in HTML."""
    if app.builder.format != "html":
        return
    for text in list(doctree.findall(nodes.Text)):
        if text.parent is None or isinstance(text.parent, LITERAL):  # None: in a piece of HTML
            continue
        kept = keep_units(text)
        if (pieces := _pieces(kept)) != [text]:
            text.parent.replace(text, pieces)
    for word in list(doctree.findall(nodes.emphasis)):
        _join_hyphen(word)
    for code in list(doctree.findall(nodes.literal)):
        if len(code.astext()) <= SHORT:
            code["classes"].append(CLASS)


def _pieces(text: str) -> list[nodes.Node]:
    """Return a text as nodes: each name with a hyphen is one that no line parts."""
    parts = enumerate(NAME.split(text))
    whole = {True: lambda part: nodes.inline("", part, classes=[CLASS]), False: nodes.Text}
    return [whole[i % 2 == 1](part) for i, part in parts if part]


def _join_hyphen(word: nodes.emphasis) -> None:
    """Put "top-" before an emphasised k into one piece with it."""
    at = word.parent.index(word)
    before = word.parent[at - 1] if at else None
    found = HYPHEN.search(before) if isinstance(before, nodes.Text) else None
    if found is None:
        return
    whole = nodes.inline("", "", nodes.Text(found[0]), word.deepcopy(), classes=[CLASS])
    word.parent.replace(before, nodes.Text(before[: found.start()]))
    word.parent.replace(word, whole)


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect it; called by Sphinx."""
    app.connect("doctree-resolved", set_text)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
