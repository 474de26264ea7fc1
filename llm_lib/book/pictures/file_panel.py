"""Shows the reader's own file as it stands after a chapter: `show_my_gpt(9)`.

New lines are marked, what was there before unfolds. On a page of the book the build adds buttons to
copy and to download it (`web.my_file`).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from html import escape
from pathlib import Path

from llm_lib.book.my_gpt.listing import listing
from llm_lib.book.my_gpt.printed import load_printed
from llm_lib.book.my_gpt.stages import STAGES, Stage, count_lines, stages_of
from llm_lib.book.pictures.picture import LOOK_CLASS, THEME_CLASS, one_line, theme

BOX = "llm-my-gpt"
START = "make my CHAPTER={:02}"
FROM = "FROM=my_gpt.py"
START_CELL = "start_my_gpt({})"
CHECK = "python -m llm_lib.book.my_gpt check my_gpt.py {}"
FIRST, THEN = "First", "Then"
UNCOUNTED = " (blank lines and comments aside)"


class FilePanel:
    """The reader's file after a chapter, which shows itself in a notebook and on a page."""

    def __init__(self, chapter: int, stages: Sequence[Stage]):
        """Keep the chapter and its stages, in order."""
        self.chapter, self.stages = chapter, tuple(stages)

    @property
    def title(self) -> str:
        """How long the file is, and how much of it is new, in code lines.

        Of two stages, each says by itself what is new: the second replaces lines of the first.
        """
        n, n_new = count_lines(self.stages[-1])
        return f"{n} lines of code" + (f", {n_new} of them new" if len(self.stages) == 1 else "")

    @property
    def command(self) -> str:
        """What checks a file of the reader's own."""
        return CHECK.format(self.chapter)

    def __repr__(self) -> str:
        return f"my_gpt.py after chapter {self.chapter}: {self.title}\n{self.command}"

    def _repr_html_(self) -> str:
        styles = f'<style class="{THEME_CLASS}">{theme(f".{BOX}")}</style>'
        styles += f'<style class="{LOOK_CLASS}">{look()}</style>'
        parts = "".join(self._part(i) for i in range(len(self.stages)))
        return (
            f'<div class="{BOX}" data-stage="{self.stages[-1].key}">{styles}'
            f'<p class="{BOX}-title"><code>my_gpt.py</code> {escape(self.title)}{UNCOUNTED}</p>'
            f"{self._begin()}{parts}{self._foot()}</div>"
        )

    def _begin(self) -> str:
        """Return how a reader begins their own version: it stands above the solution."""
        start, cell = START.format(self.chapter), START_CELL.format(self.chapter)
        go_on = f"<span>To go on with a file of yours: <code>{start} {FROM}</code></span>"
        go_on = go_on if self.stages[0] != STAGES[0] else ""  # nothing is before it
        keys = [f"<code>CHAPTER={stage.key}</code>" for stage in self.stages]
        steps = f"<span>One step at a time: {', then '.join(keys)}</span>" if keys[1:] else ""
        return (
            f'<p class="{BOX}-begin"><span>Write it yourself: <code>{start}</code>, '
            f"or in a notebook <code>{cell}</code></span>"
            f"{go_on}{steps}</p>"
        )

    def _foot(self) -> str:
        """Return how a reader checks their own version."""
        return f'<p class="{BOX}-foot"><span>Check yours: <code>{self.command}</code></span></p>'

    def _part(self, i: int) -> str:
        """Return the listing of a stage; where there are two, below what it adds."""
        stage, head = self.stages[i], ""
        if len(self.stages) > 1:
            name = f"{(FIRST, THEN)[min(i, 1)]}: {escape(stage.title)}"
            head = (
                f'<p class="{BOX}-part">{name} <span>{count_lines(stage)[1]} new lines</span></p>'
            )
        code = f'<div class="{BOX}-code" data-part="{stage.key}">{listing(stage.key)}</div>'
        return f"{head}{code}{printed(stage)}"


def printed(stage: Stage) -> str:
    """Return what a stage's command prints, to unfold; nothing where that is up to the reader."""
    lines = load_printed().get(stage.key)
    if not lines:
        return ""
    told = f"What <code>{escape(stage.command)}</code> prints"
    return (
        f'<details class="{BOX}-printed"><summary>{told}</summary>'
        f"<pre>{escape(chr(10).join(lines))}</pre></details>"
    )


def show_my_gpt(chapter: int) -> FilePanel:
    """Show `my_gpt.py` as it stands after a chapter, its new lines marked.

    Raises ValueError, with the chapters there are, for one that adds nothing to the file.

    >>> show_my_gpt(9).command
    'python -m llm_lib.book.my_gpt check my_gpt.py 9'
    """
    stages = stages_of(chapter)
    if not stages:
        known = ", ".join(str(n) for n in dict.fromkeys(stage.chapter for stage in STAGES))
        raise ValueError(f"chapter {chapter!r} adds nothing to my_gpt.py; these do: {known}")
    return FilePanel(int(chapter), stages)


@cache
def look() -> str:
    """Return the panel's style."""
    return one_line(Path(__file__).with_name("file_panel.css").read_text("utf-8"))
