"""Prints the book's articles one by one, and has them joined to one PDF."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from playwright.sync_api import Browser
from playwright.sync_api import Error as BrowserError

from web.portable import join, sheets
from web.portable.pages import Article
from web.portable.sheets import Printed, Sheet

FIT = Path(__file__).parent / "fit.js"
PAPER = 642  # CSS pixels that the paper has between its margins: 170 mm
FRONT = "front"


def print_sheet(browser: Browser, html: str, file: Path) -> list[str]:
    """Print a document to `file`; return what is cut, empty or missing on it."""
    source = file.with_suffix(".html")
    source.write_text(html, "utf-8")
    tab = browser.new_page(viewport={"width": PAPER, "height": 900})
    try:
        tab.emulate_media(media="print", color_scheme="light")
        tab.goto(source.as_uri(), wait_until="load")
        tab.evaluate("() => document.fonts.ready.then(() => true)")
        faults = tab.evaluate(FIT.read_text("utf-8"))
        tab.pdf(path=file, prefer_css_page_size=True, print_background=True, tagged=True)
    finally:
        with suppress(BrowserError):  # Ctrl-C ends the browser, too
            tab.close()
    return faults


def write_pdf(
    browser: Browser,
    site: Path,
    articles: list[Article],
    address: str,
    target: Path,
    say: Callable[[str], None],
) -> list[str]:
    """Write the book to `target`; return what is wrong on its pages, a line each.

    address: where the living pages are. say: told of each page that was printed.
    """
    folder = target.parent / "print"
    folder.mkdir(parents=True, exist_ok=True)
    todo = [sheets.chapter(article, address) for article in articles]
    if any(article.solutions for article in articles):
        todo.append(sheets.solutions(articles, address))
    done: list[Printed] = []
    first = 1
    for n, sheet in enumerate(todo, 1):
        file = folder / f"{sheet.slug}.pdf"
        faults = print_sheet(browser, sheets.document(sheet, site, first), file)
        done.append(Printed(sheet, file, faults, first))
        count = join.count_pages(file)
        say(f"printed {n} of {len(todo)}: {sheet.title}, {count} pages")
        first += count
    front = _print_front(browser, site, done, address, folder)
    join.join([front, *done], target)
    return [f"{one.sheet.title}: {fault}" for one in [front, *done] for fault in one.faults]


def _print_front(
    browser: Browser, site: Path, done: list[Printed], address: str, folder: Path
) -> Printed:
    """Print the title and the contents, which need the numbers of all other pages."""
    numbers = {
        name: one.first + place.page
        for one in done
        for name, place in join.places_in(one.file).items()
    }
    html = sheets.front([one.sheet for one in done], numbers, address)
    sheet = Sheet(FRONT, sheets.BOOK, "", [], html, "")
    document = sheets.document(sheet, site, 1, heads="", numerals="lower-roman")
    file = folder / f"{FRONT}.pdf"
    return Printed(sheet, file, print_sheet(browser, document, file), 1)
