"""BottleneckLab: what widens the bottleneck of one vector for a whole sentence?"""

from typing import Any

import traitlets as t

from llm_lib.arguments import check_choice
from llm_lib.book.widgets.base import BookWidget, join_scripts, join_styles

STEPS = (500, 2000, 8000)


class BottleneckLab(BookWidget):
    """Translators with one state of 8, 16 or 64 numbers, and with attention, in one chart.

    It shows what `python -m llm_lib.book.studies.bottleneck_sizes` measured with the tanh cell: the
    share of words right by the length of the sentence, the mean of three seeds with the lowest and
    the highest. Every control is a trait.

    steps: for how many batches they were trained, 500, 2000 or 8000.
    finding: the current finding, in words (set by the page).

    Raises ValueError, naming the setting and what is allowed.
    """

    _esm = join_scripts("bottleneck_lab.js")
    _css = join_styles("bottleneck_lab.css")

    data = t.Dict().tag(sync=True)
    steps = t.Int(2000).tag(sync=True, setting=True)

    def __init__(self, **settings: Any):
        """Show what is on file of the tanh cell."""
        from llm_lib.book.studies.bottleneck_sizes import load_sizes  # here: it needs torch

        sizes = load_sizes()
        runs = [run for run in sizes["runs"] if run["cell"] == "tanh"]
        self.data = {"lengths": sizes["lengths"], "runs": runs}
        super().__init__(**settings)

    def __setattr__(self, name: str, value: Any) -> None:
        # Checked before the traits' own checks, whose errors do not say what is allowed.
        if name == "steps":
            check_choice(name, value, STEPS)
        super().__setattr__(name, value)
