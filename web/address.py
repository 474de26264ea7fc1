"""The repository's address: it stands in `_config.yml`, and from there in every first cell.

``python -m web.address https://github.com/you/your-copy`` writes it, and ``--revision`` the
branch, tag or commit that Colab installs; without an address it says which one stands there.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path
from urllib.parse import urlsplit

from llm_lib.book.notebook import set_up_cell
from web.fingerprint import ROOT
from web.notebooks import chapters, read, write
from web.repository import BRANCH, Repository, current

URL = re.compile(r"https://[A-Za-z0-9.-]+(:\d+)?(/[A-Za-z0-9._-]+)+")
REVISION = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._/-]*")
IN_CONFIG = re.compile(r"^(repository:\n  url: )\S+(\n  branch: )\S+$", re.MULTILINE)


def checked(url: str, revision: str) -> Repository:
    """Return both as a Repository, without a closing ``/`` or ``.git``.

    Raises ValueError for what pip could not install from.
    """
    url = url.strip().rstrip("/").removesuffix(".git")
    if not URL.fullmatch(url):
        raise ValueError(
            f"the address should look like https://github.com/you/your-copy; got {url!r}"
        )
    if urlsplit(url).hostname == "github.com" and url.count("/") != 4:
        raise ValueError(f"GitHub's addresses end in an owner and a name; got {url!r}")
    if not REVISION.fullmatch(revision):
        raise ValueError(f"the revision should be a branch, tag or commit; got {revision!r}")
    return Repository(url, revision)


def first_code_cell(path: Path, notebook: dict) -> dict:
    """Return the set-up cell of a chapter; raises ValueError where it does not come first."""
    cell = next((cell for cell in notebook.cells if cell.cell_type == "code"), None)
    if cell is None or 'find_spec("llm_lib")' not in cell.source:
        raise ValueError(f"the first code cell of {path} is not the set-up cell")
    return cell


def set_address(repository: Repository, root: Path = ROOT) -> list[Path]:
    """Write the address into `_config.yml` and every chapter; return the files that changed.

    Raises ValueError, before anything is written, where one of them has no place for it.
    """
    config = root / "_config.yml"
    old = config.read_text("utf-8")
    new, found = IN_CONFIG.subn(rf"\g<1>{repository.url}\g<2>{repository.revision}", old)
    if found != 1:
        raise ValueError(f"{config} should hold 'repository:' with a url and a branch, once")
    source = set_up_cell(*repository)
    notebooks = {path: read(path) for path in chapters(root)}
    cells = {path: first_code_cell(path, notebook) for path, notebook in notebooks.items()}
    changed = [path for path, cell in cells.items() if cell.source != source]
    for path in changed:
        cells[path].source = source
        write(path, notebooks[path])
    if new != old:
        config.write_text(new, "utf-8", newline="\n")
        changed.append(config)
    return changed


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return its exit code."""
    parser = argparse.ArgumentParser(description="Write the repository's address into the book.")
    parser.add_argument("url", nargs="?", help="as in https://github.com/you/your-copy")
    parser.add_argument("--revision", help="a branch, tag or commit; if left out, it stays")
    options = parser.parse_args(arguments)
    now = current()
    if not options.url:
        print(f"{now.url} at {now.revision}")
        return 0
    try:
        changed = set_address(checked(options.url, options.revision or now.revision))
    except ValueError as error:
        print(f"Nothing was written: {error}", file=sys.stderr)
        return 2
    print(f"{len(changed)} files changed; the address is {current().url}")
    if current().on_colab(""):
        print(f"Colab opens its branch {BRANCH!r}, which the deploy workflow publishes.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
