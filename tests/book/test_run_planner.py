"""The Python side of RunPlanner: its settings, and errors that say what is allowed."""

from dataclasses import asdict

import pytest

from llm_lib.book.widgets import RunPlanner
from llm_lib.costs.run_plan import plan_run


def test_the_run_is_the_one_that_is_shown():
    # fails if a field of TrainingRun is missing among the settings, or Reset loses one
    lab = RunPlanner(parameters=1e9, gpus=8, parallel="zero3")
    lab.network = 1e9
    run = asdict(lab.run)
    assert {name: getattr(lab, name) for name in run} == run
    assert (lab.initial["network"], lab.initial["parallel"]) == (6.25e9, "zero3")
    assert plan_run(lab.run)["binds"] == "network"


@pytest.mark.parametrize(
    ("settings", "kind", "words"),
    [
        ({"parameters": 0}, ValueError, "parameters must be at least 1000000"),
        ({"gpus": 2.5}, ValueError, "gpus must be a whole number from 1 to 131072, got 2.5"),
        (
            {"efficiency": 40},
            ValueError,
            "efficiency must be at least 0.01 and at most 1.0, got 40",
        ),
        ({"parallel": "fsdp"}, ValueError, "parallel must be one of .*'zero3'.*, got 'fsdp'"),
        ({"overlap": 1}, TypeError, "overlap should be True or False; got 1"),
        ({"devices": 8}, TypeError, "no setting 'devices'; the settings are"),
    ],
)
def test_wrong_settings_say_what_is_allowed(settings, kind, words):
    # fails if a wrong setting passes, or if the message does not say what is allowed
    with pytest.raises(kind, match=words):
        RunPlanner(**settings)
