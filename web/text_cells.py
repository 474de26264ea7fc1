"""Marks where each text cell of a notebook begins, which MyST-NB forgets.

What follows a prediction is folded cell by cell (`web/progress/folds.js`): the first element of a
text cell carries the class `llm-text-cell`.
"""

from __future__ import annotations

from typing import Any

from docutils import nodes
from myst_nb.core.render import MditRenderMixin
from sphinx.application import Sphinx

CLASS = "llm-text-cell"
_render = MditRenderMixin.render_nb_cell_markdown


def render_text_cell(renderer: Any, token: Any) -> None:
    """Render a text cell as MyST-NB does, and mark its first element if that can be seen."""
    parent = renderer.current_node
    before = len(parent.children)
    _render(renderer, token)
    made = [node for node in parent.children[before:] if isinstance(node, nodes.Element)]
    shown = [node for node in made if not isinstance(node, nodes.Invisible)]
    if shown and not isinstance(shown[0], nodes.section):
        shown[0]["classes"].append(CLASS)


def setup(app: Sphinx) -> dict[str, Any]:
    """Put it in the place of MyST-NB's own; called by Sphinx."""
    MditRenderMixin.render_nb_cell_markdown = render_text_cell
    return {"env_version": 1, "parallel_read_safe": True, "parallel_write_safe": True}
