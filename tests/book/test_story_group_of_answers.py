"""The story of a group of answers: it shows what the model computes, and takes nothing else."""

import pytest
import torch

from llm_lib.book.widgets import Walkthrough
from llm_lib.book.widgets.stories.group_of_answers import PASSAGE, QUESTION, measure_group
from llm_lib.finetuning.sft import collate, encode_answered
from llm_lib.pretrained.save_load import load_model


@pytest.fixture(scope="module")
def data():
    return measure_group(*load_model("sprout_tuned"))


# Fails if a probability is not the product over the answer's tokens, with its end.
def test_probabilities_are_the_models(data):
    model, tokenizer = load_model("sprout_tuned")
    for answer in data["answers"]:
        row = encode_answered(f"{PASSAGE} {QUESTION}", answer["text"], tokenizer)
        x, y = collate([row])
        with torch.no_grad():
            p = model(x).softmax(-1)[0]
        product = 1.0
        for t, token in enumerate(y[0].tolist()):
            product *= p[t, token].item() if token >= 0 else 1.0
        assert answer["p"] == pytest.approx(product, abs=1e-5)


# Fails if a step goes the wrong way, or marks that agree move anything.
def test_a_step_raises_what_was_better_and_marks_alike_move_nothing(data):
    before = [answer["p"] for answer in data["answers"]]
    assert data["answers"][0]["text"].endswith("Mia.") and data["right"] == [1, 0]
    assert data["after"]["10"][0] > before[0] and data["after"]["10"][1] < before[1]
    assert data["after"]["01"][0] < before[0] and data["after"]["01"][1] > before[1]
    for alike in ("00", "11"):
        assert data["after"][alike] == pytest.approx(before, abs=1e-6)
    assert sorted(set(data["draws"])) == [0, 1] and len(data["draws"]) == 8


WRONG = [
    ({"marks": [[0.5, 1]]}, ValueError, "a mark must be one of"),
    ({"marks": [1, 0]}, (ValueError, TypeError), "marks should be a row|int"),
    ({"draws": [0, 1]}, ValueError, "draws should be a list of 8 places"),
    ({"answers": []}, ValueError, "answers should be two or three different ones"),
    ({"answers": [{"p": 1}] * 2}, ValueError, r"answers\[0\] should have p, text"),
]


@pytest.mark.parametrize(("settings", "error", "message"), WRONG)
def test_wrong_settings(data, settings, error, message):
    # fails when a wrong setting is accepted, or its error does not say what is allowed
    with pytest.raises(error, match=message):
        Walkthrough("group-of-answers", data=data | settings)
