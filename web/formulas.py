"""Keeps a formula on one line with what touches it: the comma behind it, the bracket before it.

A browser may break a line on either side of a formula, and then begins the next one with a comma.
"""

from __future__ import annotations

import re

from docutils import nodes
from sphinx.application import Sphinx

CLASS = "llm-whole"  # web/style/text.css
BEFORE, AFTER = re.compile(r"\S{1,12}$"), re.compile(r"^\S{1,12}(?=\s|$)|^[^\s\w]{1,3}")


def hold_together(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Put each formula in a line of text into one piece with what stands beside it, in HTML."""
    if app.builder.format != "html":
        return
    for formula in list(doctree.findall(nodes.math)):
        before, after = _beside(formula, -1, BEFORE), _beside(formula, 1, AFTER)
        if before or after:
            whole = nodes.inline("", classes=[CLASS])
            formula.replace_self(whole)
            whole += [nodes.Text(before), formula, nodes.Text(after)]


def _beside(formula: nodes.math, step: int, pattern: re.Pattern[str]) -> str:
    """Take what touches a formula away from its text, and return it; "" if nothing does."""
    siblings = formula.parent.children
    at = formula.parent.index(formula) + step
    text = siblings[at] if 0 <= at < len(siblings) else None
    found = pattern.search(text) if isinstance(text, nodes.Text) else None
    if found is None:
        return ""
    rest = text[: found.start()] + text[found.end() :]
    formula.parent.replace(text, nodes.Text(rest))
    return found[0]


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect it; called by Sphinx."""
    app.connect("doctree-resolved", hold_together)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
