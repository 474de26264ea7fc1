"""The whole GPT in one picture: from a text to the next token, with the shape after each step."""

from __future__ import annotations

import torch

from llm_lib.checkpoint import load_model
from llm_lib.pictures.kit import box, token
from llm_lib.pictures.links import arrow
from llm_lib.pictures.picture import Picture
from llm_lib.pictures.piece import Piece, row, space, table
from llm_lib.pictures.text import label

TEXT = 'The fox had a kite. "Where is my'
SHAPES = ("(B, T)", "(B, T, C)", "(B, T, C)", "(B, T, C)", "(B, T, V)")
PHASES = ("", "", "read", "think", "write", "", "")


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
    rows_of = f"{c.vocab_size} rows of {c.n_embd}"
    steps = [
        ("tokenizer", f"cuts it into {len(ids)} tokens"),
        ("token table", f"looks up: {rows_of}"),
        (f"{c.n_layer} blocks", "add to each token’s row"),
        ("final norm", "brings each to one scale"),
        ("output head", f"compares: {rows_of}"),
    ]
    ends = [
        (token(f"… {tokenizer.decode(ids[-2:]).strip()}", look="asks"), "one text, and its end"),
        (token(word, look="chosen"), f"{chance} in the last row"),
    ]
    said = "; ".join(
        f"{name} ({what}): {letters} = {numbers}"
        for (name, what), (letters, numbers) in zip(steps, shapes, strict=True)
    )
    alt = (
        f"The way of the text “{text}” through the model. Step by step: {said}. Softmax turns the "
        f"last row into probabilities: “{word}” has {chance}."
    )
    title = "A whole GPT: its steps, and the shape that leaves each"
    return Picture(
        title, alt, _drawn(steps, shapes, ends, 190, 14), _drawn(steps, shapes, ends, 118, 13)
    )


def _numbers(letters: str, sizes: dict[str, int]) -> str:
    """Return "(1, 10, 128)" for "(B, T, C)"."""
    return "(" + ", ".join(str(sizes[letter]) for letter in letters.strip("()").split(", ")) + ")"


def _drawn(steps, shapes, ends, width: float, size: float) -> Piece:
    """Return the steps one below the other; beside each what it does, beside each arrow a shape."""
    (start, start_words), (end, end_words) = ends
    stops = [start, *(_step(name, width) for name, _ in steps), end]
    words = [start_words, *(what for _, what in steps), end_words]
    lines = []
    for i, (stop, said) in enumerate(zip(stops, words, strict=True)):
        is_named = PHASES[i] and width > 150
        phase = label(PHASES[i], size=size, anchor="end") if is_named else space()
        text = label(said, size=size - 1, role="muted", anchor="start")
        lines.append([phase, stop.named(f"stop{i}"), text])
        if i < len(stops) - 1:
            lines.append([space(), space(1, 28), _shape(shapes[i - 1], size) if i else space()])
    links = [
        arrow(f"stop{i}", f"stop{i + 1}", "bottom", role=_role(i)) for i in range(len(words) - 1)
    ]
    return table(lines, gap=16 if width > 150 else 6, row_gap=2, align="ems").link(*links)


def _step(name: str, width: float) -> Piece:
    look = "tinted" if name.endswith("blocks") else "box"
    return box(label(name, bold=True), look=look, role="residual", width=width, height=34)


def _role(i: int) -> str:
    """Return how an arrow is coloured: those after the table and before the head are the stream."""
    return "residual" if i in (2, 3, 4) else "muted"


def _shape(shape: tuple[str, str], size: float) -> Piece:
    letters, numbers = shape
    role = "residual" if "C" in letters else "ink"
    return row(
        label(letters, mono=True, size=size, role=role, anchor="start"),
        label(f"= {numbers}", size=size - 1, role="muted", anchor="start"),
        gap=6,
    )
