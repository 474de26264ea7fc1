"""Chapter 13's picture: what goes wrong in a training, a pair of curves for each fault."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from llm_lib.book.pictures.picture import Picture
from llm_lib.book.pictures.piece import Piece, column, place, row
from llm_lib.book.pictures.run_panels import WholePicture
from llm_lib.book.pictures.text import SMALL, label
from llm_lib.book.studies.failures import FILE
from llm_lib.files import read_json

FAULTS = {  # by what LossDoctor calls each: the reason, and then what it does to the curves
    "healthy": (
        "Nothing is wrong",
        "Both losses fall fast, then slowly. New text costs little more than what was read.",
    ),
    "too_high": (
        "The learning rate is too high",
        "Each step overshoots, as run A's did. The loss jumps, here off the chart, then "
        "stays high.",
    ),
    "answer_in_input": (
        "The answer stands in the input",
        "The model needs only to copy, as run C did. Both losses are soon almost 0.",
    ),
    "not_shuffled": (
        "The text is not shuffled",
        "First it reads stories alone, then translations alone. Where the text changes, the "
        "training loss jumps.",
    ),
    "too_little_data": (
        "Too little text: it learns by heart",
        "What helps on that text alone is wrong elsewhere. The training loss falls on, the other "
        "turns and rises.",
    ),
    "val_in_train": (
        "Held-out text inside the training text",
        "The test is learned by heart, too. Both losses fall together, far below a healthy run.",
    ),
    "no_warmup": (
        "No warm-up, in a deep model with post-norm",
        "Long first steps spoil the weights. Both losses creep, well above a healthy run.",
    ),
    "scrambled_targets": (
        "The targets are mixed up",
        "Each belongs to another position, so context can't help. Both losses stop at the unigram "
        "entropy.",
    ),
}
TOP = 8.0  # nats at the upper edge of each chart
LETTER = 0.52  # the width of a letter on average, in parts of its size
LINE = round(1.4 * SMALL)  # pixels: of text


def training_faults() -> Picture:
    """Draw a recorded run for each fault, and a healthy one behind it in grey."""
    study = read_json(FILE)
    runs, healthy, unigram = study["examples"], study["reference"], study["unigram"]
    n = healthy["step"][-1]
    told = " ".join(
        f"{name}: training ends at {runs[key]['train'][-1]:.1f}, held-out text at "
        f"{runs[key]['val'][-1]:.1f}. {why}"
        for key, (name, why) in FAULTS.items()
    )
    alt = f"Eight small charts of the loss in {n} steps, from 0 to {TOP:g} nats. {told}"

    def card(key: str, width: float, height: float) -> Piece:
        name, why = FAULTS[key]
        chart = _chart(runs[key], healthy, unigram, width, height)
        return _card(name, chart, why, width)

    def lines(n: int, width: float, height: float, gap: float) -> list[Piece]:
        """Return rows of `n` cards: titles, charts and sentences of a row stand on one level."""
        keys = list(FAULTS)
        rows = []
        for start in range(0, len(keys), n):
            some = keys[start : start + n]
            most = max(len(_lines(FAULTS[key][0], width, bold=True)) for key in some)
            padded = [
                card(key, width, height).pad(
                    top=LINE * (most - len(_lines(FAULTS[key][0], width, bold=True)))
                )
                for key in some
            ]
            rows.append(row(*padded, gap=gap, align="start"))
        return rows

    unit = label(f"Loss in nats, {n} steps:", size=SMALL, role="muted", anchor="start")
    train, held, *others = _keys()
    key = row(unit, train, held, *others, gap=22)
    wide = column(key, *lines(4, 220, 88, 25), gap=18)
    legend = column(unit, row(train, held, gap=18), *others, gap=4)
    narrow = column(legend, *lines(2, 138, 92, 16), gap=18)
    return WholePicture("A healthy run, and seven that go wrong", alt, wide, narrow)


def _card(name: str, chart: Piece, why: str, width: float) -> Piece:
    title = column(*_lines(name, width, bold=True), gap=0)
    whole = column(title, chart, column(*_lines(why, width), gap=0), gap=6)
    # texts are narrower than reckoned
    return Piece(width, whole.height, parts=((0, 0, whole),))


def _lines(text: str, width: float, *, bold: bool = False) -> list[Piece]:
    """Return a text in lines that fit: a fault's name, or what it does."""
    n = int(width / (LETTER * SMALL * (1.07 if bold else 1)))
    role = "ink" if bold else "muted"
    return [
        label(line, size=SMALL, bold=bold, role=role, anchor="start")
        for line in textwrap.wrap(text, n)
    ]


def _keys() -> list[Piece]:
    """Return what each kind of line is."""
    named = (
        ("p-line p-weight p-thick", "training"),
        ("p-line p-held-out p-thick p-dashed", "held-out"),
        ("p-line p-muted p-thin", "a healthy run, held-out"),
        ("p-line p-muted p-thin p-dashed", "unigram entropy"),
    )
    return [
        row(
            Piece(28, 12, (f'<path d="M0 6H28" class="{look}"/>',)),
            label(text, size=SMALL, role="muted", anchor="start"),
            gap=7,
        )
        for look, text in named
    ]


def _chart(run: dict, healthy: dict, unigram: float, width: float, height: float) -> Piece:
    """Draw the two losses of a run, from 0 to `TOP` nats, over all its steps."""
    left, foot = 14.0, height - 4
    last = healthy["step"][-1]

    def path(steps: Sequence[int], losses: Sequence[float], look: str) -> str:
        points = (
            f"{place(left + (width - left) * s / last)} {place(foot - foot * min(y, TOP) / TOP)}"
            for s, y in zip(steps, losses, strict=True)
        )
        return f'<path d="M{"L".join(points)}" class="p-line {look}"/>'

    shapes = (
        f'<path d="M{place(left)} 0V{place(foot)}H{place(width)}" class="p-line p-muted p-thin"/>',
        path((0, last), (unigram, unigram), "p-muted p-thin p-dashed"),
        path(healthy["step"], healthy["val"], "p-muted p-thin"),
        path(run["step"], run["train"], "p-weight p-thick"),
        path(run["step"], run["val"], "p-held-out p-thick p-dashed"),
    )
    marks = (
        (0, 0, label(f"{TOP:g}", size=11, role="muted", anchor="end")),
        (0, foot - 13, label("0", size=11, role="muted", anchor="end")),
    )
    return Piece(width, height, shapes, marks)
