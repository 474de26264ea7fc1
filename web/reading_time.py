"""How long a chapter takes, from what stands on its page: ``python -m web.reading_time``.

With ``--write`` it puts the minutes into the chapters' own "Time" line, so that readers of the
notebook see them too; ``--check`` names the lines that no longer say what is true.

Prose is read at 175 words a minute. Adults read English non-fiction at 238 on average, and most of
them at 175 to 300 (Brysbaert 2019, Journal of Memory and Language 109, 104047); a text that is new,
dense and not in everyone's first language is read at the slow end. The other times are estimates.
What is folded away takes none. Exercises are counted apart. A reader's own file takes as long as
one likes to write it: its section counts for neither.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from web.deeper import PREFIX
from web.fingerprint import ROOT
from web.notebooks import chapters, read, write

LANDING = ROOT / "intro.md"
TEACHING = ROOT / "chapters/appendix_h_teaching.md"
PAGES = (LANDING, TEACHING)  # that say how long each chapter takes
WORDS_A_MINUTE = 175
SECONDS = {  # for each of them
    "code_lines": 3,
    "output_lines": 1,
    "formulas": 15,
    "pictures": 20,
    "widgets": 90,
    "film_steps": 5,  # of walkthroughs: the four longest play at 4.6 to 4.8 a step
    "walkthroughs": 15,  # to try the last scene
    "predictions": 20,
}
EXERCISE = {1: 3, 2: 6, 3: 10}  # minutes by the number of its stars
OWN_FILE = "Your file"  # the section in which a reader's own my_gpt.py grows
MOST_OUTPUT = 12  # lines of one output that are read; the rest is skimmed
LIMITS = {
    **{"core_words": 1800, "core_cells": 16, "core": 25},
    **{"words": 3300, "code_cells": 32, "minutes": 45},
}
DRIFT = 2  # minutes by which a Time line may be off: an edit here and there changes no line
TIME = re.compile(r"\*\*Time:\*\*.*?(?=\n|$| \*\*)")
FENCE = re.compile(r"^(`{3,}|:{3,})(.*?)\n(.*?)^\1\s*$", re.MULTILINE | re.DOTALL)
FOLDED = "{dropdown}"
DISPLAY = re.compile(r"\$\$.*?\$\$|^\\begin\{(\w+\*?)\}.*?^\\end\{\1\}", re.MULTILINE | re.DOTALL)
TOTAL = re.compile(r"\[\d+ chapters, about \d+ hours")
LISTED = re.compile(r"([</]chapters/(\w+)>?` \[)(\d+)( min\]\{\.llm-time\})")
DRAWN = re.compile(r"\b(plot_\w+|show_picture|show_matrix|show_table|go\.Figure)\(")
SHOWN = re.compile(r"([A-Z]\w+)\((.*)\)$", re.DOTALL)  # how a widget looks as plain text


@dataclass
class Part:
    """What one part of a chapter holds: of all that is not folded, how many there are."""

    words: int = 0
    code_cells: int = 0
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(SECONDS, 0))
    exercise_minutes: int = 0

    @property
    def minutes(self) -> int:
        """The time to read it, rounded."""
        seconds = sum(SECONDS[name] * n for name, n in self.counts.items())
        return round(self.words / WORDS_A_MINUTE + seconds / 60)


@dataclass
class Reading:
    """A chapter's core, what goes deeper, its exercises, and what the reader's file is told."""

    core: Part = field(default_factory=Part)
    deeper: Part = field(default_factory=Part)
    exercises: Part = field(default_factory=Part)
    own_file: Part = field(default_factory=Part)

    @property
    def words(self) -> int:
        """The words of prose: those of exercises and of the reader's own file, too."""
        parts = (self.core, self.deeper, self.exercises, self.own_file)
        return sum(part.words for part in parts)

    @property
    def code_cells(self) -> int:
        """The code cells outside exercises whose code is not folded."""
        return self.core.code_cells + self.deeper.code_cells

    @property
    def minutes(self) -> int:
        """The time to read core and deeper sections."""
        return self.core.minutes + self.deeper.minutes

    @property
    def exercise_minutes(self) -> int:
        """The time for the exercises, to the nearest five minutes."""
        return 5 * round(self.exercises.exercise_minutes / 5)

    def sentence(self) -> str:
        """Return what the Time line says.

        >>> Reading(Part(words=350), exercises=Part(exercise_minutes=28)).sentence()
        '2 min to read, exercises about 30 min.'
        """
        parts = [f"core {self.core.minutes} min", f"deeper {self.deeper.minutes} min"]
        if not self.deeper.words:
            parts = [f"{self.core.minutes} min to read"]
        if self.exercise_minutes:
            parts.append(f"exercises about {self.exercise_minutes} min")
        return f"{', '.join(parts)}."

    def beyond_limits(self) -> list[str]:
        """Return what there is too much of, a phrase each."""
        found = {
            "core_words": (self.core.words, "words of prose in the core"),
            "core_cells": (self.core.code_cells, "visible code cells in the core"),
            "words": (self.words, "words of prose"),
            "code_cells": (self.code_cells, "visible code cells"),
            "core": (self.core.minutes, "minutes for the core"),
            "minutes": (self.minutes, "minutes without exercises"),
        }
        return [
            f"{n} {what}, at most {LIMITS[name]}"
            for name, (n, what) in found.items()
            if n > LIMITS[name]
        ]


def count_words(markdown: str) -> int:
    """Return the number of words that a reader sees; code, formulas and folded text count none.

    >>> count_words("See {term}`a logit <logit>` in [the map](x.ipynb): $a+b$ is **one** word.")
    10
    """
    text = DISPLAY.sub(" ", FENCE.sub(_open_text, markdown))
    text = re.sub(r"<details.*?</details>", " ", text, flags=re.DOTALL)
    text = re.sub(r"<[^>\n]+>(?!`)|^\([\w-]+\)=$|^[|: -]+$", " ", text, flags=re.MULTILINE)
    text = re.sub(r"\$[^$\n]+\$", " x ", text)
    text = re.sub(r"\{[\w:]+\}`([^`<]*)(?:<[^`]*>)?`", r"\1", text)
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", text)
    return sum(any(c.isalnum() for c in word) for word in text.split())


def _open_text(fence: re.Match[str]) -> str:
    """Return what a fence holds, if that is text to read: a note, say, but no code."""
    kind = fence[2].strip()
    return fence[3] if kind.startswith("{") and not kind.startswith(FOLDED) else " "


def _split(markdown: str) -> list[str]:
    """Return a cell's text cut before each heading outside code."""
    pieces, inside = [""], False
    for line in markdown.splitlines(keepends=True):
        inside ^= line.startswith(("```", ":::"))
        if re.match("#{1,6} ", line) and not inside:
            pieces.append("")
        pieces[-1] += line
    return [piece for piece in pieces if piece.strip()]


class _Place:
    """Where in the chapter the counting is."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.section = self.part = reading.core

    def move(self, heading: str, title: str) -> None:
        """Go to the part that a heading opens; stars make an exercise of what follows it."""
        if len(heading) < 3:
            is_deeper = title.startswith(PREFIX)
            named = {"Exercises": self.reading.exercises, OWN_FILE: self.reading.own_file}
            deeper = self.reading.deeper if is_deeper else self.reading.core
            self.section = named.get(title, deeper)
        stars = title.count("★")
        self.part = self.reading.exercises if stars else self.section
        self.part.exercise_minutes += EXERCISE.get(stars, 0)


def _count_text(place: _Place, markdown: str) -> None:
    for piece in _split(markdown):
        heading = re.match(r"(#{1,6}) (.*)", piece)
        if heading:
            place.move(heading[1], heading[2].strip())
        place.part.words += count_words(piece)
        place.part.counts["formulas"] += len(DISPLAY.findall(piece))


def _count_code(part: Part, cell: Any) -> None:
    tags = set(cell.metadata.get("tags", ()))
    if tags & {"hide-cell", "remove-cell"}:
        return
    if not tags & {"hide-input", "remove-input"}:
        part.code_cells += 1
        part.counts["code_lines"] += _lines(cell.source)
    if tags & {"hide-output", "remove-output"}:
        return
    is_drawn = bool(DRAWN.search(cell.source))
    part.counts["pictures"] += is_drawn
    for output in cell.outputs:
        if "text" in output:
            part.counts["output_lines"] += min(_lines(output.text), MOST_OUTPUT)
        elif not is_drawn:  # else it is the picture, in words
            _count_shown(part, output.get("data", {}).get("text/plain", ""))


def _count_shown(part: Part, text: str) -> None:
    from llm_lib.book import widgets

    shown = SHOWN.fullmatch(text)
    if text.startswith("Predict first:"):
        part.counts["predictions"] += 1
    elif shown and shown[1] in widgets.__all__:
        story = widgets.Walkthrough.STORIES.get(shown[2].strip("'\""))
        part.counts["walkthroughs" if story else "widgets"] += 1
        part.counts["film_steps"] += sum(story.SCENES.values()) if story else 0
    elif text.startswith("# llm_lib."):  # a listing of the library's own code
        part.counts["code_lines"] += _lines(text)
    else:
        part.counts["output_lines"] += min(_lines(text), MOST_OUTPUT)


def _lines(text: str) -> int:
    return sum(bool(line.strip()) for line in text.splitlines())


def measure(notebook: Any) -> Reading:
    """Return how much a notebook holds, and how long it takes."""
    reading = Reading()
    place = _Place(reading)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            _count_text(place, cell.source)
        elif cell.cell_type == "code":
            _count_code(place.part, cell)
    return reading


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
