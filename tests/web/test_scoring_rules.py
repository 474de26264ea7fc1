"""ScoringRules in a browser: choices, prompts and counts are those that Python computes."""

from __future__ import annotations

import pytest

from llm_lib.book.studies.evaluating import ALL_FORMS, load_choices
from llm_lib.book.widgets import ScoringRules
from llm_lib.evaluation import read_task
from llm_lib.evaluation.multiple_choice import RULES
from tests.web.widget_page import set_trait, settle, trait


@pytest.fixture
def page(show_widget):
    return show_widget(ScoringRules())


def test_every_form_and_rule_chooses_as_python_does(page):
    # fails if a rule divides by another length in the page, or a prompt is another text
    questions = read_task()
    for name, choices in load_choices().items():
        set_trait(page, "form", name)
        for rule in RULES:
            set_trait(page, "rule", rule)
            settle(page)
            assert trait(page, "chosen") == [c.choose(rule) for c in choices], (name, rule)
            right = sum(c.is_right(rule) for c in choices)
            assert trait(page, "right") == right
            assert page.inner_text(".llm-rules-score") == f"{right} of 40 right"
        shown = page.eval_on_selector(".llm-rules-prompt", "(e) => e.textContent")
        assert shown == ALL_FORMS[name].context(questions[0])


def test_a_question_is_looked_at_by_mouse_and_by_keys(page):
    # fails if a square does not show its question, or arrows don't move on
    page.get_by_role("button", name="Question 26,").click()
    settle(page)
    assert trait(page, "question") == 25
    assert "What do plants need to grow?" in page.inner_text(".llm-rules-prompt")
    page.keyboard.press("ArrowRight")
    settle(page)
    assert trait(page, "question") == 26
    rows = page.inner_text(".llm-rules-answers")
    assert "an apple" in rows and "wins" in rows and "right" in rows


def test_controls_finding_and_reset(page):
    # fails if a control is not followed, a favourite letter is not named, or Reset forgets one
    page.get_by_role("combobox", name="Form of the question").select_option("letter")
    settle(page)
    page.wait_for_function(
        "document.querySelector('.llm-finding').textContent.includes('A 40 times')"
    )
    page.get_by_role("radio", name="per character").check()
    settle(page)
    assert trait(page, "rule") == "acc_norm"
    page.get_by_role("button", name="Reset").click()
    settle(page)
    assert (trait(page, "form"), trait(page, "rule")) == ("cloze", "acc")
    assert page.get_by_role("radio", name="sum").is_checked()
