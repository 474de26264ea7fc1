"""Multi-head attention's picture: two heads of one layer, each with a map and results of its own."""

from __future__ import annotations

import torch

from llm_lib.checkpoint import load_model
from llm_lib.pictures.cells import grid, vector
from llm_lib.pictures.kit import box, heading
from llm_lib.pictures.links import arrow
from llm_lib.pictures.picture import Picture
from llm_lib.pictures.piece import Piece, column, row
from llm_lib.pictures.text import label

TEXT = "Mia the fox had a kite. Tom the bear had a drum"
SHOWN = 4  # channels of each head's result


def two_heads(*, text: str = TEXT, layer: int = 2, heads: tuple = (0, 1)) -> Picture:
    """Draw the maps of two of Sprout's heads, their results side by side, and what W_O makes."""
    model, tokenizer = load_model("sprout")
    ids = tokenizer.encode(text)
    with torch.no_grad():
        _, seen = model.run_with_activations(torch.tensor([ids]))
        maps = seen["attention"][layer][0]  # (H, T, T)
        results = seen["head_output"][layer][0, :, -1]  # (H, D), of the last token
        out = model.blocks[layer].attention.out(results.flatten())  # (C,)
    tokens = [tokenizer.decode([i]).strip() for i in ids]
    parts = (tokens, layer, heads, maps, results, out)
    looks = "; ".join(_reading(tokens, f"{layer}.{h}", maps[h, -1]) for h in heads)
    alt = (
        f"Two heads of layer {layer} of Sprout read “{text}”, each with its own map of weights: a "
        f"row is a token that looks, a column one that is looked at. For the last token, {looks}. "
        f"Each head's result stands in its own slice; side by side they are multiplied by W_O."
    )
    return Picture("Two looks at one text", alt, _wide(*parts), _narrow(*parts))


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
    return column(label(f"head {name}", bold=True), box(body, look="frame", pad=10), gap=8, align="middle").named(name)

def _join(layer, heads, results, out, width) -> list[Piece]:
    """Return the results side by side, W_O, and what comes out, each with its name."""
    looks = {"width": width, "height": 30, "digits": 1}
    slices = [
        column(
            vector(results[h, :SHOWN], "value", largest=float(results.abs().max()), **looks),
            label(f"from head {layer}.{h}", size=12, role="muted"),
            gap=4,
            align="middle",
        ).named(f"slice{h}")
        for h in heads
    ]
    made = column(
        vector(out[: 2 * SHOWN - 2], "residual", **looks),
        label("to the residual stream", size=12, role="muted"),
        gap=4,
        align="middle",
    )
    side_by_side = row(*slices, gap=8).named("sides")
    return [side_by_side, box(_matrix_name(), width=70, height=44).named("W_O"), made.named("out")]


def _matrix_name() -> Piece:
    """Return W with a small O below its line."""
    return row(label("W", italic=True), label("O", size=12, italic=True).pad(top=8), gap=0)


def _wide(tokens, layer, heads, maps, results, out) -> Piece:
    drawn = [_map(tokens, f"{layer}.{h}", maps[h], 16) for h in heads]
    joined = row(*_join(layer, heads, results, out, 36), gap=44)
    links = [arrow(f"{layer}.{h}", f"slice{h}", "bottom") for h in heads]
    links += [arrow("sides", "W_O"), arrow("W_O", "out")]
    return column(row(*drawn, gap=48), joined, gap=34, align="middle").link(*links)


def _narrow(tokens, layer, heads, maps, results, out) -> Piece:
    drawn = [_map(tokens, f"{layer}.{h}", maps[h], 15) for h in heads]
    joined = column(*_join(layer, heads, results, out, 33), gap=26, align="middle")
    links = [arrow("sides", "W_O", "bottom"), arrow("W_O", "out", "bottom")]
    return column(*drawn, joined, gap=22, align="middle").link(*links)
