"""The Python side of ShrinkingTime: what it takes from the study, and what it refuses."""

import math

import pytest

from llm_lib.book.studies.faster import load_faster
from llm_lib.book.widgets import ShrinkingTime
from llm_lib.book.widgets.shrinking_time import ENDED_BY, TUNED


def test_the_ratios_multiply_to_what_was_trained():
    # fails if a change is set against another recipe than the one before it, or is left out
    shown, study = ShrinkingTime(), load_faster()
    first, last = study["log"][0], [row for row in study["log"] if row["kept"]][-1]
    kept = [change for change in shown.changes if change["name"] != TUNED]
    assert len(kept) == 11
    for factor, field in (("steps", "steps"), ("time", "seconds")):
        whole = math.prod(change[factor] for change in kept)
        assert whole == pytest.approx(last[field] / first[field], rel=1e-6)
    for change in shown.changes:
        assert change["steps"] * change["time"] == pytest.approx(
            change["cost"], rel=5e-3
        )  # other seeds
        assert change["low"] <= change["cost"] <= change["high"]


def test_the_trained_combinations_are_those_of_the_study():
    # fails if a recipe stands under changes that it does not have
    trained = {tuple(run["on"]): run["steps"] * run["seconds"] for run in ShrinkingTime().trained}
    rows = {row["change"]: row["steps"] for row in load_faster()["log"]}
    names = [change["name"] for change in ShrinkingTime().changes]
    assert trained[()] == pytest.approx(125.2, abs=0.1)
    assert trained[tuple(names[1:])] == pytest.approx(2.15, abs=0.01)
    assert trained[TUNED,] == pytest.approx(rows["baseline at 0.003"] * 0.06262)
    without = tuple(name for name in names[1:-1] if name != ENDED_BY)
    assert trained[without] == pytest.approx(3.355, abs=0.01)  # AdamW again
    assert len(trained) == 15


def test_switched_is_kept_in_the_order_of_the_page():
    # fails if the order in which a reader switches changes what is shown
    shown = ShrinkingTime(switched=("Muon", "BPE 1,024"))
    assert shown.switched == ["BPE 1,024", "Muon"]
    assert shown.initial == {
        "switched": ["BPE 1,024", "Muon"],
        "scale": "auto",
        "growing": False,
    }


@pytest.mark.parametrize(
    ("settings", "kind", "words"),
    [
        ({"switched": "Muon"}, TypeError, "switched should be a list of names; got 'Muon'"),
        ({"switched": ["magic"]}, ValueError, "switched should be some of .*; got 'magic'"),
        ({"scale": "log"}, ValueError, "scale must be one of .*, got 'log'"),
        (
            {"changes": []},
            TypeError,
            "no setting 'changes'; the settings are growing, scale, switched",
        ),
    ],
)
def test_wrong_settings_say_what_is_allowed(settings, kind, words):
    # fails if a wrong setting passes, or if the message does not say what is allowed
    with pytest.raises(kind, match=words):
        ShrinkingTime(**settings)
