"""The whole GPT in one picture: from a text to the next token, with the shape after each step."""

from __future__ import annotations

import torch

from llm_lib.book.pictures.kit import box, token
from llm_lib.book.pictures.links import arrow
from llm_lib.book.pictures.picture import Picture
from llm_lib.book.pictures.piece import Piece, row, space, table
from llm_lib.book.pictures.text import label
from llm_lib.pretrained.save_load import load_model

TEXT = 'The fox had a kite. "Where is my'
SHAPES = ("(B, T)", "(B, T, C)", "(B, T, C)", "(B, T, C)", "(B, T, V)")
PHASES = ("", "", "read", "think", "", "write", "")


def gpt_model(*, text: str = TEXT) -> Picture:
    """Draw Sprout's way from a text to the next token: each step, and the shape that leaves it."""
    model, tokenizer = load_model("sprout")
    ids = tokenizer.encode(text)
    with torch.no_grad():
        p = model(torch.tensor([ids]))[0, -1].softmax(dim=-1)
    best = int(p.argmax())
    word, chance = tokenizer.decode([best]).strip(), f"{100 * p[best].item():.1f}\u00a0%"
    c = model.config
    sizes = {"B": 1, "T": len(ids), "C": c.n_embd, "V": c.vocab_size}
    shapes = [(letters, _numbers(letters, sizes)) for letters in SHAPES]
    long, short = _words(len(ids), f"{c.vocab_size:,} rows", c.n_embd, chance)
    steps = ["tokenizer", "token table", f"{c.n_layer} blocks", "final norm", "output head"]
    said = "; ".join(
        f"{name} ({what}): {letters} = {numbers}"
        for name, what, (letters, numbers) in zip(steps, long[1:-1], shapes, strict=True)
    )
    alt = (
        f"The way of the text “{text}” through the model. Step by step: {said}. Softmax turns the "
        f"last row into probabilities: “{word}” has {chance}."
    )
    title = "A whole GPT: its steps, and the shape that leaves each"
    tail = f"… {tokenizer.decode(ids[-2:]).strip()}"
    wide = _drawn([text, *steps, word], long, shapes, 190)
    return Picture(title, alt, wide, _drawn([tail, *steps, word], short, shapes, 118))


def _words(n: int, rows: str, channels: int, chance: str) -> tuple[list[str], list[str]]:
    """Return what stands beside the text, each step and the next token: at length, and short."""
    long = [
        "",
        f"cuts the text into {n} tokens, and gives each its id",
        f"looks up the row of each id: there are {rows} of {channels} numbers",
        "each adds to every token’s row: attention, then the feed-forward network",
        "brings each row to one scale",
        f"compares each row with {rows}, one for each token of the vocabulary",
        f"Softmax of the last row gives it {chance}.",
    ]
    short = [
        "the end of the text",
        f"cuts it into {n} tokens",
        f"looks up: {rows} of {channels}",
        "add to each token’s row",
        "brings each to one scale",
        f"compares: {rows} of {channels}",
        f"{chance} in the last row",
    ]
    return long, short


def _numbers(letters: str, sizes: dict[str, int]) -> str:
    """Return "(1, 10, 128)" for "(B, T, C)"."""
    return "(" + ", ".join(str(sizes[letter]) for letter in letters.strip("()").split(", ")) + ")"


def _drawn(names, words, shapes, width: float) -> Piece:
    """Return the steps one below the other; beside each what it does, beside each arrow a shape.

    names, words: of the text, of each step and of the next token. width: of a step's box.
    """
    is_wide, end = width > 150, len(names) - 1
    size = 14 if is_wide else 13
    lines = []
    for i, (name, said) in enumerate(zip(names, words, strict=True)):
        if i in (0, end):
            stop = token(name, look="chosen" if i else "asks")
        else:
            stop = _step(name, width, size)
        phase = label(PHASES[i], size=size, anchor="end") if is_wide and PHASES[i] else space()
        text = label(said, size=size - 1, role="muted", anchor="start") if said else space()
        lines.append([phase, stop.named(f"stop{i}"), text])
        if i < end:
            lines.append([space(), space(1, 26), _shape(shapes[i - 1], size) if i else space()])
    links = [arrow(f"stop{i}", f"stop{i + 1}", "bottom", role=_role(i)) for i in range(end)]
    return table(lines, gap=16 if is_wide else 6, row_gap=2, align="ems").link(*links)


def _step(name: str, width: float, size: float) -> Piece:
    look = "tinted" if name.endswith("blocks") else "box"
    return box(
        label(name, bold=True, size=size), look=look, role="residual", width=width, height=34
    )


def _role(i: int) -> str:
    """Return how an arrow is coloured: those after the table and before the head are the stream."""
    return "residual" if i in (2, 3, 4) else "muted"


def _shape(shape: tuple[str, str], size: float) -> Piece:
    letters, numbers = shape
    return row(
        label(letters, mono=True, size=size, anchor="start"),
        label(f"= {numbers}", size=size - 1, role="muted", anchor="start"),
        gap=6,
    )
