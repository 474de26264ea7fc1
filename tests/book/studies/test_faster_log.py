"""The log of the study on training faster: what it makes of the runs and times on file."""

import numpy as np
import pytest

from llm_lib.book.studies.faster import load_faster
from llm_lib.book.studies.faster_changes import CHANGES, NAMES, TIMED, parent_of
from llm_lib.book.studies.faster_log import make_log, steps_to

STUDY = load_faster()
LOG = {row["change"]: row for row in STUDY["log"]}
SLOWER = {"RMSNorm"}  # kept all the same: what came after was tuned with it, as the chapter says


def test_the_log_follows_from_runs_and_times():
    # fails if a row of the log is not what its runs and its times amount to
    for name in NAMES[1:]:
        row, parent = LOG[name], LOG[parent_of(name)]
        ratio = STUDY["times"][name]["ratio"] if name in TIMED else 1  # the same work
        assert row["seconds"] == pytest.approx(parent["seconds"] * ratio)
        if row["steps"] is None:
            continue
        assert row["steps"] == pytest.approx(np.mean(row["reached"]), abs=0.1)
        pairs = zip(row["reached"], parent["reached"], strict=False)  # the same seeds
        ratio = np.exp(np.mean([np.log(a / b) for a, b in pairs])) * row["time"]
        assert row["cost"] == pytest.approx(ratio)
        assert row["low"] < row["cost"] < row["high"]
        assert row["verdict"] == (
            "faster" if row["high"] < 1 else "slower" if row["low"] > 1 else "tie"
        )


def test_one_run_has_no_range():
    # fails if a single seed gets a spread or a verdict, for which it takes two
    runs = [run for run in STUDY["runs"] if run["seed"] == 0]
    for row in make_log(runs, STUDY["times"], 0.06)[1:]:
        assert (row["low"], row["high"]) == (None, None)
        assert row["verdict"] == ("one run" if row["steps"] else "not reached")


def test_what_was_kept_is_not_slower():
    # fails if the log keeps a change that its own numbers speak against, or throws out a gain
    for change in [change for change in CHANGES[1:] if not change.control]:
        verdict = LOG[change.name]["verdict"]
        if change.kept:
            assert verdict in ({"slower"} if change.name in SLOWER else {"faster", "tie"})
        else:
            assert verdict in {"slower", "tie", "not reached"}


def test_steps_to():
    # fails if a goal is found at the wrong place between two points, or one that was never reached
    curve = [[10, 3.0], [20, 2.0], [30, 2.5], [40, 1.0]]
    assert steps_to(2.25, curve) == 17.5 and steps_to(1.0, curve) == 40
    assert steps_to(3.5, curve) == 10.0 and steps_to(0.5, curve) is None
