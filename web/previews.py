"""The picture of each page that a link to it shows elsewhere: 1200 × 630, with title and drawing.

They lie in `web/previews`, so that a build needs no browser; `python -m web.draw_previews` makes
them. Each carries the title that it shows, and a test tells when a page has another by now.
"""

from __future__ import annotations

import json
import shutil
import struct
from collections.abc import Iterator
from pathlib import Path

from web.fingerprint import ROOT
from web.frame import number_of
from web.known import IMAGE_SIZE, site_address

FOLDER = Path(__file__).resolve().parent / "previews"
NAME = "previews"  # the folder below the site's _static
WIDTH, HEIGHT = IMAGE_SIZE
MOST = 60_000  # bytes
NOTE = "Title"  # the name of the text in a picture that says what it shows
SIGNATURE = b"\x89PNG\r\n\x1a\n"


def path_of(page: str, folder: Path = FOLDER) -> Path:
    """Return where the picture of a page lies.

    >>> path_of("chapters/09_self_attention").name
    '09_self_attention.png'
    """
    return folder / f"{page.split('/')[-1]}.png"


def title_of(page: str, root: Path = ROOT) -> str:
    """Return a page's number and title, from its source.

    Raises FileNotFoundError for a page without one, ValueError for one without a heading.
    """
    path = root / f"{page}.ipynb"
    if path.is_file():
        cells = json.loads(path.read_text("utf-8"))["cells"]
        text = "\n".join("".join(cell["source"]) for cell in cells)
    else:
        path = path.with_suffix(".md")
        text = path.read_text("utf-8")
    title = next((line[2:].strip() for line in text.splitlines() if line.startswith("# ")), "")
    if not title:
        raise ValueError(f"{path.name} has no heading that begins with '# '")
    return f"{number_of(page)} {title}".strip()


def chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the parts of a PNG file, each with its name. Raises ValueError for another file."""
    if not png.startswith(SIGNATURE):
        raise ValueError("this is no PNG file")
    at = len(SIGNATURE)
    while at < len(png):
        length, name = struct.unpack(">I4s", png[at : at + 8])
        yield name, png[at + 8 : at + 8 + length]
        at += length + 12


def size_of(png: bytes) -> tuple[int, int]:
    """Return the width and height of a PNG file."""
    return struct.unpack(">II", dict(chunks(png))[b"IHDR"][:8])


def shown_title(png: bytes) -> str:
    """Return the number and title that a preview shows; "" for another PNG file."""
    for name, data in chunks(png):
        if name == b"iTXt" and data.startswith(NOTE.encode() + b"\0"):
            return data.split(b"\0", 5)[-1].decode()
    return ""


def address_of(page: str) -> str:
    """Return the whole address of a page's picture; "" where it has none or no site is known."""
    site = site_address()
    return f"{site}_static/{NAME}/{path_of(page).name}" if site and path_of(page).is_file() else ""


def copy_all(static: Path) -> None:
    """Copy the pictures to where their addresses lead, where the site's own is known."""
    if site_address() and FOLDER.is_dir():
        shutil.copytree(FOLDER, static / NAME, dirs_exist_ok=True)
