"""Why there is a causal mask: training at all positions at once, without seeing the answer."""

from math import prod
from typing import Any

import traitlets as t

from llm_lib.arguments import check_whole
from llm_lib.book.widgets.base import join_scripts, join_styles
from llm_lib.book.widgets.walkthrough import Walkthrough

PLACES = 5  # of a text; each but the last has to guess the next one
MAX_LETTERS, MAX_TEXTS, MAX_WORDS, MAX_STEPS = 4, 16, 9, 300
WORDS = ["the/my", "fox/owl", "saw/has", "a", "kite/drum"]


class CausalMask(Walkthrough):
    """A small model that learns to copy the next word, until the mask forbids it.

    The model: rows of attention, whose scores are learned by position, and a table that turns what
    a row sees into a guess. All begin at 0, and take steps down the gradient.

    words: five places of a text, with a "/" between words that can stand in one: "fox/owl". The
        model is trained on all texts that can be made: 16 at most, of 9 different words.
    mask: whether a row may look at itself and what came before alone, in the last scene.
    steps: how many steps of training are done in the last scene, 0 to 300.
    weights: (4, 5), the weights after it (set by the page).
    loss: the mean loss after it, in training (set by the page).
    in_use: the same where nothing that comes later can be seen (set by the page).
    """

    story = "causal-mask"
    _esm = join_scripts("stories/causal_mask.js")
    _css = join_styles("walkthrough.css")

    SCENES = {
        "Text": 1, "Targets": 1, "No mask": 2, "Training": 2, "In use": 1, "Mask": 2,
        "In use again": 1, "Losses": 1, "Your turn": 1,
    }  # fmt: skip
    FIRST = {"words": WORDS}

    words = t.List(t.Unicode()).tag(sync=True, setting=True)
    mask = t.Bool(True).tag(sync=True, setting=True)
    steps = t.Int(100).tag(sync=True, setting=True)
    weights = t.List().tag(sync=True)
    loss = t.Float().tag(sync=True)
    in_use = t.Float().tag(sync=True)

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "words":
            value = _checked_words(value)
        elif name == "steps":
            value = check_whole(name, value, 0, MAX_STEPS)
        elif name == "mask" and not isinstance(value, bool):
            raise TypeError(f"mask should be True or False; got {value!r}")
        super().__setattr__(name, value)


def _checked_words(value: Any) -> list[str]:
    """Return the words as a list; ValueError or TypeError unless they make a few small texts."""
    if not isinstance(value, list | tuple) or not all(isinstance(word, str) for word in value):
        raise TypeError(f"words should be a list of {PLACES} words; got {value!r}")
    if len(value) != PLACES:
        raise ValueError(f"words should be {PLACES} words; got {len(value)}")
    places = [word.split("/") for word in value]
    for place, word in zip(places, value, strict=True):
        if not all(1 <= len(each) <= MAX_LETTERS and not set(each) & set(" \n") for each in place):
            raise ValueError(f"a word has 1 to {MAX_LETTERS} letters; got {word!r}")
        if len(set(place)) < len(place):
            raise ValueError(f"no word should stand twice in one place; got {word!r}")
    if (n := prod(map(len, places))) > MAX_TEXTS:
        raise ValueError(f"words should make {MAX_TEXTS} texts at most; got {n}")
    if (n := len({each for place in places for each in place})) > MAX_WORDS:
        raise ValueError(f"there should be {MAX_WORDS} different words at most; got {n}")
    return list(value)
