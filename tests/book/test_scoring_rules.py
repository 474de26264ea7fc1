"""The Python side of ScoringRules: it shows what was measured, and errors say what is allowed."""

import pytest

from llm_lib.book.studies.evaluating import ALL_FORMS, load_choices
from llm_lib.book.widgets import ScoringRules
from llm_lib.book.widgets.scoring_rules import NAMES, RULES
from llm_lib.evaluation import multiple_choice, read_task


def test_it_shows_what_was_measured():
    # fails if a form is missing, or its numbers are those of another
    shown = ScoringRules().data
    assert [q["question"] for q in shown["questions"]] == [q.question for q in read_task()]
    assert shown["forms"].keys() == NAMES.keys() == ALL_FORMS.keys()
    for name, choices in load_choices().items():
        form = shown["forms"][name]
        assert len(form["sums"]) == len(form["tokens"]) == len(form["unasked"]) == 40
        assert form["sums"][7] == pytest.approx(choices[7].values("acc"), abs=1e-3)
    assert tuple(multiple_choice.RULES) == RULES


def test_settings_and_initial_values():
    # fails if a setting is not taken over, or Reset would carry all numbers along
    lab = ScoringRules(form="letter", question=3)
    assert lab.initial == {"form": "letter", "rule": "acc", "question": 3}


@pytest.mark.parametrize(
    ("settings", "kind", "words"),
    [
        ({"form": "essay"}, ValueError, "form must be one of .*'cloze'.*, got 'essay'"),
        ({"rule": "accuracy"}, ValueError, "rule must be one of .*'acc_norm'"),
        ({"question": 40}, ValueError, "question must be a whole number from 0 to 39, got 40"),
        ({"data": {}}, ValueError, "data should have questions and forms"),
        ({"letters": True}, TypeError, "no setting 'letters'; the settings are"),
    ],
)
def test_wrong_settings_say_what_is_allowed(settings, kind, words):
    # fails if a wrong setting passes, or if the message does not say what is allowed
    with pytest.raises(kind, match=words):
        ScoringRules(**settings)
