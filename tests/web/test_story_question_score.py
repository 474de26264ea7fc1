"""The story of a question's score in a browser: sums and quotients are Python's."""

from __future__ import annotations

import pytest

from llm_lib.book.studies.evaluating import load_choices
from llm_lib.book.widgets.stories.question_score import ASKED, RULES
from tests.web.stories import film
from tests.web.widget_page import set_trait, settle, texts, trait


@pytest.fixture
def page(show_widget):
    page = show_widget(film("question-score"), width=992)
    page.emulate_media(reduced_motion="reduce")
    return page


def shown(page, key):
    return float(texts(page)[key].replace("\u2212", "-"))


def test_sums_and_quotients_are_those_of_the_library(page):
    # fails if a sum leaves a token out, or a scene divides by another length
    choice = load_choices()["cloze"][ASKED[0]]
    scenes = {"Largest": "acc", "Per token": "acc_per_token", "Per character": "acc_norm"}
    for scene, rule in scenes.items():
        set_trait(page, "scene", scene)
        settle(page)
        values = choice.values(rule)
        for k in range(4):
            assert shown(page, f"s{k}") == pytest.approx(choice.values("acc")[k], abs=0.02)
            if rule != "acc":
                assert shown(page, f"v{k}") == pytest.approx(values[k], abs=0.02)
        assert f"“{choice.answers[choice.choose(rule)]}” wins" in trait(page, "finding")


def test_the_reader_chooses_question_and_rule(page):
    # fails if a menu changes nothing, or another answer is said to win
    set_trait(page, "scene", "Your turn")
    for i, place in enumerate(ASKED):
        for rule in RULES:
            page.get_by_role("combobox", name="Question").select_option(str(i))
            page.get_by_role("combobox", name="Rule").select_option(rule)
            settle(page)
            choice = load_choices()["cloze"][place]
            assert trait(page, "chosen") == choice.answers[choice.choose(rule)]
