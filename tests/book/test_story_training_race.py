"""The story of the training race: the recorded study, and what it refuses."""

import pytest

from llm_lib.book.studies.faster import load_faster
from llm_lib.book.widgets import Walkthrough


def test_it_shows_the_recorded_changes():
    # fails when the film tells other steps or times than the study has on file
    walk, study = Walkthrough("training-race"), load_faster()
    kept = [row for row in study["log"] if row["kept"]]
    told = {row["change"]: [row["steps"], row["seconds"]] for row in kept}
    told["four modern parts"] = told.pop("ReLU²")  # what the last of them reached
    assert all(told[name] == rest for name, *rest in walk.changes)
    assert len(walk.changes) == len(kept) - 3 and walk.changes[-1][0] == kept[-1]["change"]
    assert walk.parts == study["profile"]["parts"] and walk.passes == study["profile"]["passes"]
    assert walk.switched == [name for name, *_ in walk.changes[1:]] == walk.initial["switched"]


def test_changes_are_switched_in_the_order_of_the_log():
    # fails when the order in which a reader switches changes what is shown
    walk = Walkthrough("training-race")
    first, second = walk.switched[:2]
    walk.switched = [second, first]
    assert walk.switched == [first, second]
    walk.switched = []
    assert walk.switched == []


def wrong_rows(rows, *, steps=None):
    return [[name, steps if steps is not None else n, s] for name, n, s in rows]


def test_wrong_settings():
    # fails when a wrong setting is accepted, or its error does not say what is allowed
    rows = Walkthrough("training-race").changes
    n = len(rows)
    wrong = [
        ({"changes": rows[:2]}, f"changes should be {n} rows"),
        ({"changes": wrong_rows(rows, steps=0)}, "the steps must be above 0"),
        ({"changes": [["a", 1]] * n}, "a change should be"),
        ({"passes": [["forward", 0.5]]}, "the shares of passes should sum to 1"),
        ({"switched": ["magic"]}, "switched should be some of .*got 'magic'"),
    ]
    for settings, message in wrong:
        given = {"changes": rows} | settings
        shares = {"passes": [["a", 1.0]], "parts": [["a", 1.0]]}
        with pytest.raises(ValueError, match=message):
            Walkthrough("training-race", data=shares | given)
    with pytest.raises(TypeError, match="switched should be a list of names; got 'Muon'"):
        Walkthrough("training-race", switched="Muon")
