"""The Python side of LossDoctor, and whether its curves show what the widget says of them."""

import itertools
import math

import pytest

from llm_lib.book.studies.failures import FILE, SIZES, Lab
from llm_lib.book.widgets import LossDoctor
from llm_lib.book.widgets.loss_doctor import CAUSES, LOOK, ORDER, read_cases
from llm_lib.files import read_json

CURVES = read_json(FILE)["runs"]


def ends(name):
    return CURVES[name]["train"][-1], CURVES[name]["val"][-1]


def test_it_shows_the_recorded_runs():
    # fails if a run is left out, renamed, or shown with another's curve
    lab = LossDoctor(case=2)
    assert {case["cause"] for case in lab.cases} == set(CURVES) == set(Lab.NAMES) == set(CAUSES)
    for case in lab.cases:
        assert case["train"] == CURVES[case["cause"]]["train"]
    assert lab.guess_loss == pytest.approx(math.log(SIZES["vocab_size"]))
    # the line of frequencies lies where a run ends that learns nothing else
    assert lab.unigram == pytest.approx(CURVES["scrambled_targets"]["val"][-1], abs=0.1)
    assert lab.initial == {"case": 2, "answers": [""] * 8, "table": False, "compare": True}
    assert repr(lab) == "LossDoctor()"
    assert set(ORDER) == set(LOOK)


def test_the_run_to_compare_with_is_healthy_and_none_of_the_cases():
    # fails if a case could be told by its being the same line, or the yardstick is no good one
    lab = LossDoctor()
    assert all(case["train"] != lab.reference["train"] for case in lab.cases)
    for part in ("train", "val"):
        assert lab.reference[part][-1] == pytest.approx(CURVES["healthy"][part][-1], abs=0.2)
    assert lab.reference["step"] == CURVES["healthy"]["step"]


@pytest.mark.parametrize("name", Lab.NAMES)
def test_every_run_starts_near_an_even_guess(name):
    # fails if a curve is not that of a training from the start
    assert CURVES[name]["step"][0] == 0
    assert CURVES[name]["train"][0] == pytest.approx(math.log(512) + 0.5, abs=0.7)


def test_the_curves_show_what_is_said_of_them():
    # fails if a run made anew no longer shows the fault that the feedback describes
    healthy = ends("healthy")
    plateau = CURVES["scrambled_targets"]
    assert healthy[1] - healthy[0] < 0.3 and healthy[1] < 2.5
    wild = CURVES["too_high"]["val"]
    assert max(wild[1:4]) > math.log(512) + 0.5 and min(wild) > 4.5
    assert max(b - a for a, b in itertools.pairwise(wild[4:])) > 0.3  # the zigzag
    lowest = min(CURVES["too_little_data"]["val"])
    assert ends("too_little_data")[1] > lowest + 0.3 > ends("too_little_data")[0] + 0.5
    assert max(ends("answer_in_input")) < 0.05 and CURVES["answer_in_input"]["train"][10] < 0.5
    assert abs(ends("val_in_train")[0] - ends("val_in_train")[1]) < 0.3
    assert ends("val_in_train")[1] < healthy[1] - 0.8
    steps = [b - a for a, b in zip(*[CURVES["not_shuffled"]["train"][i:] for i in (0, 1)])]  # noqa: B905
    jump = max(range(len(steps)), key=steps.__getitem__)
    assert steps[jump] > 0.4 and 14 <= jump <= 16  # the text changes in the middle, at step 150
    assert max(plateau["val"][8:]) - min(plateau["val"][8:]) < 0.2 and plateau["val"][-1] > 4
    slow = CURVES["no_warmup"]["val"]
    assert slow[-1] > healthy[1] + 0.8 and slow[2] - slow[12] < 1.5
    assert abs(slow[-1] - ends("no_warmup")[0]) < 0.2


@pytest.mark.parametrize(
    ("settings", "kind", "words"),
    [
        ({"case": 8}, ValueError, "case must be a whole number from 0 to 7, got 8"),
        ({"case": "x"}, ValueError, "case must be a whole number"),
        ({"answers": ["healthy"]}, ValueError, "answers should be a list of 8 causes"),
        ({"answers": ["bad luck"] * 8}, ValueError, "a cause is .* got 'bad luck'"),
        ({"speed": 1}, TypeError, "no setting 'speed'"),
    ],
)
def test_wrong_settings_say_what_is_allowed(settings, kind, words):
    # fails if a wrong setting passes, or if the message does not say what is allowed
    with pytest.raises(kind, match=words):
        LossDoctor(**settings)


def test_a_file_that_is_not_whole_is_refused(monkeypatch):
    # fails if the page would get curves of which a part is missing
    from llm_lib.book.widgets import loss_doctor

    cut = {"runs": {name: dict(curve) for name, curve in CURVES.items()}, "model": SIZES}
    cut["unigram"] = 5.0
    cut["reference"] = CURVES["healthy"]
    cut["runs"]["healthy"]["val"] = [1.0]
    monkeypatch.setattr(loss_doctor, "read_json", lambda path: cut)
    with pytest.raises(ValueError, match="the run 'healthy' is missing or not whole"):
        read_cases.__wrapped__()
