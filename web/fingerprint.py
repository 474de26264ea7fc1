"""One hash of everything in `llm_lib`, so that nothing stale is ever reused.

A notebook's output depends on the notebook and on the library. Jupyter's execution cache
looks only at the notebook, so the folder it lives in carries the library's hash in its name.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "_build"
IGNORED = {"__pycache__", ".DS_Store"}


def library_hash(folder: Path = ROOT / "llm_lib") -> str:
    """Return 12 hex digits that change when any file of the library changes.

    Names count as well as contents: renaming a module changes the hash.
    """
    digest = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        if IGNORED.isdisjoint(path.parts):
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:12]


def cache_folder(build: Path = BUILD) -> Path:
    """Return the folder that holds executed notebooks and published models for this library."""
    return build / f"cache-{library_hash()}"
