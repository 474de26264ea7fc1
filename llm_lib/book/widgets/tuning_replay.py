"""TuningReplay: what does a model say, learn and forget while it is tuned?"""

from typing import Any

import traitlets as t

from llm_lib.arguments import check_whole
from llm_lib.book.widgets.base import BookWidget, join_scripts, join_styles

LOOK = {"training", "step", "says", "right", "full", "passage", "mood"}


class TuningReplay(BookWidget):
    """Scrub through Sprout's second and third training: its answers, its score, two old skills.

    All was recorded by `python -m llm_lib.book.studies.tuning_steps`, in one run. Every control is
    a trait.

    look: which of the looks is shown, from 0; their steps are in `record`.
    playing: True while the page steps forward by itself; set it to start or stop.
    record: "asked", the prompts by name; "n_words" and "n_old", how many questions each score
        counts; and "looks", as `llm_lib.book.studies.tuning_steps.measure` returns them.
    finding: the current finding, in words (set by the page).

    Raises TypeError or ValueError, naming the setting and what is allowed.
    """

    _esm = join_scripts("tuning_replay.js")
    _css = join_styles("tuning_replay.css")

    record = t.Dict().tag(sync=True)
    look = t.Int(0).tag(sync=True, setting=True)
    playing = t.Bool(False).tag(sync=True)

    def __init__(self, **settings: Any):
        """Show what is on file."""
        self.record = read_looks()
        super().__init__(**settings)

    def __setattr__(self, name: str, value: Any) -> None:
        # Checked before the traits' own checks, whose errors do not say what is allowed.
        if name == "look":
            value = check_whole(name, value, 0, len(self.record["looks"]) - 1)
        super().__setattr__(name, value)


def read_looks() -> dict[str, Any]:
    """Return the study's record; ValueError names the look that is not whole."""
    from llm_lib.book.studies.tuning_steps import FILE, load_tuning_steps  # here: it needs torch

    record = load_tuning_steps()
    for look in record["looks"]:
        if LOOK - look.keys() or look["says"].keys() != record["asked"].keys():
            raise ValueError(f"{FILE}: the look {look!r:.60} is not whole")
    return record
