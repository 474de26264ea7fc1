"""Packs the book's articles into one EPUB 3: https://www.w3.org/TR/epub-33/"""

from __future__ import annotations

import re
import uuid
import zipfile
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser
from playwright.sync_api import Page as Tab

from llm_lib.files import atomic_write
from web.portable import sheets
from web.portable.pages import Article
from web.portable.sheets import Sheet

HERE = Path(__file__).parent
STYLE = "style.css"
COVER = "images/cover.png"
COVER_SIZE = {"width": 800, "height": 1200}
TYPES = {
    ".xhtml": "application/xhtml+xml",
    ".css": "text/css",
    ".png": "image/png",
    ".woff2": "font/woff2",
    ".txt": "text/plain",
}
CONTAINER = """<?xml version="1.0" encoding="UTF-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="book/package.opf"
 media-type="application/oebps-package+xml"/></rootfiles>
</container>
"""


class File(NamedTuple):
    """A file of the package below book/, and what is special about it."""

    name: str
    data: bytes
    properties: str = ""

    @property
    def id(self) -> str:
        """Its name in the package's list."""
        return "f-" + re.sub(r"[^\w-]", "-", self.name)


def document(title: str, body: str) -> str:
    """Return a whole XHTML document."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE html>\n'
        '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" '
        f'lang="en" xml:lang="en"><head><title>{escape(title)}</title>'
        f'<link rel="stylesheet" href="{STYLE}"/></head><body>{body}</body></html>\n'
    )


def properties_of(xhtml: str) -> str:
    """Return what a reading system is told that a document contains."""
    kinds = {"mathml": "<math", "svg": "<svg"}
    return " ".join(name for name, mark in kinds.items() if mark in xhtml)


def page_file(tab: Tab, sheet: Sheet, slugs: list[str]) -> File:
    """Return the document of a sheet."""
    article = f'<section id="{sheet.slug}">{sheet.html}</section>'
    how = [article, sheet.slug, slugs]
    body = tab.evaluate("(how) => __llmEpub(...how)", how)
    text = document(sheet.title, body)
    return File(f"{sheet.slug}.xhtml", text.encode(), properties_of(text))


def navigation(todo: list[Sheet]) -> str:
    """Return the contents: parts, chapters, sections."""
    rows, part, is_open = "", "", False
    for sheet in todo:
        if sheet.part != part:
            rows += "</ol></li>" if is_open else ""
            part, is_open = sheet.part, bool(sheet.part)
            rows += f"<li><span>{escape(part)}</span><ol>" if part else ""
        sections = "".join(
            f'<li><a href="{sheet.slug}.xhtml#{one.id}">{escape(one.text)}</a></li>'
            for one in sheet.headings[1:]
        )
        inside = f"<ol>{sections}</ol>" if sections else ""
        rows += f'<li><a href="{sheet.slug}.xhtml">{escape(sheet.title)}</a>{inside}</li>'
    rows += "</ol></li>" if is_open else ""
    return f'<nav epub:type="toc" id="toc"><h1>Contents</h1><ol>{rows}</ol></nav>'


def package(files: list[File], spine: list[File], address: str) -> str:
    """Return the list of all files, with what the book is."""
    name = uuid.uuid5(uuid.NAMESPACE_URL, f"{address}#{sheets.BOOK}")
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    items = "\n".join(
        f'<item id="{file.id}" href="{file.name}" media-type="{TYPES[Path(file.name).suffix]}"'
        + (f' properties="{file.properties}"' if file.properties else "")
        + "/>"
        for file in files
    )
    order = "".join(f'<itemref idref="{file.id}"/>' for file in spine)
    access = "".join(
        f'<meta property="schema:{name}">{value}</meta>'
        for name, value in (
            ("accessMode", "textual"),
            ("accessMode", "visual"),
            ("accessModeSufficient", "textual"),
            ("accessibilityFeature", "tableOfContents"),
            ("accessibilityFeature", "alternativeText"),
            ("accessibilityFeature", "MathML"),
            ("accessibilityHazard", "none"),
            ("accessibilitySummary", "Pictures have text alternatives; formulas are MathML."),
        )
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" '
        'xml:lang="en"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f'<dc:identifier id="id">urn:uuid:{name}</dc:identifier>'
        f"<dc:title>{sheets.BOOK}</dc:title><dc:language>en</dc:language>"
        f"<dc:creator>{escape(sheets.author())}</dc:creator>"
        f"<dc:description>{escape(sheets.PROMISE)}</dc:description>"
        "<dc:rights>Text and figures CC BY 4.0, code Apache-2.0</dc:rights>"
        f'<meta property="dcterms:modified">{now}</meta>{access}</metadata>\n'
        f"<manifest>\n{items}\n</manifest>\n<spine>{order}</spine></package>\n"
    )


def font_files(site: Path) -> tuple[list[File], str]:
    """Return the site's fonts with their licences, and the rules that name them."""
    folder = site / "_static/fonts"
    files = [
        File(f"fonts/{path.name.replace(' ', '-')}", path.read_bytes())
        for path in sorted(folder.iterdir())
        if path.suffix in TYPES
    ]
    style = (site / "_static/book.css").read_text("utf-8")
    return files, "\n".join(re.findall(r"@font-face\s*\{[^}]*\}", style))


def picture_files(articles: Iterable[Article]) -> list[File]:
    """Return the photographs of widgets, each named after its page."""
    return [
        File(f"images/{article.page.slug}-{path.name}", path.read_bytes())
        for article in articles
        for path in sorted(article.folder.glob("*.png"))
    ]


def cover_file(browser: Browser, site: Path) -> File:
    """Return the picture that stands for the book on a shelf."""
    font = (site / "_static/book.css").resolve().as_uri()
    tab = browser.new_page(viewport=COVER_SIZE, device_scale_factor=2)
    try:
        tab.goto((site / "_static/book.css").resolve().as_uri())  # fonts are on the disk, too
        tab.set_content(
            f'<link rel="stylesheet" href="{font}"><body style="margin:0;background:#1d3b63;'
            'color:#fff;font-family:Book Sans,sans-serif;padding:220px 90px">'
            f'<p style="font-size:118px;font-weight:600;line-height:1.05;margin:0 0 60px">'
            f'{sheets.BOOK}</p><p style="font:44px/1.35 Book Serif,serif;margin:0">'
            f"{sheets.PROMISE}</p></body>"
        )
        tab.evaluate("() => document.fonts.ready.then(() => true)")
        return File(COVER, tab.screenshot(), "cover-image")
    finally:
        tab.close()


def write_epub(
    browser: Browser,
    site: Path,
    articles: list[Article],
    address: str,
    target: Path,
    say: Callable[[str], None],
) -> None:
    """Write the book to `target`; `say` is told of each page that was packed."""
    todo = [sheets.chapter(article, address) for article in articles]
    if any(article.solutions for article in articles):
        todo.append(sheets.solutions(articles, address))
    slugs = [sheet.slug for sheet in todo]
    tab = browser.new_page()
    tab.evaluate((HERE / "epub.js").read_text("utf-8"))
    pages = []
    for n, sheet in enumerate(todo, 1):
        pages.append(page_file(tab, sheet, slugs))
        say(f"packed {n} of {len(todo)}: {sheet.title}")
    tab.close()
    fonts, rules = font_files(site)
    cover = cover_file(browser, site)
    image = f'<section epub:type="cover"><img src="{COVER}" alt="{sheets.BOOK}"/></section>'
    first = File("cover.xhtml", document(sheets.BOOK, image).encode())
    nav = File("nav.xhtml", document("Contents", navigation(todo)).encode(), "nav")
    style = File(STYLE, f"{rules}\n{(HERE / 'epub.css').read_text('utf-8')}".encode())
    files = [first, nav, *pages, style, cover, *picture_files(articles), *fonts]
    opf = File("package.opf", package(files, [first, nav, *pages], address).encode())
    _pack([opf, *files], target)


def _pack(files: list[File], target: Path) -> None:
    """Write the package: its type first and plain, so that it is known by its first bytes."""
    with atomic_write(target, "wb") as out, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("mimetype", "application/epub+zip", zipfile.ZIP_STORED)
        book.writestr("META-INF/container.xml", CONTAINER)
        for file in files:
            is_packed = file.name.endswith((".png", ".woff2"))
            how = zipfile.ZIP_STORED if is_packed else zipfile.ZIP_DEFLATED
            book.writestr(f"book/{file.name}", file.data, how)
