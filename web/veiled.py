"""Marks what a prediction guards: outputs, and the sentences that read them.

In a notebook the tag `veiled` says so: of a code cell, it means the output; of a text cell, all its
paragraphs. Single sentences stand in `<span class="veiled">…</span>`, which a notebook shows as
plain text. On the page `web/progress/veils.js` lays a veil over them until the question before them
is answered.
"""

from __future__ import annotations

from typing import Any

from docutils import nodes
from myst_nb.core.render import MditRenderMixin
from sphinx.application import Sphinx
from sphinx.util import logging

from web import reading_code
from web.translation.catalogues import on_page

TAG = "veiled"
CLASS = "llm-veiled"
START, END = '<span class="veiled">', "</span>"
SWITCH = (
    '<button class="llm-switch llm-answers-switch llm-js" type="button" aria-pressed="false">'
    "{}</button>"
)
# what is never veiled: a heading, code, and what has a frame of its own
OPEN = (nodes.section, nodes.title, nodes.literal_block, nodes.Admonition, nodes.container)
log = logging.getLogger(__name__)
_render = MditRenderMixin.render_nb_cell_markdown


def render_text_cell(renderer: Any, token: Any) -> None:
    """Render a text cell as MyST-NB does, and mark what it adds if the cell is veiled."""
    parent = renderer.current_node
    before = len(parent.children)
    _render(renderer, token)
    if TAG not in token.meta.get("metadata", {}).get("tags", []):
        return
    for node in parent.children[before:]:
        if isinstance(node, OPEN):
            log.warning("%s can't be veiled: %s", type(node).__name__, node.astext()[:80])
        elif isinstance(node, nodes.Element) and not isinstance(node, nodes.Invisible):
            node["classes"].append(CLASS)


def _is(node: nodes.Node, html: str) -> bool:
    return isinstance(node, nodes.raw) and node.astext() == html


def join_spans(doctree: nodes.document) -> None:
    """Put what stands between the marks of a veiled passage into one element."""
    for start in [node for node in doctree.findall(nodes.raw) if _is(node, START)]:
        parent, first = start.parent, start.parent.index(start)
        rest = parent.children[first + 1 :]
        length = next((i for i, node in enumerate(rest) if _is(node, END)), None)
        if length is None:
            log.warning("a veiled passage has no end: %s", parent.astext()[:80])
            continue
        passage = nodes.inline("", "", *rest[:length], classes=[CLASS])
        parent[first : first + length + 2] = [passage]


def has_veils(doctree: nodes.document) -> bool:
    """Tell whether something on a page is veiled."""
    names = {CLASS, f"tag_{TAG}"}
    return any(names & set(node["classes"]) for node in doctree.findall(nodes.Element))


def mark_page(app: Sphinx, doctree: nodes.document) -> None:
    """Join the passages of a page; where something is veiled, offer to lift all veils."""
    join_spans(doctree)
    if has_veils(doctree):
        say = on_page(app.env.docname)
        reading_code.add_switch(doctree, say, SWITCH.format(say("Show all answers")))


def setup(app: Sphinx) -> dict[str, Any]:
    """Put it in the place of MyST-NB's own; called by Sphinx."""
    MditRenderMixin.render_nb_cell_markdown = render_text_cell
    app.setup_extension("web.reading_code")  # its switch comes first
    app.connect("doctree-read", mark_page)
    return {"env_version": 1, "parallel_read_safe": True, "parallel_write_safe": True}
