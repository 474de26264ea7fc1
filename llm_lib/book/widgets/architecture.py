"""A diagram of the encoder–decoder Transformer whose parts link to explanations."""

from collections.abc import Sequence
from html import escape

from llm_lib.arguments import check_choice
from llm_lib.book.pictures.picture import LOOK_CLASS, THEME_CLASS
from llm_lib.book.widgets.base import HERE

# The parts of each side from the bottom up: text, what it is, and the name of the link.
ENCODER = [
    ("source ids", "plain", ""),
    ("embedding + position", "box", "embed"),
    ("self-attention", "attention", "encoder"),
    ("add & norm", "norm", "norm"),
    ("feed-forward", "work", "feed_forward"),
    ("add & norm", "norm", "norm"),
]
DECODER = [
    ("target ids, shifted right", "plain", "shift"),
    ("embedding + position", "box", "embed"),
    ("masked self-attention", "attention", "decoder"),
    ("add & norm", "norm", "norm"),
    ("cross-attention", "attention", "cross"),
    ("add & norm", "norm", "norm"),
    ("feed-forward", "work", "feed_forward"),
    ("add & norm", "norm", "norm"),
    ("linear + softmax", "box", "output"),
    ("next token", "plain", ""),
]
WIDTH, HEIGHT, BOX_WIDTH, BOX_HEIGHT, STEP, BOTTOM = 376, 454, 150, 28, 41, 380
LEFT, RIGHT, MARGIN = 20, 204, 18  # the margin outside a stack holds its residual connections
INSIDE, BETWEEN = 10, 7  # from a box to its frame; from a frame to the middle between both
BELOW, ABOVE, FIRST, BEHIND = 14, 10, 2, 8  # more room outside a frame, whose parts are 2 to 7
STYLE = """
.llm-architecture { max-width: 32rem; margin: 1rem auto; font-family: var(--llm-font); }
.llm-architecture svg { display: block; width: 100%; height: auto; }
.llm-architecture rect { fill: var(--llm-surface); stroke: var(--llm-muted); }
.llm-architecture .work rect { --ink: var(--head-3); }
.llm-architecture :is(.attention, .work) rect { --edge: 65%; --level: 22%; stroke-width: 1.25; }
.llm-architecture .norm rect { fill: var(--llm-bg); stroke-dasharray: 4 3; }
.llm-architecture .encoder { --ink: var(--head-1); }
.llm-architecture .decoder { --ink: var(--head-0); }
.llm-architecture .stack { --edge: 45%; --level: 8%; }
.llm-architecture :is(.attention rect, .work rect, .stack) {
  fill: color-mix(in srgb, var(--ink) var(--level), var(--llm-bg));
  stroke: color-mix(in srgb, var(--ink) var(--edge), var(--llm-bg));
}
.llm-architecture text { fill: var(--llm-fg); font-size: 13px; text-anchor: middle; }
.llm-architecture .quiet { fill: var(--llm-muted); font-size: 12.5px; }
.llm-architecture .note { text-anchor: start; }
.llm-architecture .before { text-anchor: end; }
.llm-architecture .times { fill: var(--llm-fg); font-weight: 600; }
.llm-architecture .name { fill: var(--ink); font-weight: 600; }
.llm-architecture .what { fill: var(--llm-key); font-weight: 600; }
.llm-architecture path { fill: none; stroke: var(--llm-muted); stroke-width: 1.5; }
.llm-architecture .residual { stroke: var(--llm-positive); stroke-width: 2; }
.llm-architecture .memory { stroke: var(--llm-key); stroke-width: 3; }
.llm-architecture a:is(:hover, :focus) rect { fill: var(--llm-line); }
"""


class Architecture:
    """The architecture as a drawing with words; it shows itself in a notebook and on a page.

    links: from the name of a part ("embed", "encoder", "norm", "feed_forward", "shift", "decoder",
        "cross", "output") to an address, such as "#the-encoder".
    side: "" for both stacks, or "encoder" or "decoder" for one alone.
    notes: words beside the boxes of that one, from the bottom up; "" leaves a place empty. One more
        than there are boxes stands above the encoder, where the memory leaves.
    """

    def __init__(
        self, links: dict[str, str] | None = None, side: str = "", notes: Sequence[str] = ()
    ):
        """Draw the stacks. Raises ValueError for a link to a part or a side that do not exist."""
        known = {name for *_, name in (*ENCODER, *DECODER) if name}
        if unknown := sorted(set(links or {}) - known):
            raise ValueError(f"no part is called {unknown[0]!r}; the parts are {sorted(known)}")
        check_choice("side", side, ("", "encoder", "decoder"))
        if notes and not side:
            raise ValueError("notes stand beside one stack: give a side, encoder or decoder")
        self.links, self.side, self.notes = dict(links or {}), side, list(notes)

    def __repr__(self) -> str:
        return "Architecture()"

    def _repr_html_(self) -> str:
        if self.side:
            return self._one_side()
        alt = (
            "The Transformer: two stacks side by side. On the left the encoder, from the bottom: "
            "source ids, embedding and position, then six times self-attention and feed-forward, "
            "each followed by add and norm. On the right the decoder: target ids, shifted right, "
            "embedding and position, then six times masked self-attention, cross-attention and "
            "feed-forward, each followed by add and norm; at the top linear and softmax give the "
            "next token. One arrow leads from the top of the encoder, above all six layers, to the "
            "cross-attention of all six decoder layers: the memory. "
            "Around each attention and each feed-forward an arrow, the residual connection, leads "
            "from below it to its add and norm."
        )
        stacks = self._stack("encoder") + self._stack("decoder")
        around = _frame("encoder", "encoder, 6 layers") + _frame("decoder", "decoder, 6 layers")
        around += _residuals(ENCODER, LEFT, -1) + _residuals(DECODER, RIGHT + BOX_WIDTH, 1)
        # The memory leaves above the frame, which stands for all layers, not from one of them.
        top, side = _y(5) - 22, _y(4) + BOX_HEIGHT / 2
        middle, between = LEFT + BOX_WIDTH / 2, RIGHT - INSIDE - BETWEEN
        memory = f"M{middle} {_y(5) - 6}V{top}H{between}V{side}H{RIGHT - 1}"
        head = f"M{RIGHT - 6} {side - 4}L{RIGHT - 1} {side}L{RIGHT - 6} {side + 4}"
        return _framed(
            alt,
            0,
            f"{around}{stacks}<path class='memory' d='{memory}'/><path class='memory' d='{head}'/>"
            f"<text class='quiet what' x='{middle}' y='{top - 8}'>memory, to all 6</text>"
            f"<text class='quiet note times' x='{LEFT - MARGIN}' y='{_y(5) - 11}'>× 6</text>"
            f"<text class='quiet before times' x='{between}' y='{_y(7) + 6}'>× 6</text>",
        )

    def _one_side(self) -> str:
        """Return the drawing of one stack, with notes beside its boxes."""
        encodes = self.side == "encoder"
        parts, x = (ENCODER, LEFT) if encodes else (DECODER, RIGHT)
        drawn = _frame(self.side, "framed: one layer")
        edge, way = (x, -1) if encodes else (x + BOX_WIDTH, 1)
        drawn += _residuals(parts, edge, way) + self._stack(self.side)
        # The notes stand where no residual connection runs: right of one, left of the other.
        place = x + BOX_WIDTH + 16 if encodes else x - 16
        look = "quiet note" if encodes else "quiet note before"
        for i, note in enumerate(self.notes):
            crosses = i < len(parts) and parts[i][2] == "cross"
            middle = place - 22 if crosses else place
            drawn += f"<text class='{look}' x='{middle}' y='{_y(i) + 18}'>{escape(note)}</text>"
            if crosses:
                drawn += _arrow(place - 16, x - 1, _y(i) + BOX_HEIGHT / 2)
        if encodes:
            top = _y(len(parts)) + 13
            drawn += _arrow(x + BOX_WIDTH / 2, place - 6, top, start=_y(len(parts) - 1) - 6)
        said = [
            f"{parts[i][0]}: {note}" if i < len(parts) else note
            for i, note in enumerate(self.notes)
            if note
        ]
        told = f"One layer of the {self.side}, from the bottom, with notes. " + "; ".join(said)
        return _framed(told, _y(len(parts)) - 6 if encodes else 0, drawn)

    def _stack(self, side: str) -> str:
        """Return the boxes of one side with the lines between them."""
        parts, x = (ENCODER, LEFT) if side == "encoder" else (DECODER, RIGHT)
        drawn = []
        for i, (text, kind, name) in enumerate(parts):
            y, middle = _y(i), x + BOX_WIDTH / 2
            words = f"<text x='{middle}' y='{y + 18}'>{escape(text)}</text>"
            box = f"<rect x='{x}' y='{y}' width='{BOX_WIDTH}' height='{BOX_HEIGHT}' rx='5'/>"
            shape = words if kind == "plain" else box + words
            if name in self.links:
                address = escape(self.links[name], quote=True)
                shape = f"<a href='{address}'>{shape}</a>"
            tip = _y(i + 1) + BOX_HEIGHT
            head = f"M{middle - 4} {tip + 5}L{middle} {tip}L{middle + 4} {tip + 5}"
            line = f"<path d='M{middle} {y}V{tip}{head}'/>" if i < len(parts) - 1 else ""
            drawn.append(f"<g class='{kind}'>{shape}</g>{line}")
        return f"<g class='{side}'>{''.join(drawn)}</g>"


def _framed(alt: str, top: int, drawn: str) -> str:
    """Return the picture with its styles; `top` is how much of its height is cut off."""
    theme = (HERE / "shared" / "theme.css").read_text("utf-8")
    return (
        f'<style class="{THEME_CLASS}">{theme}</style><style class="{LOOK_CLASS}">{STYLE}</style>'
        f"<div class='llm-architecture'><svg viewBox='0 {top} {WIDTH} {HEIGHT - top}' "
        f"role='group' aria-label='{escape(alt, quote=True)}'>{drawn}</svg></div>"
    )


def _arrow(left: float, right: float, y: float, start: float | None = None) -> str:
    """Return the memory's arrow to the right at height y; it rises from `start`, if given."""
    rise = f"M{left} {start}V{y}" if start is not None else f"M{left} {y}"
    head = f"M{right - 5} {y - 4}L{right} {y}L{right - 5} {y + 4}"
    return f"<path class='memory' d='{rise}H{right}'/><path class='memory' d='{head}'/>"


def _y(i: int) -> int:
    """Return the upper edge of the box at place i, counted from the bottom."""
    return BOTTOM - i * STEP + (BELOW if i < FIRST else -ABOVE if i >= BEHIND else 0)


def _residuals(parts: list[tuple[str, str, str]], edge: int, side: int) -> str:
    """Return the ways around the parts below each norm; `side` is −1 for left, 1 for right."""
    drawn, out = "", edge + side * (MARGIN - 7)
    for i, (_, kind, _) in enumerate(parts):
        if kind != "norm":
            continue
        start, end = _y(i - 1) + BOX_HEIGHT + 8, _y(i) + BOX_HEIGHT / 2
        middle = edge - side * BOX_WIDTH / 2
        tip = edge + side
        drawn += f"<path class='residual' d='M{middle} {start}H{out}V{end}H{tip}'/>"
        head = f"M{tip + side * 5} {end - 4}L{tip} {end}L{tip + side * 5} {end + 4}"
        drawn += f"<path class='residual' d='{head}'/>"
    return drawn


def _frame(side: str, text: str) -> str:
    """Return a frame around the parts of one layer of a side; its name is below."""
    x, last, left = (LEFT, 5, LEFT - MARGIN) if side == "encoder" else (RIGHT, 7, RIGHT - INSIDE)
    top, height = _y(last) - 6, (last - FIRST) * STEP + BOX_HEIGHT + 17
    place, width = x + BOX_WIDTH / 2, BOX_WIDTH + INSIDE + MARGIN
    return (
        f"<g class='{side}'><rect class='stack' x='{left}' y='{top}' width='{width}' "
        f"height='{height}' rx='8'/>"
        f"<text class='quiet name' x='{place}' y='{HEIGHT - 10}'>{escape(text)}</text></g>"
    )
