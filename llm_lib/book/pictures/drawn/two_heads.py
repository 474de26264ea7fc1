"""Multi-head attention's picture: two heads of one layer, each with its own map."""

from __future__ import annotations

import torch

from llm_lib.book.pictures.cells import grid
from llm_lib.book.pictures.kit import box
from llm_lib.book.pictures.picture import Picture
from llm_lib.book.pictures.piece import Piece, column, row
from llm_lib.book.pictures.text import label
from llm_lib.pretrained.save_load import load_model

TEXT = "Mia the fox had a kite. Tom the bear had a drum"
NAMES = {"2.0": "owner head (2.0)", "2.1": "full-stop head (2.1)"}  # as the chapter calls them


def two_heads(*, text: str = TEXT, layer: int = 2, heads: tuple = (0, 1)) -> Picture:
    """Draw the maps of two of Sprout's heads side by side."""
    model, tokenizer = load_model("sprout")
    ids = tokenizer.encode(text)
    with torch.no_grad():
        _, seen = model.run_with_cache(torch.tensor([ids]))
        maps = seen.layers("attention.pattern")[layer][0]  # (H, T, T)
    tokens = [tokenizer.decode([i]).strip() for i in ids]
    looks = "; ".join(_reading(tokens, f"{layer}.{h}", maps[h, -1]) for h in heads)
    alt = (
        f"Two heads of layer {layer} of Sprout read “{text}”, each with its own map of weights: a "
        f"row is a token that looks, a column one that is looked at. For the last token, {looks}."
    )
    title = f"Two of {len(maps)} heads look at one text"
    drawn = [_map(tokens, f"{layer}.{h}", maps[h], 15) for h in heads]
    wide, narrow = row(*drawn, gap=40), column(*drawn, gap=24, align="middle")
    return Picture(title, alt, wide, narrow)


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
        label(NAMES.get(name, f"head {name}"), bold=True),
        box(body, look="frame", pad=10),
        gap=8,
        align="middle",
    ).named(name)
