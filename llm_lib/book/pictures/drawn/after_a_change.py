"""Multi-head attention's picture of a patch: what is computed anew when one head is exchanged."""

from __future__ import annotations

from collections.abc import Sequence

from llm_lib.book.pictures.cells import rectangle
from llm_lib.book.pictures.links import arrow, ribbon
from llm_lib.book.pictures.picture import Picture
from llm_lib.book.pictures.piece import Piece, column, row, space
from llm_lib.book.pictures.text import label

TOKENS = ("John", "gave", "a", "drink", "to")
LAYERS = (22, 23, 24, 25)  # from below
RISE = 18  # pixels between two layers, for what is read


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
        "All others stay as they were, and ribbons lead from them to those that read them anew."
    )
    title = f"Head {name} alone is exchanged, at “{tokens[place]}”"
    sizes = {"wide": (114, 38), "narrow": (53, 36)}
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
            return _kept(width, height, f"c{i}.{t}")
        exchanged = f"{name} exchanged" if width > 60 else name
        if i == layer:
            words, look, fill = label(exchanged, size=13, bold=True, role="paper"), "p-bar", 0
        else:
            words, look, fill = label("anew", size=13, bold=True, role="value"), "p-cell", 24
        shape = rectangle(width, height, f"{look} p-value", 7, fill)
        spot = ((width - words.width) / 2, (height - words.height) / 2, words)
        return Piece(width, height, (shape,), (spot,)).named(f"c{i}.{t}")

    sides = [label(f"layer {i}" if width > 60 else str(i), size=13, role="muted") for i in layers]
    side = max(each.width for each in sides)
    lines = [
        row(_padded(each, side), *(cell(i, t) for t in range(len(tokens))), gap=8)
        for i, each in zip(layers, sides, strict=True)
    ]
    words = [_padded(label(token, mono=True, size=14), width) for token in tokens]
    grid = column(*reversed(lines), gap=RISE)
    whole = column(grid, row(space(side, 1), *words, gap=8), gap=6)
    new = [(low, t) for low in layers[:-1] for t in range(len(tokens)) if is_new(low, t, layer, at)]
    ups = [arrow(f"c{low}.{t}", f"c{low + 1}.{t}", "top", role="value", gap=1) for low, t in new]
    return whole.link(*_readings(len(tokens), layers, layer, at), under=True).link(*ups)


def _kept(width: float, height: float, name: str) -> Piece:
    """Return a vector that stays as it was: low and pale, in the middle of its place."""
    low = 12
    shape = rectangle(0.6 * width, low, "p-cell p-residual", 6, 14)
    pill = Piece(0.6 * width, low, (shape,), name=name)
    return Piece(width, height, parts=((0.2 * width, (height - low) / 2, pill),))


def _readings(n: int, layers, layer: int, at: int) -> list:
    """Return a ribbon to each vector that is computed anew, from each that its layer reads."""
    return [
        ribbon(
            f"c{low}.{s}",
            f"c{low + 1}.{t}",
            "top",
            "bottom",
            4,
            role="value",
        )
        for low in layers[:-1]
        if low >= layer
        for t in range(at, n)
        for s in range(t)
    ]


def _padded(piece: Piece, width: float) -> Piece:
    """Return a piece in the middle of so much room."""
    return Piece(width, piece.height, parts=(((width - piece.width) / 2, 0, piece),))
