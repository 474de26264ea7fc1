"""A way through a chapter without its code: a switch below the line that tells the time.

`static/code.js` makes it work, and folds each visible cell's code to a line that opens it.
"""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx

from web.translation.catalogues import Say, on_page

TIME = "Time:"
ROW = "llm-switch-row"
SWITCH = (
    '<button class="llm-switch llm-code-switch llm-js" type="button" aria-pressed="false">'
    "{}</button>"
)


def add_switch(doctree: nodes.document, say: Say, switch: str) -> None:
    """Put a switch, as HTML, into a row below the first paragraph with a bold "Time:"."""
    for word in doctree.findall(nodes.strong):
        if word.astext() == say(TIME):
            after = word.parent.next_node(descend=False, siblings=True)
            if not (isinstance(after, nodes.container) and ROW in after["classes"]):
                after = nodes.container(classes=[ROW, "llm-js"])
                word.parent.parent.insert(word.parent.parent.index(word.parent) + 1, after)
            after += nodes.raw("", switch, format="html")
            return


def add_code_switch(app: Sphinx, doctree: nodes.document) -> None:
    """Offer to read without the code."""
    say = on_page(app.env.docname)
    add_switch(doctree, say, SWITCH.format(say("Read without the code")))


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect it; called by Sphinx."""
    app.connect("doctree-read", add_code_switch)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
