"""Whether the site that was built last is still the book's, or how much of it is to be made anew.

What pages are made with (`web`, the library's scripts and styles, settings, packages) counts for
all of them: another one, and all are read again. What they are made from (chapters and their
outputs) Sphinx compares page by page.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Iterable
from enum import Enum
from importlib.metadata import distributions
from pathlib import Path

from llm_lib.files import write_json

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "_build"
IGNORED = {"__pycache__", ".DS_Store"}
STAMP = BUILD / "built.json"
MADE_WITH = ("web", "llm_lib", "_config.yml", "_toc.yml", "references.bib")
SETTINGS = ("LLM_BOOK_ADDRESS",)  # variables that end up on pages


class Needed(Enum):
    """What has to be done for a site that is the book's."""

    NOTHING = "nothing"
    CHANGED_PAGES = "changed pages"
    ALL_PAGES = "all pages"


def state(root: Path = ROOT, build: Path = BUILD) -> dict[str, str]:
    """Return a hash of what pages are made with, and one of what they are made from."""
    chapters = root / "chapters"
    sources = [*root.glob("*.md"), *chapters.glob("*"), *_files(chapters / "outputs")]
    sources += _files(root / "reference")
    with_ = [file for name in MADE_WITH for file in _files(root / name)]
    packages = sorted(f"{p.metadata['Name']} {p.version}" for p in distributions())
    around = [sys.version, *packages, *(os.environ.get(name, "") for name in SETTINGS)]
    return {
        "made_with": _hash(with_, root, around),
        "made_from": _hash([*sources, *_files(build / "outputs")], root),
    }


def needed(site: Path, now: dict[str, str], stamp: Path | None = None) -> Needed:
    """Return what is to be done where `now` is the state; all, where the last build has failed."""
    try:
        then = json.loads((stamp or STAMP).read_text("utf-8"))
    except (OSError, ValueError):
        return Needed.ALL_PAGES
    if not (site / "index.html").exists() or then.get("made_with") != now["made_with"]:
        return Needed.ALL_PAGES
    return Needed.NOTHING if then == now else Needed.CHANGED_PAGES


def forget(stamp: Path | None = None) -> None:
    """Take the last build for unfinished, until `remember` is called."""
    (stamp or STAMP).unlink(missing_ok=True)


def remember(now: dict[str, str], stamp: Path | None = None) -> None:
    """Note that the site was built from this state."""
    write_json(stamp or STAMP, now)


def _files(path: Path) -> list[Path]:
    found = path.rglob("*") if path.is_dir() else [path]
    return [file for file in found if file.is_file() and IGNORED.isdisjoint(file.parts)]


def _hash(files: Iterable[Path], root: Path, around: Iterable[str] = ()) -> str:
    digest = hashlib.sha256("\0".join(around).encode())
    for file in sorted(file for file in files if file.is_file()):
        digest.update(f"\0{file.relative_to(root).as_posix()}\0".encode())
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:16]
