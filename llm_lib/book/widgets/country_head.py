"""CountryHead: where in a model does the country cross to the last token, and by which head?"""

from typing import Any

import traitlets as t

from llm_lib.arguments import check_choice, check_whole
from llm_lib.book.widgets.base import join_scripts, join_styles
from llm_lib.book.widgets.study_widget import StudyWidget

COUNTRIES = ("France", "Japan", "Russia", "China")
DEEPEST, LAST = 30, 5  # the last row and the last token of the grid


class CountryHead(StudyWidget):
    """Put the stream of one country's run into another's, and see where that turns the capital.

    SmolLM2 reads *The capital of France is*. Each cell of the grid is one token's stream before a
    block, or after the last one, taken from the run on Italy: how far does it turn *Paris* into
    *Rome*? Below stands the head that carries the country across, which can be switched off. All
    was recorded by `python -m llm_lib.book.studies.real_english.country`, whose `stream_grid` does
    the same for other texts. Every control is a trait: set it from Python and the page follows, or
    observe it.

    country: "France" (with Italy), "Japan" (Germany), "Russia" (England) or "China" (Spain).
    depth: how many blocks the stream has behind it, 0 to 30.
    position: which token's stream it is, 0 to 5.
    head: whether head 23.4 is on.
    share: how far the chosen cell turns the answer, 0 to 1 and a little beyond (set by the page).
    next: the likeliest next tokens as the head is set, with their probabilities (set by the page).
    finding: the current finding, in words (set by the page).

    Raises TypeError or ValueError, naming the setting and what is allowed.
    """

    RECORD = "country"
    _esm = join_scripts("country_head.js")
    _css = join_styles("country_head.css")

    country = t.Unicode("France").tag(sync=True, setting=True)
    depth = t.Int(12).tag(sync=True, setting=True)
    position = t.Int(4).tag(sync=True, setting=True)
    head = t.Bool(True).tag(sync=True, setting=True)
    share = t.Float(0.0).tag(sync=True)
    next = t.Dict().tag(sync=True)

    def __setattr__(self, name: str, value: Any) -> None:
        # Checked before the traits' own checks, whose errors do not say what is allowed.
        if name == "country":
            check_choice(name, value, COUNTRIES)
        elif name == "depth":
            value = check_whole(name, value, 0, DEEPEST)
        elif name == "position":
            value = check_whole(name, value, 0, LAST)
        elif name == "head":
            check_choice(name, value, (True, False))
        super().__setattr__(name, value)
