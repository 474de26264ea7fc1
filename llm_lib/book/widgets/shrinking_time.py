"""ShrinkingTime: which part of a training's time does each change cut off?"""

from itertools import pairwise
from pathlib import Path
from typing import Any

import traitlets as t

from llm_lib.arguments import check_choice
from llm_lib.book.widgets.base import BookWidget, join_scripts, join_styles
from llm_lib.files import read_json

FILE = Path(__file__).parent.parent / "studies" / "faster.json"
SCALES = ("auto", "whole", "close")
TUNED = "AdamW, tuned"  # the first recipe with three times its rate and a shorter schedule
ENDED_BY = "Muon"  # which has a rate of its own
AGAIN = ("AdamW again", "bfloat16")  # that recipe without Muon, all else alike


class ShrinkingTime(BookWidget):
    """Switch the changes of a training on and off, and see the area of its time shrink.

    The area is steps × seconds per step, to the same loss. It shows the recorded study
    `llm_lib.book.studies.faster`; of a combination that was never trained it draws an estimate:
    the longest part of it, from its first change on, that was trained, times the ratios of the
    other changes. Every control is a trait.

    switched: the names of the changes that are on; they are kept in the order of the page.
    scale: "whole" shows all of the first recipe; "close" fills the picture with what was left
        before the last change; "auto" goes close once less than a twelfth is left.
    growing: the table names a change once it was switched on, with what is left after it, and
        "Next change" begins with AdamW's tuned rate; if not, the table names all changes and shows
        their factors, and "Next change" leaves that one out.
    changes: [{"name", "steps", "time", "cost", "low", "high", "seeds"}]: by how much a change
        multiplied steps and seconds per step, their product, and its range; from the study.
    trained: [{"on", "steps", "seconds"}], each combination that was trained; from the study.
    steps, seconds: of what is shown (set by the page).
    measured: whether that combination was trained (set by the page).
    finding: the current finding, in words (set by the page).

    Raises TypeError or ValueError, naming the setting and what is allowed.
    """

    _esm = join_scripts("shrinking_time.js")
    _css = join_styles("shrinking_time.css")

    switched = t.List(t.Unicode()).tag(sync=True, setting=True)
    scale = t.Unicode("auto").tag(sync=True, setting=True)
    growing = t.Bool(False).tag(sync=True, setting=True)
    changes = t.List().tag(sync=True)
    trained = t.List().tag(sync=True)
    machine = t.Unicode().tag(sync=True)
    steps = t.Float().tag(sync=True)
    seconds = t.Float().tag(sync=True)
    measured = t.Bool(True).tag(sync=True)

    def __init__(self, **settings: Any):
        """Show the recorded study."""
        study = read_json(FILE)
        self.changes, self.trained = changes_of(study), trained_of(study)
        self.machine = study["machine"]
        super().__init__(**settings)

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "switched":
            value = self._in_order(value)
        elif name == "scale":
            check_choice(name, value, SCALES)
        super().__setattr__(name, value)

    def _in_order(self, value: Any) -> list[str]:
        """Return names of changes in the order of the page."""
        if isinstance(value, str) or not isinstance(value, list | tuple | set):
            raise TypeError(f"switched should be a list of names; got {value!r}")
        names = [change["name"] for change in self.changes]
        if unknown := [name for name in value if name not in names]:
            raise ValueError(f"switched should be some of {', '.join(names)}; got {unknown[0]!r}")
        return [name for name in names if name in value]


def changes_of(study: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what each change multiplied: the tuned rate, then the log in its order."""
    rows = {row["change"]: row for row in study["log"]}
    kept = [row for row in study["log"] if row["kept"]]
    pairs = [(kept[0], rows["baseline at 0.003"]), *pairwise(kept)]
    return [
        {
            "name": TUNED if row["control"] else row["change"],
            "steps": row["steps"] / before["steps"],
            "time": row["seconds"] / before["seconds"],
            "cost": row["cost"],
            "low": row["low"],
            "high": row["high"],
            "seeds": len(row["reached"]),
        }
        for before, row in pairs
    ]


def trained_of(study: dict[str, Any]) -> list[dict[str, Any]]:
    """Return each combination of changes that was trained to the goal, its steps and seconds."""
    rows = {row["change"]: row for row in study["log"]}
    names = [row["change"] for row in study["log"] if row["kept"]]
    sets = {name: names[1 : k + 1] for k, name in enumerate(names)}
    sets["baseline at 0.003"] = [TUNED]
    sets["BPE at 0.004"] = [TUNED, "BPE 1,024"]
    again, base = AGAIN
    sets[again] = [name for name in sets[base] if name != ENDED_BY]
    return [
        {"on": on, "steps": rows[name]["steps"], "seconds": rows[name]["seconds"]}
        for name, on in sets.items()
    ]
