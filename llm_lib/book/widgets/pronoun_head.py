"""PronounHead: what does "he" look at, in a real model, and what is the limit of that?"""

from typing import Any

import traitlets as t

from llm_lib.arguments import check_choice
from llm_lib.book.widgets.base import join_scripts, join_styles
from llm_lib.book.widgets.study_widget import StudyWidget

PRONOUNS = {  # of each sentence, the words that may end it
    "king": ("he", "she"),
    "farmer": ("he", "they"),
    "names": ("he", "she"),
    "doctor": ("he", "she"),
    "boy": ("he", "she"),
}


class PronounHead(StudyWidget):
    """Switch the pronoun at the end of a sentence, and see where a head of SmolLM2 looks from it.

    The head is 9.4. Each token's score is what the dot product of query and key gives, divided by
    √64; softmax makes the weights of the scores. They were recorded by
    `python -m llm_lib.book.studies.real_english.pronouns`, whose `pronoun_rows` does the same for
    any sentence. Every control is a trait: set it from Python and the page follows, or observe it.

    sentence: "king", "farmer", "names", "doctor" or "boy".
    pronoun: "he", or the sentence's other one, "she" or (with "farmer") "they".
    scores, weights: those of all tokens, the first being `<|endoftext|>` (set by the page).
    finding: the current finding, in words (set by the page).

    Raises TypeError or ValueError, naming the setting and what is allowed.
    """

    RECORD = "pronouns"
    _esm = join_scripts("pronoun_head.js")
    _css = join_styles("pronoun_head.css")

    sentence = t.Unicode("king").tag(sync=True, setting=True)
    pronoun = t.Unicode("he").tag(sync=True, setting=True)
    scores = t.List().tag(sync=True)
    weights = t.List().tag(sync=True)

    def __setattr__(self, name: str, value: Any) -> None:
        # Checked before the traits' own checks, whose errors do not say what is allowed.
        if name == "sentence":
            check_choice(name, value, tuple(PRONOUNS))
        elif name == "pronoun":
            check_choice(name, value, ("he", "she", "they"))
        super().__setattr__(name, value)
