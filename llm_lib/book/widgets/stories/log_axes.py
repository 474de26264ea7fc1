"""How to read a logarithmic axis: five measured models, and a power law through them."""

from pathlib import Path
from typing import Any

import numpy as np
import traitlets as t

from llm_lib.arguments import check_matrix, check_number, check_whole
from llm_lib.book.widgets.base import join_scripts, join_styles
from llm_lib.book.widgets.walkthrough import Walkthrough
from llm_lib.files import read_json

FILE = Path(__file__).parent.parent.parent / "studies" / "scaling.json"
N, REACH = 5, 9.0


class LogAxes(Walkthrough):
    """Loss over size, on plain axes and on logarithmic ones, with the line of least squares.

    Without settings it shows what `python -m llm_lib.book.studies.scaling` has measured.

    sizes: parameters of five models, rising.
    losses: their losses, one row of five: (1, 5), from 0.1 to 9.
    floor: what no size can beat, in the last scene, 0 or more, below each loss.
    a, alpha: of the fitted law loss = floor + a / size^alpha (set by the page).
    """

    story = "log-axes"
    _esm = join_scripts("stories/log_axes.js")
    _css = join_styles("walkthrough.css")

    SCENES = {"Plain axes": 1, "Log axes": 2, "Line": 1, "Forecast": 2, "Your turn": 1}

    sizes = t.List(t.Int()).tag(sync=True, setting=True)
    losses = t.List().tag(sync=True, setting=True)
    floor = t.Float(0.0).tag(sync=True, setting=True)
    a = t.Float().tag(sync=True)
    alpha = t.Float().tag(sync=True)

    def __init__(self, *arguments: Any, **settings: Any):
        """Show the recorded models, or those given."""
        if not {"sizes", "losses"} & {*settings, *(settings.get("data") or {})}:
            sizes, losses = read_means()
            settings |= {"sizes": sizes, "losses": [losses]}
        super().__init__(*arguments, **settings)

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "sizes":
            value = _checked_sizes(value)
        elif name == "losses":
            value = check_matrix(name, value, (1, N), REACH)
            for loss in value[0]:
                check_number("each loss", loss, least=0.1)
        elif name == "floor":
            value = float(check_number(name, value, least=0, below=REACH))
        super().__setattr__(name, value)


def read_means() -> tuple[list[int], list[float]]:
    """Return the sizes that the study has measured, and the mean loss of each one's seeds."""
    found: dict[int, list[float]] = {}
    for run in read_json(FILE)["runs"]:
        found.setdefault(run["parameters"], []).append(run["val_loss"])
    return list(found), [round(float(np.mean(losses)), 4) for losses in found.values()]


def _checked_sizes(value: Any) -> list[int]:
    """Return the sizes as a list; ValueError unless they are five that rise."""
    plain = value.tolist() if hasattr(value, "tolist") else value
    if not isinstance(plain, list | tuple) or len(plain) != N:
        raise ValueError(f"sizes should be {N} numbers of parameters; got {value!r}")
    sizes = [check_whole(f"sizes[{i}]", size, 1) for i, size in enumerate(plain)]
    if sorted(set(sizes)) != sizes:
        raise ValueError(f"sizes should rise; got {value!r}")
    return sizes
