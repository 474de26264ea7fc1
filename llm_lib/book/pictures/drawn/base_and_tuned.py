"""The picture of what tuning changes in a large model: one request, two continuations."""

from __future__ import annotations

from llm_lib.book.pictures.kit import SMALL, box
from llm_lib.book.pictures.links import arrow
from llm_lib.book.pictures.picture import Picture
from llm_lib.book.pictures.piece import Piece, column, row
from llm_lib.book.pictures.text import label

REQUEST = "Explain the moon landing to a 6 year old."
# shortened, from the announcement of InstructGPT (openai2022aligning in references.bib)
SAID = {
    "GPT-3": (
        "a base model goes on",
        ("Explain gravity to a 6 year old.", "Explain relativity to a 6 year old.", "…"),
    ),
    "InstructGPT": (
        "tuned from GPT-3, it answers",
        ("People went to the moon.", "They took pictures, and sent", "them home for us to see."),
    ),
}


def base_and_tuned() -> Picture:
    """Draw a request, and what GPT-3 and InstructGPT made of it."""
    told = ". ".join(
        f"{model}, {what}: “{' '.join(lines).removesuffix(' …')}”"
        for model, (what, lines) in SAID.items()
    )
    alt = f"Asked “{REQUEST}” (all texts are shortened). {told}."
    title = "One request, before and after tuning"
    return Picture(title, alt, _draw(14, wide=True), _draw(13, wide=False))


def _draw(size: float, wide: bool) -> Piece:
    request = box(label(REQUEST, size=size, mono=True), look="plain").named("request")
    parts = [_said(model, size) for model in SAID]
    if not wide:
        request = box(
            column(*(label(part, size=12, mono=True) for part in _halves(REQUEST)), gap=2),
            look="plain",
        ).named("request")
        return column(request, *parts, gap=22, align="middle")
    links = [arrow("request", model, "bottom") for model in SAID]
    return column(request, row(*parts, gap=40, align="start"), gap=34, align="middle").link(*links)


def _said(model: str, size: float) -> Piece:
    what, lines = SAID[model]
    words = column(
        *(label(line, size=size - 1, mono=True) for line in lines), gap=2, align="middle"
    )
    said = box(words, look="tinted", role="residual", width=290)
    name = column(
        label(model, bold=True), label(what, size=SMALL, role="muted"), gap=0, align="middle"
    )
    return column(name.named(model), said, gap=6, align="middle")


def _halves(text: str) -> list[str]:
    """Return a text in two lines, cut at the space that is closest to its middle."""
    cut = min((i for i, c in enumerate(text) if c == " "), key=lambda i: abs(i - len(text) / 2))
    return [text[:cut], text[cut + 1 :]]
