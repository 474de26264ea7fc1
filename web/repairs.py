"""Mends what other programs write into the pages, where validators or screen readers object."""

from __future__ import annotations

import re

SUMMARY = re.compile(r'<summary aria-label="Toggle hidden content">(.*?)</summary>', re.DOTALL)
# What every chapter begins with needs no verb: a reader passes it, and who wants it knows it.
QUIET = {"Show the set-up": "Set-up", "Show the imports": "Imports"}
PARAGRAPH = re.compile(r"<(/?)p(?=[ >])")


def repair(body: str) -> str:
    """Return a page's body, mended.

    The list of sources has roles without their parent, and a folded cell has paragraphs in its
    summary, under a label that hides them from screen readers.

    >>> repair('<summary aria-label="Toggle hidden content"><p class="a">Show</p></summary>')
    '<summary><span class="a">Show</span></summary>'
    """
    body = body.replace('role="doc-biblioentry"', 'role="listitem"')
    for label, word in QUIET.items():
        body = body.replace(f">{label}</", f">{word}</")
    return SUMMARY.sub(lambda found: f"<summary>{_spans(found[1])}</summary>", body)


def _spans(html: str) -> str:
    return PARAGRAPH.sub(r"<\1span", html)
