"""The GPT's picture: one block at two tokens, which reads from their streams and adds to one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from llm_lib.book.pictures.cells import vector
from llm_lib.book.pictures.kit import box, plus, token
from llm_lib.book.pictures.links import around, arrow, band, elbow
from llm_lib.book.pictures.picture import Picture
from llm_lib.book.pictures.piece import Piece, column, row, space
from llm_lib.book.pictures.text import SMALL, label, number_text

TOKENS = ("kite", "my")
EARLIER = (3, 1, 3, 1)
NUMBERS = ((3, 3, 1, 1), (0, 0, 4, -4), (-4, -4, 0, 0))
TITLE = "residual stream of each token"
CROSSES = ("the only arrow", "between tokens")


@dataclass
class _Block:
    """What a block reads and adds at a token, and what it reads at the one before: all (C,)."""

    tokens: Sequence[str]
    before: Tensor  # the stream of the earlier token
    stream: list[Tensor]
    added: list[Tensor]

    @property
    def seen(self) -> Tensor:
        """The normed copy of the earlier token's stream."""
        return F.layer_norm(self.before, self.before.shape)

    @property
    def copies(self) -> list[Tensor]:
        """The normed copies that attention and feed-forward network read at the later token."""
        return [F.layer_norm(x, x.shape) for x in self.stream[:2]]

    def parts(self) -> tuple[tuple[str, str], ...]:
        """Return the name of each part, and at what it looks."""
        a, b = self.tokens
        return ("attention", f"looks at {a} and {b}"), ("feed-forward", f"{b} alone")


def gpt_block(
    *,
    tokens: Sequence[str] = TOKENS,
    earlier: Sequence[float] = EARLIER,
    numbers: Sequence[Sequence[float]] = NUMBERS,
) -> Picture:
    """Draw a block at work on the second of two tokens: its stream, and what is added to it.

    earlier: the stream of the first token, of which attention reads a normed copy, too.
    numbers: the second one's stream before the block, what its attention adds, and what its
    feed-forward network adds: whole numbers.
    Raises ValueError unless there are three such vectors, and all are of one length.
    """
    if len(numbers) != 3 or len({len(v) for v in (*numbers, earlier)}) != 1:
        raise ValueError(
            "numbers should be three vectors as long as earlier: the stream, what attention adds, "
            f"and what the feed-forward network adds; got the lengths {[len(v) for v in numbers]} "
            f"and {len(earlier)}"
        )
    before, first, *added = (torch.tensor(v, dtype=torch.float32) for v in (earlier, *numbers))
    stream = [first, first + added[0], first + added[0] + added[1]]
    block = _Block(tokens, before, stream, added)
    title = "A block reads from the stream, and adds to it"
    return Picture(title, _words(block), _wide(block), _narrow(block))


def _words(block: _Block) -> str:
    a, b = block.tokens
    copies, stream, added = (
        [_list(v) for v in vectors] for vectors in (block.copies, block.stream, block.added)
    )
    return (
        f"Two tokens, each with its residual stream, a broad band: {a} has {_list(block.before)}, "
        f"{b} has {stream[0]}. At {b}, attention reads normed copies of both: "
        f"{_list(block.seen)} of {a}, by the only arrow between tokens, and {copies[0]} of {b}. "
        f"It adds {added[0]}: the stream of {b} is {stream[1]}. The feed-forward network "
        f"reads a normed copy of that alone, {copies[1]}, and adds {added[1]}: {stream[2]} "
        f"leaves the block. What is added to {a} is not drawn."
    )


def _list(values: Tensor) -> str:
    return ", ".join(number_text(x) for x in values.tolist())


def _rest(block: _Block) -> str:
    return f"what is added to {block.tokens[0]} isn’t drawn"


def _vector(values: Tensor, role: str, name: str, width: float, largest: float = 5) -> Piece:
    piece = vector(values.tolist(), role, width=width, height=32, largest=largest)
    return piece.named(name)


def _state(values: Tensor, name: str, width: float, pad: float = 4) -> Piece:
    """Return a stream's numbers on a card, so that the band does not shine through their gaps."""
    return box(_vector(values, "residual", name, width), look="card", pad=pad, radius=4)


def _part(block: _Block, i: int, width: float) -> Piece:
    """Return one of the two parts of a block, with what it looks at."""
    name, does = block.parts()[i]
    words = column(
        label(name, bold=True), label(does, size=12, role="muted"), gap=0, align="middle"
    )
    return box(words, width=width, height=52, pad=8).named(f"part{i}")


def _norm(name: str) -> Piece:
    return box("norm", width=70, height=28, pad=6).named(name)


def _wide(block: _Block) -> Piece:
    """Return the earlier token's band above, the later one's below, and its parts between them."""
    chips = [token(text) for text in block.tokens]
    start = max(chip.width for chip in chips)
    states = [_state(v, f"stream{i}", 36) for i, v in enumerate(block.stream)]
    copies = [_vector(v, "residual", f"copy{i}", 40, 1) for i, v in enumerate(block.copies)]
    parts = [_part(block, i, 146) for i in range(2)]
    new = [_vector(v, "value", f"added{i}", 34) for i, v in enumerate(block.added)]
    # the middles of five columns: a copy, a part, a copy, a part, and what leaves the block
    widths = [copies[0].width, parts[0].width, copies[1].width, parts[1].width, states[2].width]
    x, middles = start + 12, []
    for width in widths:
        middles.append(x + width / 2)
        x += width + 18
    full, upper, lower = x, 42, 320  # how wide it is, and how far down the bands run
    placed: list[tuple[float, float, Piece]] = []

    def put(piece: Piece, x: float, y: float) -> None:
        placed.append((x - piece.width / 2, y - piece.height / 2, piece))

    for chip, y, name in zip(chips, (upper, lower), ("above", "below"), strict=True):
        put(chip, start / 2, y)
        put(space(1, 1).named(f"{name}0"), start + 2, y)
        put(space(1, 1).named(f"{name}1"), full, y)
    put(_state(block.before, "earlier", 36), middles[0], upper)
    put(_norm("norm"), middles[0], upper + 52)
    put(_vector(block.seen, "residual", "seen", 40, 1), middles[0], upper + 104)
    for i in range(2):
        put(states[i], middles[2 * i], lower)
        put(_norm(f"norm{i}"), middles[2 * i], lower - 54)
        put(copies[i], middles[2 * i], lower - 110)
        put(parts[i], middles[2 * i + 1], lower - 110)
        put(new[i], middles[2 * i + 1], lower - 46)
        put(plus().named(f"plus{i}"), middles[2 * i + 1], lower)
    put(states[2], middles[4], lower)
    placed += _wide_words(block, middles[1] + 14, full, upper)
    stage = Piece(full, lower + 22, parts=tuple(placed)).link(*_wide_links())
    bands = (band(f"{name}0", f"{name}1", thick=26) for name in ("above", "below"))
    return stage.link(*bands, under=True)


def _wide_words(block: _Block, x: float, full: float, upper: float) -> list:
    """Return the words beside the earlier token's band, each with its place."""
    note = label(" ".join(CROSSES), size=SMALL, role="muted", anchor="start")
    rest = label(_rest(block), size=SMALL, role="muted", anchor="end")
    return [
        (x, upper + 104 - note.height / 2, note),
        (full - rest.width, upper + 18, rest),
        (0, 0, label(TITLE, size=SMALL, role="residual", anchor="start")),
    ]


def _wide_links() -> list[Callable]:
    """Return the arrows from both bands through the parts, and back into the later one."""
    links = [
        arrow("earlier", "norm", "bottom"),
        arrow("norm", "seen", "bottom"),
        elbow("seen", "part0", "right", "top"),
    ]
    for i in range(2):
        links += [
            arrow(f"stream{i}", f"norm{i}", "top"),
            arrow(f"norm{i}", f"copy{i}", "top"),
            arrow(f"copy{i}", f"part{i}"),
            arrow(f"part{i}", f"added{i}", "bottom"),
            arrow(f"added{i}", f"plus{i}", "bottom", role="value", gap=2),
        ]
    return links


def _narrow(block: _Block) -> Piece:
    """Return the later token's band at the left, its parts beside it, the earlier one above."""
    states = [_state(v, f"stream{i}", 28) for i, v in enumerate(block.stream)]
    width = states[0].width

    def in_band(piece: Piece) -> Piece:
        return Piece(width, piece.height, parts=(((width - piece.width) / 2, 0, piece),))

    before = column(
        _norm("norm"), _vector(block.seen, "residual", "seen", 39, 1), gap=20, align="middle"
    )
    above = column(_state(block.before, "earlier", 28), space(width, 20).named("on"), gap=20)
    first = row(above, before.pad(top=3.5), gap=4, align="start")
    words = [label(text, size=12, role="muted", anchor="start") for text in CROSSES]
    chips = [in_band(token(text).named(f"token{i}")) for i, text in enumerate(block.tokens)]
    lines = [
        label(TITLE, size=12, role="residual", anchor="start"),
        chips[0],
        first,
        row(chips[1], column(*words, gap=0), gap=20),
        states[0],
    ]
    for i in range(2):
        right = column(
            _norm(f"norm{i}"),
            _vector(block.copies[i], "residual", f"copy{i}", 39, 1),
            _part(block, i, 148),
            _vector(block.added[i], "value", f"added{i}", 32),
            gap=20,
            align="middle",
        )
        sign = Piece(width, 22, parts=(((width - 22) / 2, 0, plus().named(f"plus{i}")),))
        lines += [row(sign.pad(top=right.height - 27), right, gap=4, align="start"), states[i + 1]]
    lines.append(space(width, 1).named("end"))
    rest = label(_rest(block), size=12, role="muted", anchor="start")
    stage = column(*lines, gap=18).pad(right=18).link(*_narrow_links())
    bands = (band(*ends, thick=24) for ends in (("token0", "on"), ("token1", "end")))
    return column(stage.link(*bands, under=True), rest, gap=6)


def _narrow_links() -> list[Callable]:
    """Return the arrows of the narrow form."""
    links = [
        arrow("earlier", "norm"),
        arrow("norm", "seen", "bottom"),
        around("seen", "part0", "right", 14),
    ]
    for i in range(2):
        links += [
            elbow(f"stream{i}", f"norm{i}", "right", "top"),
            arrow(f"norm{i}", f"copy{i}", "bottom"),
            arrow(f"copy{i}", f"part{i}", "bottom"),
            arrow(f"part{i}", f"added{i}", "bottom"),
            arrow(f"added{i}", f"plus{i}", "left", role="value", gap=2),
        ]
    return links
