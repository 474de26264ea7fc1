"""Multi-head attention's picture of a patch: what is computed anew when one head is exchanged."""

from __future__ import annotations

from collections.abc import Sequence

from llm_lib.book.pictures.kit import box
from llm_lib.book.pictures.picture import Picture
from llm_lib.book.pictures.piece import Piece, column, row, space
from llm_lib.book.pictures.text import label

TOKENS = ("John", "gave", "a", "drink", "to")
LAYERS = (22, 23, 24, 25)  # from below


def after_a_change(
    *,
    tokens: Sequence[str] = TOKENS,
    layers: Sequence[int] = LAYERS,
    layer: int = 23,
    head: int = 3,
    at: int = -1,
) -> Picture:
    """Draw each token's vector after some layers, when a head of one `layer` is exchanged `at` one.

    Raises ValueError if the layer or the token is none of those that are drawn.
    """
    if layer not in layers:
        raise ValueError(f"layer should be one of {list(layers)}, got {layer}")
    if not -len(tokens) <= at < len(tokens):
        raise ValueError(f"at should name one of {len(tokens)} tokens by its place, got {at}")
    place = at % len(tokens)
    name = f"{layer}.{head}"
    later = " and at all later tokens" if place + 1 < len(tokens) else ""
    alt = (
        f"A grid: the layers {layers[0]} to {layers[-1]} from below, the tokens "
        f"{', '.join(tokens)} from the left. In layer {layer}, at “{tokens[place]}”, the "
        f"vector of head {name} is exchanged. Computed anew are this layer's result there, and the "
        f"vectors of all later layers there{later}. "
        "All others stay as they were."
    )
    title = f"Head {name} alone is exchanged, at “{tokens[place]}”"
    sizes = {"wide": (108, 34), "narrow": (50, 30)}
    return Picture(title, alt, *(_grid(tokens, layers, name, place, *s) for s in sizes.values()))


def is_new(row: int, token: int, layer: int, at: int) -> bool:
    """Tell whether the vector of a token after a layer depends on what was exchanged.

    >>> [is_new(23, 3, 23, 4), is_new(23, 4, 23, 4), is_new(24, 3, 23, 4), is_new(24, 5, 23, 4)]
    [False, True, False, True]
    """
    return token >= at and (row > layer or (row == layer and token == at))


def _grid(tokens, layers, name, at, width, height) -> Piece:
    """Return the grid, with the tokens below it."""
    layer = int(name.split(".")[0])

    def cell(i: int, t: int) -> Piece:
        if not is_new(i, t, layer, at):
            return box(space(1, 1), width=width, height=height, look="mask", pad=4)
        exchanged = f"{name} exchanged" if width > 60 else name
        role = "value" if i == layer else "residual"
        inside = label(exchanged if i == layer else "anew", size=12, role=role)
        return box(inside, width=width, height=height, look="tinted", role=role, pad=4)

    sides = [label(f"layer {i}" if width > 60 else str(i), size=13, role="muted") for i in layers]
    side = max(each.width for each in sides)
    lines = [
        row(_padded(each, side), *(cell(i, t) for t in range(len(tokens))), gap=6)
        for i, each in zip(layers, sides, strict=True)
    ]
    words = [_padded(label(token, mono=True, size=13), width) for token in tokens]
    key = row(
        box(space(1, 1), width=28, height=16, look="mask", pad=0),
        label("as before", size=13, role="muted"),
        gap=8,
    )
    below = row(space(side, 1), key, gap=6).pad(top=8)
    return column(*reversed(lines), row(space(side, 1), *words, gap=6), below, gap=6)


def _padded(piece: Piece, width: float) -> Piece:
    """Return a piece in the middle of so much room."""
    return Piece(width, piece.height, parts=(((width - piece.width) / 2, 0, piece),))
