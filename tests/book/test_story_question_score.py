"""The story of a question's score: what it shows was measured, and nothing else is taken."""

import pytest

from llm_lib.book.studies.evaluating import load_choices
from llm_lib.book.widgets import Walkthrough
from llm_lib.book.widgets.stories.question_score import ASKED


def test_its_numbers_are_those_of_the_study():
    # fails if another form is shown, or tokens and numbers part
    film = Walkthrough("question-score")
    for i, item in zip(ASKED, film.items, strict=True):
        choice = load_choices()["cloze"][i]
        for tokens, log_probs, measured in zip(
            item["tokens"], item["log_probs"], choice.log_probs, strict=True
        ):
            assert log_probs == pytest.approx(list(measured), abs=0.006)
            assert len(tokens) == len(measured)
        assert ["".join(tokens) for tokens in item["tokens"]] == [f" {c}" for c in item["choices"]]


def test_the_rules_disagree_on_its_first_question():
    # fails if the film's point is gone: the sum wrong, both quotients right
    choice = load_choices()["cloze"][ASKED[0]]
    assert not choice.is_right("acc")
    assert choice.is_right("acc_per_token") and choice.is_right("acc_norm")


@pytest.mark.parametrize(
    ("settings", "kind", "words"),
    [
        ({"rule": "acc_bytes"}, ValueError, "rule must be one of"),
        ({"item": 4}, ValueError, "item must be a whole number from 0 to 3, got 4"),
        ({"items": []}, TypeError, "items should be a list"),
        ({"items": [{"question": "Who?"}]}, ValueError, r"items\[0\] should have answer, choices"),
    ],
)
def test_wrong_settings_say_what_is_allowed(settings, kind, words):
    # fails if a wrong setting passes, or if the message does not say what is allowed
    with pytest.raises(kind, match=words):
        Walkthrough("question-score", **settings)


def test_tokens_without_numbers_are_refused():
    # fails if a film could begin that has nothing to say at a token
    [item] = Walkthrough("question-score").items[:1]
    with pytest.raises(ValueError, match="four answers, with log p of each"):
        Walkthrough("question-score", items=[item | {"log_probs": [[-1.0]] * 4}])
