"""RewardTimeline: what does a model learn from a checker's marks: to think, or to think better?"""

from typing import Any

import traitlets as t

from llm_lib.arguments import check_choice, check_whole
from llm_lib.book.widgets.base import BookWidget, join_scripts, join_styles

ROW = ("step", "right", "tokens", "thinking", "texts")


class RewardTimeline(BookWidget):
    """A recorded run of GRPO with a checker on one time line, with two texts at each stop.

    It shows what the study `llm_lib.book.studies.thinking_rewards` has recorded, unless it is given
    other `data`. Every control is a trait.

    kind: which kind of run, "plain", "price" (a token costs a little) or "weak" (it begins with
        thoughts that are mostly wrong), as far as the record has them.
    seed: which of the runs of that kind.
    stop: which stop of the time line, from 0.
    playing: True while the page steps forward by itself; set it to start or stop.
    data: what is shown: {"watched": a problem, "runs": a list of {"kind", "seed", "price",
        "timeline"}}, where the time line has for each stop its "step", the shares "right" and
        "thinking" and the mean "tokens" of what was drawn since the stop before (None at the
        first), and two "texts" for the watched problem.
    finding: the current finding, in words (set by the page).

    Raises TypeError or ValueError, naming the setting and what is allowed.
    """

    _esm = join_scripts("reward_timeline.js")
    _css = join_styles("reward_timeline.css")

    data = t.Dict().tag(sync=True)
    kind = t.Unicode("plain").tag(sync=True, setting=True)
    seed = t.Int(0).tag(sync=True, setting=True)
    stop = t.Int(0).tag(sync=True, setting=True)
    playing = t.Bool(False).tag(sync=True)

    def __init__(self, *, data: dict[str, Any] | None = None, **settings: Any):
        """Show what is on file, or `data`."""
        self.data = recorded() if data is None else data
        super().__init__(**settings)

    def __setattr__(self, name: str, value: Any) -> None:
        # Checked before the traits' own checks, whose errors do not say what is allowed.
        if name == "data":
            _check_data(value)
        elif name == "kind":
            check_choice(name, value, tuple(dict.fromkeys(r["kind"] for r in self.data["runs"])))
        elif name == "seed":
            check_choice(name, value, tuple(dict.fromkeys(r["seed"] for r in self.data["runs"])))
        elif name == "stop":
            most = max(len(run["timeline"]) for run in self.data["runs"]) - 1
            value = check_whole(name, value, 0, most)
        super().__setattr__(name, value)


def _check_data(data: Any) -> None:
    """Raise ValueError unless there are runs, each with a time line."""
    if not isinstance(data, dict) or not data.get("watched") or not data.get("runs"):
        raise ValueError(f"data should have watched and runs; got {data!r:.80}")
    for i, run in enumerate(data["runs"]):
        rows = run.get("timeline") or [{}]
        missing = [key for key in ROW if any(key not in row for row in rows)]
        if missing:
            raise ValueError(f"runs[{i}]: each stop of its timeline needs {missing[0]!r}")


def recorded() -> dict[str, Any]:
    """Return the time lines on file, from `llm_lib.book.studies.thinking_rewards`."""
    from llm_lib.book.studies.thinking_rewards import load_thinking_rewards  # here: it needs torch

    found = load_thinking_rewards()
    runs = [
        {
            **{key: run[key] for key in ("kind", "seed", "price")},
            "timeline": [{key: row[key] for key in ROW} for row in run["timeline"]],
        }
        for run in found["runs"]
    ]
    return {"watched": found["watched"], "runs": runs}
