"""Ring all-reduce: several ranks add up their gradients, and each sends to its neighbour only."""

from typing import Any

import traitlets as t

from llm_lib.arguments import check_matrix, check_whole
from llm_lib.book.widgets.base import join_scripts, join_styles
from llm_lib.book.widgets.walkthrough import Walkthrough

MOST, REACH = 8, 9.0  # ranks; no number is further from 0
GRADS = [
    [4, 0, 2, -2, 1, 3, -1, 2],
    [1, 3, -2, 2, 0, 1, 5, -3],
    [0, 2, 4, 2, -1, 2, 0, 1],
    [3, -1, 0, 6, 4, -2, 2, 0],
    [2, 2, -3, 0, 1, 0, 4, 1],
    [-1, 1, 2, 3, 0, 2, 1, -2],
    [0, 4, 1, -1, 2, 3, -2, 2],
    [5, -2, 0, 1, 3, -1, 1, 0],
]


class Ring(Walkthrough):
    """Four ranks add up their gradients around a ring; see `Walkthrough`.

    grads: (8, 8), a row for each rank: its gradient, cut into as many chunks as there are ranks, of
        one number each. The film shows the first four ranks, and four numbers of each.
    ranks: how many there are in the last scene, 2 to 8.
    means: what all of them hold at its end (set by the page).

    grads is a list, array or tensor of numbers from -9 to 9.
    """

    story = "ring"
    _esm = join_scripts("stories/ring.js")
    _css = join_styles("walkthrough.css")

    SCENES = {
        "Question": 1, "All to one": 2, "Ring": 1, "Reduce": 3, "Halfway": 1, "Gather": 3,
        "Mean": 1, "Count": 1, "Your turn": 1,
    }  # fmt: skip
    FIRST = {"grads": GRADS}

    grads = t.List().tag(sync=True, setting=True)
    ranks = t.Int(4).tag(sync=True, setting=True)
    means = t.List().tag(sync=True)

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "grads":
            value = check_matrix(name, value, (MOST, MOST), REACH)
        elif name == "ranks":
            value = check_whole(name, value, 2, MOST)
        super().__setattr__(name, value)
