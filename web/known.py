"""What search engines and link previews read of a page: description, address, and what it is.

Addresses are told only where the site's own is known: in `LLM_BOOK_ADDRESS`, as in
https://you.github.io/book/, which the deploy workflow sets.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable
from html import escape
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from docutils import nodes

from web.translation.catalogues import ENGLISH, language_of

ADDRESS = "LLM_BOOK_ADDRESS"
LICENSE = "https://creativecommons.org/licenses/by/4.0/"

IMAGE_SIZE = (1200, 630)  # pixels of the picture that a link shows
LONGEST = 155  # characters that search engines show


def shorten(text: str, longest: int = LONGEST) -> str:
    r"""Return `text` on one line, cut after a word where it is longer than `longest`.

    >>> shorten("A token is\nnot a word.", 100)
    'A token is not a word.'
    >>> shorten("A token is not a word.", 12)
    'A token is…'
    """
    text = re.sub(r"\s+", " ", text).strip()
    if len(text) <= longest:
        return text
    return text[:longest].rsplit(" ", 1)[0].rstrip(",;:. ") + "…"


def first_paragraph(doctree: nodes.document | None, longest: int = LONGEST) -> str:
    """Return the page's first paragraph of prose, shortened; "" where it has none."""
    for paragraph in doctree.findall(nodes.paragraph) if doctree else ():
        text = paragraph.astext()
        if len(text) > 40 and isinstance(paragraph.parent, nodes.section | nodes.document):
            return shorten(text, longest)
    return ""


def describe(doctree: nodes.document | None, title: str, book: str) -> str:
    """Return the page's first paragraph of prose, or its title where it has none."""
    return first_paragraph(doctree) or shorten(f"{title}: a page of {book}, an interactive book.")


def site_address() -> str:
    """Return the site's address with a "/" at its end; "" where none is set.

    Raises ValueError for what is no address of a site.
    """
    given = os.environ.get(ADDRESS, "").strip()
    if not given:
        return ""
    url = urlsplit(given)
    if url.scheme not in ("http", "https") or not url.hostname or url.query or url.fragment:
        raise ValueError(f"{ADDRESS} should look like https://you.github.io/book/; got {given!r}")
    return given.rstrip("/") + "/"


def address_of(page: str, root: str) -> str:
    """Return the whole address of a page, and the site's own for its first page; "" if unknown.

    >>> os.environ[ADDRESS] = "https://you.github.io/book"
    >>> address_of("chapters/03_tokenization", "intro"), address_of("intro", "intro")[-5:]
    ('https://you.github.io/book/chapters/03_tokenization.html', 'book/')
    >>> del os.environ[ADDRESS]
    """
    site, language = site_address(), language_of(page)
    if site and language != ENGLISH:
        site += f"{language}/"
    return site and (site if page == root else f"{site}{page}.html")


def meta_tag(name: str, content: str, key: str = "name") -> str:
    r"""Return a <meta> element.

    >>> meta_tag("description", 'What "token" means')
    '<meta name="description" content="What &quot;token&quot; means" />\n'
    """
    return f'<meta {key}="{name}" content="{escape(content)}" />\n'


class About(NamedTuple):
    """What a page is, in plain text. minutes: 0, and an address: "", where they are not known.

    image: the address of the picture that a link to it shows.
    """

    title: str
    text: str
    book: str
    author: str
    minutes: int
    url: str
    image: str = ""
    language: str = ENGLISH


def structured(about: About) -> str:
    """Return a page as schema.org's data: a learning resource, part of the book.

    https://schema.org/LearningResource
    """
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "LearningResource",
        "name": about.title,
        "description": about.text,
        "inLanguage": about.language,
        "isAccessibleForFree": True,
        "license": LICENSE,
        "author": {"@type": "Organization", "name": about.author},
        "isPartOf": {"@type": "Book", "name": about.book},
    }
    if about.minutes:
        data["timeRequired"] = f"PT{about.minutes}M"
    for name, address in (("url", about.url), ("image", about.image)):
        if address:
            data[name] = address
    content = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")
    return f'<script type="application/ld+json">{content}</script>\n'


def tags(about: About) -> str:
    """Return the <meta> and <link> elements of a page: its description, preview and address."""
    preview = {
        "og:type": "article",
        "og:site_name": about.book,
        "og:title": about.title,
        "og:description": about.text,
    } | ({"og:url": about.url} if about.url else {})
    if about.image:
        size = {"og:image:width": str(IMAGE_SIZE[0]), "og:image:height": str(IMAGE_SIZE[1])}
        preview |= {"og:image": about.image, **size, "og:image:alt": f"{about.title}: {about.book}"}
    card = "summary_large_image" if about.image else "summary"
    made = [meta_tag("description", about.text), meta_tag("twitter:card", card)]
    made += [meta_tag(name, content, "property") for name, content in preview.items()]
    if about.url:
        made.append(f'<link rel="canonical" href="{escape(about.url)}" />\n')
    return "".join(made)


def write_sitemap(site: Path, pages: Iterable[str], root: str) -> None:
    """Write sitemap.xml, where the site's address is known: https://www.sitemaps.org."""
    if not site_address():
        return
    places = "".join(
        f"<url><loc>{escape(address_of(p, root))}</loc></url>\n" for p in sorted(pages)
    )
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    urls = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{places}</urlset>\n'
    (site / "sitemap.xml").write_text(head + urls, "utf-8")


def add_to_sitemap(site: Path, pages: Iterable[str]) -> None:
    """Add pages of another language, by their paths below the site, to a sitemap that is there."""
    path = site / "sitemap.xml"
    if not (site_address() and path.exists()):
        return
    text = path.read_text("utf-8")
    lines = (f"<url><loc>{escape(site_address() + page)}</loc></url>\n" for page in pages)
    new = "".join(line for line in lines if line not in text)
    path.write_text(text.replace("</urlset>", f"{new}</urlset>"), "utf-8")
