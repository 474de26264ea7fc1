"""The pages of the book in their order, and what is kept of each."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from web.frame import number_of, pages_in_order, parts_in_order


class Page(NamedTuple):
    """A page of the site: its name there, and the part of the book that it belongs to."""

    name: str
    part: str

    @property
    def slug(self) -> str:
        """Its name without the folder: what all names in it begin with."""
        return Path(self.name).name

    @property
    def number(self) -> str:
        """The chapter's number or the appendix's letter; "" for the first page."""
        return number_of(self.name)


class Heading(NamedTuple):
    """A heading of the first or second level: where it leads, and what it says."""

    level: int
    id: str
    text: str


class Article(NamedTuple):
    """What is kept of a page: HTML that needs no script.

    solutions: those of its exercises. math: the style of its formulas. folder: where the pictures
    lie that its <img> elements name.
    """

    page: Page
    html: str
    solutions: str
    headings: list[Heading]
    math: str
    folder: Path

    @property
    def title(self) -> str:
        """The page's title, with its number where it has one. The first page bids welcome."""
        if not self.page.part:
            return "Welcome"
        number, text = self.page.number, self.headings[0].text
        if not number:  # such as "llm_lib.model", which is code
            return text
        text = text.removeprefix(f"Appendix {number}: ")
        return f"{number} {text[:1].upper()}{text[1:]}"


def book_pages() -> list[Page]:
    """Return the book's pages in reading order; a part is called as in "II Text into numbers"."""
    pages = [Page(pages_in_order()[0], "")]
    for numeral, title, names in parts_in_order():
        pages += [Page(name, f"{numeral} {title}".strip()) for name in names]
    return pages


def find_pages(site: Path, wanted: list[str] | None = None) -> list[Page]:
    """Return the pages to take along: all, or those whose names are given, in reading order.

    Raises ValueError for a name that no page has, FileNotFoundError for a page that is not built.
    """
    pages = book_pages()
    if unknown := sorted(set(wanted or ()) - {page.slug for page in pages}):
        names = ", ".join(page.slug for page in pages)
        raise ValueError(f"there is no page {unknown[0]!r}; there are {names}")
    chosen = [page for page in pages if not wanted or page.slug in wanted]
    for page in chosen:
        if not (site / f"{page.name}.html").is_file():
            raise FileNotFoundError(f"{page.name} is not in {site}: run  make build  first")
    return chosen
