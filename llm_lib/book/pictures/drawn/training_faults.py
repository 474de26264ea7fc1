"""Chapter 13's picture: what goes wrong in a training, a pair of curves for each fault."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence

from llm_lib.book.pictures.picture import Picture
from llm_lib.book.pictures.piece import Piece, column, place, row
from llm_lib.book.pictures.run_panels import TICK, WholePicture, pushed_apart
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
        "Each step overshoots. The loss jumps, here off the chart, then stays high.",
    ),
    "answer_in_input": (
        "The answer stands in the input",
        "The model needs only to copy. Both losses are soon almost 0.",
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
TITLE = 14  # pixels: the size of a fault's name
LEFT, RIGHT = 16.0, 30.0  # pixels: of a chart, for the numbers at its axis, and at its lines' ends
LETTER = 0.52  # the width of a letter on average, in parts of its size
TITLE_LINE = round(1.4 * TITLE)  # pixels: of a name


def training_faults() -> Picture:
    """Draw a recorded run for each fault, and a healthy one behind it in grey."""
    study = read_json(FILE)
    runs, healthy, unigram = study["examples"], study["reference"], study["unigram"]
    n = healthy["step"][-1]

    def most_lines(some: Sequence[str]) -> int:
        """Return how many lines the longest name needs: all charts beside it stand as low."""
        return max(len(_lines(FAULTS[key][0], 220, TITLE)) for key in some)

    def card(key: str, lines: int) -> Piece:
        """Return a fault as it stands on a page: its name, its chart, its reason."""
        name, why = FAULTS[key]
        title = column(*_lines(name, 220, TITLE), gap=0)
        title = title.pad(top=TITLE_LINE * lines - title.height)
        chart = _chart(runs[key], healthy, unigram, 220, 136)
        return _as_wide(220, column(title, chart, column(*_lines(why, 214), gap=0), gap=8))

    def line(key: str) -> Piece:
        """Return a fault as it stands on a phone: its name, and below it chart and reason."""
        name, why = FAULTS[key]
        title = column(*_lines(name, 260, TITLE), gap=0)
        chart = _chart(runs[key], healthy, unigram, 172, 108)
        told = column(*_lines(why, 130), gap=0)
        return _as_wide(320, column(title, row(chart, told, gap=10, align="start"), gap=6))

    unit = label(f"Loss in nats, {n} steps:", size=SMALL, role="muted", anchor="start")
    train, held, *others = _keys()
    legend = row(unit, train, held, *others, gap=22)
    keys = list(FAULTS)
    rows = [
        row(*(card(key, most_lines(some)) for key in some), gap=25, align="start")
        for some in (keys[:4], keys[4:])
    ]
    wide = column(legend, *rows, gap=26)
    legend = column(unit, row(train, held, gap=18), *others, gap=4)
    narrow = column(legend, *map(line, keys), gap=22)
    words = _words(runs, n)
    return WholePicture("A healthy run, and seven that go wrong", words, wide, narrow)


def _words(runs: dict, n: int) -> str:
    """Return what the picture shows, for who can't see it."""
    told = " ".join(
        f"{name}: training ends at {runs[key]['train'][-1]:.1f}, held-out text at "
        f"{runs[key]['val'][-1]:.1f}. {why}"
        for key, (name, why) in FAULTS.items()
    )
    return f"Eight small charts of the loss in {n} steps, from 0 to {TOP:g} nats. {told}"


def _as_wide(width: float, piece: Piece) -> Piece:
    """Return a piece that is `width` wide: texts are narrower than reckoned."""
    return Piece(width, piece.height, parts=((0, 0, piece),))


def _lines(text: str, width: float, size: float = SMALL) -> list[Piece]:
    """Return a text in lines that fit: a fault's name, which is larger, or what it does."""
    is_name = size > SMALL
    n = int(width / (LETTER * size * (0.98 if is_name else 1)))
    role = "ink" if is_name else "muted"
    return [
        label(line, size=size, bold=is_name, role=role, anchor="start")
        for line in textwrap.wrap(text, n, break_on_hyphens=False)
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
    foot, right = height - 8, width - RIGHT
    last = healthy["step"][-1]

    def y(loss: float) -> float:
        return foot - foot * min(loss, TOP) / TOP

    def path(steps: Sequence[int], losses: Sequence[float], look: str) -> str:
        points = (
            f"{place(LEFT + (right - LEFT) * s / last)} {place(y(loss))}"
            for s, loss in zip(steps, losses, strict=True)
        )
        return f'<path d="M{"L".join(points)}" class="p-line {look}"/>'

    ticks = (TOP, TOP / 2, 0)
    across = "".join(f"M{place(LEFT)} {place(y(n))}H{place(right)}" for n in ticks[:-1])
    shapes = (
        f'<path d="{across}" class="p-rule"/>',
        f'<path d="M{place(LEFT)} {place(foot)}H{place(right)}" class="p-line p-muted p-thin"/>',
        path((0, last), (unigram, unigram), "p-muted p-thin p-dashed"),
        path(healthy["step"], healthy["val"], "p-muted p-thin"),
        path(run["step"], run["train"], "p-weight p-thick"),
        path(run["step"], run["val"], "p-held-out p-thick p-dashed"),
    )
    marks = [(0, y(n) - 8, label(f"{n:g}", size=TICK, role="muted", anchor="end")) for n in ticks]
    return Piece(width, height, shapes, (*marks, *_ends(run, y, right + 6)))


def _ends(run: dict, y: Callable[[float], float], x: float) -> list[tuple[float, float, Piece]]:
    """Return what both losses are in the end, each in its colour, the higher one above."""
    ends = {role: run[key][-1] for role, key in (("weight", "train"), ("held-out", "val"))}
    high, low = sorted(ends, key=lambda role: -ends[role])
    heights = pushed_apart(y(ends[high]), y(ends[low]))
    over = max(0.0, heights[1] - y(0) + SMALL / 2)  # no label hangs below the axis
    at = dict(zip((high, low), (height - over for height in heights), strict=True))
    named = {
        role: label(f"{loss:.1f}", size=SMALL, role=role, bold=True, anchor="start")
        for role, loss in ends.items()
    }
    return [(x, at[role] - piece.height / 2, piece) for role, piece in named.items()]
