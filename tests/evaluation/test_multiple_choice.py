"""Rules of multiple choice, by hand and against what lm-evaluation-harness said of SmolLM2."""

import math
from pathlib import Path

import pytest

from llm_lib.evaluation.multiple_choice import RULES, Choice, accuracy, answer_choices
from llm_lib.evaluation.tasks import read_task
from llm_lib.files import read_json
from llm_lib.pretrained.gguf import load_smollm2

# tests.evaluation.record_harness writes it
HARNESS = Path(__file__).resolve().parents[2] / "llm_lib/book/studies/harness.json"
# sums −4, −4.5 and −6; per token −4, −2.25, −2; per character −2, −2.25, −1; per byte −2, −0.75, −1
THREE = Choice(
    ("xy", "日é", "abcdef"), ((-4.0,), (-2.0, -2.5), (-1.0, -1.0, -4.0)), 0, (-9.0, -9.0, -12.0)
)
BY_HAND = {"acc": 0, "acc_per_token": 2, "acc_norm": 2, "acc_bytes": 1, "acc_mutual_info": 2}


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_chooses_as_on_paper(rule):
    # fails if a rule divides by another length, or takes the smallest
    assert THREE.choose(rule) == BY_HAND[rule]
    assert THREE.is_right(rule) == (BY_HAND[rule] == 0)


def test_of_equal_values_the_first_wins():
    # fails if ties are broken otherwise than by the harness
    assert Choice(("a", "b"), ((-1.0,), (-1.0,)), 1).choose() == 0


def test_what_cannot_be_told_is_refused():
    # fails if an unknown rule, a missing measurement or no question at all gets a number
    with pytest.raises(ValueError, match="rule must be one of"):
        THREE.choose("accuracy")
    with pytest.raises(ValueError, match="needs the sums unasked"):
        Choice(("a", "b"), ((-1.0,), (-1.0,)), 1).choose("acc_mutual_info")
    with pytest.raises(ValueError, match="no questions"):
        accuracy([])
    assert accuracy([THREE, Choice(("a", "b"), ((-1.0,), (-2.0,)), 1)]) == 0.5


def test_it_is_the_harness_to_the_last_question():
    # fails if prompt, cut, sum or rule differ from lm-evaluation-harness, which read the same file
    # by transformers; three questions here, all of them in the study (test_evaluating.py)
    record, places = read_json(HARNESS), (2, 17, 39)
    questions = [read_task()[i] for i in places]
    found = answer_choices(*load_smollm2(), questions, start_id=record["start_id"])
    for place, choice in zip(places, found, strict=True):
        theirs = record["questions"][place]
        ours = [math.fsum(each) for each in choice.log_probs]
        assert ours == pytest.approx(theirs["asked"], abs=2e-3)
        assert choice.unasked == pytest.approx(theirs["unasked"], abs=2e-3)
        assert {rule: int(choice.is_right(rule)) for rule in theirs["right"]} == theirs["right"]
