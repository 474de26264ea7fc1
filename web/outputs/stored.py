"""The file of a chapter's outputs: read, written, and found where it belongs to the chapter."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from llm_lib.files import atomic_write
from web.outputs import depends
from web.outputs.pages import LOCAL, STORE, hash_of_code, read_page

FORMAT = 1  # of the file: another one is not read


@dataclass(frozen=True)
class Stored:
    """All that a page shows when its cells have run.

    code: the hash of the cells that ran; depends: those of the library's files that they read.
    machine: where they ran, for times and speeds.
    cells: the outputs of each cell that has some, by the cell's name, as a notebook holds them.
    widgets: the state of each widget, by id, without its script and style.
    files: the refs of the files that widgets ask for and that only the run can make.
    """

    code: str
    depends: dict[str, str]
    machine: str
    cells: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    widgets: dict[str, dict[str, Any]] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)


def path_in(folder: Path, page: Path) -> Path:
    """Return where the outputs of a page lie in a folder."""
    return folder / f"{page.stem}.json"


def read(path: Path) -> Stored:
    """Read a file of outputs.

    Raises ValueError where it is damaged or of another format, FileNotFoundError where none is.
    """
    try:
        found = json.loads(path.read_text("utf-8"))
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{path.name} is damaged: {error}") from None
    if not isinstance(found, dict) or found.pop("format", None) != FORMAT:
        raise ValueError(f"{path.name} is of another version than {FORMAT}")
    if found.pop("sum", None) != _sum(found):  # edited, or joined from two versions
        raise ValueError(f"{path.name} is not as it was written")
    cells = {
        name: [_joined(output) for output in outputs] for name, outputs in found["cells"].items()
    }
    return Stored(**found | {"cells": cells})


def write(path: Path, stored: Stored) -> None:
    """Write a file of outputs, whole or not at all: the same outputs are the same text."""
    whole = asdict(stored)
    whole["cells"] = {
        name: [_split(output) for output in outputs] for name, outputs in stored.cells.items()
    }
    whole = {"format": FORMAT, "sum": _sum(whole)} | whole
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic_write(path) as file:
        file.write(to_text(whole) + "\n")


def _sum(whole: dict[str, Any]) -> str:
    text = json.dumps(whole, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def to_text(value: Any, depth: int = 5, indent: str = "") -> str:
    """Return JSON that differs in few lines where little has changed.

    Down to `depth`, what a list or an object holds stands on lines of its own; lists of plain
    values and all that lies deeper are one line.

    >>> print(to_text({"a": {"b": [1, 2]}, "c": [{"d": 1}]}, depth=2))
    {
     "a": {
      "b": [1, 2]
     },
     "c": [
      {"d": 1}
     ]
    }
    """
    is_nested = isinstance(value, dict) or (
        isinstance(value, list) and any(isinstance(each, (dict, list, str)) for each in value)
    )
    if not value or not depth or not is_nested:
        return json.dumps(value, ensure_ascii=False)
    inner = f"{indent} "
    if isinstance(value, dict):
        pairs = value.items()
        rows = [f"{json.dumps(k)}: {to_text(each, depth - 1, inner)}" for k, each in pairs]
    else:
        rows = [to_text(each, depth - 1, inner) for each in value]
    start, end = "{}" if isinstance(value, dict) else "[]"
    return f"{start}\n" + ",\n".join(f"{inner}{row}" for row in rows) + f"\n{indent}{end}"


def _split(output: dict[str, Any]) -> dict[str, Any]:
    """Return an output whose texts are lists of lines, as in a notebook's file."""
    output = dict(output)
    if "text" in output:
        output["text"] = output["text"].splitlines(keepends=True)
    if "data" in output:
        output["data"] = {
            kind: data.splitlines(keepends=True) if isinstance(data, str) else data
            for kind, data in output["data"].items()
        }
    return output


def _joined(output: dict[str, Any]) -> dict[str, Any]:
    """Return an output whose texts are texts again."""
    output = dict(output)
    if "text" in output:
        output["text"] = "".join(output["text"])
    if "data" in output:
        output["data"] = {
            kind: "".join(data) if isinstance(data, list) else data
            for kind, data in output["data"].items()
        }
    return output


def why_not(page: Path, folder: Path = STORE) -> list[str]:
    """Return why the outputs in a folder don't belong to a page, in words; empty if they do."""
    try:
        stored = read(path_in(folder, page))
    except FileNotFoundError:
        return ["no outputs are stored"]
    except ValueError as error:
        return [str(error)]
    code = [] if stored.code == hash_of_code(read_page(page)) else ["its code has changed"]
    missing = [
        f"the file {ref} is missing" for ref in stored.files if not file_of(folder, ref).exists()
    ]
    return code + depends.changes(stored.depends) + missing


def file_of(folder: Path, ref: str) -> Path:
    """Return where a file that a widget asks for lies, beside the outputs in a folder."""
    return folder / "files" / f"{ref}.json"


def find(page: Path, folders: tuple[Path, ...] = (STORE, LOCAL)) -> tuple[Stored, Path] | None:
    """Return the outputs that belong to a page, and the folder that they lie in, if there are."""
    for folder in folders:
        if not why_not(page, folder):
            return read(path_in(folder, page)), folder
    return None


def find_any(page: Path, folder: Path = STORE) -> tuple[Stored, Path] | None:
    """Return the outputs of a page though they may be old; None where none can be read."""
    try:
        return read(path_in(folder, page)), folder
    except (OSError, ValueError):
        return None
