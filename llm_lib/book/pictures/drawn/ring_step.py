"""Training on many machines: four ranks in a ring, and what each sends in the first step."""

from __future__ import annotations

from collections.abc import Sequence

from llm_lib.arguments import check_matrix
from llm_lib.book.pictures.kit import box
from llm_lib.book.pictures.links import arrow
from llm_lib.book.pictures.picture import Picture
from llm_lib.book.pictures.piece import Piece, column, row, space
from llm_lib.book.pictures.text import SMALL, label, number_text

RANKS, REACH = 4, 1e3  # no number is further from 0
VECTORS = [[4, 0, 2, -2], [1, 3, -2, 2], [0, 2, 4, 2], [3, -1, 0, 6]]


def ring_step(*, vectors: Sequence[Sequence[float]] = VECTORS) -> Picture:
    """Draw four ranks in a ring; each sends the chunk of its own number to its neighbour.

    vectors: (4, 4), a row for each rank, its vector of four chunks, numbers from -1000 to 1000.
    """
    vectors = check_matrix("vectors", vectors, (RANKS, RANKS), REACH)
    sent = [f"chunk {r}: {number_text(vectors[r][r])}" for r in range(RANKS)]
    told = "; ".join(
        f"rank {r} sends {words} to rank {(r + 1) % RANKS}" for r, words in enumerate(sent)
    )
    alt = f"Four ranks stand in a ring, joined by arrows from each to the next: {told}."
    title = "Step 0 of the ring: every rank sends one chunk"
    return Picture(title, alt, _drawn(sent, 190), _drawn(sent, 110))


def _drawn(sent: list[str], gap: float) -> Piece:
    r0, r1, r2, r3 = (box(f"rank {r}").named(f"r{r}") for r in range(RANKS))
    left, right = (label(sent[r], size=SMALL, role="muted") for r in (3, 1))
    reach = r0.width / 2 + 10  # the texts stand inside the ring, beside the arrows
    room = 2 * r0.width + gap - 2 * reach - left.width - right.width
    sides = row(space(reach), left, space(room), right, gap=0)
    links = [
        arrow("r0", "r1", text=sent[0]),
        arrow("r1", "r2", "bottom"),
        arrow("r2", "r3", "left", text=sent[2], above=False),
        arrow("r3", "r0", "top"),
    ]
    return column(row(r0, r1, gap=gap), sides, row(r3, r2, gap=gap), gap=18).link(*links)
