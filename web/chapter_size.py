"""How much a chapter holds, and how long that takes to read.

Prose is read at 175 words a minute. Adults read English non-fiction at 238 on average, and most of
them at 175 to 300 (Brysbaert 2019, Journal of Memory and Language 109, 104047); a text that is new,
dense and not in everyone's first language is read at the slow end. The other times are estimates.
What is folded away takes none. Exercises are counted apart. A reader's own file takes as long as
one likes to write it: its section counts for neither.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from web.deeper import PREFIX

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
FENCE = re.compile(r"^(`{3,}|:{3,})(.*?)\n(.*?)^\1\s*$", re.MULTILINE | re.DOTALL)
FOLDED = "{dropdown}"
DISPLAY = re.compile(r"\$\$.*?\$\$|^\\begin\{(\w+\*?)\}.*?^\\end\{\1\}", re.MULTILINE | re.DOTALL)
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
