"""LoRA at one layer: a frozen matrix, a thin detour beside it, and both in one matrix."""

from typing import Any

import traitlets as t

from llm_lib.arguments import check_choice, check_matrix
from llm_lib.widgets.base import join_scripts, join_styles
from llm_lib.widgets.walkthrough import Walkthrough

SHAPES = {"x": (1, 3), "w": (2, 3), "a": (1, 3), "b": (2, 1)}
ALPHAS = (0, 1, 2, 4)
LARGEST = 3  # of a number


class LowRank(Walkthrough):
    """What a change of rank 1 adds to a layer of three inputs and two outputs.

    x: (1, 3), the input. w: (2, 3), the frozen matrix. a: (1, 3) and b: (2, 1), what is learned.
    alpha: 0, 1, 2 or 4; the change is multiplied by alpha ÷ r, and the rank r is 1.
    y: what the layer then gives (set by the page).
    """

    story = "low-rank"
    _esm = join_scripts("stories/low_rank.js")
    _css = join_styles("walkthrough.css")

    SCENES = {
        "Frozen": 1, "Down": 1, "Up": 1, "Scale": 1, "Add": 1, "At zero": 1, "Merge": 1,
        "Your turn": 1,
    }  # fmt: skip
    FIRST = {
        "x": [[1, 1, 1]],
        "w": [[1, 0, 2], [0, 1, 1]],
        "a": [[1, 2, 0]],
        "b": [[1], [-1]],
    }

    x = t.List().tag(sync=True, setting=True)
    w = t.List().tag(sync=True, setting=True)
    a = t.List().tag(sync=True, setting=True)
    b = t.List().tag(sync=True, setting=True)
    alpha = t.Int(2).tag(sync=True, setting=True)
    y = t.List().tag(sync=True)

    def __setattr__(self, name: str, value: Any) -> None:
        if name in SHAPES:
            value = check_matrix(name, value, SHAPES[name], LARGEST)
        elif name == "alpha":
            check_choice(name, value, ALPHAS)
        super().__setattr__(name, value)
