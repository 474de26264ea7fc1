"""Looks at the finished PDF, without what made it: ``python -m web.portable.check_pdf FILE``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pypdfium2
from pikepdf import Array, Dictionary, Name, Pdf

MM = 72 / 25.4  # points
SIDE = 20 * MM  # the margins left and right, where nothing stands
SLACK = 1.5 * MM  # what may stick out: the edge of a rounded letter, a thick line
SCALE = 0.5  # pixels a point: enough to see ink
WHITE = 250


def inked_margins(file: Path) -> list[str]:
    """Return the pages on which something stands in the margin left or right."""
    found = []
    with pypdfium2.PdfDocument(file) as pdf:
        for n, page in enumerate(pdf, 1):
            picture = page.render(scale=SCALE, grayscale=True).to_numpy()
            picture = picture.reshape(picture.shape[:2])
            edge = round((SIDE - SLACK) * SCALE)
            for where, strip in (("left", picture[:, :edge]), ("right", picture[:, -edge:])):
                if strip.min() < WHITE:
                    found.append(f"page {n} reaches into its {where} margin")
    return found


def fonts_outside(pdf: Pdf) -> list[str]:
    """Return the fonts that are not in the file."""
    missing = set()
    for thing in pdf.objects:
        if not (isinstance(thing, Dictionary) and thing.get("/Type") == Name.Font):
            continue
        if thing.get("/Subtype") in (Name.Type0, Name.Type3):
            continue  # their letters are in the font below, or are drawings
        about = thing.get("/FontDescriptor", {})
        if not any(key in about for key in ("/FontFile", "/FontFile2", "/FontFile3")):
            missing.add(str(thing.get("/BaseFont")))
    return [f"the font {name} is not in the file" for name in sorted(missing)]


def broken_links(pdf: Pdf) -> list[str]:
    """Return the links that lead nowhere: to no page of the file, or to a file of this machine."""
    pages = {page.obj.objgen for page in pdf.pages}
    faults = []
    for n, page in enumerate(pdf.pages, 1):
        for link in page.get("/Annots", ()):
            action = link.get("/A", {})
            goal = action.get("/D")
            uri = str(action.get("/URI", ""))
            leads = isinstance(goal, Array) and goal[0].objgen in pages
            if not leads and not uri.startswith(("http://", "https://", "mailto:")):
                faults.append(f"page {n} has a link that leads nowhere: {uri or goal!r}")
    return faults


def outline_items(pdf: Pdf) -> Iterator[tuple[int, pikepdf.OutlineItem]]:
    """Yield the entries of the outline, each with its depth."""

    def walk(items: list[pikepdf.OutlineItem], depth: int) -> Iterator:
        for item in items:
            yield depth, item
            yield from walk(item.children, depth + 1)

    with pdf.open_outline() as outline:
        yield from list(walk(outline.root, 0))


def broken_outline(pdf: Pdf) -> list[str]:
    """Return the entries of the outline that lead nowhere; a book without one is at fault too."""
    pages = {page.obj.objgen for page in pdf.pages}
    items = [item for _, item in outline_items(pdf)]
    lost = [
        item.title
        for item in items
        if not isinstance(item.destination, Array) or item.destination[0].objgen not in pages
    ]
    faults = [f"the outline's entry {title!r} leads nowhere" for title in lost]
    return faults if items else ["there is no outline"]


def check_pdf(file: Path) -> list[str]:
    """Return what is wrong with a PDF of the book, a line each."""
    with Pdf.open(file) as pdf:
        faults = fonts_outside(pdf) + broken_links(pdf) + broken_outline(pdf)
    return inked_margins(file) + faults


def main(arguments: list[str]) -> int:
    """Print what is wrong with a PDF; return 0 if nothing is."""
    if len(arguments) != 1 or not Path(arguments[0]).is_file():
        print(
            "give the PDF to look at: python -m web.portable.check_pdf _build/llm-from-scratch.pdf"
        )
        return 2
    faults = check_pdf(Path(arguments[0]))
    print("\n".join(faults) or "all pages within their margins; fonts, links and outline are whole")
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
