"""The first chapter's picture: probabilities for the next token, one is chosen, and again."""

from __future__ import annotations

import torch

from llm_lib.book.pictures.cells import level
from llm_lib.book.pictures.kit import bars, box, flow, token
from llm_lib.book.pictures.links import around, arrow
from llm_lib.book.pictures.picture import Picture
from llm_lib.book.pictures.piece import Piece, column, row
from llm_lib.book.pictures.text import label, sentence
from llm_lib.interp.heads import token_losses
from llm_lib.pretrained.save_load import load_model

NOTES = (
    "fuller: more of a surprise",
    "the same each time",
    "with its probability",
    "by chance, or the top",
)
TEXT = "By the lake lived Mia, a brave fox. Mia had a"


def next_token(*, text: str = TEXT, n: int = 5) -> Picture:
    """Draw one turn of writing: text, model, next-token probabilities, choice, longer text."""
    model, tokenizer = load_model("sprout")
    ids = tokenizer.encode(text)
    with torch.no_grad():
        p = model(torch.tensor([ids]))[0, -1].softmax(dim=-1)
        surprise = [0.0, *token_losses(model, torch.tensor([ids]))[0].tolist()]
    shares, best = (x.tolist() for x in p.topk(n))
    names = [tokenizer.decode([i]).strip() for i in best]
    words = [tokenizer.decode([i]).strip() for i in ids]
    most = max(range(len(words)), key=lambda i: surprise[i])
    said = ", ".join(f"{name} {share:.0%}" for name, share in zip(names, shares, strict=True))
    alt = (
        f"The text so far, cut into {len(words)} tokens, enters the model. The more a token "
        f"surprised it, the fuller its box; most of all “{words[most]}”. The model gives each "
        f"token of its vocabulary a probability to come next; the likeliest are {said}. One is "
        f"chosen, here “{names[0]}”, and put at the end of the text; then all begins anew."
    )
    fills = [level(loss, max(surprise)) for loss in surprise]
    chips = [token(word, fill=fill) for word, fill in zip(words, fills, strict=True)]
    parts = (chips, names, shares, f"{model.count_parameters():,} numbers")
    return Picture("What comes next?", alt, _wide(*parts), _narrow(*parts))


def _text(chips, width) -> Piece:
    """Return the tokens in lines, and behind them an empty place."""
    return flow([*chips, token("?", width=46, look="new").named("next")], width)


def _bars(names, shares, width) -> Piece:
    texts = [f"{share:.0%}" if share >= 0.1 else f"{share:.1%}" for share in shares]
    return bars(names, shares, texts=texts, width=width)


def _model(parameters) -> Piece:
    inside = column(
        label("Sprout", bold=True), label(parameters, size=13, role="muted"), align="middle", gap=0
    )
    return box(inside, width=150, height=74).named("model")


def _wide(chips, names, shares, parameters) -> Piece:
    heads = ("The text so far", "The model", "What could come next", "Choose one")
    text = _text(chips, 270)
    parts = [
        text.named("text"),
        _model(parameters),
        _bars(names, shares, 140).named("bars"),
        token(names[0], look="chosen").named("pick"),
    ]
    line = row(
        *(_under(*words, part) for *words, part in zip(heads, NOTES, parts, strict=True)),
        gap=48,
        align="start",
    )
    steps = [arrow("text", "model"), arrow("model", "bars"), arrow("bars", "pick")]
    again = around(
        "pick", "next", "bottom", 66, text="put it at the end, and read the longer text again"
    )
    return line.pad(bottom=84).link(*steps, again)


def _title(name: str, note: str) -> list[Piece]:
    return [label(name, bold=True), label(note, size=12, role="muted")]


def _under(name: str, note: str, part: Piece, height: float = 126) -> Piece:
    """Return a piece under its title, in the middle of a fixed height."""
    place = Piece(part.width, height, parts=((0, (height - part.height) / 2, part),))
    return column(*_title(name, note), place.pad(top=6), align="middle", gap=0)


def _narrow(chips, names, shares, parameters) -> Piece:
    parts = [
        column(*_title("The text so far", NOTES[0]), gap=0, align="middle"),
        _text(chips, 286).named("text"),
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
        sentence("One is chosen and put at the end, and the model sees the longer text.", 320),
        gap=10,
    )
