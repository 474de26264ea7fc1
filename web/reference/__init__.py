"""The library's reference: a page a package, made from docstrings, and links from code to it.

The pages lie in `reference/`: a title, and the directive `library`, which fills the rest in. All is
read from the library's syntax trees, so that a build imports no model code. `names` finds what is
public and how it is called, `docstrings` makes text of its words, `pages` puts both on the page,
and `links` leads there from the chapters' code.
"""

from __future__ import annotations

from typing import Any

from sphinx.application import Sphinx

from web.reference import names
from web.reference.pages import Library


def read_names(app: Sphinx) -> None:
    """Read the library once, before Sphinx shares its pages out among processes."""
    names.places()


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect both; called by Sphinx."""
    app.connect("builder-inited", read_names)
    app.add_directive("library", Library)
    return {"env_version": 1, "parallel_read_safe": True, "parallel_write_safe": True}
