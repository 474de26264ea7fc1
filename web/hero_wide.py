"""Draws the wide picture of the first page: a river from the tokens to what may come next.

Each token stands in one row, and its vector hangs below it. From above, the last token gathers from
those that one head looks at; to the right it flows apart into what the model expects. All widths
are measured: `hero.py` has the record, and the narrow picture.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Any

from web.translation.catalogues import Say

WIDTH, HEIGHT = 960, 406
ARCS, ROW, CELLS = 188, 36, 10  # height of the arcs, of a token, and above its vector
LETTER, PAD, GAP = 10.2, 5.5, 3  # of a token's text, which has 17 pixels
CELL, STEP = 8, 9  # of a vector: a number's height, and from number to number
GATHER, FLOW = 50, 143  # how thick the whole weight is, and the whole probability
MOUTH, NAMES, BETWEEN = 822, 832, 15  # where the flow ends, its names, and between two of them
RISE = 28  # by how much the first mouth lies above its source
LEAST = 0.004  # what has less weight has no line
LEVELS = (-0.55, 0.1, 0.65, 1.25)  # from the palest number to the darkest, in standard deviations


@dataclass(frozen=True)
class Token:
    """A token where it stands in the row."""

    text: str
    x: float
    wide: float
    weight: float
    vector: list[float]

    @property
    def middle(self) -> float:
        """Return where its middle is, from the left."""
        return self.x + self.wide / 2


def percent(p: float) -> str:
    """Return a share as the book writes it."""
    return f"{100 * p:.1f}\u00a0%"


def hues(record: dict[str, Any]) -> dict[str, str]:
    """Return the class that colours each thing which may come next."""
    return {name.strip(): f"h-{i}" for i, name in enumerate(record["next"])}


def level(number: float, spread: float) -> int:
    """Return how dark a number of a vector is drawn, from 0 to 4.

    >>> level(-1.0, 0.5), level(0.0, 0.5), level(1.0, 0.5)
    (0, 1, 4)
    """
    return sum(number / spread > limit for limit in LEVELS)


def barcode(vector: list[float], spread: float, lines: list[str]) -> str:
    """Return a vector's numbers, each as its line, and those of one darkness as one path."""
    groups: dict[int, str] = {}
    for number, line in zip(vector, lines, strict=True):
        dark = level(number, spread)
        groups[dark] = groups.get(dark, "") + line
    return "".join(f'<path class="v-{dark}" d="{groups[dark]}"/>' for dark in sorted(groups))


def spread_of(record: dict[str, Any]) -> float:
    """Return the standard deviation of the numbers that are drawn."""
    numbers = [number for vector in record["vectors"] for number in vector]
    return float((sum(number**2 for number in numbers) / len(numbers)) ** 0.5)


def place(record: dict[str, Any]) -> list[Token]:
    """Return the tokens in their row."""
    tokens, x = [], 1.0
    parts = zip(record["tokens"], record["weights"], record["vectors"], strict=True)
    for text, weight, vector in parts:
        wide = round(len(text.strip()) * LETTER + 2 * PAD, 1)
        tokens.append(Token(text.strip(), x, wide, weight, vector))
        x = round(x + wide + GAP, 1)
    return tokens


def column(token: Token, spread: float, hue: str) -> str:
    """Return a token, and its vector below it."""
    top = ARCS + ROW + CELLS + CELL / 2
    lines = [f"M{token.x:g} {top + i * STEP:g}h{token.wide:g}" for i in range(len(token.vector))]
    return (
        f'<g class="h-token {hue}"><rect x="{token.x:g}" y="{ARCS}" width="{token.wide:g}" '
        f'height="{ROW}" rx="6"/><text x="{token.middle:g}" y="{ARCS + 24}">{escape(token.text)}'
        f'</text></g><g class="h-vector {hue}" stroke-width="{CELL}">'
        f"{barcode(token.vector, spread, lines)}</g>"
    )


def arcs(tokens: list[Token], of: dict[str, str]) -> list[str]:
    """Return a bow from the last token to each that it looks at: as thick as its weight."""
    last = tokens[-1]
    seen = [token for token in tokens[:-1] if token.weight >= LEAST]
    thick = [max(token.weight * GATHER, 1.2) for token in seen]
    end = last.middle + sum(thick) / 2  # the farthest comes in outside, on the right
    lines = []
    for token, wide in zip(seen, thick, strict=True):
        x, far = end - wide / 2, last.middle - token.middle
        high = ARCS - min(10 + far * 0.5, ARCS * 4 / 3 - 8)
        path = (
            f'<path class="h-look {of.get(token.text, "")}" pathLength="1" '
            f'stroke-width="{wide:.1f}" d="M{x:.1f} {ARCS}C{x:.1f} {high:.1f} '
            f'{token.middle:.1f} {high:.1f} {token.middle:.1f} {ARCS}"/>'
        )
        lines.append((wide, path))
        end -= wide
    return [path for _, path in sorted(lines)]  # the thick ones in front


def flows(record: dict[str, Any], last: Token, others: str) -> Iterator[str]:
    """Yield a stream from the last vector to each thing that may come next, with its name."""
    named = {name.strip(): p for name, p in record["next"].items()}
    rows = [*named.items(), (others, 1 - sum(named.values()))]
    of, start, top = hues(record), last.x + last.wide + 3, ARCS + ROW + CELLS
    bend = (start + MOUTH) / 2
    y, end = float(top), float(top - RISE)
    for name, p in rows:
        thick = p * FLOW
        low, mouth, middle = y + thick, end + thick, end + thick / 2
        path = (
            f"M{start:g} {y:.1f}C{bend:g} {y:.1f} {bend:g} {end:.1f} {MOUTH} {end:.1f}"
            f"V{mouth:.1f}C{bend:g} {mouth:.1f} {bend:g} {low:.1f} {start:g} {low:.1f}z"
        )
        yield (
            f'<g class="h-bar {of.get(name, "h-rest")}"><path class="h-flow" d="{path}"/>'
            f'<text x="{NAMES}" y="{middle + 6:.1f}">{escape(name)}</text>'
            f'<text class="h-number" x="{WIDTH - 1}" y="{middle + 6:.1f}">{percent(p)}</text></g>'
        )
        y, end = low, mouth + BETWEEN


def words(say: Say, last: Token) -> str:
    """Return what the picture's parts are called, each beside it."""
    below = ARCS + ROW + CELLS + 16 * STEP + 19
    right, high = last.x + last.wide + 18, 70
    places = [
        (1, ARCS - 12, say("Text, as tokens")),
        (1, below, say("Each token as a vector: the first 16 of its 128 numbers")),
        (right, high, say("Attention: where one head")),
        (right, high + 19, say("looks from the last token")),
        (NAMES, ARCS + ROW + CELLS - RISE - 16, say("The next token")),
    ]
    return "".join(
        f'<text class="h-word" x="{x:g}" y="{y:g}">{escape(text)}</text>' for x, y, text in places
    )


def river(record: dict[str, Any], say: Say) -> str:
    """Return the picture, without its words for those who can't see it."""
    tokens, spread, of = place(record), spread_of(record), hues(record)
    last = tokens[-1]
    columns = [column(token, spread, of.get(token.text, "")) for token in tokens[:-1]]
    columns.append(column(last, spread, "h-last"))
    inside = [*arcs(tokens, of), *columns, *flows(record, last, say("other")), words(say, last)]
    return (
        f'<svg class="h-wide" viewBox="0 0 {WIDTH} {HEIGHT}" aria-hidden="true">'
        f"{''.join(inside)}</svg>"
    )
