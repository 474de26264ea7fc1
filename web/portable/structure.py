"""Joins the structure of printed sheets: what is a heading, a list, a table, a picture's text.

It is what a screen reader goes by, and it does not come along with pages. A page and a link know
their places in it by a number, and a table's cells their headings by a name: those of each sheet
are set apart from those before it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, NameTree, NumberTree, Pdf, String

NUMBERS = ("/StructParents", "/StructParent")


class Structure:
    """The structure of a book that grows sheet by sheet."""

    def __init__(self, book: Pdf) -> None:
        """Begin with an empty one."""
        self.book = book
        self.root = book.make_indirect(Dictionary(Type=Name.StructTreeRoot, K=Array()))
        self.places: dict[int, Any] = {}
        self.named: dict[str, Any] = {}
        self.n_sheets = 0

    def set_apart(self, sheet: Pdf) -> None:
        """Give numbers and names in a sheet that none before it has; do it before it is joined."""
        first = max(self.places, default=-1) + 1
        for thing in sheet.objects:
            if not isinstance(thing, (Dictionary, pikepdf.Stream)):
                continue
            for key in NUMBERS:
                if key in thing:
                    thing[key] = int(thing[key]) + first
            self._rename(thing)
        old = NumberTree(sheet.Root.StructTreeRoot.ParentTree)
        new = NumberTree.new(sheet)
        for number, place in old.items():
            new[number + first] = place
        sheet.Root.StructTreeRoot.ParentTree = new.obj

    def _rename(self, thing: Any) -> None:
        if "/ID" in thing and "/S" in thing:
            thing.ID = self._own(thing.ID)
        attributes = thing.get("/A") if "/S" in thing else None
        for one in attributes if isinstance(attributes, Array) else ():
            if "/Headers" in one:
                one.Headers = Array([self._own(name) for name in one.Headers])

    def _own(self, name: Any) -> String:
        return String(f"{self.n_sheets}-{name}")

    def add(self, sheet: Pdf) -> None:
        """Take over the structure of a sheet whose pages are in the book."""
        tree = self.book.copy_foreign(sheet.make_indirect(sheet.Root.StructTreeRoot))
        top = tree.K if isinstance(tree.K, Array) else [tree.K]
        for element in top:
            element.P = self.root
            self.root.K.append(element)
        self.places |= dict(NumberTree(tree.ParentTree).items())
        self.named |= {str(one.ID): one for one in elements(top) if "/ID" in one}
        self.n_sheets += 1

    def write(self) -> None:
        """Put the whole into the book."""
        numbers = NumberTree.new(self.book)
        for number, place in self.places.items():
            numbers[number] = place
        self.root.ParentTree = numbers.obj
        self.root.ParentTreeNextKey = max(self.places, default=-1) + 1
        if self.named:
            names = NameTree.new(self.book)
            for name, element in self.named.items():
                names[name] = element
            self.root.IDTree = names.obj
        self.book.Root.StructTreeRoot = self.root
        self.book.Root.MarkInfo = Dictionary(Marked=True)


def elements(top: Any) -> Iterator[Dictionary]:
    """Yield the elements of a structure, in the order of reading."""
    waiting = list(reversed(list(top)))
    while waiting:
        element = waiting.pop()
        if not (isinstance(element, Dictionary) and "/S" in element):
            continue  # a part of a page
        yield element
        inside = element.get("/K", ())
        waiting += reversed(list(inside) if isinstance(inside, Array) else [inside])
