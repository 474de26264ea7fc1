"""Looks at the finished EPUB, without what made it: ``python -m web.portable.check_epub FILE``.

Its files are those that its list names, each document is well-formed, every link and picture is
there. Where Java is installed, `epubcheck` says more (the tests ask it).
"""

from __future__ import annotations

import posixpath
import struct
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree

OPF = "{http://www.idpf.org/2007/opf}"
HREFS = ("href", "src", "{http://www.w3.org/1999/xlink}href")
PNG = b"\x89PNG\r\n\x1a\n"
OUTSIDE = ("http://", "https://", "mailto:", "data:")
ROOT_FILES = {"mimetype", "META-INF/container.xml"}


def listed(book: zipfile.ZipFile) -> dict[str, str]:
    """Return the files that the package lists, by name, with their types."""
    container = ElementTree.fromstring(book.read("META-INF/container.xml"))
    root = next(e for e in container.iter() if e.tag.endswith("rootfile")).get("full-path")
    folder = posixpath.dirname(root)
    items = ElementTree.fromstring(book.read(root)).iter(f"{OPF}item")
    return {root: ""} | {f"{folder}/{i.get('href')}": i.get("media-type") for i in items}


def links(name: str, tree: ElementTree.Element) -> Iterator[tuple[str, str]]:
    """Yield the file and the place in it that each link and picture of a document names."""
    for element in tree.iter():
        for href in filter(None, map(element.get, HREFS)):
            if not href.startswith(OUTSIDE):
                path, _, anchor = href.partition("#")
                folder = posixpath.dirname(name)
                goal = posixpath.normpath(posixpath.join(folder, unquote(path))) if path else name
                yield goal, unquote(anchor)


def bad_pictures(book: zipfile.ZipFile, names: list[str]) -> list[str]:
    """Return the photographs that are none, or too small to show anything."""
    faults = []
    for name in names:
        head = book.read(name)[:24]
        width, height = struct.unpack(">II", head[16:24]) if head[:8] == PNG else (0, 0)
        if width < 100 or height < 20:
            faults.append(f"{name} is no picture: {width} × {height}")
    return faults


def check_epub(file: Path) -> list[str]:
    """Return what is wrong with an EPUB of the book, a line each."""
    faults: list[str] = []
    with zipfile.ZipFile(file) as book:
        first = book.infolist()[0]
        if first.filename != "mimetype" or first.compress_type != zipfile.ZIP_STORED:
            faults.append("the first file has to be a plain mimetype")
        files, types = set(book.namelist()), listed(book)
        faults += [f"{name} is listed, and not there" for name in types.keys() - files]
        faults += [f"{name} is not listed" for name in files - types.keys() - ROOT_FILES]
        trees = {}
        for name in sorted(files & {n for n, kind in types.items() if "xhtml" in kind}):
            try:
                trees[name] = ElementTree.fromstring(book.read(name))
            except ElementTree.ParseError as error:
                faults.append(f"{name} is not well-formed: {error}")
        ids = {name: {e.get("id") for e in tree.iter()} for name, tree in trees.items()}
        for name, tree in trees.items():
            for goal, anchor in links(name, tree):
                if goal not in files or (anchor and anchor not in ids.get(goal, ())):
                    faults.append(f"{name} has a link that leads nowhere: {goal}#{anchor}")
        faults += bad_pictures(book, [n for n, kind in types.items() if kind == "image/png"])
    return faults


def main(arguments: list[str]) -> int:
    """Print what is wrong with an EPUB; return 0 if nothing is."""
    if len(arguments) != 1 or not Path(arguments[0]).is_file():
        print(
            "give the EPUB to look at: "
            "python -m web.portable.check_epub _build/llm-from-scratch.epub"
        )
        return 2
    faults = check_epub(Path(arguments[0]))
    print("\n".join(faults) or "all files, links and pictures are there, and well-formed")
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
