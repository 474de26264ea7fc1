"""One step of training, number by number, and then a hundred of them."""

from typing import Any

import traitlets as t

from llm_lib.arguments import check_matrix, check_number, check_whole
from llm_lib.book.widgets.base import join_scripts, join_styles
from llm_lib.book.widgets.walkthrough import Walkthrough

V, MAX_STEPS, REACH = 4, 200, 9.0
START = [
    [0.2, -0.3, 0.1, 0.0],
    [-0.1, 0.3, -0.2, 0.1],
    [0.1, 0.0, 0.3, -0.2],
    [0.0, 0.2, -0.1, 0.3],
]


class TrainingStep(Walkthrough):
    """A table of logits learns which of four words comes next; see `Walkthrough`.

    Two texts are its batches, in turn: "the fox sees the owl" and "the owl sees the fox". Its
    optimiser is AdamW with betas 0.9 and 0.99, and no weight decay.

    weights: (4, 4), before training: a row for each word, a logit for each that could come next.
    rate: the learning rate, above 0 and up to 10.
    limit: the longest gradient that is not clipped, above 0 and up to 9.
    steps: how many are done in the last scene, 1 to 200.
    trained: (4, 4), the weights after them (set by the page).
    losses: (steps + 1,), of each step's batch and of the next one (set by the page).
    """

    story = "training-step"
    _esm = join_scripts("stories/training_step.js")
    _css = join_styles("walkthrough.css")

    SCENES = {
        "Batch": 1, "Logits": 2, "Loss": 2, "Gradient": 2, "Clip": 1, "AdamW": 1, "Weights": 1,
        "Again": 3, "Your turn": 1,
    }  # fmt: skip
    FIRST = {"weights": START}

    weights = t.List().tag(sync=True, setting=True)
    rate = t.Float(0.1).tag(sync=True, setting=True)
    limit = t.Float(0.3).tag(sync=True, setting=True)
    steps = t.Int(100).tag(sync=True, setting=True)
    trained = t.List().tag(sync=True)
    losses = t.List().tag(sync=True)

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "weights":
            value = check_matrix(name, value, (V, V), REACH)
        elif name == "steps":
            value = check_whole(name, value, 1, MAX_STEPS)
        elif name in ("rate", "limit"):
            most = 10 if name == "rate" else 9
            value = float(check_number(name, value, above=0, most=most))
        super().__setattr__(name, value)
