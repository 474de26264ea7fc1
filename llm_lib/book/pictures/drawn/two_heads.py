"""Multi-head attention's picture: two heads of one layer, each with its own map and results."""

from __future__ import annotations

import torch

from llm_lib.book.pictures.cells import grid, vector
from llm_lib.book.pictures.kit import box
from llm_lib.book.pictures.links import arrow
from llm_lib.book.pictures.picture import Picture
from llm_lib.book.pictures.piece import Piece, column, row
from llm_lib.book.pictures.text import label
from llm_lib.pretrained.save_load import load_model

TEXT = "Mia the fox had a kite. Tom the bear had a drum"
SHOWN = 4  # channels of each head's result


def two_heads(*, text: str = TEXT, layer: int = 2, heads: tuple = (0, 1)) -> Picture:
    """Draw the maps of two of Sprout's heads, their results side by side, and what W_O makes."""
    model, tokenizer = load_model("sprout")
    ids = tokenizer.encode(text)
    with torch.no_grad():
        _, seen = model.run_with_cache(torch.tensor([ids]))
        maps = seen.layers("attention.pattern")[layer][0]  # (H, T, T)
        results = seen.layers("attention.z")[layer][0, :, -1]  # (H, D), of the last token
        out = model.blocks[layer].attention.out(results.flatten())  # (C,)
    tokens = [tokenizer.decode([i]).strip() for i in ids]
    parts = (tokens, layer, heads, maps, results, out)
    looks = "; ".join(_reading(tokens, f"{layer}.{h}", maps[h, -1]) for h in heads)
    alt = (
        f"Two heads of layer {layer} of Sprout read “{text}”, each with its own map of weights: a "
        f"row is a token that looks, a column one that is looked at. For the last token, {looks}. "
        f"Each head's result stands in its own slice; all {len(maps)} of the layer, side by side, "
        f"are multiplied by W_O."
    )
    title = f"Two of {len(maps)} heads look at one text"
    return Picture(title, alt, _wide(*parts), _narrow(*parts))


def _reading(tokens, name, weights) -> str:
    best = int(weights.argmax())
    return f"head {name} looks most at “{tokens[best]}” ({weights[best]:.2f})"


def _map(tokens, name, weights, size) -> Piece:
    """Return a head's map in its frame."""
    T = len(tokens)
    body = grid(
        weights.tolist(),
        rows=tokens,
        mask=torch.ones(T, T).tril().tolist(),
        width=size,
        height=size,
        gap=1,
        largest=1,
        bare=True,
        text=12,
    )
    return column(
        label(f"head {name}", bold=True), box(body, look="frame", pad=10), gap=8, align="middle"
    ).named(name)


def _slices(layer, heads, results, width) -> list[Piece]:
    """Return the first numbers of each head's result, with their names."""
    looks = {"width": width, "height": 30, "digits": 1, "largest": float(results.abs().max())}
    return [
        column(
            vector(results[h, :SHOWN], "value", **looks),
            label(f"result of head {layer}.{h}:", size=12, role="muted"),
            label(f"first {SHOWN} of {results.shape[1]}", size=12, role="muted"),
            gap=4,
            align="middle",
        ).named(f"slice{h}")
        for h in heads
    ]


def _mixed(tokens, out, width) -> list[Piece]:
    """Return W_O, and the first numbers of what it makes of all results."""
    matrix = box(label("W", italic=True, sub="O"), width=70, height=44).named("W_O")
    numbers = vector(out[:SHOWN], "residual", width=width, height=30, digits=1)
    words = (f"added to {tokens[-1]}’s vector:", f"first {SHOWN} of {len(out)}")
    lines = [label(text, size=12, role="muted") for text in words]
    return [matrix, column(numbers, *lines, gap=4, align="middle").named("out")]


def _wide(tokens, layer, heads, maps, results, out) -> Piece:
    drawn = [_map(tokens, f"{layer}.{h}", maps[h], 15) for h in heads]
    slices = _slices(layer, heads, results, 36)
    below = [
        Piece(m.width, s.height, parts=(((m.width - s.width) / 2, 0, s),))
        for m, s in zip(drawn, slices, strict=True)
    ]
    sides = box(row(*below, gap=40), pad=8).named("sides")
    left = column(row(*drawn, gap=40), sides, gap=24, align="middle")
    matrix, made = _mixed(tokens, out, 36)
    right = column(
        made, matrix.pad(bottom=(sides.height - matrix.height) / 2), gap=40, align="middle"
    )
    links = [arrow(f"{layer}.{h}", f"slice{h}", "bottom", gap=5) for h in heads]
    links += [arrow("sides", "W_O"), arrow("W_O", "out", "top")]
    return row(left, right, gap=56, align="end").link(*links)


def _narrow(tokens, layer, heads, maps, results, out) -> Piece:
    drawn = [_map(tokens, f"{layer}.{h}", maps[h], 15) for h in heads]
    sides = row(*_slices(layer, heads, results, 33), gap=10).named("sides")
    links = [arrow("sides", "W_O", "bottom"), arrow("W_O", "out", "bottom")]
    parts = (*drawn, sides, *_mixed(tokens, out, 33))
    return column(*parts, gap=24, align="middle").link(*links)
