"""Training on many machines: what one rank of several holds, the more of it is cut into shards."""

from __future__ import annotations

from llm_lib.arguments import check_whole
from llm_lib.pictures.cells import rectangle
from llm_lib.pictures.picture import Picture
from llm_lib.pictures.piece import Piece, column, row, space
from llm_lib.pictures.text import SMALL, label, number_text

# Bytes per weight in mixed precision, and the stage from which on each part is cut.
PARTS = {"weights": (2, 3), "gradients": (2, 2), "optimiser": (12, 1)}
ROLES = {"weights": "weight", "gradients": "key", "optimiser": "value"}
CUT = [(part, stage) for part, (_, stage) in PARTS.items()]
STAGES = ("data parallel", "ZeRO-1", "ZeRO-2", "ZeRO-3")
BYTE = 8.5  # pixels: a byte per weight is so high


def zero_stages(*, ranks: int = 4) -> Picture:
    """Draw what one rank holds of weights, gradients and optimiser, without ZeRO and with it.

    ranks: how many share the model, 2 to 8.
    """
    check_whole("ranks", ranks, 2, 8)
    told = "; ".join(
        f"{name}: "
        + ", ".join(f"{part} {'1 of ' + str(ranks) if stage >= n else 'all'}" for part, n in CUT)
        + f", {number_text(bytes_held(stage, ranks))} bytes per weight"
        for stage, name in enumerate(STAGES)
    )
    alt = (
        f"Four pictures of what one of {ranks} ranks holds. Areas are bytes: weights 2 per weight, "
        f"gradients 2, the optimiser 12, each cut into {ranks} shards; what is held is filled. "
        f"{told}."
    )
    panels = [_panel(stage, ranks, 120) for stage in range(4)]
    wide = row(_names(), *panels, gap=34, align="start")
    small = [_panel(stage, ranks, 96) for stage in range(4)]
    narrow = column(
        row(_names(), *small[:2], gap=12, align="start"),
        row(_names(), *small[2:], gap=12, align="start"),
        gap=22,
    )
    return Picture(f"What rank 1 of {ranks} holds", alt, wide, narrow)


def bytes_held(stage: int, ranks: int) -> float:
    """Return the bytes per weight that a rank holds; stage 0 is plain data parallelism.

    >>> [bytes_held(stage, 4) for stage in range(4)]
    [16.0, 7.0, 5.5, 4.0]
    """
    return sum(n / (ranks if stage >= cut else 1) for n, cut in PARTS.values())


def _names() -> Piece:
    """Return the names of the parts, each at the height of its row."""
    names = [space(0, 40)]
    for part, (size, _) in PARTS.items():
        height = size * BYTE
        name = label(f"{part}: {size}", size=SMALL, anchor="end")
        top = (height - name.height) / 2
        names.append(Piece(name.width, height, parts=((0, top, name),)))
    return column(*names, gap=6, align="end")


def _panel(stage: int, ranks: int, width: float) -> Piece:
    """Return what rank 1 holds: a row for each part, a cell for each shard."""
    gap = 3
    cell = (width - gap * (ranks - 1)) / ranks
    lines = []
    for part, (size, cut) in PARTS.items():
        held = [stage < cut or shard == 1 for shard in range(ranks)]
        looks = [f"p-bar p-{ROLES[part]}" if here else "p-track" for here in held]
        shapes = [Piece(cell, size * BYTE, (rectangle(cell, size * BYTE, k, 2),)) for k in looks]
        lines.append(row(*shapes, gap=gap))
    body = column(*lines, gap=6)
    head = column(
        label(STAGES[stage], bold=True),
        label(f"{number_text(bytes_held(stage, ranks))} bytes", size=SMALL, role="muted"),
        gap=2,
        align="middle",
    )
    top = Piece(head.width, 40, parts=((0, 0, head),))
    return column(top, body, gap=6, align="middle")
