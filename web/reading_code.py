"""A way through a chapter without its code: a switch behind the line that tells the time.

`static/code.js` makes it work, and folds each visible cell's code to a line that opens it.
"""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx

from web.translation.catalogues import on_page

TIME = "Time:"
SWITCH = ' <button class="llm-code-switch llm-js" type="button" aria-pressed="false">{}</button>'


def add_switch(app: Sphinx, doctree: nodes.document) -> None:
    """Put the switch at the end of the first paragraph with a bold "Time:"."""
    say = on_page(app.env.docname)
    for word in doctree.findall(nodes.strong):
        if word.astext() == say(TIME):
            switch = SWITCH.format(say("Read without the code"))
            word.parent += nodes.raw("", switch, format="html")
            return


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect it; called by Sphinx."""
    app.connect("doctree-read", add_switch)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
