"""Tokenization's picture: one word, cut in three ways, and the numbers that the model gets."""

from __future__ import annotations

from llm_lib.checkpoint import load_model
from llm_lib.pictures.kit import token
from llm_lib.pictures.links import arrow
from llm_lib.pictures.picture import Picture
from llm_lib.pictures.piece import Piece, column, row
from llm_lib.pictures.text import label

SIZE = 13


def text_to_ids(*, word: str = "strawberry", letter: str = "r") -> Picture:
    """Draw a word as characters, bytes and Sprout's tokens, each with its numbers below it."""
    _, tokenizer = load_model("sprout")
    ids = tokenizer.encode(word)
    pieces = [tokenizer.decode([i]) for i in ids]
    n = word.count(letter)
    alt = (
        f"“{word}” has {len(word)} characters, {n} of them {letter}, marked. Sprout's tokenizer "
        f"cuts it into {len(pieces)} tokens: {', '.join(pieces)}. All that the model gets is their "
        f"ids: {', '.join(map(str, ids))}. No {letter} can be seen in these."
    )
    title = f"How many {letter} are in “{word}”?"
    return Picture(
        title,
        alt,
        _draw(word, letter, pieces, ids, 62, 24),
        _draw(word, letter, pieces, ids, 32, 18),
    )


def _draw(word, letter, pieces, ids, width, gap) -> Piece:
    """Draw the word: each character `width` wide, and each token as wide as its characters."""
    wide = width > 40
    looks = ["asks" if c == letter else "" for c in word]
    letters = [token(c, width=width - 5, look=look) for c, look in zip(word, looks, strict=True)]
    chips = [token(p, width=width * len(p) - 5).named(f"token{i}") for i, p in enumerate(pieces)]
    numbers = [
        Piece(chip.width, 24, parts=((chip.width / 2 - n.width / 2, 0, n),)).named(f"id{i}")
        for i, (chip, n) in enumerate(
            (chip, label(str(number), mono=True, size=15 if wide else 12))
            for chip, number in zip(chips, ids, strict=True)
        )
    ]
    lines = [
        ("What you see", row(*letters, gap=5).named("letters")),
        ("Cut into tokens", row(*chips, gap=5).named("chips")),
        ("What the model gets", row(*numbers, gap=5).named("numbers")),
    ]
    steps = [arrow(f"token{i}", f"id{i}", "bottom", gap=3) for i in range(len(ids))]
    if wide:
        names = [label(title, bold=True, anchor="end") for title, _ in lines]
        most = max(name.width for name in names)
        notes = [f"{word.count(letter)} {letter}", "", f"no {letter} to be seen"]
        notes = [label(note, size=13, role="muted", anchor="start") for note in notes]
        rows = [
            row(name.pad(left=most - name.width), line, note, gap=24)
            for name, (_, line), note in zip(names, lines, notes, strict=True)
        ]
        return column(*rows, gap=gap).link(*steps)
    rows = [
        column(label(t, bold=True, size=14, anchor="start"), line, gap=6) for t, line in lines[:2]
    ]
    last = column(lines[2][1], label(lines[2][0], bold=True, size=14, anchor="start"), gap=4)
    return column(*rows, last, gap=gap).link(*steps)
