"""The picture of what came before attention: one state that holds all, or a direct way to each."""

from __future__ import annotations

from llm_lib.book.pictures.kit import box, heading, token
from llm_lib.book.pictures.links import arc, arrow, bow
from llm_lib.book.pictures.picture import Picture
from llm_lib.book.pictures.piece import Piece, column, row
from llm_lib.book.pictures.text import SMALL, label, sentence

TEXT = "Mia had a kite that she lost . Tom found her"


def bottleneck(*, text: str = TEXT, word: str = "kite") -> Picture:
    """Draw the way from a word to the end of a text: through every state, or in one step."""
    tokens = text.split()
    if word not in tokens[:-1]:
        raise ValueError(f"word must be one of {tokens[:-1]}, got {word!r}")
    start = tokens.index(word)
    steps = len(tokens) - 1 - start
    alt = (
        f"The text is “{text}”. In a recurrent network each token changes one state, which goes on "
        f"to the next token: from “{word}” to the end, its news passes through {steps} steps, each "
        f"of which mixes in another token. With attention, the last token looks at each earlier "
        f"one directly: one step to “{word}”."
    )
    said = (
        f"one state must hold all that was read: {steps} steps from “{word}” to the end",
        f"the last token looks at each earlier one: 1 step to “{word}”",
    )
    wide = _both(tokens, start, said, 14, 46, 900)
    narrow = _both(tokens[start:], 0, said, 11, 22, 320)
    return Picture(f"How does “{word}” reach the end?", alt, wide, narrow)


def _both(tokens, start, said, size, state, width) -> Piece:
    """Draw a text twice: with a chain of states above it, and with direct ways."""
    upper = column(
        title("Recurrent network", said[0], width), chain(tokens, start, size, state), gap=12
    )
    lower = column(title("Attention", said[1], width), _direct(tokens, start, size, state), gap=6)
    return column(upper, lower, gap=30)


def title(name: str, said: str, width: float) -> Piece:
    """Return the name of a part, and what it shows, in lines of at most `width` pixels."""
    if width > 400:
        return heading(name, said)
    return column(label(name, bold=True, anchor="start"), sentence(said, width, size=SMALL), gap=0)


def _columns(tokens, size, state) -> list[float]:
    """Return how wide the place of each token is."""
    return [max(state, token(text, size=size, pad=_pad(size)).width) for text in tokens]


def chain(tokens: list[str], start: int, size: float, state: float, stop: int = 0) -> Piece:
    """Return tokens x0, x1 … under the states h0, h1 … that they change.

    start, stop: from which to which state the news of a token is followed; 0 for to the end.
    """
    gap, stop, places = 34 if state > 30 else 7, stop or len(tokens) - 1, []
    for i, (text, width) in enumerate(zip(tokens, _columns(tokens, size, state), strict=True)):
        inside = box(
            "",
            width=state,
            height=26,
            look="tinted",
            role="weight" if start <= i <= stop else "residual",
            pad=0,
        )
        chip = token(text, size=size, pad=_pad(size), look="chosen" if i == start else "").named(
            f"x{i}"
        )
        place = column(inside.named(f"h{i}"), chip, gap=24, align="middle")
        places.append(Piece(width, place.height, parts=(((width - place.width) / 2, 0, place),)))
    links = [arrow(f"x{i}", f"h{i}", "top", gap=3) for i in range(len(tokens))]
    for i in range(len(tokens) - 1):
        on_way = {"role": "weight", "look": "thick"} if start <= i < stop else {}
        links.append(arrow(f"h{i}", f"h{i + 1}", gap=1, **on_way))
    return row(*places, gap=gap).link(*links)


def _direct(tokens, start, size, state) -> Piece:
    gap = 34 if state > 30 else 7
    widths, last = _columns(tokens, size, state), len(tokens) - 1
    chips = []
    for i, (text, width) in enumerate(zip(tokens, widths, strict=True)):
        look = "chosen" if i == start else "asks" if i == last else ""
        chip = token(text, size=size, pad=_pad(size), look=look).named(f"x{i}")
        chips.append(Piece(width, chip.height, parts=(((width - chip.width) / 2, 0, chip),)))
    links = []
    for i in range(last):
        on_way = {"role": "weight", "look": "thick"} if i == start else {"look": "thin"}
        links.append(arc(f"x{last}", f"x{i}", **on_way))
    line = row(*chips, gap=gap)
    return line.pad(top=bow(line.width) + 4).link(*links)


def _pad(size: float) -> float:
    return 9 if size > 12 else 4
