"""Faster generation: prompts of unequal lengths, one pass, a new token for each."""

from __future__ import annotations

from collections.abc import Sequence

from llm_lib.book.pictures.kit import box, token
from llm_lib.book.pictures.links import arrow
from llm_lib.book.pictures.picture import Picture
from llm_lib.book.pictures.piece import Piece, column, row
from llm_lib.book.pictures.text import label

# Greedy next tokens of Sprout: a test compares them with the model's.
PROMPTS = (("The", "fox"), ("Once", "there", "was", "a"), ("The", "brave", "fox", "had", "a"))
NEXT = ("was", "curious", "basket")
PAD = "·"


def shared_step(
    *, prompts: Sequence[Sequence[str]] = PROMPTS, next_tokens: Sequence[str] = NEXT
) -> Picture:
    """Draw prompts as one rectangle, padded on the left, and the pass that they share."""
    if len(prompts) != len(next_tokens):
        raise ValueError(
            f"each prompt needs its next token; got {len(prompts)} prompts and "
            f"{len(next_tokens)} tokens"
        )
    longest = max(map(len, prompts))
    rows = [[PAD] * (longest - len(prompt)) + list(prompt) for prompt in prompts]
    texts = "; ".join(
        f"“{' '.join(prompt)}”, with {longest - len(prompt)} of padding before it, gets “{new}”"
        for prompt, new in zip(prompts, next_tokens, strict=True)
    )
    alt = (
        f"{len(prompts)} prompts are the rows of one rectangle, {longest} columns wide; each ends "
        f"in the last column. One pass, for which all weights are fetched once, gives each row its "
        f"next token. {texts}."
    )
    return Picture(
        "One pass for several prompts", alt, _wide(rows, next_tokens), _narrow(rows, next_tokens)
    )


def _grid(rows: Sequence[Sequence[str]], cell: float, size: float) -> Piece:
    lines = (
        row(
            *(
                token(text, width=cell, size=size, pad=4, look="new" if text == PAD else "")
                for text in texts
            ),
            gap=4,
        )
        for texts in rows
    )
    shape = label(f"the prompts: ({len(rows)}, {len(rows[0])})", bold=True)
    return column(shape, column(*lines, gap=8).named("prompts"), gap=8, align="middle")


def _weights(width: float) -> Piece:
    inside = column(
        label("one pass", bold=True),
        label("all weights are", size=13),
        label("fetched once", size=13),
        gap=2,
        align="middle",
    )
    return box(inside, width=width, look="tinted", role="weight", pad=12).named("pass")


def _wide(rows: Sequence[Sequence[str]], new: Sequence[str]) -> Piece:
    tokens = column(*(token(text, width=84, look="chosen") for text in new), gap=8)
    right = column(label("next tokens", bold=True), tokens.named("new"), gap=8, align="middle")
    body = row(_grid(rows, 66, 14), _weights(150), right, gap=46, align="end")
    return body.link(arrow("prompts", "pass"), arrow("pass", "new"))


def _narrow(rows: Sequence[Sequence[str]], new: Sequence[str]) -> Piece:
    tokens = row(*(token(text, width=76, look="chosen") for text in new), gap=8)
    below = column(tokens.named("new"), label("next tokens", bold=True), gap=6, align="middle")
    body = column(_grid(rows, 58, 13), _weights(150), below, gap=30, align="middle")
    return body.link(arrow("prompts", "pass", "bottom"), arrow("pass", "new", "bottom"))
