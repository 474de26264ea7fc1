"""A sharded step: four ranks hold a model in shards, and gather a layer when they need it."""

from typing import Any

import traitlets as t

from llm_lib.arguments import check_choice, check_matrix, check_whole
from llm_lib.book.widgets.base import join_scripts, join_styles
from llm_lib.book.widgets.stories.ring import GRADS, REACH
from llm_lib.book.widgets.walkthrough import Walkthrough

RANKS = (2, 4, 8, 16, 64, 512)  # to choose from


class ShardedStep(Walkthrough):
    """What four ranks hold without ZeRO, with its three stages, and in a step of the third.

    weights: (2, 4), the numbers of two layers, 2 x 2 each.
    grads: (4, 8), a row for each rank: its gradients of both layers. Its mean over the ranks is
        what they step by, times 0.1.
    ranks, stage: those of the last scene, in which a model has 70 billion weights: 2, 4, 8, 16, 64
        or 512, and 0 (plain data parallelism) to 3.
    held, sent: the bytes that each of these ranks holds, and sends in a step (set by the page).

    weights and grads are lists, arrays or tensors of numbers from -9 to 9.
    """

    story = "sharded-step"
    _esm = join_scripts("stories/sharded_step.js")
    _css = join_styles("walkthrough.css")

    SCENES = {
        "Plain": 1, "ZeRO-1": 1, "ZeRO-2": 1, "ZeRO-3": 1, "Forward": 4, "Backward": 4,
        "Update": 1, "Count": 1, "Your turn": 1,
    }  # fmt: skip
    FIRST = {"weights": [[1, 2, 3, 4], [5, 6, 7, 8]], "grads": GRADS[:4]}

    weights = t.List().tag(sync=True, setting=True)
    grads = t.List().tag(sync=True, setting=True)
    ranks = t.Int(4).tag(sync=True, setting=True)
    stage = t.Int(3).tag(sync=True, setting=True)
    held = t.Float().tag(sync=True)
    sent = t.Float().tag(sync=True)

    def __setattr__(self, name: str, value: Any) -> None:
        if name in ("weights", "grads"):
            value = check_matrix(name, value, (2, 4) if name == "weights" else (4, 8), REACH)
        elif name == "ranks":
            check_choice(name, value, RANKS)
        elif name == "stage":
            value = check_whole(name, value, 0, 3)
        super().__setattr__(name, value)
