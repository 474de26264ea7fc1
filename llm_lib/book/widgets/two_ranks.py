"""TwoRanks: what happens if two processes train one model, and the exchange goes wrong?"""

from typing import Any

import traitlets as t

from llm_lib.arguments import check_choice, check_whole
from llm_lib.book.widgets.base import BookWidget, join_scripts, join_styles

FAULTS = ("healthy", "no_all_reduce", "sum", "same_shard", "different_start")
OPTIMIZERS = ("sgd", "adam")


class TwoRanks(BookWidget):
    """Two copies of a tiny GPT train in the page, each on its shard of every batch.

    Beside them trains one process that has the whole batch; healthy ranks stay equal to it. The
    models read names that are made by rule, letter by letter, and are computed in float64. The
    first steps are taken at once, and a fault that is chosen in the page runs at once. Every
    control is a trait.

    fault: "healthy", or what is wrong: "no_all_reduce" (each rank steps by its own gradient), "sum"
        (of the gradients, in place of their mean), "same_shard" (both read the same windows) or
        "different_start" (first weights that differ).
    optimizer: "sgd", gradient descent at rate 1, or "adam", at rate 0.01 and without weight decay.
    steps: how many a run takes, 10 to 2000.
    seed: of the first weights and of the order of the windows.
    step, losses: how many steps are taken, and the held-out losses then: "rank 0", "rank 1" and
        "one process" (set by the page).
    distance, from_one: the length of the difference between the weights of the two ranks, and
        between those of rank 0 and of the one process (set by the page).
    gradients: some numbers of the last step: each rank's "own", and what each "used" (set by the
        page).
    finding: the current finding, in words (set by the page).

    Raises TypeError or ValueError, naming the setting and what is allowed.
    """

    _esm = join_scripts("two_ranks.js")
    _css = join_styles("two_ranks.css")

    fault = t.Unicode("healthy").tag(sync=True, setting=True)
    optimizer = t.Unicode("sgd").tag(sync=True, setting=True)
    steps = t.Int(300).tag(sync=True, setting=True)
    seed = t.Int(0).tag(sync=True, setting=True)
    step = t.Int(0).tag(sync=True)
    losses = t.Dict().tag(sync=True)
    distance = t.Float(0.0).tag(sync=True)
    from_one = t.Float(0.0).tag(sync=True)
    gradients = t.Dict().tag(sync=True)

    def __setattr__(self, name: str, value: Any) -> None:
        # Checked before the traits' own checks, whose errors do not say what is allowed.
        if name == "fault":
            check_choice(name, value, FAULTS)
        elif name == "optimizer":
            check_choice(name, value, OPTIMIZERS)
        elif name == "steps":
            value = check_whole(name, value, 10, 2000)
        elif name == "seed":
            value = check_whole(name, value, 0, 2**31)
        super().__setattr__(name, value)
