"""MarkerHack: what does a model write that is paid by your marker?"""

from typing import Any

import traitlets as t

from llm_lib.arguments import check_choice, check_number, check_whole
from llm_lib.book.widgets.base import ModelWidget, check_text, join_scripts, join_styles

PARTS = ("quote", "speech", "word", "request", "length", "repeat")
MOST = 20  # letters of the word
LARGEST = 5  # points


class MarkerHack(ModelWidget):
    """A model learns from the reader's own marker, beside what the reader wanted.

    The model writes eight beginnings of *a story about Mia the fox and a kite*, the marker adds up
    points for each, and a step of REINFORCE with the group's advantages follows, 16 times. Beside
    the mean mark stands what was wanted, paid for or not: how much of that story is there.
    Every control is a trait.

    points: what each part of the marker pays, negative for a fine: {"quote": each quote,
        "speech": somebody says three words or more, "word": each time the word stands there,
        "request": each of Mia, fox and kite that is named, "length": each word, "repeat": each
        word that was there before}. What is left out pays 0.
    word: the word that "word" pays for.
    kl_weight: what it costs to be far from the model as it was, per token; 0 costs nothing.
    seed: of what is drawn.
    answers: the eight (set by the page).
    marks: of each of the eight, by the marker as it stands (set by the page).
    rounds: for each round, the mean mark and the share of what was wanted (set by the page).
    working: whether it writes or learns at present (set by the page).
    finding: the current finding, in words (set by the page).

    Raises TypeError or ValueError, naming the setting and what is allowed.
    """

    _esm = join_scripts("marker_hack.js")
    _css = join_styles("marker_hack.css")

    points = t.Dict().tag(sync=True, setting=True)
    word = t.Unicode("kite").tag(sync=True, setting=True)
    kl_weight = t.Float(0.0).tag(sync=True, setting=True)
    seed = t.Int(0).tag(sync=True, setting=True)
    answers = t.List().tag(sync=True)
    marks = t.List().tag(sync=True)
    rounds = t.List().tag(sync=True)
    working = t.Bool(False).tag(sync=True)

    def __init__(self, model: Any = "sprout_tuned", tokenizer: Any = None, **settings: Any):
        """Show `model`: a name, a folder, a pair (model, tokenizer), or a GPT and `tokenizer`."""
        super().__init__(model, tokenizer, **{"points": {"quote": 1}, **settings})

    def __setattr__(self, name: str, value: Any) -> None:
        # Checked before the traits' own checks, whose errors do not say what is allowed.
        if name == "points":
            value = _check_points(value)
        elif name == "word":
            check_text(name, value, MOST)
        elif name == "kl_weight":
            value = float(check_number(name, value, least=0, most=10))
        elif name == "seed":
            value = check_whole(name, value, 0, 2**31)
        super().__setattr__(name, value)


def _check_points(points: Any) -> dict[str, float]:
    """Return the points of all parts; those left out are 0."""
    if not isinstance(points, dict):
        raise TypeError(f'points must be a dict such as {{"quote": 1}}, got {points!r:.80}')
    for name, value in points.items():
        check_choice("a part in points", name, PARTS)
        check_number(f"points[{name!r}]", value, least=-LARGEST, most=LARGEST)
    return {name: float(points.get(name, 0)) for name in PARTS}
