"""StretchGame: who still knows who saw whom, when the text moves and stretches?"""

from typing import Any

import traitlets as t

from llm_lib.arguments import check_choice, check_whole
from llm_lib.book.widgets.base import BookWidget, join_scripts, join_styles

SCHEMES = ("none", "learned", "sinusoidal", "rotary")
FARTHEST, WIDEST, RUNS = 40, 20, 3


class StretchGame(BookWidget):
    """Four small models, with positions of four kinds, answer who saw; move the text, stretch it.

    They were trained by `python -m llm_lib.book.studies.who_saw` on texts that begin at 0 to 15,
    with 0 to 7 more words after *saw*, the gap, and compute their answers in the page. Every
    control is a trait.

    start: the position at which the text begins, 0 to 40.
    gap: how many more words stand after *saw*, before the second animal, 0 to 20.
    swapped: whether the bear saw the fox.
    scheme: whose score is taken apart: "none", "learned", "sinusoidal" or "rotary".
    run: which of three trainings, from 0.
    right: for each scheme, how many of the 90 texts with two different animals are answered right
        (set by the page).
    parts: of the score of the first animal, less that of the second: "tokens", "tokenPlace",
        "placeToken" and "places" (set by the page).
    weights: how much the last word reads of the "first" animal, "saw", the "gap", the "second"
        animal and "who" (set by the page).
    finding: the current finding, in words (set by the page).

    Raises TypeError or ValueError, naming the setting and what is allowed.
    """

    _esm = join_scripts("stretch_game.js")
    _css = join_styles("stretch_game.css")

    data = t.Dict().tag(sync=True)
    start = t.Int(5).tag(sync=True, setting=True)
    gap = t.Int(3).tag(sync=True, setting=True)
    swapped = t.Bool(False).tag(sync=True, setting=True)
    scheme = t.Unicode("sinusoidal").tag(sync=True, setting=True)
    run = t.Int(0).tag(sync=True, setting=True)
    right = t.Dict().tag(sync=True)
    parts = t.Dict().tag(sync=True)
    weights = t.Dict().tag(sync=True)

    def __init__(self, **settings: Any):
        """Take the trained models from their file, and set the traits in `settings`."""
        from llm_lib.book.studies.who_saw import load_readers  # here: it needs torch

        self.data = load_readers()
        super().__init__(**settings)

    def __setattr__(self, name: str, value: Any) -> None:
        # Checked before the traits' own checks, whose errors do not say what is allowed.
        most = {"start": FARTHEST, "gap": WIDEST, "run": RUNS - 1}
        if name in most:
            value = check_whole(name, value, 0, most[name])
        elif name == "scheme":
            check_choice(name, value, SCHEMES)
        elif name == "swapped" and not isinstance(value, bool):
            raise TypeError(f"swapped should be True or False; got {value!r}")
        super().__setattr__(name, value)
