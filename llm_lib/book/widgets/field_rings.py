"""FieldRings: how do AI, machine learning, deep learning and language models nest?"""

from typing import Any

import traitlets as t

from llm_lib.arguments import check_whole
from llm_lib.book.widgets.base import BookWidget, join_scripts, join_styles

RINGS = ("ai", "ml", "dl", "llm", "generative")
PLACES = ("none", "ai", "ml", "dl", "llm")  # the innermost ring of a card; "none" is not AI
N_CARDS = 10


class FieldRings(BookWidget):
    """Choose a ring to see what it means, then sort ten systems into the rings.

    Every control is a trait: set it from Python and the page follows, or observe it.

    ring: the ring that is shown: "ai", "ml", "dl", "llm" or "generative".
    card: which card is on the table, 0 to 9; 10 shows the score.
    answers: what has been answered so far, one [place, generative] for each card from the first:
        place is "none", "ai", "ml", "dl" or "llm", generative is True or False.
    finding: the current finding, in words (set by the page).

    Raises TypeError or ValueError, naming the setting and what is allowed.
    """

    _esm = join_scripts("field_rings.js")
    _css = join_styles("field_rings.css")

    ring = t.Unicode("ai").tag(sync=True, setting=True)
    card = t.Int(0).tag(sync=True, setting=True)
    answers = t.List().tag(sync=True, setting=True)

    def __setattr__(self, name: str, value: Any) -> None:
        # Checked before the traits' own checks, whose errors do not say what is allowed.
        if name == "ring" and value not in RINGS:
            raise ValueError(f"ring should be one of {', '.join(RINGS)}; got {value!r}")
        if name == "card":
            value = check_whole(name, value, 0, N_CARDS)
        if name == "answers":
            value = _checked_answers(value)
        super().__setattr__(name, value)


def _checked_answers(answers: Any) -> list[list]:
    """Return `answers` as lists; ValueError or TypeError unless each is [place, True or False]."""
    if not isinstance(answers, list | tuple):
        raise TypeError(f"answers should be a list of [place, generative]; got {answers!r}")
    if len(answers) > N_CARDS:
        raise ValueError(f"answers should be at most {N_CARDS}, one a card; got {len(answers)}")
    for i, answer in enumerate(answers):
        fits = isinstance(answer, list | tuple) and len(answer) == 2
        if not fits or answer[0] not in PLACES or not isinstance(answer[1], bool):
            raise ValueError(
                f"answers[{i}] should be [place, True or False] with a place of "
                f"{', '.join(PLACES)}; got {answer!r}"
            )
    return [list(answer) for answer in answers]
