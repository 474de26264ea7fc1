"""Chapter 13: which precaution lets a model take long steps; five seeds of each, and their mean."""

from __future__ import annotations

from llm_lib.book.pictures.kit import heading
from llm_lib.book.pictures.picture import Picture
from llm_lib.book.pictures.piece import Piece, column, place, row
from llm_lib.book.pictures.run_panels import TICK, WholePicture
from llm_lib.book.pictures.text import SIZE, SMALL, label, sentence, text_shape
from llm_lib.book.studies.schedules import FILE, VERSIONS
from llm_lib.files import read_json

LOW, HIGH = 1.2, 1.9  # nats: the axis
TICKS = (1.2, 1.4, 1.6, 1.8)
LEADS = ("0.02, rate decay", "0.02, all three")
TITLE = "Held-out loss after 500 steps"


def long_steps() -> Picture:
    """Draw each peak rate's five losses as dots, and their mean as a disc."""
    losses = measured()
    told = "; ".join(
        f"{name}: mean {sum(some) / len(some):.2f}, from {min(some):.2f} to {max(some):.2f}"
        for name, some in losses.items()
    )
    alt = f"Five seeds of each peak rate. {told}. The two with rate decay at 0.02 are the lowest."

    def drawn(name_width: float, width: float, size: float) -> Piece:
        rows = [_line(name, some, name_width, width, size) for name, some in losses.items()]
        return column(*rows, _axis(name_width, width), gap=0)

    about = "by peak rate: five seeds as dots, their mean as a disc"
    wide = column(heading(TITLE, about), drawn(170, 700, SIZE), gap=10)
    narrow = column(heading(TITLE), sentence(about, 320), drawn(118, 152, SMALL), gap=10)
    return WholePicture(TITLE, alt, wide, narrow)


def measured() -> dict[str, list[float]]:
    """Return the losses of each version's seeds."""
    runs = read_json(FILE)["runs"]
    return {
        name: [run["val_loss"] for run in runs if run.get("version") == name] for name in VERSIONS
    }


def _x(loss: float, width: float) -> float:
    return width * (loss - LOW) / (HIGH - LOW)


def _line(name: str, losses: list[float], name_width: float, width: float, size: float) -> Piece:
    """Return one version: its name, its seeds on a line, and their mean in a number."""
    is_lead, height = name in LEADS, 30.0
    role, y, mean = ("weight" if is_lead else "muted"), height / 2, sum(losses) / len(losses)
    ends = [place(_x(loss, width)) for loss in (min(losses), max(losses))]
    shapes = [
        f'<path d="M0 {place(y)}H{place(width)}" class="p-rule"/>',
        f'<path d="M{ends[0]} {place(y)}H{ends[1]}" class="p-line p-{role} p-thick"/>',
    ]
    shapes += [
        f'<circle cx="{place(_x(loss, width))}" cy="{place(y)}" r="3" class="p-bar p-{role}"/>'
        for loss in losses
    ]
    disc = f'cx="{place(_x(mean, width))}" cy="{place(y)}" r="6.5"'
    shapes.append(f'<circle {disc} class="p-bar p-{role}"/>')
    title = label(name, size=size, bold=is_lead, role="ink", anchor="start")
    number = label(f"{mean:.2f}", size=size, bold=is_lead, role="ink", anchor="start")
    left = Piece(name_width, height, parts=((0, (height - title.height) / 2, title),))
    return row(left, Piece(width, height, tuple(shapes)), number, gap=8)


def _axis(name_width: float, width: float) -> Piece:
    ticks = tuple(
        text_shape(f"{tick:.1f}", name_width + 8 + _x(tick, width), 8, TICK, "middle", "p-muted")
        for tick in TICKS
    )
    return Piece(name_width + 8 + width, 18, ticks)
