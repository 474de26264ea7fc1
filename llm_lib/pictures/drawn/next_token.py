"""The first chapter's picture: probabilities for the next token, one is chosen, and again."""

from __future__ import annotations

import torch

from llm_lib.checkpoint import load_model
from llm_lib.pictures.kit import bars, box, flow, token
from llm_lib.pictures.links import around, arrow
from llm_lib.pictures.picture import Picture
from llm_lib.pictures.piece import Piece, column, row
from llm_lib.pictures.text import label, sentence

TEXT = "By the lake lived Mia, a brave fox. Mia had a"


def next_token(*, text: str = TEXT, n: int = 5) -> Picture:
    """Draw one turn of writing: text, model, next-token probabilities, choice, longer text."""
    model, tokenizer = load_model("sprout")
    ids = tokenizer.encode(text)
    with torch.no_grad():
        p = model(torch.tensor([ids]))[0, -1].softmax(dim=-1)
    shares, best = (x.tolist() for x in p.topk(n))
    names = [tokenizer.decode([i]).strip() for i in best]
    words = [tokenizer.decode([i]).strip() for i in ids]
    said = ", ".join(f"{name} {share:.0%}" for name, share in zip(names, shares, strict=True))
    alt = (
        f"The text so far, cut into {len(words)} tokens, enters the model. It gives each token of "
        f"its vocabulary a probability to come next; the likeliest are {said}. One is chosen, here "
        f"“{names[0]}”, and put at the end of the text; then all begins anew."
    )
    parts = (words, names, shares, f"{model.count_parameters():,} numbers")
    return Picture("What comes next?", alt, _wide(*parts), _narrow(*parts))


def _text(words, width) -> Piece:
    """Return the tokens in lines, and behind them an empty place."""
    chips = [token(word) for word in words] + [token("?", width=46, look="new").named("next")]
    return flow(chips, width)


def _bars(names, shares, width) -> Piece:
    texts = [f"{share:.0%}" if share >= 0.1 else f"{share:.1%}" for share in shares]
    return bars(names, shares, texts=texts, width=width)


def _model(parameters) -> Piece:
    inside = column(
        label("Sprout", bold=True), label(parameters, size=13, role="muted"), align="middle", gap=0
    )
    return box(inside, width=150, height=74).named("model")


def _wide(words, names, shares, parameters) -> Piece:
    heads = ("The text so far", "The model", "What could come next", "Choose one")
    text = _text(words, 270)
    parts = [
        text.named("text"),
        _model(parameters),
        _bars(names, shares, 140).named("bars"),
        token(names[0], look="chosen").named("pick"),
    ]
    line = row(
        *(_under(h, part) for h, part in zip(heads, parts, strict=True)), gap=48, align="start"
    )
    steps = [arrow("text", "model"), arrow("model", "bars"), arrow("bars", "pick")]
    again = around(
        "pick", "next", "bottom", 66, text="put it at the end, and read the longer text again"
    )
    return line.pad(bottom=84).link(*steps, again)


def _under(title: str, part: Piece, height: float = 126) -> Piece:
    """Return a piece under its title, in the middle of a fixed height."""
    top = (height - part.height) / 2
    return column(
        label(title, bold=True),
        Piece(part.width, height, parts=((0, top, part),)),
        align="middle",
        gap=6,
    )


def _narrow(words, names, shares, parameters) -> Piece:
    parts = [
        label("The text so far", bold=True, size=14),
        _text(words, 286).named("text"),
        _model(parameters),
        _bars(names, shares, 130).named("bars"),
        token(names[0], look="chosen").named("pick"),
    ]
    steps = [
        arrow("text", "model", "bottom"),
        arrow("model", "bars", "bottom"),
        arrow("bars", "pick", "bottom"),
    ]
    body = column(*parts, gap=26, align="middle").pad(left=34)
    return column(
        body.link(*steps, around("pick", "text", "left", 26)),
        sentence("One is chosen, put at the end, and the longer text is read again.", 320),
        gap=10,
    )
