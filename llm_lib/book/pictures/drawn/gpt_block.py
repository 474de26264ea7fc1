"""The GPT's picture: one block, which reads from the residual stream and adds to it, twice."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional as F

from llm_lib.book.pictures.cells import vector
from llm_lib.book.pictures.kit import box, plus
from llm_lib.book.pictures.links import arrow, band, elbow
from llm_lib.book.pictures.picture import Picture
from llm_lib.book.pictures.piece import Piece, column, row, space
from llm_lib.book.pictures.text import label, number_text
from llm_lib.pretrained.save_load import load_model

TEXT = 'The fox had a kite. "Where is my'
SHOWN = 4  # channels of the many
PARTS = (("attention", "looks at earlier tokens"), ("feed-forward", "each token alone"))


def gpt_block(
    *,
    text: str = TEXT,
    layer: int = 0,
    numbers: Sequence[Sequence[float]] = (),
    earlier: str = PARTS[0][1],
) -> Picture:
    """Draw a block at work on a text's last token: the stream, and what is added to it.

    It is Sprout's, unless `numbers` are given: the stream before a block of your own, what its
    attention adds, and what its feed-forward network adds; whole numbers, as many in each.
    earlier: what attention looks at, in a few words.
    Raises ValueError unless there are three such vectors.
    """
    if numbers and (len(numbers) != 3 or len({len(row) for row in numbers}) != 1):
        raise ValueError(
            "numbers should be three vectors of one length: the stream, what attention adds, and "
            f"what the feed-forward network adds; got the lengths {[len(row) for row in numbers]}"
        )
    stream, normed, added = _given(numbers) if numbers else _sprouts(text, layer)
    before, digits = stream[0], 0 if numbers else 1
    of = "" if numbers else f": {SHOWN} of its numbers, rounded"
    first = (
        f"its {len(before)} numbers" if numbers else f"the first {SHOWN} of {len(before)} numbers"
    )
    said = [", ".join(number_text(float(x), digits) for x in v[:SHOWN]) for v in (*stream, *added)]
    read = [", ".join(number_text(float(x), 2) for x in v[:SHOWN]) for v in normed]
    alt = (
        f"A broad band is the residual stream at one token; {first} are {said[0]}. "
        f"Attention reads a normed copy, {read[0]}, {earlier} and adds {said[3]}: "
        f"the stream is {said[1]}. The feed-forward network reads a normed copy, {read[1]}, works "
        f"on this token alone and adds {said[4]}: {said[2]} leaves the block."
    )
    title, does = "A block reads from the stream, and adds to it", (earlier, PARTS[1][1])
    return Picture(
        title, alt, *(draw(stream, normed, added, of, digits, does) for draw in (_wide, _narrow))
    )


def _given(numbers: Sequence[Sequence[float]]) -> tuple[list[Tensor], ...]:
    """Return the stream, what each part reads, and what it adds, all (C,)."""
    before, *added = torch.tensor(numbers, dtype=torch.float32)
    stream = [before, before + added[0], before + added[0] + added[1]]
    return stream, [F.layer_norm(x, x.shape) for x in stream[:2]], added


def _sprouts(text: str, layer: int) -> tuple[list[Tensor], ...]:
    """Return the same of a block of Sprout, which has weights in its norms."""
    model, tokenizer = load_model("sprout")
    with torch.no_grad():
        _, seen = model.run_with_cache(torch.tensor([tokenizer.encode(text)]))
    inside = ("resid_pre", "resid_mid", "resid_post", "norm_1.normalized", "norm_2.normalized")
    *stream, first, second = (seen[f"blocks.{layer}.{name}"][0, -1] for name in inside)
    return stream, [first, second], [stream[1] - stream[0], stream[2] - stream[1]]


def _vectors(values, role, name, width, digits) -> list[Piece]:
    largest = 1 if digits else 5
    looks = {"width": width, "height": 32, "digits": digits, "largest": largest}
    return [vector(v[:SHOWN], role, **looks).named(f"{name}{i}") for i, v in enumerate(values)]


def _card(piece: Piece, pad: float = 6) -> Piece:
    """Return a piece on a card, so that the band does not shine through its gaps."""
    return box(piece, look="card", pad=pad, radius=4)


def _part(i: int, does: str, width: float) -> Piece:
    """Return one of the two parts of a block, with what it does."""
    words = column(
        label(PARTS[i][0], bold=True), label(does, size=12, role="muted"), gap=0, align="middle"
    )
    return box(words, width=width, height=52, pad=8).named(f"part{i}")


def _wide(stream, normed, added, of, digits, does) -> Piece:
    states = [_card(v) for v in _vectors(stream, "residual", "stream", 36, digits)]
    sums = [plus().named(f"plus{i}") for i in range(2)]
    gap = 64
    line = row(
        space(8, 1).named("start"),
        states[0],
        sums[0],
        states[1],
        sums[1],
        states[2],
        space(8, 1).named("end"),
        gap=gap,
    )
    boxes = dict(line.boxes())
    parts: list = [(0, 0, line)]
    links = []
    copies = _vectors(normed, "residual", "copy", 46, 2)
    for i, piece in enumerate(_vectors(added, "value", "added", 36, digits)):
        below = column(
            piece,
            _part(i, does[i], 200),
            copies[i],
            box("norm", width=76, height=30, pad=6).named(f"norm{i}"),
            gap=22,
            align="middle",
        )
        middle = boxes[f"plus{i}"].point("top")[0]
        parts.append((middle - below.width / 2, line.height + 26, below))
        links += [
            elbow(f"stream{i}", f"norm{i}", "bottom", "left"),
            arrow(f"norm{i}", f"copy{i}", "top"),
            arrow(f"copy{i}", f"part{i}", "top"),
            arrow(f"part{i}", f"added{i}", "top"),
            arrow(f"added{i}", f"plus{i}", "top", role="value", gap=2),
        ]
    height = max(y + p.height for _, y, p in parts)
    stage = Piece(line.width, height, parts=tuple(parts)).link(*links)
    title = label(f"residual stream{of}", size=13, role="residual", anchor="start")
    return column(title, stage.link(band("start", "end", thick=26), under=True), gap=6)


def _narrow(stream, normed, added, of, digits, does) -> Piece:
    states = [_card(v, 4) for v in _vectors(stream, "residual", "stream", 32, digits)]
    width = states[0].width
    new = _vectors(added, "value", "added", 32, digits)
    copies = _vectors(normed, "residual", "copy", 40, 2)
    lines: list[Piece] = [space(width, 1).named("start"), states[0]]
    links = []
    for i in range(2):
        right = column(
            box("norm", width=76, height=28, pad=6).named(f"norm{i}"),
            copies[i],
            _part(i, does[i], 150),
            new[i],
            gap=20,
            align="middle",
        )
        sign = Piece(width, 22, parts=(((width - 22) / 2, 0, plus().named(f"plus{i}")),))
        lines += [row(sign.pad(top=right.height - 27), right, gap=4, align="start"), states[i + 1]]
        links += [
            elbow(f"stream{i}", f"norm{i}", "right", "top"),
            arrow(f"norm{i}", f"copy{i}", "bottom"),
            arrow(f"copy{i}", f"part{i}", "bottom"),
            arrow(f"part{i}", f"added{i}", "bottom"),
            arrow(f"added{i}", f"plus{i}", "left", role="value", gap=2),
        ]
    lines.append(space(width, 1).named("end"))
    stage = column(*lines, gap=22)
    title = label(f"residual stream{of}", size=12, role="residual", anchor="start")
    return column(title, stage.link(*links).link(band("start", "end", thick=24), under=True), gap=2)
