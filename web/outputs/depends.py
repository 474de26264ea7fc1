"""What a run of a chapter depends on, and whether that has changed since.

Its code; and the files of `llm_lib` that its kernel loaded or opened (see `offline/recording.py`):
modules, recorded results, models, the list of data packages with their versions. A widget's script
and style are not among them, since the build joins those anew: of the styles only the colours count
that figures are drawn in.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

from web import palette
from web.fingerprint import ROOT

LIBRARY = ROOT / "llm_lib"
COLOURS = "book/widgets/shared/theme.css"
OF_THE_PAGE = {".js", ".css", ".wat"}  # what the browser runs and draws
TEXT = {".py", ".toml", ".json", ".txt", ".csv"}


def hash_all(names: Iterable[str], library: Path = LIBRARY) -> dict[str, str]:
    """Return the hash of each file of the library that counts, by name, in order of names."""
    counting = {name for name in names if name == COLOURS or Path(name).suffix not in OF_THE_PAGE}
    counting |= {
        weights for name in counting for weights in weights_beside(library / name, library)
    }
    return {name: hash_of(name, library) for name in sorted(counting)}


def weights_beside(path: Path, library: Path) -> list[str]:
    """Return the names of the weights that belong to a file: no Python opens those itself."""
    pattern = "*" if path.parent.parent.name == "models" else path.stem
    found = path.parent.glob(f"{pattern}.safetensors")
    return [weights.relative_to(library).as_posix() for weights in found]


def hash_of(name: str, library: Path = LIBRARY) -> str:
    """Return 12 hex digits of a file's content, or of the colours in it; "" where there is none."""
    path = library / name
    if not path.is_file():
        return ""
    status = path.stat()
    return _hash(path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=4096)  # most chapters load the same modules
def _hash(path: Path, _changed: int, _size: int) -> str:
    if path.as_posix().endswith(COLOURS):
        content = repr(palette.COLOUR.findall(path.read_text("utf-8"))).encode()
    else:
        content = path.read_bytes()
        if path.suffix in TEXT:  # git may write other line ends on other systems
            content = content.replace(b"\r\n", b"\n")
    return hashlib.sha256(content).hexdigest()[:12]


def changes(stored: Mapping[str, str], library: Path = LIBRARY) -> list[str]:
    """Return what has changed of the files that a run depended on, in words.

    >>> changes({"no_such_file.py": "0123456789ab"})
    ['llm_lib/no_such_file.py is gone']
    """
    found = []
    for name, before in stored.items():
        now = hash_of(name, library)
        if now != before:
            found.append(f"llm_lib/{name} {'has changed' if now else 'is gone'}")
    return found
