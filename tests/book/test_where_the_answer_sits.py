"""The Python side of WhereTheAnswerSits: its settings, its file, and errors that say why."""

import base64

import pytest
import torch

from llm_lib.book.studies import answer_features
from llm_lib.book.studies.answer_questions import N_TRAIN
from llm_lib.book.widgets import WhereTheAnswerSits
from llm_lib.book.widgets.where_the_answer_sits import CHOICES


def test_settings_and_initial_values():
    # fails if a setting is not taken over, or Reset would not know where the widget began
    lab = WhereTheAnswerSits(layer=20, examples=32)
    lab.position = "mean"
    assert lab.initial == {
        "layer": 20, "position": "last", "examples": 32, "draw": 0, "padding": 0, "question": 0,
    }  # fmt: skip


def test_it_offers_what_the_study_has():
    # fails if the study was made anew with other layers, counts or columns
    study = answer_features
    assert CHOICES["layer"] == study.LAYERS and CHOICES["position"] == study.POSITIONS
    assert CHOICES["examples"] == study.COUNTS and CHOICES["padding"] == (0, *study.BEHIND)
    assert max(study.COUNTS) == N_TRAIN


def test_the_page_gets_the_numbers_of_the_file():
    # fails if shape, bytes or scales are not those that Python reads
    lab = WhereTheAnswerSits()
    (payload,) = lab._files.values()
    recorded = answer_features.load_answer_features()
    for name in ("text", "behind_end"):
        shape = payload[name]["shape"]
        data = torch.frombuffer(
            bytearray(base64.b64decode(payload[name]["data"])), dtype=torch.uint8
        )
        packed = data.view(*shape[:3], shape[3] // 2)
        scale = torch.tensor(payload[name]["scale"]).view(*shape[:2], shape[3])
        found = answer_features.unpack(packed, scale)
        torch.testing.assert_close(found, recorded[name], rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize(
    ("settings", "kind", "words"),
    [
        ({"layer": 12}, ValueError, r"layer must be one of \(0, 5, 10.*got 12"),
        ({"position": "end"}, ValueError, r"position must be one of .*'mean'.*got 'end'"),
        ({"examples": 100}, ValueError, r"examples must be one of \(8, 16.*got 100"),
        ({"padding": 3}, ValueError, r"padding must be one of \(0, 1, 2, 4, 8\), got 3"),
        ({"draw": -1}, ValueError, "draw must be a whole number from 0"),
        ({"question": 200}, ValueError, "question must be a whole number from 0 to 199, got 200"),
        ({"model": "sprout"}, TypeError, "no setting 'model'; the settings are"),
    ],
)
def test_wrong_settings_say_what_is_allowed(settings, kind, words):
    # fails if a wrong setting passes, or if the message does not say what is allowed
    with pytest.raises(kind, match=words):
        WhereTheAnswerSits(**settings)
