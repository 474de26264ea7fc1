"""The book's repository, and the links from the pages to it and to Colab.

A page links only to what is there: nothing while the address is the placeholder, and Colab only
where the repository is on GitHub, since Colab opens nothing else.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import yaml
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config

from web.fingerprint import ROOT

COLAB = "https://colab.research.google.com/github"
BRANCH = "colab"  # the generated branch that holds the notebooks for Colab


class Repository(NamedTuple):
    """An address, and the branch, tag or commit that is installed from it."""

    url: str
    revision: str

    @property
    def is_set(self) -> bool:
        """Tell whether this is more than the placeholder, whose host nobody can own (RFC 2606)."""
        return not (urlsplit(self.url).hostname or "").endswith(".invalid")

    def on_colab(self, name: str) -> str | None:
        """Return the address that opens a published notebook on Colab; None if not on GitHub.

        >>> Repository("https://github.com/you/book", "main").on_colab("chapters/a.ipynb")
        'https://colab.research.google.com/github/you/book/blob/colab/chapters/a.ipynb'
        """
        url = urlsplit(self.url)
        return f"{COLAB}{url.path}/blob/{BRANCH}/{name}" if url.hostname == "github.com" else None


def current(root: Path = ROOT) -> Repository:
    """Return what stands in `_config.yml`."""
    entry = yaml.safe_load((root / "_config.yml").read_text("utf-8"))["repository"]
    return Repository(entry["url"], str(entry["branch"]))


def configure(app: Sphinx, config: Config) -> None:
    """Turn off the theme's own buttons: `web.frame` puts these links into the header."""
    # a provider that it knows, whatever the address: else it raises an error
    off = {"launch_buttons": {}, "use_repository_button": False, "repository_provider": "github"}
    config.html_theme_options |= off


def add_colab_link(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Put a link to Colab below the opening paragraph of a notebook's page."""
    is_notebook = Path(app.env.doc2path(docname)).suffix == ".ipynb"
    url = _repository(app.config).on_colab(f"{docname}.ipynb")
    opening = next(
        (p for p in doctree.findall(nodes.paragraph) if isinstance(p.parent, nodes.section)), None
    )
    if app.builder.format != "html" or not is_notebook or url is None or opening is None:
        return
    kind = "appendix" if "appendix" in docname else "chapter"
    text = f"Open this {kind} in Colab"
    link = nodes.paragraph("", "", nodes.reference("", text, refuri=url, internal=False))
    opening.parent.insert(opening.parent.index(opening) + 1, link)


def _repository(config: Config) -> Repository:
    options = config.html_theme_options
    return Repository(options.get("repository_url", ""), options.get("repository_branch", ""))


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect both; called by Sphinx."""
    app.connect("config-inited", configure)
    app.connect("doctree-resolved", add_colab_link)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
