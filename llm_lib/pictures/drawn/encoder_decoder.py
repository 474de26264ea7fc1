"""The picture of the Transformer of 2017: encoder and decoder, and who may look at whom."""

from __future__ import annotations

from llm_lib.pictures.cells import grid
from llm_lib.pictures.kit import box, flow, token
from llm_lib.pictures.links import arrow
from llm_lib.pictures.picture import Picture
from llm_lib.pictures.piece import Piece, column, row
from llm_lib.pictures.text import label
from llm_lib.translation import LumiTask


def encoder_decoder(*, source: str = "", target: str = "", written: int = 3) -> Picture:
    """Draw a translation under way: the source read at once, the target written word by word.

    source, target: a sentence pair; by default, one of the book's Lumi task. written: how many
    words of the target are there already.
    """
    if not (source and target):
        source, target = LumiTask(seed=4).pairs(2)[1]
    words, made = source.rstrip(".").split(), target.rstrip(".").split()
    if not 0 < written < len(made):
        raise ValueError(f"written must be from 1 to {len(made) - 1}, got {written}")
    so_far, new = made[:written], made[written]
    alt = (
        f"Left, the encoder reads “{source}”: its self-attention lets each word look at all. Its "
        f"results, a vector a word, are the memory. Right, the decoder has written "
        f"“{' '.join(so_far)}”: its self-attention is masked: each word looks at itself and at "
        f"earlier ones only; its cross-attention looks at the memory. Then comes “{new}”. Each "
        f"part is followed by add and norm; encoder and decoder repeat theirs N times."
    )
    return Picture(
        "Read all, then write word by word",
        alt,
        _wide(words, so_far, new),
        _narrow(words, so_far, new),
    )


def _mask(rows: int, columns: int, is_causal: bool, size: float) -> Piece:
    """Return which of the columns each row may look at."""
    seen = [[not is_causal or s <= t for s in range(columns)] for t in range(rows)]
    return grid(
        [[0.5] * columns] * rows,
        mask=seen,
        width=size,
        height=size,
        gap=1,
        largest=1,
        bare=True,
    )


def _layer(name: str, below: str, mask: Piece | None, width: float, code: str) -> Piece:
    """Return one part of encoder or decoder: its name, and the map of who may look at whom."""
    words = column(
        label(name, bold=True, size=14, anchor="start"),
        label(below, size=12, role="muted", anchor="start"),
        gap=0,
    )
    mask = mask or Piece(0, 0)
    room = width - 24 - words.width - mask.width
    inside = row(words, Piece(max(8, room - 32), 1), mask)
    return box(inside, width=width, height=44, pad=10).named(code)


def _stack(title: str, layers: list[Piece], code: str) -> Piece:
    """Return the parts one below the other in a frame, which is repeated."""
    body = column(*layers, gap=16)
    links = [arrow(f"{code}{i}", f"{code}{i + 1}", "bottom", gap=2) for i in range(len(layers) - 1)]
    head = row(label(title, bold=True), label("N ×", size=13, role="muted"), gap=10)
    return column(head, box(body.link(*links), look="plain", pad=12, radius=8).named(code), gap=6)


def _encoder(words, width: float, cell: float) -> Piece:
    S = len(words)
    layers = [
        ("self-attention", "all look at all", _mask(S, S, False, cell)),
        ("feed-forward", "each word alone", None),
    ]
    drawn = [_layer(*layer, width, f"e{i}") for i, layer in enumerate(layers)]
    memory = box("memory: a vector a word", look="tinted", role="key", width=width)
    parts = (_words(words, "source", width), _stack("Encoder", drawn, "e"), memory.named("memory"))
    return column(*parts, gap=26, align="middle")


def _decoder(words, so_far, new, width: float, cell: float) -> Piece:
    S, T = len(words), len(so_far)
    layers = [
        ("self-attention", "masked: only back", _mask(T, T, True, cell)),
        ("cross-attention", "looks at the memory", _mask(T, S, False, cell)),
        ("feed-forward", "each word alone", None),
    ]
    drawn = [_layer(*layer, width, f"d{i}") for i, layer in enumerate(layers)]
    note = label("comes next", size=13, role="muted")
    made = row(token(new, look="chosen", size=13), note, gap=10).named("new")
    parts = (_words(so_far, "target", width), _stack("Decoder", drawn, "d"), made)
    return column(*parts, gap=26, align="middle")


def _words(words, name: str, width: float) -> Piece:
    return flow([token(word, size=13, pad=7) for word in words], width + 30, gap=5).named(name)


_STEPS = (("source", "e"), ("e", "memory"), ("target", "d"), ("d", "new"))


def _wide(words, so_far, new) -> Piece:
    left, right = _encoder(words, 330, 11), _decoder(words, so_far, new, 330, 11)
    links = [arrow(a, b, "bottom") for a, b in _STEPS]
    links.append(arrow("memory", "d1", "right", role="key", look="thick"))
    return row(left, right, gap=110, align="start").link(*links)


def _narrow(words, so_far, new) -> Piece:
    left, right = _encoder(words, 276, 9), _decoder(words, so_far, new, 276, 9)
    links = [arrow(a, b, "bottom") for a, b in _STEPS]
    return column(left, right, gap=26, align="middle").link(*links)
