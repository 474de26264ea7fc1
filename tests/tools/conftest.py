"""What several tests of the build need."""

from __future__ import annotations

from pathlib import Path

import pytest

STATE = 'window.__llmWidgetState = {"models":{"m":{"state":{"_esm":"5ca1e","model":"sprout"}}}};'
SOURCE = r'(window.__llmSources ??= {})["5ca1e"] = "load(\"echo\")";'
SITE = {
    "index.html": '<link rel="stylesheet" href="_static/book.css?v=1"><p class="llm-downloads"></p>'
    '<link rel="canonical" href="https://you.github.io/book/" />',
    "intro.html": '<p class="llm-downloads"></p>',
    "search.html": '<script src="_static/search-index.js"></script>',
    "offline.html": '<link rel="stylesheet" href="_static/book.css">',
    "chapters/01_what_is_an_llm.html": '<link rel="icon" href="../_static/favicon.svg">'
    '<a href="../intro.html">first</a><script src="../_static/widgets.js?v=2" '
    "data-state='../_static/widget-state/one.js?v=3'></script>",
    "chapters/02_how_a_model_is_made.html": '<script src="../_static/figures.js"></script>'
    '<script src="../_static/math.js"></script><script src="https://other.site/x.js"></script>',
    "_static/book.css": '@font-face { src: url("fonts/serif.woff2") }',
    "_static/widget-state/one.js": STATE,
    "_static/widget-sources/5ca1e.js": SOURCE,
    "_static/widget-sources/0ther.js": SOURCE,
    **{
        f"_static/{name}": name
        for name in (
            *("search-index.js", "favicon.svg", "widgets.js", "figures.js", "math.js"),
            *("fonts/serif.woff2", "models/sprout.js", "models/echo.js", "vendor/plotly.min.js"),
            *("mathjax/startup.js", "mathjax/fonts/a.woff"),
        )
    },
    "objects.inv": "not for readers",
    "downloads/old.pdf": "not of the site",
}


@pytest.fixture
def small_site(tmp_path: Path) -> Path:
    """A site of a few pages, with files of each kind."""
    site = tmp_path / "html"
    for name, text in SITE.items():
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_text(text, "utf-8", newline="\n")
    return site
