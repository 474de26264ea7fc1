"""Why writing helps: one pass over two layers, or a pass for each character that is written."""

from pathlib import Path
from typing import Any

import traitlets as t

from llm_lib.arguments import check_number, check_whole
from llm_lib.book.widgets.base import check_text, join_scripts, join_styles
from llm_lib.book.widgets.walkthrough import Walkthrough
from llm_lib.files import read_json

STUDY = Path(__file__).parent.parent.parent / "studies" / "thinking.json"
PROBLEM = "cdaBECDABDEACBD="
WAYS = ("at once", "thinking")
MOST_SWAPS = 12


class ThinkAloud(Walkthrough):
    """The shell game, answered at once and thought aloud; see `Walkthrough`.

    It shows what the study `llm_lib.book.studies.thinking` has measured, unless it is given
    `shares` and `seeds`.

    problem: six swaps, as in `llm_lib.book.studies.shell_game`.
    shares: by "at once" and "thinking", the share of answers that are right, for 1 to 12 swaps.
    seeds: how many trainings each share is the mean of.
    swaps: how many swaps the last scene asks about.
    passes: how many passes each way takes there (set by the page).
    """

    story = "think-aloud"
    _esm = join_scripts("stories/think_aloud.js")
    _css = join_styles("walkthrough.css")

    SCENES = {
        "Problem": 1, "One pass": 2, "Write": 1, "Read it back": 1, "Step by step": 5,
        "Answer": 1, "Your turn": 1,
    }  # fmt: skip

    problem = t.Unicode(PROBLEM).tag(sync=True, setting=True)
    shares = t.Dict().tag(sync=True, setting=True)
    seeds = t.Int(1).tag(sync=True, setting=True)
    swaps = t.Int(6).tag(sync=True, setting=True)
    passes = t.Dict().tag(sync=True)

    def __init__(self, story: str = "", *, data: dict[str, Any] | None = None, **settings: Any):
        """Show what was measured, unless it is given other `shares`."""
        if "shares" not in settings and data is None:
            data = recorded()
        super().__init__(story, data=data, **settings)

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "problem" and check_text(name, value):
            _check_problem(value)
        elif name == "shares":
            _check_shares(value)
        elif name == "seeds":
            value = check_whole(name, value, 1)
        elif name == "swaps":
            value = check_whole(name, value, 1, MOST_SWAPS)
        super().__setattr__(name, value)


def recorded() -> dict[str, Any]:
    """Return the shares on file, the means over all trainings."""
    runs = read_json(STUDY)["runs"]
    means = {
        way: [
            round(sum(shares) / len(runs), 4)
            for shares in zip(*(run["by_swaps"][way] for run in runs), strict=True)
        ]
        for way in WAYS
    }
    return {"shares": means, "seeds": len(runs)}


def _check_problem(problem: str) -> None:
    """Raise ValueError unless this is a problem with three balls and six swaps."""
    from llm_lib.book.studies.shell_game import N_BALLS, read_problem

    balls, swaps = read_problem(problem)
    if len(set(balls)) != N_BALLS or len(balls) != N_BALLS or len(swaps) != 6:
        raise ValueError(f"problem should have {N_BALLS} balls and 6 swaps; got {problem!r}")


def _check_shares(value: Any) -> None:
    """Raise ValueError unless these are twelve shares for each way."""
    if not isinstance(value, dict) or set(value) != set(WAYS):
        raise ValueError(f"shares should have {' and '.join(map(repr, WAYS))}; got {value!r:.80}")
    for way, shares in value.items():
        if len(shares) != MOST_SWAPS:
            raise ValueError(f"shares[{way!r}] should have {MOST_SWAPS} shares; got {len(shares)}")
        for share in shares:
            check_number(f"a share of {way!r}", share, least=0, most=1)
