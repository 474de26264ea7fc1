"""The picture of a training's faults: each curve is the recorded one, under the doctor's names."""

import re

import pytest

from llm_lib.book.pictures import show_picture
from llm_lib.book.pictures.drawn.training_faults import FAULTS, TOP
from llm_lib.book.studies.failures import FILE
from llm_lib.book.widgets.loss_doctor import CAUSES
from llm_lib.files import read_json

STUDY = read_json(FILE)
LINE = re.compile(r'<path d="M([^"]+)" class="p-line p-(weight|held-out) p-thick(?: p-dashed)?"/>')


def test_it_names_each_fault_as_the_doctor_does():
    # fails if a reader is asked for a fault that was not shown, or that has another name there
    assert {key: name for key, (name, _) in FAULTS.items()} == {
        key: label for key, (label, _) in CAUSES.items()
    }


@pytest.mark.parametrize("which", [0, 1])
def test_the_curves_are_the_recorded_ones(which):
    # fails if a curve is another fault's, or a loss stands elsewhere than at its height
    drawn = [m for m in LINE.findall(show_picture("training-faults").svgs()[which]) if "L" in m[0]]
    heights = [[float(point.split()[1]) for point in path.split("L")] for path, _ in drawn]
    foot = {0: 128, 1: 100}[which]
    expected = [STUDY["examples"][key][line] for key in FAULTS for line in ("train", "val")]
    assert len(heights) == len(expected) == 16
    for found, losses in zip(heights, expected, strict=True):
        assert [TOP * (1 - y / foot) for y in found] == pytest.approx(
            [min(loss, TOP) for loss in losses], abs=0.01
        )


def test_each_run_does_what_its_sentence_says():
    # fails if a run made anew no longer shows its fault as the picture tells it
    runs = STUDY["examples"]
    end = {key: (run["train"][-1], run["val"][-1]) for key, run in runs.items()}
    healthy = end["healthy"][1]
    assert healthy - end["healthy"][0] < 0.3 and healthy < 2.5
    assert max(runs["too_high"]["val"]) > runs["too_high"]["val"][0] + 0.5
    assert min(runs["too_high"]["val"]) > 4.5
    assert max(end["answer_in_input"]) < 0.05
    assert runs["answer_in_input"]["train"][10] < 0.5
    train = runs["not_shuffled"]["train"]
    assert train[16] > train[15] + 0.4
    little = runs["too_little_data"]["val"]
    assert little[-1] > min(little) + 0.3 and end["too_little_data"][0] < 1
    assert abs(end["val_in_train"][0] - end["val_in_train"][1]) < 0.3
    assert end["val_in_train"][1] < healthy - 0.8
    assert min(end["no_warmup"]) > healthy + 0.6
    assert runs["no_warmup"]["val"][15] > runs["no_warmup"]["val"][-1] + 0.3  # it creeps on
    mixed = runs["scrambled_targets"]["val"]
    assert max(abs(loss - STUDY["unigram"]) for loss in mixed[8:]) < 0.15
