"""CostCalculator: what does it cost to train a model?"""

from typing import Any

import traitlets as t

from llm_lib.arguments import check_number
from llm_lib.book.widgets.base import BookWidget, join_scripts, join_styles

LIMITS = {  # the lowest and highest value of each setting
    "parameters": (1e5, 1e13),
    "tokens": (1e6, 1e14),
    "peak_flops": (1e10, 1e17),
    "utilization": (0.01, 1.0),
    "price": (0.0, 100.0),
    "n_devices": (1, 1_000_000),
}


class CostCalculator(BookWidget):
    """Work out the floating-point operations, hours and money of a pretraining run.

    Training takes about 6 · parameters · tokens operations: 2 for the forward pass, 4 for the
    backward pass (Kaplan et al., 2020). Every control is a trait.

    parameters: how many the model has.
    tokens: how many it is trained on.
    peak_flops: the most operations per second that one device can do.
    utilization: what share of that the training reaches, 0.01 to 1.
    price: dollars for one device and hour.
    n_devices: how many work at the same time.
    flops, hours: the result, device-hours (set by the page).
    finding: the current finding, in words (set by the page).

    Raises TypeError or ValueError, naming the setting and what is allowed.
    """

    _esm = join_scripts("cost_calculator.js")
    _css = join_styles("cost_calculator.css")

    parameters = t.Float(175e9).tag(sync=True, setting=True)
    tokens = t.Float(300e9).tag(sync=True, setting=True)
    peak_flops = t.Float(312e12).tag(sync=True, setting=True)
    utilization = t.Float(0.4).tag(sync=True, setting=True)
    price = t.Float(2.0).tag(sync=True, setting=True)
    n_devices = t.Float(1000.0).tag(sync=True, setting=True)
    flops = t.Float(0.0).tag(sync=True)
    hours = t.Float(0.0).tag(sync=True)

    def __setattr__(self, name: str, value: Any) -> None:
        # Checked before the traits' own checks, whose errors do not say what is allowed.
        if name in LIMITS:
            low, high = LIMITS[name]
            value = check_number(name, value, least=low, most=high)
        super().__setattr__(name, value)
