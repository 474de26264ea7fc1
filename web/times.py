"""How long commands take, as somebody has measured it: kept with the name of the machine.

``python -m web.readme --record book 131`` keeps a time in `times.json` and writes the README.
"""

from __future__ import annotations

import json
from pathlib import Path

from web.machine import name_machine

FILE = Path(__file__).resolve().parent / "times.json"
WHAT = {  # by name: what took the time
    "book": "`make book` in a fresh clone, with packages in pip's cache: to the first page",
    "rebuild": "`make build` again, where nothing has changed",
    "test": "`make test`, installing apart",
    "test-all": "`make test-all`, installing apart",
    "check": "`make check CHAPTER=09`: one chapter's cells, exercises and page",
    "portable": "`make pdf epub`, after a build",
}
LONGEST = 24 * 60 * 60  # seconds


def load(file: Path | None = None) -> dict[str, dict]:
    """Return the seconds and the machine of each name that was recorded."""
    file = file or FILE
    return json.loads(file.read_text("utf-8")) if file.is_file() else {}


def record(name: str, seconds: str, file: Path | None = None) -> None:
    """Keep how long something took on this machine.

    Raises ValueError for a name that is not in `WHAT`, and for what is no number of seconds.
    """
    if name not in WHAT:
        raise ValueError(f"a time is that of one of {', '.join(WHAT)}; got {name!r}")
    try:
        took = float(seconds)
    except ValueError:
        took = 0.0
    if not 0 < took <= LONGEST:
        raise ValueError(f"the time should be a number of seconds up to a day; got {seconds!r}")
    known = load(file) | {name: {"seconds": round(took), "machine": name_machine()}}
    ordered = {key: known[key] for key in WHAT if key in known}
    (file or FILE).write_text(json.dumps(ordered, indent=1) + "\n", "utf-8", newline="\n")


def in_words(seconds: int) -> str:
    """Return a time as one says it.

    >>> in_words(55), in_words(100), in_words(131), in_words(1500)
    ('55 seconds', '100 seconds', '2.2 minutes', '25 minutes')
    """
    if seconds <= 100:
        return f"{seconds} seconds"
    minutes = seconds / 60
    return f"{minutes:.0f} minutes" if minutes >= 10 else f"{minutes:.1f} minutes"


def describe_times(file: Path | None = None) -> str:
    """Return the times as a Markdown table: one machine stands in its head, several in the rows."""
    rows = [(WHAT[name], row["seconds"], row["machine"]) for name, row in load(file).items()]
    machines = {machine for _, _, machine in rows}
    if not rows:
        return ""
    if len(machines) == 1:
        head = f"| | time on {machines.pop()} |\n|---|---|"
        return "\n".join([head, *(f"| {what} | {in_words(s)} |" for what, s, _ in rows)])
    lines = [f"| {what} | {in_words(s)} | {machine} |" for what, s, machine in rows]
    return "\n".join(["| | time | machine |\n|---|---|---|", *lines])
