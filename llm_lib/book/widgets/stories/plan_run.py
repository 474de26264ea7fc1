"""What a budget of operations buys: a size of model, a number of tokens, and a loss."""

import math
from typing import Any

import traitlets as t

from llm_lib.arguments import check_choice, check_number, check_whole
from llm_lib.book.widgets.base import join_scripts, join_styles
from llm_lib.book.widgets.walkthrough import Walkthrough

LAWS = ("2022", "2024")


class PlanRun(Walkthrough):
    """Runs of one budget, by a law of the loss, and a run that the reader plans.

    budget: operations, a power of ten from 1e15 to 1e28, in the last scene.
    law: whose numbers predict the loss there: "2022", Hoffmann and others, or "2024", the fit by
        Besiroglu and others to the same points.
    size: of the model, in sizes of the best one, 0.01 to 100.
    gpus: how many work on it, 1 to 100,000.
    served: how many tokens the trained model will read or write, 0 to 1e16; each costs 2 operations
        a parameter.
    parameters, tokens, loss, days, cost: of that run (set by the page). A GPU does 4e14 operations
        a second, two fifths of an H100's peak, and costs 2 dollars an hour.
    total: its operations, with those of serving (set by the page).
    cheapest_parameters, cheapest_tokens, cheapest_total: of the run that reaches the same loss for
        the fewest operations in all (set by the page).
    """

    story = "plan-run"
    _esm = join_scripts("stories/plan_run.js")
    _css = join_styles("walkthrough.css")

    SCENES = {
        "Too large": 1, "Too small": 1, "All sizes": 1, "Best": 1, "Other budgets": 2, "Ratio": 1,
        "Your turn": 1,
    }  # fmt: skip

    budget = t.Float(1e21).tag(sync=True, setting=True)
    law = t.Unicode("2024").tag(sync=True, setting=True)
    size = t.Float(1.0).tag(sync=True, setting=True)
    gpus = t.Int(8).tag(sync=True, setting=True)
    served = t.Float(0.0).tag(sync=True, setting=True)
    parameters = t.Float().tag(sync=True)
    tokens = t.Float().tag(sync=True)
    loss = t.Float().tag(sync=True)
    days = t.Float().tag(sync=True)
    cost = t.Float().tag(sync=True)
    total = t.Float().tag(sync=True)
    cheapest_parameters = t.Float().tag(sync=True)
    cheapest_tokens = t.Float().tag(sync=True)
    cheapest_total = t.Float().tag(sync=True)

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "budget":
            value = _checked_budget(value)
        elif name == "law":
            check_choice(name, value, LAWS)
        elif name == "size":
            value = float(check_number(name, value, least=0.01, most=100))
        elif name == "gpus":
            value = check_whole(name, value, 1, 100_000)
        elif name == "served":
            value = float(check_number(name, value, least=0, most=1e16))
        super().__setattr__(name, value)


def _checked_budget(value: Any) -> float:
    """Return a budget; ValueError unless it is a power of ten within the limits."""
    value = float(check_number("budget", value, least=1e15, most=1e28))
    if not math.isclose(value, 10 ** round(math.log10(value)), rel_tol=1e-6):
        raise ValueError(f"budget should be a power of ten, such as 1e21; got {value:g}")
    return value
