"""The lists of the site's files, from which the service worker keeps pages."""

from __future__ import annotations

import gzip
import hashlib
import json

from web.offline_worker import NAME, Needs, lists, write


def read_lists(site) -> dict:
    """Return the lists as the worker has them, from its script."""
    first = (site / NAME).read_text("utf-8").split("\n", 1)[0]
    return json.loads(first.removeprefix("globalThis.LISTS = ").removesuffix(";"))


def test_a_page_needs_what_it_asks_for_and_what_that_asks_for(small_site):
    # fails if a page would lack its style, a font, or the model or the source of a widget without a
    # network; if it takes a model that only a widget's source speaks of, or another page
    needs = Needs(small_site)
    assert needs.of("chapters/01_what_is_an_llm.html") == [
        "_static/favicon.svg",
        "_static/models/sprout.js",
        "_static/widget-sources/5ca1e.js",
        "_static/widget-state/one.js",
        "_static/widgets.js",
    ]
    assert needs.of("index.html") == ["_static/book.css", "_static/fonts/serif.woff2"]


def test_it_needs_what_its_scripts_fetch_later(small_site):
    # fails if a figure or a formula could not be drawn, or another site's file were asked for
    assert Needs(small_site).of("chapters/02_how_a_model_is_made.html") == [
        "_static/figures.js",
        "_static/math.js",
        "_static/mathjax/fonts/a.woff",
        "_static/mathjax/startup.js",
        "_static/vendor/plotly.min.js",
    ]


def test_each_file_is_listed_with_its_own_hash_and_size(small_site):
    # fails if a file of the site is not kept, a wrong one would be taken, what is no page of the
    # book is counted as one, or downloads and files for machines take room
    write(small_site)
    made = read_lists(small_site)
    paths = {path.relative_to(small_site).as_posix() for path in small_site.rglob("*.*")}
    assert [path for path, _, _ in made["files"]] == sorted(
        paths - {NAME, "objects.inv", "downloads/old.pdf"}
    )
    for path, short, size in made["files"]:
        data = (small_site / path).read_bytes()
        assert hashlib.sha256(data).hexdigest().startswith(short) and len(short) == 16
        assert size == (len(data) if "woff" in path else len(gzip.compress(data, 6)))
    assert made["book"] == [
        "chapters/01_what_is_an_llm.html",
        "chapters/02_how_a_model_is_made.html",
    ]
    assert [made["files"][n][0] for n in made["core"]] == [
        *("_static/book.css", "_static/fonts/serif.woff2", "_static/search-index.js"),
        *("offline.html", "search.html"),
    ]


def test_the_version_changes_with_the_site_and_only_then(small_site):
    # fails if a reader would never see a correction, or be told of a version that is none
    version = lists(small_site)["version"]
    write(small_site)
    (small_site / "downloads/old.pdf").write_text("another", "utf-8")
    assert lists(small_site)["version"] == version
    (small_site / "_static/models/echo.js").write_text("other weights", "utf-8")
    assert lists(small_site)["version"] != version
