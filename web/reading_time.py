"""How long a chapter takes, from what stands on its page: ``python -m web.reading_time``.

With ``--write`` it puts the minutes into the chapters' own "Time" line, so that readers of the
notebook see them too; ``--check`` names the lines that no longer say what is true.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from web.chapter_size import Reading, measure
from web.fingerprint import ROOT
from web.notebooks import chapters, read, write

LANDING = ROOT / "intro.md"
TEACHING = ROOT / "chapters/appendix_h_teaching.md"
PAGES = (LANDING, TEACHING)  # that say how long each chapter takes
DRIFT = 2  # minutes by which a Time line may be off: an edit here and there changes no line
TIME = re.compile(r"\*\*Time:\*\*.*?(?=\n|$| \*\*)")
TOTAL = re.compile(r"\[\d+ chapters, about \d+ hours")
LISTED = re.compile(r"([</]chapters/(\w+)>?` \[)(\d+)( min\]\{\.llm-time\})")


def _time_cell(notebook: Any, name: str) -> Any:
    found = [c for c in notebook.cells if c.cell_type == "markdown" and "**Time:**" in c.source]
    if len(found) != 1:
        raise ValueError(f"{name} should have one cell with **Time:**, and has {len(found)}")
    return found[0]


def fill(notebook: Any, name: str = "the notebook") -> bool:
    """Write the minutes into the notebook's Time line; return whether that changed it.

    Raises ValueError unless exactly one cell has such a line.
    """
    cell = _time_cell(notebook, name)
    before, line = cell.source, f"**Time:** {measure(notebook).sentence()}"
    cell.source = TIME.sub(lambda _: line, before)
    return cell.source != before


def is_stale(notebook: Any, name: str = "the notebook") -> bool:
    """Tell whether the Time line's form is not ours, or a number is off by more than `DRIFT`."""
    stated = TIME.search(_time_cell(notebook, name).source)[0].removeprefix("**Time:** ")
    sentence = measure(notebook).sentence()
    said, true = ([int(n) for n in re.findall(r"\d+", text)] for text in (stated, sentence))
    same_form = re.sub(r"\d+", "0", stated) == re.sub(r"\d+", "0", sentence)
    return not same_form or any(abs(a - b) > DRIFT for a, b in zip(said, true, strict=True))


def fill_landing(text: str, minutes: Callable[[str], int]) -> str:
    """Return the landing page's text with the minutes of each chapter that it lists.

    >>> print(fill_landing("{doc}`One <chapters/01_one>` [50 min]{.llm-time}", lambda name: 7))
    {doc}`One <chapters/01_one>` [7 min]{.llm-time}
    """
    listed = LISTED.sub(lambda m: f"{m[1]}{minutes(m[2])}{m[4]}", text)
    return TOTAL.sub(total(listed), listed)


def total(text: str) -> str:
    """Return how many chapters a landing page lists and how long they take, without appendices.

    >>> total("{doc}`One <chapters/01_one>` [50 min]{.llm-time}")
    '[1 chapters, about 1 hours'
    """
    minutes = [int(m[3]) for m in LISTED.finditer(text) if not m[2].startswith("appendix")]
    return f"[{len(minutes)} chapters, about {round(sum(minutes) / 60)} hours"


def stale_on_landing(text: str, minutes: Callable[[str], int]) -> list[str]:
    """Return the chapters whose minutes there are off by more than `DRIFT`, and an untrue total."""
    stale = [m[2] for m in LISTED.finditer(text) if abs(int(m[3]) - minutes(m[2])) > DRIFT]
    return stale + [m[0] for m in TOTAL.finditer(text) if m[0] != total(text)]


def of_chapter(name: str) -> int:
    """Return the minutes for a chapter's core and deeper sections, by the name of its file."""
    return measure(read(ROOT / f"chapters/{name}.ipynb")).minutes


def table_row(name: str, reading: Reading) -> str:
    """Return a chapter's numbers in a line, and what is beyond the limits below it."""
    numbers = [reading.core.minutes, reading.deeper.minutes, reading.exercise_minutes]
    row = f"{name:32}" + "".join(f"{n:10,}" for n in [reading.words, reading.code_cells, *numbers])
    return "\n".join([row, *(f"    too much: {what}" for what in reading.beyond_limits())])


def main(arguments: list[str] | None = None) -> int:
    """Print every chapter's numbers, or write or check Time lines; return 1 for a stale one."""
    parser = argparse.ArgumentParser(description="How long the chapters take.")
    parser.add_argument("files", nargs="*", type=Path, help="notebooks; all chapters if none")
    parser.add_argument("--write", action="store_true", help="put the minutes into the notebooks")
    parser.add_argument("--check", action="store_true", help="name Time lines that are not true")
    options = parser.parse_args(arguments)
    stale: list[Path] = []
    columns = ("words", "cells", "core", "deeper", "exercises")
    print(f"{'':32}" + "".join(f"{name:>10}" for name in columns))
    for path in options.files or chapters():
        notebook = read(path)
        print(table_row(path.stem, measure(notebook)))
        if options.write and fill(notebook, path.name):
            write(path, notebook)
        if options.check and is_stale(notebook, path.name):
            stale.append(path)
    for page in PAGES:
        text = page.read_text("utf-8")
        if options.write:
            page.write_text(fill_landing(text, of_chapter), "utf-8")
        if options.check and stale_on_landing(text, of_chapter):
            stale.append(page)
    for path in stale:
        print(f"{path}: its Time line is not true: python -m web.reading_time --write")
    return int(bool(stale))


if __name__ == "__main__":
    sys.exit(main())
