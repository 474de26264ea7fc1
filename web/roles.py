"""What a vector is for, where the text names it: {query}`query` looks as it does in pictures.

Only where a word is introduced as a role, or heads a column: `style/colours.css` shows it.
"""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

ROLES = ("query", "key", "value", "residual")


def mark(
    name: str, rawtext: str, text: str, *_: Any, **__: Any
) -> tuple[list[nodes.Node], list[nodes.Node]]:
    """Return a word with the classes of its role; docutils calls it."""
    return [nodes.inline(rawtext, text, classes=["llm-role", name])], []


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect it; called by Sphinx."""
    for name in ROLES:
        app.add_role(name, mark)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
