"""The GPT's picture: one block, which reads from the residual stream and adds to it, twice."""

from __future__ import annotations

import torch

from llm_lib.book.pictures.cells import vector
from llm_lib.book.pictures.kit import box, plus
from llm_lib.book.pictures.links import arrow, band, elbow
from llm_lib.book.pictures.picture import Picture
from llm_lib.book.pictures.piece import Piece, column, row, space
from llm_lib.book.pictures.text import label, number_text
from llm_lib.pretrained.save_load import load_model

TEXT = 'The fox had a kite. "Where is my'
SHOWN = 4  # channels of the many
NOTE = f"{SHOWN} of its numbers, rounded"
PARTS = (("attention", "looks at earlier tokens"), ("feed-forward", "each token alone"))


def gpt_block(*, text: str = TEXT, layer: int = 0) -> Picture:
    """Draw a block of Sprout at work on a text's last token: the stream, and what is added."""
    model, tokenizer = load_model("sprout")
    ids = tokenizer.encode(text)
    with torch.no_grad():
        _, seen = model.run_with_cache(torch.tensor([ids]))
        before, after = (seen.stream[i][0, -1] for i in (layer, layer + 1))
        attention = model.blocks[layer].attention.out(
            seen.layers("attention.z")[layer][0, :, -1].flatten()
        )
    between = before + attention
    stream, added = [before, between, after], [attention, after - between]
    said = [", ".join(number_text(float(x), 1) for x in v[:SHOWN]) for v in (*stream, *added)]
    alt = (
        f"A broad band is the residual stream at the token “{tokenizer.decode(ids[-1:]).strip()}”; "
        f"the first {SHOWN} of its {len(before)} numbers are {said[0]}. Attention reads a normed "
        f"copy, looks at earlier tokens and adds {said[3]}: the stream is {said[1]}. The "
        f"feed-forward network reads a normed copy, works on this token alone and adds {said[4]}: "
        f"{said[2]} leaves the block."
    )
    title = "A block reads from the stream, and adds to it"
    return Picture(title, alt, _wide(stream, added), _narrow(stream, added))


def _vectors(values, role, name, width) -> list[Piece]:
    looks = {"width": width, "height": 32, "digits": 1, "largest": 1}
    return [vector(v[:SHOWN], role, **looks).named(f"{name}{i}") for i, v in enumerate(values)]


def _card(piece: Piece) -> Piece:
    """Return a piece on a card, so that the band does not shine through its gaps."""
    return box(piece, look="card", pad=6, radius=4)


def _part(i: int, width: float) -> Piece:
    """Return one of the two parts of a block, with what it does."""
    name, does = PARTS[i]
    words = column(
        label(name, bold=True), label(does, size=12, role="muted"), gap=0, align="middle"
    )
    return box(words, width=width, height=52, pad=8).named(f"part{i}")


def _wide(stream, added) -> Piece:
    states = [_card(v) for v in _vectors(stream, "residual", "stream", 36)]
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
    for i, piece in enumerate(_vectors(added, "value", "added", 36)):
        below = column(
            piece,
            _part(i, 200),
            box("norm", width=76, height=30, pad=6).named(f"norm{i}"),
            gap=26,
            align="middle",
        )
        middle = boxes[f"plus{i}"].point("top")[0]
        parts.append((middle - below.width / 2, line.height + 26, below))
        links += [
            elbow(f"stream{i}", f"norm{i}", "bottom", "left"),
            arrow(f"norm{i}", f"part{i}", "top"),
            arrow(f"part{i}", f"added{i}", "top"),
            arrow(f"added{i}", f"plus{i}", "top", role="value", gap=2),
        ]
    height = max(y + p.height for _, y, p in parts)
    stage = Piece(line.width, height, parts=tuple(parts)).link(*links)
    title = label(f"residual stream: {NOTE}", size=13, role="residual", anchor="start")
    return column(title, stage.link(band("start", "end", thick=26), under=True), gap=6)


def _narrow(stream, added) -> Piece:
    states = [_card(v) for v in _vectors(stream, "residual", "stream", 32)]
    width = states[0].width
    new = _vectors(added, "value", "added", 32)
    lines: list[Piece] = [space(width, 1).named("start"), states[0]]
    links = []
    for i in range(2):
        right = column(
            box("norm", width=76, height=28, pad=6).named(f"norm{i}"),
            _part(i, 150),
            new[i],
            gap=20,
            align="middle",
        )
        sign = Piece(width, 22, parts=(((width - 22) / 2, 0, plus().named(f"plus{i}")),))
        lines += [row(sign.pad(top=right.height - 27), right, gap=10, align="start"), states[i + 1]]
        links += [
            elbow(f"stream{i}", f"norm{i}", "right", "top"),
            arrow(f"norm{i}", f"part{i}", "bottom"),
            arrow(f"part{i}", f"added{i}", "bottom"),
            arrow(f"added{i}", f"plus{i}", "left", role="value", gap=2),
        ]
    lines.append(space(width, 1).named("end"))
    stage = column(*lines, gap=22)
    title = label(f"residual stream: {NOTE}", size=12, role="residual", anchor="start")
    return column(title, stage.link(*links).link(band("start", "end", thick=24), under=True), gap=2)
