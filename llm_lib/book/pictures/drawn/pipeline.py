"""Training on many machines: a pipeline's schedule, and the bubble in which its stages wait."""

from __future__ import annotations

from llm_lib.arguments import check_whole
from llm_lib.book.pictures.cells import hatched, rectangle
from llm_lib.book.pictures.picture import Picture
from llm_lib.book.pictures.piece import Piece, column, row, table
from llm_lib.book.pictures.text import SMALL, label, text_shape

LIMITS = {"stages": 6, "micro_batches": 8}


def pipeline(*, stages: int = 4, micro_batches: int = 4) -> Picture:
    """Draw which micro-batch each stage works on, step by step: forward, then backward.

    stages: up to 6; micro_batches: up to 8.
    """
    check_whole("stages", stages, 2, LIMITS["stages"])
    check_whole("micro_batches", micro_batches, 1, LIMITS["micro_batches"])
    lines = schedule(stages, micro_batches)
    idle = sum(text == "" for line in lines for text in line)
    share = f"{idle} of {sum(map(len, lines))}"
    told = "; ".join(
        f"stage {s}: " + " ".join(text or "idle" for text in line) for s, line in enumerate(lines)
    )
    alt = (
        f"A row for each of {stages} stages, a column for each step. Each stage works on "
        f"{micro_batches} micro-batches forward, F0 to F{micro_batches - 1}, and then backward, B; "
        f"stage 0 begins and ends. Hatched cells are the bubble: {share}. {told}."
    )
    title = f"{stages} stages, {micro_batches} micro-batches: {share} cells are idle"
    wide = _drawn(lines, 46 if len(lines[0]) < 16 else 32, 30, 13)
    return Picture(title, alt, wide, _drawn(lines, (316 - 16) / len(lines[0]) - 2, 26, 12))


def schedule(stages: int, micro_batches: int) -> list[list[str]]:
    """Return what each stage does in each step: "F2", "B0", or "" if it waits.

    >>> schedule(2, 2)
    [['F0', 'F1', '', '', 'B0', 'B1'], ['', 'F0', 'F1', 'B0', 'B1', '']]
    """
    half = micro_batches + stages - 1
    lines = [[""] * (2 * half) for _ in range(stages)]
    for stage in range(stages):
        for i in range(micro_batches):
            lines[stage][stage + i] = f"F{i}"
            lines[stage][half + stages - 1 - stage + i] = f"B{i}"
    return lines


def _drawn(lines: list[list[str]], width: float, height: float, size: float) -> Piece:
    is_small = width < 30

    def slot(text: str) -> Piece:
        if not text:
            return hatched(width, height)
        role = "weight" if text[0] == "F" else "value"
        words = text[1:] if is_small else text
        shapes = (
            rectangle(width, height, f"p-cell p-{role}", 3, 26),
            text_shape(words, width / 2, height / 2, size, "middle", "p-ink"),
        )
        return Piece(width, height, shapes)

    rows = [
        [
            label(str(s) if is_small else f"stage {s}", size=SMALL, anchor="end"),
            row(*map(slot, line), gap=2),
        ]
        for s, line in enumerate(lines)
    ]
    body = table(rows, gap=8, row_gap=4, align="es")
    return column(body, _legend(), gap=12, align="middle")


def _legend() -> Piece:
    words = {"weight": "forward", "value": "backward"}
    parts = []
    for role, text in words.items():
        sample = Piece(18, 14, (rectangle(18, 14, f"p-cell p-{role}", 3, 26),))
        parts += [sample, label(text, size=SMALL)]
    return row(*parts, hatched(22, 14), label("idle", size=SMALL), gap=8)
