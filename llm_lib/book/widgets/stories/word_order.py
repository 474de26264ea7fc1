"""Why attention needs positions: two orders of the same words, and what the last token gets."""

from typing import Any

import traitlets as t

from llm_lib.arguments import check_choice, check_matrix
from llm_lib.book.widgets.base import join_scripts, join_styles
from llm_lib.book.widgets.walkthrough import Walkthrough

T, C, REACH = 4, 2, 3.0
ORDERS = ("bear saw fox", "fox bear saw", "saw fox bear", "fox saw bear")


class WordOrder(Walkthrough):
    """Two texts of the same four tokens, without positions and with them; see `Walkthrough`.

    x: (4, 2), a vector for each of the words fox, saw, bear, who?.
    p: (4, 2), a vector for each position, which is added to it.
    positions: whether it is added, in the last scene.
    order: of the second text's first three words, in the last scene.
    outputs: (2, 2), what the last token of each text gets (set by the page).

    Numbers go from -3 to 3.
    """

    story = "word-order"
    _esm = join_scripts("stories/word_order.js")
    _css = join_styles("walkthrough.css")

    SCENES = {
        "Two texts": 1, "Vectors": 1, "Weights": 1, "Sum": 1, "Positions": 1, "Sum again": 1,
        "Your turn": 1,
    }  # fmt: skip
    FIRST = {
        "x": [[2.0, 0.0], [0.0, 0.0], [0.0, 2.0], [1.0, 1.0]],
        "p": [[1.0, 1.0], [0.0, 0.0], [-1.0, -1.0], [0.0, 0.0]],
    }

    x = t.List().tag(sync=True, setting=True)
    p = t.List().tag(sync=True, setting=True)
    positions = t.Bool(True).tag(sync=True, setting=True)
    order = t.Unicode(ORDERS[0]).tag(sync=True, setting=True)
    outputs = t.List().tag(sync=True)

    def __setattr__(self, name: str, value: Any) -> None:
        if name in ("x", "p"):
            value = check_matrix(name, value, (T, C), REACH)
        elif name == "order":
            check_choice(name, value, ORDERS)
        elif name == "positions" and not isinstance(value, bool):
            raise TypeError(f"positions should be True or False; got {value!r}")
        super().__setattr__(name, value)
