"""BottleneckLab: what widens the bottleneck of one vector for a whole sentence?"""

from typing import Any

import traitlets as t

from llm_lib.arguments import check_choice
from llm_lib.book.widgets.base import BookWidget, join_scripts, join_styles

CELLS, STEPS = ("tanh", "GRU"), (500, 2000, 8000)


class BottleneckLab(BookWidget):
    """Translators with one state of 8, 16 or 64 numbers, and with attention, in one chart.

    It shows what `python -m llm_lib.book.studies.bottleneck_sizes` measured: the share of words
    right by the length of the sentence, the mean of three seeds with the lowest and the highest.
    Every control is a trait.

    cell: "tanh" or "GRU".
    steps: for how many batches they were trained, 500, 2000 or 8000.
    finding: the current finding, in words (set by the page).

    Raises ValueError, naming the setting and what is allowed.
    """

    _esm = join_scripts("bottleneck_lab.js")
    _css = join_styles("bottleneck_lab.css")

    data = t.Dict().tag(sync=True)
    cell = t.Unicode("tanh").tag(sync=True, setting=True)
    steps = t.Int(2000).tag(sync=True, setting=True)

    def __init__(self, **settings: Any):
        """Show what is on file."""
        from llm_lib.book.studies.bottleneck_sizes import load_sizes  # here: it needs torch

        self.data = load_sizes()
        super().__init__(**settings)

    def __setattr__(self, name: str, value: Any) -> None:
        # Checked before the traits' own checks, whose errors do not say what is allowed.
        if name == "cell":
            check_choice(name, value, CELLS)
        elif name == "steps":
            check_choice(name, value, STEPS)
        super().__setattr__(name, value)
