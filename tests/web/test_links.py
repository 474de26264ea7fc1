"""Every link inside the book leads somewhere, and no page loads anything from elsewhere."""

from __future__ import annotations

from functools import lru_cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

LOADED = {"script", "img", "iframe", "source", "video", "audio", "embed"}


class Links(HTMLParser):
    """Collects a page's ids, what it links to, and what it loads."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.references: list[str] = []
        self.loaded: list[str] = []
        self.feed(path.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list) -> None:
        """Note one element."""
        values = dict(attrs)
        self.ids |= {values[key] for key in ("id", "name") if values.get(key)}
        for key in ("href", "src", "data-state"):
            if values.get(key):
                self.references.append(values[key])
                if tag in LOADED or (tag == "link" and values.get("rel") == "stylesheet"):
                    self.loaded.append(values[key])


read = lru_cache(maxsize=None)(Links)


def test_links_and_anchors_resolve(name, site):
    # fails on a link to a page, file or heading that does not exist
    page = site / name
    broken = []
    for reference in read(page).references:
        url = urlsplit(reference)
        if url.scheme or url.netloc:
            continue
        target = (page.parent / unquote(url.path)).resolve() if url.path else page
        if not target.exists():
            broken.append(reference)
        elif url.fragment and target.suffix == ".html":
            if unquote(url.fragment) not in read(target).ids:
                broken.append(reference)
    assert broken == []


def test_loads_nothing_from_elsewhere(name, site):
    # fails on any script, style or image of another site
    foreign = [ref for ref in read(site / name).loaded if urlsplit(ref).netloc]
    assert foreign == []
