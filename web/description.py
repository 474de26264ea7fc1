"""A one-sentence description for each page, for search engines and link previews."""

from __future__ import annotations

import re
from html import escape

from docutils import nodes

LONGEST = 155  # characters that search engines show


def shorten(text: str, longest: int = LONGEST) -> str:
    r"""Return `text` on one line, cut after a word where it is longer than `longest`.

    >>> shorten("A token is\nnot a word.", 100)
    'A token is not a word.'
    >>> shorten("A token is not a word.", 12)
    'A token is…'
    """
    text = re.sub(r"\s+", " ", text).strip()
    if len(text) <= longest:
        return text
    return text[:longest].rsplit(" ", 1)[0].rstrip(",;:. ") + "…"


def first_paragraph(doctree: nodes.document | None, longest: int = LONGEST) -> str:
    """Return the page's first paragraph of prose, shortened; "" where it has none."""
    for paragraph in doctree.findall(nodes.paragraph) if doctree else ():
        text = paragraph.astext()
        if len(text) > 40 and isinstance(paragraph.parent, nodes.section | nodes.document):
            return shorten(text, longest)
    return ""


def describe(doctree: nodes.document | None, title: str, book: str) -> str:
    """Return the page's first paragraph of prose, or its title where it has none."""
    return first_paragraph(doctree) or shorten(f"{title}: a page of {book}, an interactive book.")


def meta_tag(description: str) -> str:
    r"""Return the <meta> element.

    >>> meta_tag('What "token" means')
    '<meta name="description" content="What &quot;token&quot; means" />\n'
    """
    return f'<meta name="description" content="{escape(description)}" />\n'
