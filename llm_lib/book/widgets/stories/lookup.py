"""From an id to a place: one-hot times table is a row, and the row is a place among others."""

from typing import Any

import traitlets as t

from llm_lib.arguments import check_choice, check_matrix
from llm_lib.book.widgets.base import join_scripts, join_styles
from llm_lib.book.widgets.walkthrough import Walkthrough

WORDS = ("wolf", "fox", "kite", "lake", "owl")
C, REACH = 2, 3.0


class Lookup(Walkthrough):
    """How a token's id picks its row of the embedding table; see `Walkthrough`.

    word: which token is looked up: wolf, fox, kite, lake or owl, with the ids 0 to 4.
    table: (5, 2), a row for each of them, numbers from -3 to 3. The numbers are made up.
    nearest: the other token with the largest cosine, and that cosine (set by the page).
    """

    story = "lookup"
    _esm = join_scripts("stories/lookup.js")
    _css = join_styles("walkthrough.css")

    SCENES = {
        "Token id": 1, "One-hot": 1, "Product": 1, "Sum": 1, "Lookup": 1, "Place": 1,
        "Neighbours": 1, "Your turn": 1,
    }  # fmt: skip
    FIRST = {"table": [[2.0, 1.5], [2.5, 1.0], [-1.5, 1.5], [-0.5, -2.0], [1.5, 2.0]]}

    word = t.Unicode("fox").tag(sync=True, setting=True)
    table = t.List().tag(sync=True, setting=True)
    nearest = t.List().tag(sync=True)

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "table":
            value = check_matrix(name, value, (len(WORDS), C), REACH)
        elif name == "word":
            check_choice(name, value, WORDS)
        super().__setattr__(name, value)
