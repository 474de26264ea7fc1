"""Puts on the site what can be taken along: ``python -m web.take_along``.

Copies the zip, PDF and EPUB that lie in `_build`, those of them that do, to the site's `downloads`,
and names them on its first page. Each call does it anew.
"""

from __future__ import annotations

import re
import shutil
import sys
from html import escape
from pathlib import Path

from llm_lib.files import atomic_write
from web import offline_worker
from web.fingerprint import BUILD

# in the order of the page
KINDS = {".zip": "the whole site, to unzip and read offline", ".pdf": "PDF", ".epub": "EPUB"}
FIRST_PAGES = ("index.html", "intro.html")
PLACE = re.compile(r'<p class="llm-downloads">.*?</p>', re.DOTALL)


def made(build: Path = BUILD) -> list[Path]:
    """Return the files in `build` that can be taken along, in the order of `KINDS`."""
    return [path for kind in KINDS for path in sorted(build.glob(f"*{kind}"))]


def line_about(files: list[Path]) -> str:
    """Return the HTML that names the files, with their sizes; empty where there is none."""
    links = (
        f'<a href="{offline_worker.DOWNLOADS}/{escape(path.name)}" download>'
        f"{KINDS[path.suffix]} ({path.stat().st_size / 1e6:.1f} MB)</a>"
        for path in files
    )
    inside = f"To take along: {' · '.join(links)}" if files else ""
    return f'<p class="llm-downloads">{inside}</p>'


def put_on_site(site: Path, files: list[Path]) -> None:
    """Copy the files to a built site and link them; what lay there before goes.

    Raises FileNotFoundError without a site, and ValueError, before anything is written, where its
    first page has no place for the links.
    """
    pages = {}
    for name in FIRST_PAGES:
        text, n = PLACE.subn(lambda _: line_about(files), (site / name).read_text("utf-8"))
        if n != 1:
            raise ValueError(f"{site / name} should have one place for downloads, and has {n}")
        pages[name] = text
    folder = site / offline_worker.DOWNLOADS
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for path in files:
        shutil.copyfile(path, folder / path.name)
    for name, text in pages.items():
        with atomic_write(site / name) as file:
            file.write(text)
    offline_worker.write(site)  # two of the files that it lists have changed


def main() -> int:
    """Put all that was made on the site; return 0, or 1 where there is nothing, or no site."""
    files = made()
    if not files:
        print(f"There is nothing to take along in {BUILD}: run  make offline", file=sys.stderr)
        return 1
    try:
        put_on_site(BUILD / "html", files)
    except (OSError, ValueError) as error:
        print(f"The site is as it was: {error}", file=sys.stderr)
        return 1
    print(f"On the site, in downloads: {', '.join(path.name for path in files)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
