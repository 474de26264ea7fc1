"""Mends what other programs write into the pages, where validators or screen readers object."""

from __future__ import annotations

import re

SUMMARY = re.compile(r'<summary aria-label="Toggle hidden content">(.*?)</summary>', re.DOTALL)
# What every chapter begins with needs no verb: a reader passes it, and who wants it knows it.
FOLDED = re.compile(r'<details class="admonition hide.*?</details>', re.DOTALL)
DEFINED = re.compile(r"^(?:def|class) (\w+)", re.MULTILINE)
TAG = re.compile(r"<[^>]+>")
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
    body = FOLDED.sub(lambda found: name_source(found[0]), body)
    return SUMMARY.sub(lambda found: f"<summary>{_spans(found[1])}</summary>", body)


def name_source(folded: str) -> str:
    """Return a folded cell whose label names the first two things that its code defines.

    >>> name_source('<span>Show the source</span><pre>def f(x):</pre>')
    '<span>Code: <code>f</code></span><pre>def f(x):</pre>'
    >>> name_source('<span>Hide the source</span><pre>def f(x):</pre>')[:26]
    '<span>Hide the code</span>'
    >>> name_source('<span>Show the source</span><pre>draw(3)</pre>')
    '<span>Show the code</span><pre>draw(3)</pre>'
    """
    names = DEFINED.findall(TAG.sub("", folded.partition("<pre>")[2]))
    if not names:
        return folded.replace(" the source</", " the code</")
    what = " and ".join(f"<code>{name}</code>" for name in names[:2])
    what += " …" * (len(names) > 2)
    folded = folded.replace(">Show the source</", f">Code: {what}</")
    return folded.replace(">Hide the source</", ">Hide the code</")


def _spans(html: str) -> str:
    return PARAGRAPH.sub(r"<\1span", html)
