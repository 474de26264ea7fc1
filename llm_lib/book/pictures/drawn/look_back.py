"""The picture of a look back that was measured: the weights of an RNN's states at the end."""

from __future__ import annotations

from typing import Any

from llm_lib.book.pictures.drawn.bottleneck import chain, title
from llm_lib.book.pictures.links import arc, bow
from llm_lib.book.pictures.picture import Picture
from llm_lib.book.pictures.piece import Piece, column
from llm_lib.book.pictures.text import number_text
from llm_lib.book.studies.far_word import SENTENCE, load_far_word


def look_back(*, tokens: Any = SENTENCE, weights: Any = None, word: str = "kite") -> Picture:
    """Draw where the last state of an RNN looks; by default, that of the study's first seed."""
    tokens = list(tokens)
    weights = load_far_word()["looks"][0] if weights is None else list(weights)
    if len(weights) != len(tokens):
        raise ValueError(f"{len(tokens)} tokens need as many weights; got {len(weights)}")
    start, best = tokens.index(word), weights.index(max(weights))
    steps = best - start
    if steps < 0:
        raise ValueError(f"the largest weight should not stand before {word!r}")
    most, way = number_text(weights[best], 2), f"{steps} step{'s' * (steps != 1)}"
    said = f"the state of “{tokens[best]}” gets the weight {most}: {way} after “{word}”"
    alt = (
        f"The text is “{' '.join(tokens)}”. Each token changes the state of a recurrent network. "
        f"At the end, the last state looks back at each state: that of “{tokens[best]}” gets the "
        f"weight {most}. From “{word}” to there, the news has passed through {way}."
    )
    wide = _draw(tokens, start, best, said, 14, 46, 900)
    narrow = _draw(tokens[start:], 0, steps, said, 11, 22, 320)
    return Picture("Where does the last state look?", alt, wide, narrow)


def _draw(tokens, start, best, said, size, state, width) -> Piece:
    """Draw the chain of states, and the looks from the last one above it."""
    states = chain(tokens, start, size, state, best)
    last = len(tokens) - 1
    chosen = {"role": "weight", "look": "thick"}
    arcs = [
        arc(f"h{last}", f"h{i}", **(chosen if i == best else {"look": "thin"})) for i in range(last)
    ]
    body = states.pad(top=bow(states.width) + 4).link(*arcs)
    return column(title("The RNN looks back", said, width), body, gap=6)
