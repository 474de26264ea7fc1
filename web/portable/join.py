"""Joins printed sheets to one PDF, with outline, structure, and links from each to all others."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, unquote

import pikepdf
from pikepdf import Array, Dictionary, Name, OutlineItem, Pdf

from web.portable import sheets
from web.portable.sheets import Printed
from web.portable.structure import Structure


class Place(NamedTuple):
    """A place in a PDF: its page, counted from 0, and the point on it."""

    page: int
    left: float
    top: float


def count_pages(file: Path) -> int:
    """Return how many pages a PDF has."""
    with Pdf.open(file) as pdf:
        return len(pdf.pages)


def places_in(file: Path) -> dict[str, Place]:
    """Return the places in a PDF that have names."""
    with Pdf.open(file) as pdf:
        return named_places(pdf)


def named_places(pdf: Pdf) -> dict[str, Place]:
    """Return the places with names in an open PDF."""
    numbers = {page.obj.objgen: n for n, page in enumerate(pdf.pages)}
    named = {str(key).removeprefix("/"): at for key, at in pdf.Root.get("/Dests", {}).items()}
    tree = pdf.Root.get("/Names", {}).get("/Dests")
    if tree is not None:
        named |= {str(key): at for key, at in pikepdf.NameTree(tree).items()}
    places = {}
    for name, at in named.items():
        goal = at.get("/D") if isinstance(at, Dictionary) else at
        places[unquote(name)] = Place(numbers[goal[0].objgen], *map(_number, (goal[2], goal[3])))
    return places


def _number(value: Any) -> float:
    return 0.0 if value is None else float(value)


def join(parts: list[Printed], target: Path) -> None:
    """Write all sheets as one PDF to `target`. The first has Roman numbers, the others Arabic."""
    with ExitStack() as stack:
        book = stack.enter_context(Pdf.new())
        places: dict[str, Place] = {}
        structure = Structure(book)
        starts = []
        for part in parts:
            pdf = stack.enter_context(Pdf.open(part.file))
            start = len(book.pages)
            starts.append(start)
            for name, place in named_places(pdf).items():
                places[name] = place._replace(page=start + place.page)
            for link in links_of(pdf):
                _name_goal(link)
            for names in ("/Dests", "/Names"):  # they don't come along, and are no longer needed
                if names in pdf.Root:
                    del pdf.Root[names]
            structure.set_apart(pdf)
            book.pages.extend(pdf.pages)
            structure.add(pdf)
        structure.write()
        for link in links_of(book):
            _lead(book, link, places)
        _write_outline(book, parts, places)
        _describe(book, starts[1] if len(starts) > 1 else 0)
        unfinished = target.with_name(f".{target.name}")
        book.save(unfinished, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    unfinished.replace(target)


def links_of(pdf: Pdf) -> Iterator[Dictionary]:
    """Yield the links of a PDF."""
    for page in pdf.pages:
        for link in page.get("/Annots", ()):
            if link.get("/Subtype") == Name.Link:
                yield link


def goal_of(link: Dictionary) -> str | None:
    """Return the name that a link leads to, in its own sheet or another's; None for other links."""
    action = link.get("/A", {})
    goal = link.get("/Dest", action.get("/D") if action.get("/S") == Name.GoTo else None)
    if goal is not None:
        return unquote(str(goal).removeprefix("/")) if not isinstance(goal, Array) else None
    uri = str(action.get("/URI", ""))
    return unquote(uri.split("#", 1)[1]) if uri.startswith("file:") and "#" in uri else None


def _name_goal(link: Dictionary) -> None:
    """Have a link say where it leads as one to another sheet does: that outlasts the joining."""
    goal = goal_of(link)
    if goal is None:
        return
    if "/Dest" in link:
        del link["/Dest"]
    link.A = Dictionary(S=Name.URI, URI=pikepdf.String(f"file:#{quote(goal)}"))


def _lead(book: Pdf, link: Dictionary, places: dict[str, Place]) -> None:
    """Have a link lead to a page of the book. One whose goal is not in it (a part of the book was
    printed) becomes mere text.
    """
    goal = goal_of(link)
    if goal is None:
        return
    if place := places.get(goal):
        point = [Name.XYZ, place.left, place.top, None]
        link.A = Dictionary(S=Name.GoTo, D=Array([book.pages[place.page].obj, *point]))
    else:
        link.A = Dictionary()
        link.Rect = Array([0, 0, 0, 0])


def _item(text: str, place: Place) -> OutlineItem:
    return OutlineItem(text, place.page, "XYZ", left=place.left, top=place.top)


def _write_outline(book: Pdf, parts: list[Printed], places: dict[str, Place]) -> None:
    """Write the outline that a reader shows beside the pages: parts, chapters, sections."""
    with book.open_outline() as outline:
        outline.root.append(OutlineItem("Contents", 1 if len(book.pages) > 1 else 0))
        group, level = "", outline.root
        for part in parts[1:]:
            sheet = part.sheet
            title, *sections = sheet.headings
            if sheet.part != group:
                group, level = sheet.part, outline.root
                if group:
                    outline.root.append(_item(group, places[title.id]))
                    level = outline.root[-1].children
            chapter = _item(sheet.title, places[title.id])
            chapter.is_closed = True
            chapter.children.extend(_item(one.text, places[one.id]) for one in sections)
            level.append(chapter)


def _describe(book: Pdf, n_front: int) -> None:
    """Write what a reader shows of the file: its title, its language, the pages' own numbers."""
    numbers = Dictionary(S=Name.D)
    labels = [0, Dictionary(S=Name.r), n_front, numbers] if n_front else [0, numbers]
    book.Root.PageLabels = Dictionary(Nums=Array(labels))
    book.Root.PageMode = Name.UseOutlines
    book.Root.Lang = pikepdf.String("en")
    book.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    with book.open_metadata() as about:
        about["dc:title"] = sheets.BOOK
        about["dc:creator"] = [sheets.author()]
        about["dc:language"] = {"en"}
        about["dc:description"] = sheets.PROMISE
        about["dc:rights"] = "Text and figures CC BY 4.0, code Apache-2.0"
