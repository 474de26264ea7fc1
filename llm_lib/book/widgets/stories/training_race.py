"""Time to quality: steps to a loss times seconds per step, and what each change does to both."""

from pathlib import Path
from typing import Any

import traitlets as t

from llm_lib.arguments import check_number
from llm_lib.book.widgets.base import join_scripts, join_styles
from llm_lib.book.widgets.walkthrough import Walkthrough
from llm_lib.files import read_json

FILE = Path(__file__).parent.parent.parent / "studies" / "faster.json"
PARTS = ("RMSNorm", "rotary", "QK-norm", "ReLU²")  # of the log, shown as one change


class TrainingRace(Walkthrough):
    """A training run as an area, steps wide and seconds per step high; see `Walkthrough`.

    Without settings it shows what `python -m llm_lib.book.studies.faster` has recorded.

    passes, parts: where the time of the first recipe's step goes, as rows [name, share].
    changes: the recipes, the first one first, each a row [name, steps, seconds per step].
    switched: the names of the changes that are on in the last scene.
    steps, seconds: of the run with those changes (set by the page): the first recipe's numbers
        times each change's own two ratios.
    """

    story = "training-race"
    _esm = join_scripts("stories/training_race.js")
    _css = join_styles("walkthrough.css")

    SCENES = {"One step": 1, "Parts": 1, "Area": 1, "Change": 8, "Result": 1, "Your turn": 1}

    passes = t.List().tag(sync=True, setting=True)
    parts = t.List().tag(sync=True, setting=True)
    changes = t.List().tag(sync=True, setting=True)
    switched = t.List(t.Unicode()).tag(sync=True, setting=True)
    steps = t.Float().tag(sync=True)
    seconds = t.Float().tag(sync=True)

    def __init__(self, *arguments: Any, **settings: Any):
        """Show the recorded study, or the numbers given."""
        given = settings.pop("data", None) or {}
        if not {"passes", "parts", "changes"} & {*settings, *given}:
            given = recorded() | given
        changes = {**given, **settings}.get("changes")
        self._names = [row[0] for row in _checked_changes(changes)[1:]]
        given = {"switched": self._names} | given
        super().__init__(*arguments, data=given, **settings)

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "changes":
            value = _checked_changes(value)
            if [row[0] for row in value[1:]] != self._names:
                raise ValueError(f"changes should keep their names; got {value!r}")
        elif name in ("passes", "parts"):
            value = _checked_shares(name, value)
        elif name == "switched":
            value = self._checked_names(value)
        super().__setattr__(name, value)

    def _checked_names(self, value: Any) -> list[str]:
        """Return names of changes in the order of the log."""
        if isinstance(value, str) or not isinstance(value, list | tuple | set):
            raise TypeError(f"switched should be a list of names; got {value!r}")
        if unknown := [name for name in value if name not in self._names]:
            raise ValueError(
                f"switched should be some of {', '.join(self._names)}; got {unknown[0]!r}"
            )
        return [name for name in self._names if name in value]


def recorded() -> dict[str, Any]:
    """Return the settings that the study has recorded: shares of a step, and the changes kept."""
    study = read_json(FILE)
    kept = [row for row in study["log"] if row["kept"]]
    rows = [row for row in kept if row["change"] not in PARTS[:-1]]
    return {
        "passes": [[name, share] for name, share in study["profile"]["passes"]],
        "parts": [[name, share] for name, share in study["profile"]["parts"]],
        "changes": [[_name_of(row["change"]), row["steps"], row["seconds"]] for row in rows],
    }


def _name_of(change: str) -> str:
    return "four modern parts" if change == PARTS[-1] else change


def _checked_changes(value: Any) -> list[list]:
    """Return the changes; ValueError unless each is a name and two numbers above 0."""
    n = TrainingRace.SCENES["Change"] + 1
    if not isinstance(value, list | tuple) or len(value) != n:
        raise ValueError(f"changes should be {n} rows [name, steps, seconds]; got {value!r:.80}")
    rows = []
    for row in value:
        if not isinstance(row, list | tuple) or len(row) != 3 or not isinstance(row[0], str):
            raise ValueError(f"a change should be [name, steps, seconds]; got {row!r:.80}")
        numbers = zip(("steps", "seconds"), row[1:], strict=True)
        rows.append([row[0], *(float(check_number(f"the {k}", x, above=0)) for k, x in numbers)])
    return rows


def _checked_shares(name: str, value: Any) -> list[list]:
    """Return rows [name, share]; ValueError unless the shares make up a whole."""
    rows = [[str(part), float(check_number("a share", x, least=0))] for part, x in value]
    if not rows or abs(sum(share for _, share in rows) - 1) > 0.02:
        raise ValueError(f"the shares of {name} should sum to 1; got {value!r:.80}")
    return rows
