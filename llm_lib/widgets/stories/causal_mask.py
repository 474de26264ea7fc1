"""Why there is a causal mask: training at all positions at once, without seeing the answer."""

from typing import Any

import traitlets as t

from llm_lib.arguments import check_matrix, check_whole
from llm_lib.widgets.base import join_scripts, join_styles
from llm_lib.widgets.walkthrough import Walkthrough

N = 5  # words of the text; each but the last has to guess the next one
MAX_LETTERS, MAX_STEPS, REACH = 5, 500, 9.0


class CausalMask(Walkthrough):
    """Rows of attention that learn to copy the next word, until the mask forbids it.

    words: five of them, of one to five characters each.
    mask: whether a row may look at itself and what came before alone, in the last scene.
    steps: how many steps of training are done in the last scene, 0 to 500.
    scores: (4, 5), the scores before training: a row for each word that has to guess.
    weights: (4, 5), after it (set by the page).
    loss: the mean loss after it (set by the page).
    """

    story = "causal-mask"
    _esm = join_scripts("stories/causal_mask.js")
    _css = join_styles("walkthrough.css")

    SCENES = {
        "Text": 1, "Targets": 1, "No mask": 1, "Training": 2, "In use": 1, "Mask": 2,
        "Your turn": 1,
    }  # fmt: skip
    FIRST = {"words": ["the", "fox", "has", "a", "kite"], "scores": [[0.0] * N] * (N - 1)}

    words = t.List(t.Unicode()).tag(sync=True, setting=True)
    mask = t.Bool(True).tag(sync=True, setting=True)
    steps = t.Int(100).tag(sync=True, setting=True)
    scores = t.List().tag(sync=True, setting=True)
    weights = t.List().tag(sync=True)
    loss = t.Float().tag(sync=True)

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "words":
            value = _checked_words(value)
        elif name == "scores":
            value = check_matrix(name, value, (N - 1, N), REACH)
        elif name == "steps":
            value = check_whole(name, value, 0, MAX_STEPS)
        elif name == "mask" and not isinstance(value, bool):
            raise TypeError(f"mask should be True or False; got {value!r}")
        super().__setattr__(name, value)


def _checked_words(value: Any) -> list[str]:
    """Return the words as a list; ValueError or TypeError unless they are five short ones."""
    if not isinstance(value, list | tuple) or not all(isinstance(word, str) for word in value):
        raise TypeError(f"words should be a list of {N} words; got {value!r}")
    if len(value) != N:
        raise ValueError(f"words should be {N} words; got {len(value)}")
    if wrong := [word for word in value if not 1 <= len(word.strip()) <= MAX_LETTERS]:
        raise ValueError(f"a word has 1 to {MAX_LETTERS} characters; got {wrong[0]!r}")
    return list(value)
