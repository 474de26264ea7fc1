"""PositionLab: how do numbers say where a token stands?"""

from typing import Any

import traitlets as t

from llm_lib.arguments import check_number, check_whole
from llm_lib.book.widgets.base import BookWidget, join_scripts, join_styles

VIEWS = ("waves", "clocks", "distances")
SCHEMES = ("sinusoidal", "rotary, k = q", "rotary")
MAX_POSITIONS, MAX_DIMENSION = 256, 128
WHOLE = {  # the lowest and highest value of each setting that is a whole number
    "n_positions": (8, MAX_POSITIONS),
    "dimension": (2, MAX_DIMENSION),
    "channel": (0, MAX_DIMENSION - 1),
    "position": (0, MAX_POSITIONS - 1),
    "seed": (0, 2**31 - 1),
}


class PositionLab(BookWidget):
    """Look at sinusoidal and rotary positions: their waves, their clocks, and their dot products.

    The numbers are those of `sinusoidal_positions(n_positions, dimension, base)` and
    `RotaryEmbedding(dimension, n_positions, base)` in `llm_lib.model.embedding`. Every control is a
    trait: set it from Python and the page follows, or observe it.

    view: "waves" (the table of sinusoidal positions, and one channel of it), "clocks" (how far
        rotary positions have turned each pair), or "distances" (dot products of two positions).
    n_positions, dimension, base: the sizes; dimension must be even.
    channel: the column whose curve is shown below the table; counted from the end of the table
        where that is narrower.
    position: where the clocks stand; in "distances", where the first of the two positions is.
    scheme: what "distances" multiplies: "sinusoidal", "rotary" (a fixed random query and key), or
        "rotary, k = q" (a random query, and the same numbers as key).
    seed: which random query and key.
    shown: the numbers of the curve, or the turns of the clocks (set by the page).
    q, k: the random query and key in "distances", before they are turned (set by the page).
    finding: the current finding, in words (set by the page).

    Raises TypeError or ValueError, naming the setting and what is allowed.
    """

    _esm = join_scripts("position_lab.js")
    _css = join_styles("position_lab.css")

    view = t.Unicode("waves").tag(sync=True, setting=True)
    n_positions = t.Int(64).tag(sync=True, setting=True)
    dimension = t.Int(32).tag(sync=True, setting=True)
    base = t.Float(10000.0).tag(sync=True, setting=True)
    channel = t.Int(8).tag(sync=True, setting=True)
    position = t.Int(20).tag(sync=True, setting=True)
    scheme = t.Unicode("sinusoidal").tag(sync=True, setting=True)
    seed = t.Int(0).tag(sync=True, setting=True)
    shown = t.List().tag(sync=True)
    q = t.List().tag(sync=True)
    k = t.List().tag(sync=True)

    def __setattr__(self, name: str, value: Any) -> None:
        # Checked before the traits' own checks, whose errors do not say what is allowed.
        super().__setattr__(name, _checked(name, value))


def _checked(name: str, value: Any) -> Any:
    """Return the value of a setting; ValueError or TypeError unless it is allowed."""
    if name in WHOLE:
        value = check_whole(name, value, *WHOLE[name])
        if name == "dimension" and value % 2:
            raise ValueError(f"dimension should be even, for pairs of channels; got {value}")
        return value
    if name == "base":
        return check_number(name, value, least=10.0, most=1e6)
    for setting, allowed in (("view", VIEWS), ("scheme", SCHEMES)):
        if name == setting and value not in allowed:
            raise ValueError(f"{name} should be one of {allowed}; got {value!r}")
    return value
