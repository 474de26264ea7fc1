"""Three filters of decoding at work on the same few tokens, each with the line where it cuts."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from llm_lib.book.pictures.cells import rectangle
from llm_lib.book.pictures.picture import Picture
from llm_lib.book.pictures.piece import Piece, column, place, row
from llm_lib.book.pictures.text import SMALL, label, text_shape, text_width
from llm_lib.generation import filter_logits

NAMES = ("kite", "drum", "ball", "the")
LOGITS = (2.0, 1.0, 0.0, -1.0)
ROW, BAR = 30, 16  # pixels: a token's line, and how high its bar is
CUT = "p-line p-query p-thick"  # the line where a filter cuts


def three_filters(
    *,
    names: Sequence[str] = NAMES,
    logits: Sequence[float] = LOGITS,
    top_k: int = 2,
    top_p: float = 0.9,
    min_p: float = 0.1,
) -> Picture:
    """Draw what top-k, top-p and min-p keep of the same tokens, which come likeliest first.

    Raises ValueError if there are not as many names as logits, or the logits rise.
    """
    z = _checked(names, logits)
    p = z.softmax(dim=-1).tolist()
    knobs = ({"top_k": top_k}, {"top_p": top_p}, {"min_p": min_p})
    kept = [int(filter_logits(z[None], **knob).isfinite().sum()) for knob in knobs]
    heads = (f"top-k, k = {top_k}", f"top-p {top_p:g}", f"min-p {min_p:g}")
    floor = min_p * p[0]
    rules = (
        f"counts: the {kept[0]} likeliest",
        f"adds up: until {top_p:g} is reached",
        f"compares: {min_p:g} · {p[0]:.3f} = {floor:.3f}",
    )

    def panels(width: float) -> list[Piece]:
        held = [sum(p[:i]) for i in range(len(p))]
        where = (kept[0], top_p, floor)
        return [
            _panel(head, rule, _bars(names, p, n, width, start, at, across), names[:n])
            for head, rule, n, start, at, across in zip(
                heads, rules, kept, ([0.0] * len(p), held, [0.0] * len(p)), where,
                (False, True, True), strict=True,
            )
        ]  # fmt: skip

    return Picture(
        "Where three filters cut",
        _told(names, p, heads, rules, kept),
        row(*panels(190), gap=38, align="start"),
        column(*panels(228), gap=26),
    )


def _checked(names: Sequence[str], logits: Sequence[float]) -> torch.Tensor:
    """Return the logits, or raise ValueError if they don't fit the names, or rise."""
    z = torch.as_tensor(logits, dtype=torch.float32)
    if len(names) != len(z) or (z.diff() > 0).any():
        raise ValueError(f"give a logit for each name, the largest first; got {names}, {logits}")
    return z


def _told(names, p, heads, rules, kept: Sequence[int]) -> str:
    """Return the picture in words: the bars, and what each filter keeps."""
    listed = ", ".join(f"{name} {x:.3f}" for name, x in zip(names, p, strict=True))
    said = (
        f"{head} {rule}; it keeps {', '.join(names[:n])}, which hold {sum(p[:n]):.3f}."
        for head, rule, n in zip(heads, rules, kept, strict=True)
    )
    bars = f"The bars of {listed}, three times, each with a line where the filter cuts."
    return " ".join((bars, *said))


def _panel(head: str, rule: str, bars: Piece, kept: Sequence[str]) -> Piece:
    """Return a filter's bars under its name and its rule; below them, what it keeps."""
    top = column(
        label(head, bold=True, anchor="start"),
        label(rule, size=SMALL, role="muted", anchor="start"),
        gap=0,
    )
    keeps = label(f"keeps {', '.join(kept)}", size=14, role="right", bold=True, anchor="start")
    return column(top, bars, keeps, gap=8)


def _bars(names, p, n: int, width: float, starts, at: float, across: bool) -> Piece:
    """Return a bar a token, the first `n` in full, the others hollow; and the line of the cut.

    starts: where each begins, a share; the number at its right is where it ends.
    at: where the line stands: at a share that the bars run `across`, or below so many of them.
    """
    left = max(text_width(name, 14, mono=True) for name in names) + 10
    end, shapes = left + width, []
    for i, (name, share, start) in enumerate(zip(names, p, starts, strict=True)):
        y, x, long = i * ROW + ROW / 2, left + start * width, max(2, share * width)
        shapes += _name(name, y, is_cut=i >= n)
        looks = "p-bar p-right" if i < n else "p-line p-muted p-dashed p-thin"
        bar = rectangle(long, BAR, looks, 2)
        shapes.append(f'<g transform="translate({place(x)} {place(y - BAR / 2)})">{bar}</g>')
        if start:
            down = f"M{place(x)} {place(y - ROW + BAR / 2)}V{place(y - BAR / 2)}"
            shapes.append(f'<path d="{down}" class="p-line p-muted p-thin"/>')
        role = "ink" if i < n else "muted"
        shapes.append(text_shape(f"{start + share:.3f}", end + 6, y, SMALL, "start", f"p-{role}"))
    foot = len(names) * ROW
    if across:
        x = left + at * width
        shapes.append(f'<path d="M{place(x)} 0V{foot}" class="{CUT}"/>')
    else:
        shapes.append(f'<path d="M0 {place(at * ROW)}H{place(end)}" class="{CUT}"/>')
    return Piece(end + 6 + text_width("0.000", SMALL), foot, tuple(shapes))


def _name(name: str, y: float, *, is_cut: bool) -> list[str]:
    """Return a token's name, struck out if it is cut."""
    width = text_width(name, 14, mono=True)
    words = text_shape(name, 0, y, 14, "start", f"p-mono p-{'muted' if is_cut else 'ink'}")
    line = f'<path d="M-1 {place(y)}H{place(width + 1)}" class="p-line p-muted"/>'
    return [words, line] if is_cut else [words]
