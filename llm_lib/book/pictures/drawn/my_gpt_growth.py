"""How the reader's own file grows: its lines of code at each stage, and what one then sees."""

from __future__ import annotations

from collections.abc import Sequence

from llm_lib.book.my_gpt.stages import STAGES, Stage, count_lines
from llm_lib.book.pictures.cells import rectangle
from llm_lib.book.pictures.picture import Picture
from llm_lib.book.pictures.piece import Piece, column, row, space, table
from llm_lib.book.pictures.text import SMALL, label, text_width

PAGE, PHONE = 950, 320  # pixels: as wide as the drawings may be
MOST, THICK = 300, 13  # the longest bar, and how thick it is


def my_gpt_growth(*, counts: Sequence[tuple[int, int]] | None = None) -> Picture:
    """Draw the file's lines of code at each stage, those that are new apart.

    counts: of each stage, how many lines it has and how many are new; the book's if not given.

    Raises ValueError unless each stage has a pair of counts, the second at most the first.
    """
    counts = [count_lines(stage) for stage in STAGES] if counts is None else list(counts)
    if len(counts) != len(STAGES) or any(not 0 <= new <= n for n, new in counts):
        raise ValueError(f"counts should have {len(STAGES)} pairs (all, new); got {counts!r}")
    told = "; ".join(
        f"{_chapter(stage)}, {stage.title.lower()}: {n}, {new} of them new"
        for stage, (n, new) in zip(STAGES, counts, strict=True)
    )
    alt = f"Lines of code at the end of each chapter. {told}."
    title = f"One file, from {counts[0][0]} lines to {counts[-1][0]}"
    return Picture(title, alt, _wide(counts), _narrow(counts))


def _chapter(stage: Stage) -> str:
    return f"chapter {stage.key.lstrip('0')}"


def _bar(n: int, new: int, longest: int, width: float) -> Piece:
    """Return a line for what was there and, at its end, what is new."""
    scale = width / longest
    old, more = scale * (n - new), max(2, scale * new)
    parts = (
        (0, 0, Piece(old, THICK, (rectangle(old, THICK, "p-track", 2),))),
        (old, 0, Piece(more, THICK, (rectangle(more, THICK, "p-bar p-right", 2),))),
    )
    return Piece(old + more, THICK, parts=parts if n > new else parts[1:])


def _seen(stage: Stage) -> str:
    """Return the first of the things that a stage lets one see."""
    return stage.shows.split(", and ")[0]


def _numbered(stage: Stage) -> Piece:
    return label(stage.key.lstrip("0"), size=SMALL, role="muted", anchor="end")


def _ended(bar: Piece, n: int) -> Piece:
    return row(bar, label(str(n), size=SMALL, bold=True, anchor="start"), gap=6)


def _wide(counts: Sequence[tuple[int, int]]) -> Piece:
    longest = max(n for n, _ in counts)
    named = max(text_width(stage.title, 14) for stage in STAGES)
    said = max(text_width(_seen(stage), SMALL) for stage in STAGES)
    room = min(MOST, PAGE - named - said - 108)
    heads = ("", "chapter", "lines of code, new ones green", "what you then see")
    lines = [[label(head, size=SMALL, role="muted", anchor="start") for head in heads]]
    for stage, (n, new) in zip(STAGES, counts, strict=True):
        lines.append(
            [
                _numbered(stage),
                label(stage.title, size=14, anchor="start"),
                _ended(_bar(n, new, longest, room), n),
                label(_seen(stage), size=SMALL, role="muted", anchor="start"),
            ]
        )
    return table(lines, gap=14, row_gap=4, align="esss")


def _narrow(counts: Sequence[tuple[int, int]]) -> Piece:
    longest = max(n for n, _ in counts)
    named = max(text_width(stage.title, SMALL) for stage in STAGES)
    lines = [
        [
            _numbered(stage),
            label(stage.title, size=SMALL, anchor="start"),
            _ended(_bar(n, new, longest, PHONE - named - 84), n),
        ]
        for stage, (n, new) in zip(STAGES, counts, strict=True)
    ]
    head = label("lines of code, new ones green", size=SMALL, role="muted", anchor="start")
    return column(head, space(0, 2), table(lines, gap=8, row_gap=7, align="ess"), gap=6)
