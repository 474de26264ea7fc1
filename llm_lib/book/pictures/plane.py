"""A plane with two axes for pictures: lines, bands, dots and whiskers, placed by numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from llm_lib.book.pictures.piece import Piece, place
from llm_lib.book.pictures.text import text_shape

TICK = 12.5  # pixels: the numbers at the axes
Scale = Callable[[float], float]


class Plane:
    """Shapes over two axes; `piece` returns them as one.

    size: width and height of the whole. x_ticks, y_ticks: from a number to what is written there.
    spans: the ends of both axes. scale: what makes x even, as `math.log`.
    room: pixels kept at the left, the top, the right and the foot.
    """

    def __init__(
        self,
        size: tuple[float, float],
        spans: tuple[tuple[float, float], tuple[float, float]],
        x_ticks: Mapping[float, str],
        y_ticks: Mapping[float, str],
        *,
        room: tuple[float, float, float, float] = (44, 8, 8, 24),
        scale: Scale = float,
    ):
        """Draw the axes."""
        self.width, self.height = size
        self.left, self.top = room[0], room[1]
        self.right, self.foot = self.width - room[2], self.height - room[3]
        self.x_span, self.y_span, self.scale = spans[0], spans[1], scale
        self.shapes: list[str] = []
        for y, text in y_ticks.items():
            level = self.y(y)
            self.path(f"M{place(self.left)} {place(level)}H{place(self.right)}", "p-rule")
            self.text(text, self.left - 8, level, "end")
        for x, text in x_ticks.items():
            self.text(text, self.x(x), self.foot + 15, "middle")

    def x(self, value: float) -> float:
        """Return where a number lies on the axis from the left."""
        low, high, at = (self.scale(v) for v in (*self.x_span, value))
        return self.left + (self.right - self.left) * (at - low) / (high - low)

    def y(self, value: float) -> float:
        """Return where a number lies on the axis from the foot."""
        low, high = self.y_span
        return self.foot - (self.foot - self.top) * (value - low) / (high - low)

    def path(self, d: str, looks: str, style: str = "") -> None:
        """Add a path in pixels."""
        self.shapes.append(f'<path d="{d}" class="{looks}"{f" style={style!r}" if style else ""}/>')

    def text(
        self,
        text: str,
        x: float,
        y: float,
        anchor: str = "start",
        looks: str = "p-muted",
        size=TICK,
    ) -> None:
        """Add a text at a place in pixels."""
        self.shapes.append(text_shape(text, x, y, size, anchor, looks))

    def line(self, xs: Sequence[float], ys: Sequence[float], looks: str) -> None:
        """Add a line through places in units of the axes."""
        self.path(f"M{self._through(xs, ys)}", f"p-line {looks}")

    def band(
        self, xs: Sequence[float], low: Sequence[float], high: Sequence[float], looks: str, fill=12
    ) -> None:
        """Add the ground between two lines, `fill` percent full."""
        there, back = self._through(xs, low), self._through(xs[::-1], high[::-1])
        self.path(f"M{there}L{back}Z", f"p-bar {looks}", f"opacity:{fill / 100:g}")

    def dot(self, x: float, y: float, looks: str, r: float = 4.5) -> None:
        """Add a dot."""
        at = f'cx="{place(self.x(x))}" cy="{place(self.y(y))}"'
        self.shapes.append(f'<circle {at} r="{place(r)}" class="p-bar {looks}"/>')

    def whisker(self, x: float, low: float, high: float, looks: str) -> None:
        """Add an upright line from one number to another, with short ends."""
        at, a, b = (place(v) for v in (self.x(x), self.y(low), self.y(high)))
        ends = "".join(f"M{place(self.x(x) - 3)} {end}h6" for end in (a, b))
        self.path(f"M{at} {a}V{b}{ends}", f"p-line {looks}")

    def piece(self) -> Piece:
        """Return all as one piece of a picture."""
        return Piece(self.width, self.height, tuple(self.shapes))

    def _through(self, xs: Sequence[float], ys: Sequence[float]) -> str:
        pairs = zip(xs, ys, strict=True)
        return "L".join(f"{place(self.x(x))} {place(self.y(y))}" for x, y in pairs)
