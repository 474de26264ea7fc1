"""Writes the site's service worker: the lists of its files, and `offline_reading/worker.js`.

The lists say what each file holds, by its hash, which files each page needs, and what is kept from
the start. The version of the whole is a hash of them: a site that changes anywhere has another.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import posixpath
import re
from functools import cached_property
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from llm_lib.files import atomic_write
from web import widget_state
from web.search_index import pages_in_order
from web.translation.catalogues import languages

NAME = "offline-worker.js"
SOURCE = Path(__file__).resolve().parent / "offline_reading" / "worker.js"
STAND_IN = "offline.html"  # shown for a page that is not kept; the worker knows it by this name
CORE = (STAND_IN, "search.html")  # kept from the start, with all that they need
NOT_READ = (NAME, "objects.inv", ".buildinfo", ".nojekyll", "sitemap.xml")
DOWNLOADS = "downloads"  # files to take along are no part of the site
COMPRESSED = {".css", ".html", ".js", ".json", ".svg", ".txt", ".webmanifest"}
MATHJAX, MODELS = "_static/mathjax/", "_static/models/"
STATES, SOURCES = "_static/widget-state/", f"_static/{widget_state.SOURCES}/"
LINKED = {"stylesheet", "icon"}
# what a script loads once a reader comes near: files, or the folder of all of them
LATER = {
    "_static/figures.js": ("_static/vendor/plotly.min.js",),
    "_static/math.js": (MATHJAX,),
}


def files_of(site: Path) -> list[str]:
    """Return the files that a reader's browser may ask for, as paths below the site's root."""
    paths = (path.relative_to(site) for path in site.rglob("*") if path.is_file())
    return sorted(
        path.as_posix()
        for path in paths
        if path.name not in NOT_READ and path.parts[0] != DOWNLOADS
    )


class _Asked(HTMLParser):
    """Collects what a page asks for by itself; only tags that may ask are taken apart."""

    TAG = re.compile(r"""<[a-z](?:"[^"]*"|'[^']*'|[^>"'])*>""")
    MAY_ASK = re.compile(r"\s(?:src|data-state|rel)=")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        for tag in self.TAG.findall(text):
            if self.MAY_ASK.search(tag):
                self.feed(tag)
                self.reset()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        keys = ("src", "data-state", *(["href"] if values.get("rel") in LINKED else []))
        self.found += [values[key] or "" for key in keys if key in values]


class Needs:
    """Which files of a site each of its pages needs, in the end."""

    def __init__(self, site: Path) -> None:
        """Look at the files that are there now."""
        self.site = site
        # a language has a folder, and a worker, of its own
        others = tuple(f"{language}/" for language in languages())
        self.files = [path for path in files_of(site) if not path.startswith(others)]
        self._asked: dict[str, set[str]] = {}  # by file: most are asked for by many pages

    @cached_property
    def _refs(self) -> dict[str, str]:
        """What the state of a widget may name: models and sources, each with its file."""
        return {Path(p).stem: p for p in self.files if p.startswith((MODELS, SOURCES))}

    def _named_in(self, path: str) -> list[str]:
        """Return what a file asks for, as it stands there."""
        if path in LATER:
            return [f"/{name}" for name in LATER[path]]
        if path.endswith(".html"):
            return _Asked((self.site / path).read_text("utf-8")).found
        if path.endswith(".css"):
            return re.findall(r'url\("?([^")]+)', (self.site / path).read_text("utf-8"))
        if path.startswith(STATES):
            named = set(re.findall(r'"([\w-]+)"', (self.site / path).read_text("utf-8")))
            return [f"/{self._refs[name]}" for name in sorted(named & self._refs.keys())]
        return []

    def _asked_by(self, path: str) -> set[str]:
        asked: set[str] = set()
        for reference in self._named_in(path):
            url = urlsplit(reference)
            if url.scheme or url.netloc or not url.path:
                continue
            name = posixpath.join("/", posixpath.dirname(path), unquote(url.path))
            name = posixpath.normpath(name).lstrip("/")
            folder = f"{name}/"
            asked |= {file for file in self.files if file == name or file.startswith(folder)}
        return asked

    def of(self, page: str) -> list[str]:
        """Return the files that a page needs, and those that they need, without itself."""
        found: set[str] = set()
        new = {page}
        while new:
            found |= new
            for path in new - self._asked.keys():
                self._asked[path] = self._asked_by(path)
            new = set().union(*(self._asked[path] for path in new)) - found
        return sorted(found - {page})


def wire_size(path: Path) -> int:
    """Return how many bytes a server sends for a file: most compress what can be."""
    data = path.read_bytes()
    return len(gzip.compress(data, 6)) if path.suffix in COMPRESSED else len(data)


def short_hash(data: bytes) -> str:
    """Return 16 hex digits for some data: enough to tell versions apart.

    >>> short_hash(b"")
    'e3b0c44298fc1c14'
    """
    return hashlib.sha256(data).hexdigest()[:16]


def lists(site: Path) -> dict[str, Any]:
    """Return what the worker knows of a site; worker.js says what each list means."""
    needs = Needs(site)
    number = {path: n for n, path in enumerate(needs.files)}
    pages = {path: needs.of(path) for path in needs.files if path.endswith(".html")}
    core = {path for page in CORE for path in (page, *pages.get(page, []))} & set(number)
    files = [
        (path, short_hash((site / path).read_bytes()), wire_size(site / path))
        for path in needs.files
    ]
    made = {
        "files": files,
        "pages": {page: [number[path] for path in asked] for page, asked in pages.items()},
        "core": sorted(number[path] for path in core),
        "book": [page for name in pages_in_order()[1:] if (page := f"{name}.html") in number],
    }
    return {"version": short_hash((json.dumps(made) + SOURCE.read_text("utf-8")).encode())} | made


def write(site: Path) -> None:
    """Write the worker into a site that is complete, whole or not at all; safe to repeat."""
    text = json.dumps(lists(site), ensure_ascii=False, separators=(",", ":"))
    with atomic_write(site / NAME) as file:
        file.write(f"globalThis.LISTS = {text};\n\n{SOURCE.read_text('utf-8')}")
