"""Who can count letters: the same network, given words, GPT-2's tokens or letters."""

from __future__ import annotations

from collections.abc import Mapping

from llm_lib.book.pictures.cells import rectangle
from llm_lib.book.pictures.kit import heading
from llm_lib.book.pictures.picture import Picture
from llm_lib.book.pictures.piece import Piece, column, place, row, table
from llm_lib.book.pictures.text import label
from llm_lib.book.studies.counting import LETTER, MOST, load_counting

NAMES = {"words": "whole words", "GPT-2": "GPT-2's tokens", "letters": "letters"}
CHANCE = 1 / (MOST + 1)


def letter_count(*, results: Mapping | None = None) -> Picture:
    """Draw the answers to a few words, and how many of all new words are right, for each cut.

    results: as `load_counting` of `llm_lib.book.studies.counting` returns them.
    """
    results = load_counting() if results is None else results
    answers = {cut: runs[0]["answers"] for cut, runs in results.items()}
    shares = {
        cut: ([run["spelled"] for run in runs], [_mean(run["new"]) for run in runs])
        for cut, runs in results.items()
    }
    asked = list(next(iter(answers.values())))
    told = "; ".join(
        f"given {NAMES[cut]}: "
        + ", ".join(f"{word} {answers[cut][word]}" for word in asked)
        + f"; of new words it spells {_percent(_mean(shares[cut][0]))} and counts "
        + f"{_percent(_mean(shares[cut][1]))} right"
        for cut in results
    )
    right = ", ".join(f"{word} {word.count(LETTER)}" for word in asked)
    alt = f"How many {LETTER}? Right would be: {right}. The same network, {told}. Chance: 25%."
    left, bars = _answers(asked, answers, 26), _bars(shares, 270)
    n = len(next(iter(results.values())))
    said = f"mean of {n} training runs; line: least to most"
    heads = (
        ("Words it has not counted", f"how many {LETTER} does it say?"),
        ("Such words right", said),
    )
    wide = row(
        column(heading(*heads[0]), left, gap=14),
        column(heading(*heads[1]), bars, gap=14),
        gap=56,
        align="start",
    )
    narrow = column(
        column(heading(*heads[0]), _answers(asked, answers, 9), gap=8),
        column(heading(*heads[1]), _bars(shares, 190), gap=8),
        gap=22,
    )
    return Picture(f"Who can count the {LETTER} in a new word?", alt, wide, narrow)


def _mean(values) -> float:
    return sum(values) / len(values)


def _percent(share: float) -> str:
    """Return a share as text: never a bare 100 % for what is only close to it."""
    return f"{share:.1%}" if 0.99 < share < 1 else f"{share:.0%}"


def _answers(asked, answers, gap) -> Piece:
    """Return a table: each word, and below each cut what the network says."""
    small = gap < 20
    size = 13 if small else 15
    heads = [NAMES[cut].removeprefix("whole ") if small else NAMES[cut] for cut in answers]
    heads = [head.removesuffix("'s tokens") if small else head for head in heads]
    lines = [[label("", size=size), *(label(head, size=13, role="muted") for head in heads)]]
    for word in asked:
        right = word.count(LETTER)
        cells = []
        for said in (answers[cut][word] for cut in answers):
            good = said == right
            mark = "✓" if good else "✗"
            role = "right" if good else "wrong"
            cells.append(label(f"{said} {mark}", size=size, role=role, bold=True))
        lines.append([label(word, size=size, mono=True, anchor="start"), *cells])
    return table(lines, gap=gap, row_gap=8, align="s" + "m" * len(answers))


def _bars(shares, width) -> Piece:
    """Return two bars a cut: which share of the words it spells right, and which it counts."""
    sides = ("spells", "counts")
    side_width = max(label(side, size=13).width for side in sides)
    lines = []
    for cut, both in shares.items():
        bars = [
            row(
                label(side, size=13, role="muted", anchor="start").pad(
                    right=side_width - label(side, size=13).width
                ),
                _bar(runs, width, chance=side == "counts"),
                label(_percent(_mean(runs)), size=14, bold=side == "counts", anchor="start"),
                gap=9,
            )
            for side, runs in zip(sides, both, strict=True)
        ]
        name = label(NAMES[cut], size=14, bold=True, anchor="start")
        lines.append(column(name, *bars, gap=8, align="start"))
    foot = label(f"chance: {CHANCE:.0%}", size=13, anchor="start")
    at = side_width + 9 + width * CHANCE - 4
    below = Piece(side_width + 9 + width, foot.height, parts=((at, 0, foot),))
    return column(column(*lines, gap=16, align="start"), below, gap=8, align="start")


def _bar(runs, width, chance) -> Piece:
    """Return a bar as long as the mean of the runs, with their range, and where chance is."""
    mean, low, high = _mean(runs), min(runs), max(runs)
    shapes = [
        rectangle(width, 16, "p-track", 2),
        rectangle(max(1.5, width * mean), 16, "p-bar p-weight", 2),
        f'<path d="M{place(width * low)} 21H{place(width * high)}" class="p-line p-muted"/>',
    ]
    if chance:
        x = place(width * CHANCE)
        shapes.append(f'<path d="M{x} -5V25" class="p-line p-ink p-dashed"/>')
    return Piece(width, 20, tuple(shapes))
