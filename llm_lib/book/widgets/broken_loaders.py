"""BrokenLoaders: which fault does a data loader have, by its losses and by what they compared?"""

import math
from functools import cache
from typing import Any

import traitlets as t

from llm_lib.arguments import check_whole
from llm_lib.book.widgets.base import BookWidget, join_scripts, join_styles

# In the order in which they are shown: the plain ones first.
ORDER = ("same_batch", "shifted_twice", "padding_counted", "wrapped_ids", "leaked")
# What a reader may choose: these faults, and two that no loader here has.
FAULTS = (*ORDER, "not_shifted", "mismatched")


class BrokenLoaders(BookWidget):
    """Five loaders with one fault each, by the losses of a training and windows that it compared.

    Name the fault, and mend it: the same training with the mended loader is drawn over the first.
    All was measured by `python -m llm_lib.book.studies.broken_loaders`. Every control is a trait.

    loader: which loader is shown, from 0.
    answers: the fault chosen for each loader, "" for none yet: "same_batch", "shifted_twice",
        "padding_counted", "wrapped_ids", "leaked", "not_shifted" or "mismatched".
    mended: True for each loader that is mended.
    loaders: what is shown of each: its "fault", the "broken" and the "mended" run, with "curve",
        "ends" and "sample".
    reference: a healthy run with another seed.
    score: how many are right so far (set by the page).
    finding: the current finding, in words (set by the page).

    Raises TypeError or ValueError, naming the setting and what is allowed.
    """

    _esm = join_scripts("broken_loaders.js")
    _css = join_styles("broken_loaders.css")

    loaders = t.List(t.Dict()).tag(sync=True)
    reference = t.Dict().tag(sync=True)
    guess_loss = t.Float().tag(sync=True)
    loader = t.Int(0).tag(sync=True, setting=True)
    answers = t.List(t.Unicode()).tag(sync=True, setting=True)
    mended = t.List(t.Bool()).tag(sync=True, setting=True)
    score = t.Int(0).tag(sync=True)

    def __init__(self, **settings: Any):
        """Show the recorded trainings."""
        settings = {"answers": [""] * len(ORDER), "mended": [False] * len(ORDER)} | settings
        self.loaders, self.reference, self.guess_loss = read_loaders()
        super().__init__(**settings)

    def __setattr__(self, name: str, value: Any) -> None:
        # Checked before the traits' own checks, whose errors do not say what is allowed.
        if name == "loader":
            value = check_whole(name, value, 0, len(ORDER) - 1)
        elif name == "answers":
            value = _check_list(name, value, ("", *FAULTS))
        elif name == "mended":
            value = _check_list(name, value, (True, False))
        super().__setattr__(name, value)


def _check_list(name: str, value: Any, allowed: tuple) -> list:
    """Return one of what is allowed for each loader, as a list."""
    if not isinstance(value, list | tuple) or len(value) != len(ORDER):
        raise ValueError(f"{name} should be a list of {len(ORDER)} values; got {value!r}")
    for each in value:
        if each not in allowed:
            said = ", ".join(map(repr, allowed))
            raise ValueError(f"each of {name} should be one of {said}; got {each!r}")
    return list(value)


@cache
def read_loaders() -> tuple[list[dict[str, Any]], dict[str, Any], float]:
    """Return the loaders in the order shown, a healthy run of another seed, and ln V.

    Raises ValueError, naming the run, if a run is missing or its curves differ in length.
    """
    from llm_lib.book.studies.broken_loaders import FILE, MENDED, load_broken_loaders

    study = load_broken_loaders()
    whole = {}
    for name in dict.fromkeys([*MENDED, *MENDED.values()]):
        run = study["runs"].get(name)
        if not run or len({len(run["curve"][key]) for key in ("step", "train", "val")}) != 1:
            raise ValueError(f"{FILE}: the run {name!r} is missing or not whole")
        whole[name] = run | {"sample": study["samples"][name]}
    loaders = [
        {"fault": name, "broken": whole[name], "mended": whole[MENDED[name]]} for name in ORDER
    ]
    return loaders, study["reference"], math.log(study["model"]["vocab_size"])
