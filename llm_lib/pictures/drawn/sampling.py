"""The picture of generating: scores become probabilities, a filter cuts, and one token is drawn."""

from __future__ import annotations

import torch

from llm_lib.checkpoint import load_model
from llm_lib.generation import token_probabilities
from llm_lib.pictures.kit import bars, token
from llm_lib.pictures.links import arrow
from llm_lib.pictures.picture import Picture
from llm_lib.pictures.piece import Piece, column, row
from llm_lib.pictures.text import label

TEXT = "One day Mia"


def sampling(
    *, text: str = TEXT, temperature: float = 0.7, top_k: int = 4, n: int = 7, seed: int = 0
) -> Picture:
    """Draw how Sprout's next token is chosen: probabilities, temperature, top-k, a draw."""
    model, tokenizer = load_model("sprout")
    with torch.no_grad():
        logits = model(torch.tensor([tokenizer.encode(text)]))[:, -1]
    stages = [
        token_probabilities(logits),
        token_probabilities(logits, temperature=temperature),
        token_probabilities(logits, temperature=temperature, top_k=top_k),
    ]
    stages = [stage[0] for stage in stages]
    best = stages[0].topk(n).indices
    names = [tokenizer.decode([int(i)]).strip() for i in best]
    shares = [stage[best].tolist() for stage in stages]
    drawn = _draw_one(stages[-1], seed)
    pick = tokenizer.decode([drawn]).strip()
    heads = ["The model", f"Temperature {temperature:g}", f"Top-k {top_k}"]
    said = "; ".join(f"{h}: {_list(names, s)}" for h, s in zip(heads, shares, strict=True))
    alt = (
        f"What could come after “{text}”: the {n} likeliest tokens, in three steps. {said}. What "
        f"the filter leaves sums to 1 again; a draw from it gives “{pick}”."
    )
    notes = ["as it learned", "sharper" if temperature < 1 else "flatter", "what is left sums to 1"]
    parts = (names, heads, notes, shares, pick)
    return Picture("From probabilities to one token", alt, _wide(*parts), _narrow(*parts))


def _draw_one(probabilities, seed: int) -> int:
    generator = torch.Generator().manual_seed(seed)
    return int(torch.multinomial(probabilities, 1, generator=generator))


def _list(names, shares) -> str:
    return ", ".join(f"{n} {s:.0%}" for n, s in zip(names, shares, strict=True) if s)


def _stage(names, head, note, shares, largest, width) -> Piece:
    texts = [f"{s:.0%}" if s else "cut off" for s in shares]
    body = bars(names, shares, texts=texts, largest=largest, width=width)
    return column(
        label(head, bold=True),
        label(note, size=13, role="muted"),
        body.pad(top=8),
        gap=0,
        align="middle",
    ).named(head)


def _wide(names, heads, notes, shares, pick) -> Piece:
    largest = max(map(max, shares))
    stages = [
        _stage(names, h, n, s, largest, 92) for h, n, s in zip(heads, notes, shares, strict=True)
    ]
    chip = column(
        label("Draw", bold=True),
        label("by chance", size=13, role="muted"),
        token(pick, look="chosen").pad(top=8),
        gap=0,
        align="middle",
    ).named("draw")
    links = [arrow(a, b) for a, b in zip(heads, [*heads[1:], "draw"], strict=True)]
    return row(*stages, chip, gap=48).link(*links)


def _narrow(names, heads, notes, shares, pick) -> Piece:
    largest = max(map(max, shares))
    stages = [
        _stage(names, h, n, s, largest, 120) for h, n, s in zip(heads, notes, shares, strict=True)
    ]
    chip = column(
        label("Draw", bold=True), token(pick, look="chosen"), gap=6, align="middle"
    ).named("draw")
    links = [arrow(a, b, "bottom") for a, b in zip(heads, [*heads[1:], "draw"], strict=True)]
    return column(*stages, chip, gap=28, align="middle").link(*links)
