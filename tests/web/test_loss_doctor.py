"""LossDoctor in a browser: diagnoses by mouse and keyboard, curves in words and numbers."""

from __future__ import annotations

import pytest

from llm_lib.book.widgets import LossDoctor
from llm_lib.book.widgets.loss_doctor import CAUSES, ORDER
from tests.web.widget_page import set_trait, settle, trait


@pytest.fixture
def page(show_widget):
    return show_widget(LossDoctor())


def test_a_wrong_and_a_right_diagnosis(page):
    # fails if a wrong cause is praised, the right one is not, or the causes are named beforehand
    look = "Look at the curves and choose"
    assert look in page.inner_text(".llm-try")
    assert page.inner_text(".llm-finding") == "Training 1 of 8: what happened here?"
    page.get_by_label(CAUSES["healthy"][0]).check()
    settle(page)
    assert page.inner_text(".llm-finding").startswith("Not here.")
    assert trait(page, "score") == 0
    page.get_by_label(CAUSES[ORDER[0]][0]).check()
    settle(page)
    assert "Right" in page.inner_text(".llm-finding")
    assert trait(page, "answers")[0] == ORDER[0]
    assert trait(page, "score") == 1
    assert "solved" in page.get_by_role("button", name="Training 1").get_attribute("aria-label")


def test_every_case_has_one_right_cause(page):
    # fails if a case can't be solved, or takes more than one cause
    for i, cause in enumerate(ORDER):
        set_trait(page, "case", i)
        page.get_by_label(CAUSES[cause][0], exact=True).check()
    settle(page)
    assert trait(page, "score") == len(ORDER)
    assert "8 of 8 solved" in page.inner_text(".llm-finding")


def test_the_curves_are_told_in_words_and_numbers(page):
    # fails if who does not see the curves gets other numbers than the recorded ones
    set_trait(page, "case", 3)
    case = LossDoctor().cases[3]
    words = page.get_by_role("img").first.get_attribute("aria-label")
    assert f"from {case['train'][0]:.2f} to {case['train'][-1]:.2f}" in words
    page.get_by_role("button", name="Show the numbers").press("Enter")
    settle(page)
    rows = page.locator("tbody tr")
    assert rows.last.inner_text().split() == [
        str(case["step"][-1]), f"{case['train'][-1]:.2f}", f"{case['val'][-1]:.2f}",
    ]  # fmt: skip


def test_a_healthy_run_stands_beside_each(page):
    # fails if there is nothing to compare a case with, or what is drawn is another curve
    line = page.locator("polyline.llm-doctor-reference")
    points = [tuple(map(float, p.split(","))) for p in line.get_attribute("points").split()]
    reference = LossDoctor().reference
    heights = [100 - y for _, y in points]
    scale = heights[0] / reference["val"][0]
    assert heights == pytest.approx([scale * loss for loss in reference["val"]], abs=0.02)
    page.get_by_label("A healthy run beside it").uncheck()
    settle(page)
    assert line.get_attribute("points") == "" and trait(page, "compare") is False
    assert not page.get_by_text("a healthy run, held-out").is_visible()


def test_keys_and_reset(page):
    # fails if the trainings can't be walked from the keyboard, or Reset leaves an answer behind
    page.get_by_role("button", name="Training 1").focus()
    page.keyboard.press("ArrowRight")
    settle(page)
    assert trait(page, "case") == 1
    page.get_by_label(CAUSES["healthy"][0]).focus()
    page.keyboard.press("Space")
    settle(page)
    assert trait(page, "score") == 1
    page.get_by_role("button", name="Next training").press("Enter")
    settle(page)
    assert trait(page, "case") == 2
    page.get_by_role("button", name="Reset").press("Enter")
    settle(page)
    assert (trait(page, "case"), trait(page, "answers")) == (0, [""] * 8)
