"""What labels buy: the share right by the number of labels, a band a way; and what none buys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log

from llm_lib.book.pictures.picture import Picture
from llm_lib.book.pictures.piece import Piece, column, place, row
from llm_lib.book.pictures.plane import Plane
from llm_lib.book.pictures.text import SMALL, label

CURVES = {  # way -> number of labels -> share right in each draw
    "TF-IDF": {"8": [0.47, 0.537], "32": [0.47, 0.56], "512": [0.63, 0.653]},
    "SmolLM2, frozen": {"8": [0.47, 0.577], "32": [0.593, 0.703], "512": [0.76, 0.78]},
}
TITLE = "Movie reviews: what labels buy"
ASKED = (0.73, 0.57, 0.55, 0.47)
TRAINED = {"32": [0.643, 0.66, 0.777], "128": [0.79, 0.813, 0.837]}
SAME = (("SmolLM2, frozen", 32), ("TF-IDF", 512))  # what gets about as much
ROLES = ("residual", "query")
NONE = 3  # where no label stands on a logarithmic axis


def labels_bought(
    *,
    curves: Mapping[str, Mapping[str, Sequence[float]]] = CURVES,
    asked: Sequence[float] = ASKED,
    trained: Mapping[str, Sequence[float]] = TRAINED,
) -> Picture:
    """Draw the mean of each of two ways over its draws, in a band from the lowest to the highest.

    curves: for each way and number of labels, the share right in each draw. asked: the shares of
    several wordings of a question, without a label. trained: by number of labels, the shares right
    of a model of which all weights learned.
    """
    means = {way: {int(n): _mean(v) for n, v in curve.items()} for way, curve in curves.items()}
    told = "; ".join(
        f"{way}: {', '.join(f'{share:.0%} with {n}' for n, share in curve.items())}"
        for way, curve in means.items()
    )
    none = ", ".join(f"{share:.0%}" for share in asked)
    every = ", ".join(f"{_mean(shares):.0%} with {n}" for n, shares in trained.items())
    alt = (
        f"Share right by number of labels, mean of the draws. {told}; all weights trained: "
        f"{every}; with no label: {none}."
    )
    parts = (curves, means, asked, trained)
    wide, narrow = (_draw(*parts, wide=is_wide) for is_wide in (True, False))
    return Picture(TITLE, alt, wide, narrow)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _draw(curves, means, asked, trained, *, wide: bool) -> Piece:
    sizes = [8, 16, 32, 64, 128, 256, 512] if wide else [8, 32, 128, 512]
    plane = Plane(
        (952, 360) if wide else (320, 330),
        ((2.6 if wide else 2.3, 512), (0.44, 0.85)),
        {NONE: "none"} | {n: str(n) for n in sizes},
        {y / 100: f"{y} %" for y in (50, 60, 70, 80)},
        room=(44, 30, 158 if wide else 10, 46),
        scale=log,
    )
    plane.text("share of the test that is right", 0, 9)
    middle = (plane.left + plane.right) / 2
    plane.text("labelled sentences to learn from", middle, plane.foot + 35, "middle")
    plane.line((2.6, 512), (0.5, 0.5), "p-muted p-dashed")
    plane.text("a coin", plane.right - 2, plane.y(0.5) + 11, "end")
    for (way, curve), role in zip(curves.items(), ROLES, strict=True):
        xs = [int(n) for n in curve]
        low, high = ([end(v) for v in curve.values()] for end in (min, max))
        plane.band(xs, low, high, f"p-{role}", 17)
        plane.line(xs, list(means[way].values()), f"p-{role} p-curve")
        for n, share in means[way].items():
            plane.dot(n, share, f"p-{role}", 3.2)
        _name(plane, way, means[way][xs[-1]], role, wide)
    _same(plane, means, wide)
    _asked(plane, asked, wide)
    _trained(plane, trained, wide)
    title = label(TITLE, bold=True, size=16, anchor="start")
    return column(title, plane.piece(), *([] if wide else [_same_caption()]), gap=8)


def _same_caption() -> Piece:
    """Return what the dashed line says, for a phone, whose plane has no room for it."""
    rings = "".join(
        f'<circle cx="{x}" cy="9" r="5" class="p-line p-ink" style="fill:none"/>' for x in (6, 40)
    )
    line = Piece(46, 18, (f'<path d="M11 9H35" class="p-line p-ink p-dashed"/>{rings}',))
    words = label("32 labels do about as well as 512", size=SMALL, anchor="start")
    return row(line, words, gap=8)


def _name(plane: Plane, way: str, share: float, role: str, wide: bool) -> None:
    """Write a way's name where its line ends."""
    looks, many = f"p-{role} p-bold", f"{100 * share:.0f} %"
    if wide:
        plane.text(way, plane.right + 14, plane.y(share) - 9, "start", looks, SMALL + 1)
        plane.text(f"{many} with 512", plane.right + 14, plane.y(share) + 9, "start", f"p-{role}")
    else:
        frozen = way != "TF-IDF"  # above its line stands what training everything gets
        level, name = plane.y(share) + (36 if frozen else -19), way.rpartition(", ")[2]
        plane.text(f"{name} {many}", plane.right, level, "end", looks, SMALL)


def _same(plane: Plane, means, wide: bool) -> None:
    """Join the two places that get about as much, and say so."""
    spots = [(n, means[way][n]) for way, n in SAME]
    xs, ys = zip(*spots, strict=True)
    plane.line(xs, ys, "p-ink p-dashed")
    for x, y in spots:
        at = f'cx="{place(plane.x(x))}" cy="{place(plane.y(y))}"'
        plane.shapes.append(f'<circle {at} r="7" class="p-line p-ink" style="fill:none"/>')
    if wide:
        at = plane.right - 8, plane.y(sum(ys) / 2) - 14
        plane.text("32 labels here do about as well as 512 there", *at, "end", "p-ink", SMALL)


def _asked(plane: Plane, asked: Sequence[float], wide: bool) -> None:
    """Draw a ring for each wording of the question."""
    for share in asked:
        at = f'cx="{place(plane.x(NONE))}" cy="{place(plane.y(share))}"'
        style = 'style="fill:var(--llm-bg);stroke-width:2"'
        plane.shapes.append(f'<circle {at} r="5" class="p-line p-query" {style}/>')
    x = plane.x(NONE) + 12
    for name, share in {"best": max(asked), "worst": min(asked)}.items():
        text = f"{name} wording {100 * share:.0f} %" if wide else f"{name}: {100 * share:.0f} %"
        plane.text(text, x, plane.y(share), "start", "p-query", SMALL)
    plane.text(
        "SmolLM2, asked", x - 17, plane.y(max(asked)) - 19, "start", "p-query p-bold", SMALL + wide
    )


def _trained(plane: Plane, trained: Mapping[str, Sequence[float]], wide: bool) -> None:
    """Draw a square for the mean of a fully trained model, in a line from its worst to its best."""
    for n, shares in trained.items():
        x, y = 1.1 * int(n), _mean(shares)  # beside the line's dot
        plane.whisker(x, min(shares), max(shares), "p-query")
        at = f'x="{place(plane.x(x) - 5)}" y="{place(plane.y(y) - 5)}" width="10" height="10"'
        plane.shapes.append(f'<rect {at} class="p-bar p-query"/>')
    if wide and len(trained) > 1:
        n, shares = min((int(n), shares) for n, shares in trained.items())
        told = f"{len(shares)} draws: worst to best"
        plane.text(told, plane.x(1.1 * n) + 10, plane.y(max(shares)) + 5, "start", "p-query")
    n, share = max((int(n), _mean(shares)) for n, shares in trained.items())
    x, y, told = plane.x(1.1 * n) + 12, plane.y(share), f"{100 * share:.0f} %"
    if wide:
        plane.text("SmolLM2, all trained", x, y - 9, "start", "p-query p-bold", SMALL + 1)
        plane.text(f"{told} with {n}", x, y + 9, "start", "p-query")
    else:
        plane.text(f"all trained {told}", x - 24, y - 4, "end", "p-query p-bold", SMALL)
