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
    """Draw how many test words are right, and what is said of one word, for each cut.

    results: as `load_counting` of `llm_lib.book.studies.counting` returns them; those of the
        networks that learned from equally many words of each count, if not given.
    """
    results = load_counting(balanced=True) if results is None else results
    shares = {
        cut: ([run["spelled"] for run in runs], [_mean(run["new"]) for run in runs])
        for cut, runs in results.items()
    }
    n = len(next(iter(results.values())))
    word = next(iter(results["letters"][0]["answers"]))
    heads = (
        (f"How many {LETTER} in {word}?", f"what each of {n} training runs says"),
        ("Test words right", f"mean of {n} training runs; line: worst to best"),
    )

    def parts(gap, width, below):
        answers = column(heading(*heads[0]), _answers(word, results, gap), gap=10)
        return column(heading(*heads[1]), _bars(shares, width), gap=below), answers

    wide = row(*parts(22, 200, 14), gap=56, align="start")
    narrow = column(*parts(9, 150, 8), gap=22)
    title = f"Who can count the {LETTER} in a word that is new to counting?"
    return Picture(title, _told(word, results, shares), wide, narrow)


def _told(word, results, shares) -> str:
    """Return the picture in words."""
    told = "; ".join(
        f"given {NAMES[cut]}: of {word} the runs say "
        + ", ".join(str(run["answers"][word]) for run in runs)
        + f"; of the test words it spells {_percent(_mean(shares[cut][0]))} and counts "
        + f"{_percent(_mean(shares[cut][1]))} right"
        for cut, runs in results.items()
    )
    right = f"Right would be: {word} {word.count(LETTER)}."
    return f"How many {LETTER}? {right} The same network, {told}. Chance: {CHANCE:.0%}."


def _mean(values) -> float:
    return sum(values) / len(values)


def _percent(share: float) -> str:
    """Return a share as text: never a bare 100 % for what is only close to it."""
    return ">99%" if 0.995 <= share < 1 else f"{share:.0%}"


def _named(cut, small) -> Piece:
    """Return a cut's name, at the start of its line."""
    short = NAMES[cut].removeprefix("whole ").removesuffix("'s tokens")
    return label(short if small else NAMES[cut], size=13, role="muted", anchor="start")


def _answers(word, results, gap) -> Piece:
    """Return a table: a line for each cut, and in it what each run says of the word."""
    small, lines = gap < 20, []
    for cut, runs in results.items():
        cells = []
        for said in (run["answers"][word] for run in runs):
            good = said == word.count(LETTER)
            role = "right" if good else "wrong"
            cells.append(label(f"{said} {'✓' if good else '✗'}", size=14, role=role, bold=True))
        lines.append([_named(cut, small), *cells])
    return table(lines, gap=gap, row_gap=8, align="s" + "m" * (len(lines[0]) - 1))


def _bars(shares, width) -> Piece:
    """Return two bars a cut: which share of the words it spells right, and which it counts."""
    sides = ("spells (practised)", "counts (new)")
    side_width = max(label(side, size=13).width for side in sides)
    lines = []
    for cut, both in shares.items():
        bars = [
            row(
                label(side, size=13, role="muted", anchor="start").pad(
                    right=side_width - label(side, size=13).width
                ),
                _bar(runs, width, chance=side == sides[1]),
                label(_percent(_mean(runs)), size=14, bold=side == sides[1], anchor="start"),
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
        f'<path d="M{place(width * low)} 21H{place(width * high)}" class="p-line p-ink"/>',
    ]
    if chance:
        x = place(width * CHANCE)
        shapes.append(f'<path d="M{x} -5V25" class="p-line p-ink p-dashed"/>')
    return Piece(width, 20, tuple(shapes))
