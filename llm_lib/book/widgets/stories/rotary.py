"""Rotary positions: query and key are turned, and the score depends on their distance alone."""

from typing import Any

import traitlets as t

from llm_lib.arguments import check_matrix, check_number, check_whole
from llm_lib.book.widgets.base import join_scripts, join_styles
from llm_lib.book.widgets.walkthrough import Walkthrough

LENGTH, FARTHEST = 2.0, 60  # of a number, and of a position


class Rotary(Walkthrough):
    """Two arrows that turn with their positions; see `Walkthrough`.

    q, k: (1, 2), the query and the key before they are turned.
    places: (1, 2), the positions of the query and of the key, 0 to 60.
    angle: by how much one position turns, in radians.
    score: the dot product of both, turned (set by the page).
    """

    story = "rotary"
    _esm = join_scripts("stories/rotary.js")
    _css = join_styles("walkthrough.css")

    SCENES = {
        "Arrows": 1, "Turn": 1, "Score": 1, "Move both": 3, "Move one": 2, "Value": 1,
        "Your turn": 1,
    }  # fmt: skip
    FIRST = {"q": [[1.0, 1.0]], "k": [[2.0, 0.0]], "places": [[3, 0]]}  # who? and fox

    q = t.List().tag(sync=True, setting=True)
    k = t.List().tag(sync=True, setting=True)
    places = t.List().tag(sync=True, setting=True)
    angle = t.Float(0.4).tag(sync=True, setting=True)
    score = t.Float().tag(sync=True)

    def __setattr__(self, name: str, value: Any) -> None:
        if name in ("q", "k"):
            value = check_matrix(name, value, (1, 2), LENGTH)
        elif name == "places":
            rows = check_matrix(name, value, (1, 2), FARTHEST)
            value = [
                [
                    check_whole("a position", int(x) if x == int(x) else x, 0, FARTHEST)
                    for x in rows[0]
                ]
            ]
        elif name == "angle":
            value = check_number(name, value, least=0.01, most=3)
        super().__setattr__(name, value)
