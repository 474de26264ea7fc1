"""Notes which exercises were checked, and writes them to a file that the book's pages import.

Nothing is kept unless you ask for it: `save_progress("progress.json")` writes what this notebook
has checked, and *Import* under *Your progress* on any page of the book takes the file. *Export*
there writes the same kind of file.
"""

import os
import time
from pathlib import Path
from typing import Any

from llm_lib.files import read_json, write_json

FORMAT, VERSION = "llm-from-scratch-progress", 1
STATES = ("tried", "shown", "solved")  # the later ones win
AT_ONCE = 3.0  # seconds; nobody writes an answer in less, but "Run all" runs the folded solution

_checked: dict[str, dict[str, Any]] = {}  # by exercise
_unfinished: dict[str, float] = {}  # by exercise: when it was last run without an answer


def record_unfinished(name: str) -> None:
    """Note that an exercise was run without an answer."""
    _unfinished[name] = time.monotonic()


def record(
    name: str, state: str, counts: tuple[int, int] | None = None, *, began: float | None = None
) -> None:
    """Note how an exercise stands; a better note from before stays.

    state: "tried", "shown" (the solution was seen) or "solved".
    counts: how many cases pass, and of how many, where there are cases.
    began: when the check was asked for. What is solved right after a cell without an answer, is the
        solution: all cells were run.
    """
    at_once = began is not None and began - _unfinished.get(name, float("-inf")) < AT_ONCE
    note: dict[str, Any] = {"state": "shown" if state == "solved" and at_once else state}
    if counts:
        note |= {"passed": counts[0], "total": counts[1]}
    _checked[name] = better(_checked.get(name), note)


def better(one: dict[str, Any] | None, other: dict[str, Any]) -> dict[str, Any]:
    """Return that of two notes on an exercise which has got further; the second if none has."""

    def rank(note: dict[str, Any]) -> tuple[int, int]:
        return STATES.index(note["state"]), note.get("passed", 0)

    return one if one and rank(one) > rank(other) else other


def save_progress(path: str | os.PathLike = "progress.json") -> Path:
    """Write what this notebook has checked to a file, whole or not at all; return its path.

    A file that `save_progress`, or *Export* on a page, has written before keeps what it holds, and
    gets the new results as well. Raises ValueError if nothing was checked, or if `path` holds
    anything else.
    """
    if not _checked:
        raise ValueError("nothing was checked yet: call check() with an answer of yours first")
    path = Path(path)
    data = read_progress(path) if path.exists() else {}
    known = data.get("exercises", {})
    merged = {name: better(known.get(name), note) for name, note in _checked.items()}
    data |= {"format": FORMAT, "version": VERSION, "exercises": known | merged}
    write_json(path, data, indent=1)
    return path


def read_progress(path: str | os.PathLike) -> dict[str, Any]:
    """Read a file of progress. Raises ValueError if it is none, or of another edition."""
    data = read_json(path)
    if data.get("format") != FORMAT:
        raise ValueError(f"{path} is no file of progress: its format should be {FORMAT!r}")
    if data.get("version") != VERSION:
        raise ValueError(
            f"{path} is of version {data.get('version')!r}; this library reads {VERSION}"
        )
    notes = data.setdefault("exercises", {})
    for name, note in notes.items() if isinstance(notes, dict) else [("exercises", notes)]:
        if not isinstance(note, dict) or note.get("state") not in STATES:
            raise ValueError(f"{path}: {name!r} should have a state, one of {', '.join(STATES)}")
    return data
