"""The built site as one zip that works from disk: ``python -m web.offline_zip``.

The same site gives the same bytes: names in order, no times, one way to compress.
"""

from __future__ import annotations

import re
import sys
import zipfile
from pathlib import Path

from tqdm import tqdm

from llm_lib import __version__
from llm_lib.files import atomic_write
from web.fingerprint import BUILD
from web.offline_worker import STAND_IN, files_of

ZIP = BUILD / "llm-from-scratch-offline.zip"
FOLDER = "llm-from-scratch"  # what unzipping makes
EARLIEST = (1980, 1, 1, 0, 0, 0)  # the first time that a zip can name
UNIX, READABLE = 3, 0o100644  # the same rights on whatever system it is made
ADDRESS = re.compile(r'<link rel="canonical" href="([^"]+)"')

READ_ME = """LLM from Scratch, {version}, to read offline
{line}

Open index.html in a browser: Chrome, Edge, Firefox or Safari, of the last two years.
Everything works without a network and without a server: pictures that move, widgets, search.

Unzip all of it first. A page that is opened inside the zip can't find the other files.

What you have read and solved is kept by the browser, for this folder. Before you move the folder,
or take a newer edition, "Your progress" below the contents writes it to a file, and takes it in.
{newest}
Text and figures: CC BY 4.0. Code: Apache License 2.0.
"""
NEWEST = "\nThe newest edition: {address}\n"


def read_me(site: Path) -> str:
    """Return the text for whoever opens the folder."""
    found = ADDRESS.search((site / "index.html").read_text("utf-8"))
    title = f"LLM from Scratch, {__version__}, to read offline"
    newest = NEWEST.format(address=found[1]) if found else ""
    return READ_ME.format(version=__version__, line="=" * len(title), newest=newest)


def contents(site: Path) -> dict[str, bytes | Path]:
    """Return what the zip holds, by name, in order. Raises FileNotFoundError without a site."""
    if not (site / "index.html").is_file():
        raise FileNotFoundError(f"there is no book in {site}: run  make build  first")
    files: dict[str, bytes | Path] = {
        f"{FOLDER}/{name}": site / name for name in files_of(site) if name != STAND_IN
    }
    files[f"{FOLDER}/READ ME.txt"] = read_me(site).encode()
    return dict(sorted(files.items()))


def pack(site: Path, target: Path = ZIP, *, progress: bool = False) -> int:
    """Write the zip of a site, whole or not at all; return how many files are in it."""
    files = contents(site)
    bar = tqdm(files.items(), desc="Packing", unit="file", disable=not progress)
    target.parent.mkdir(parents=True, exist_ok=True)
    with atomic_write(target, "wb") as out, zipfile.ZipFile(out, "w") as archive:
        for name, content in bar:
            entry = zipfile.ZipInfo(name, EARLIEST)
            entry.create_system, entry.external_attr = UNIX, READABLE << 16
            data = content.read_bytes() if isinstance(content, Path) else content
            archive.writestr(entry, data, zipfile.ZIP_DEFLATED, compresslevel=9)
    return len(files)


def main(arguments: list[str] | None = None) -> int:
    """Pack the site that was built last; return 0, or 1 where there is none."""
    if arguments if arguments is not None else sys.argv[1:]:
        print("usage: python -m web.offline_zip, without arguments", file=sys.stderr)
        return 2
    try:
        n = pack(BUILD / "html", ZIP, progress=True)
    except OSError as error:
        print(f"Nothing was packed: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped: nothing was packed.", file=sys.stderr)
        return 130
    print(f"{ZIP}: {n} files, {ZIP.stat().st_size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
