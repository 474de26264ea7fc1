"""LoRA: a frozen matrix, and a thin detour beside it that learns."""

from typing import Any

import traitlets as t

from llm_lib.arguments import check_matrix, check_number
from llm_lib.book.widgets.base import join_scripts, join_styles
from llm_lib.book.widgets.walkthrough import Walkthrough

REACH = 9.0  # no number is further from 0
SHAPES = {"x": (1, 3), "w": (2, 3), "a": (1, 3), "b": (2, 1)}


class ThinDetour(Walkthrough):
    """LoRA of rank 1 beside a matrix, number by number; see `Walkthrough`.

    x: (1, 3), what comes in.
    w: (2, 3), the frozen weight; a: (1, 3) and b: (2, 1), the two thin matrices once they have
        learned. Before, b is zero.
    alpha: α, by which the detour counts, since α / r with r = 1 is α; from 0 to 8.
    output: (2,), W x + α B A x (set by the page).

    Matrices are lists, arrays or tensors of numbers from -9 to 9.
    """

    story = "thin-detour"
    _esm = join_scripts("stories/thin_detour.js")
    _css = join_styles("walkthrough.css")

    SCENES = {
        "Frozen": 1, "Down": 1, "Back up": 1, "Learned": 1, "Scale": 1, "Merged": 1, "To scale": 3,
        "Your turn": 1,
    }  # fmt: skip

    FIRST = {"x": [[1, 1, 1]], "w": [[1, 0, 2], [0, 1, 1]], "a": [[1, 2, 0]], "b": [[1], [-1]]}

    x = t.List().tag(sync=True, setting=True)
    w = t.List().tag(sync=True, setting=True)
    a = t.List().tag(sync=True, setting=True)
    b = t.List().tag(sync=True, setting=True)
    alpha = t.Float(2.0).tag(sync=True, setting=True)
    output = t.List().tag(sync=True)

    def __setattr__(self, name: str, value: Any) -> None:
        if name in SHAPES:
            value = check_matrix(name, value, SHAPES[name], REACH)
        elif name == "alpha":
            value = float(check_number(name, value, least=0, most=8))
        super().__setattr__(name, value)
