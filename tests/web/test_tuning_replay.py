"""TuningReplay in a browser: it shows what was recorded, by mouse and by keyboard."""

from __future__ import annotations

import pytest

from llm_lib.book.widgets import TuningReplay
from tests.web.widget_page import set_trait, settle, trait

RECORD = TuningReplay().record
LOOKS = RECORD["looks"]
LAST = len(LOOKS) - 1


@pytest.fixture
def page(show_widget):
    return show_widget(TuningReplay())


def test_each_look_shows_its_own_answers_and_numbers(page):
    # fails if an answer, a step or a score stands beside another look
    for k in (0, 4, 12, LAST):
        set_trait(page, "look", k)
        settle(page)
        look = LOOKS[k]
        assert page.inner_text(".llm-slider-value") == f"{look['training']}, step {look['step']}"
        assert page.locator(".llm-tuning-answer").all_inner_texts() == list(look["says"].values())
        assert page.locator(".llm-tuning-skills b").all_inner_texts() == [
            f"{look['right']} of 30", f"{look['full']} of 30",
            f"{look['passage']} of 100", f"{look['mood']} of 100",
        ]  # fmt: skip
        finding = page.inner_text(".llm-finding")
        assert f"right about {look['right']} of 30 new words" in finding
        assert trait(page, "finding") == finding
        assert page.get_by_role("img").get_attribute("aria-label") == finding


def test_the_lines_are_the_scores(page):
    # fails if a line is drawn with other numbers, or the mark does not stand at its look
    for skill, most in (("right", 30), ("full", 30), ("passage", 100), ("mood", 100)):
        found = page.locator(f"polyline.llm-tuning-{skill}").get_attribute("points").split()
        heights = [100 - float(point.split(",")[1]) for point in found]
        assert heights == pytest.approx([100 * look[skill] / most for look in LOOKS])
    set_trait(page, "look", 6)
    settle(page)
    left = page.locator(".llm-tuning-now").evaluate("(e) => parseFloat(e.style.left)")
    assert left == pytest.approx(100 * 6 / LAST, abs=0.01)


def test_keys_and_reset(page):
    # fails if the time line can't be walked from the keyboard, or Reset stays where it is
    page.get_by_role("slider", name="Steps done").focus()
    page.keyboard.press("ArrowRight")
    settle(page)
    assert trait(page, "look") == 1
    page.keyboard.press("End")
    settle(page)
    assert trait(page, "look") == LAST
    page.get_by_role("button", name="Back").press("Enter")
    settle(page)
    assert trait(page, "look") == LAST - 1
    page.get_by_role("button", name="Reset").press("Enter")
    settle(page)
    assert trait(page, "look") == 0
    assert page.inner_text(".llm-finding").startswith("Before the fine-tuning")


def test_it_plays(page):
    # fails if Play doesn't go on by itself, or Pause doesn't hold it
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("model.get('look') >= 1")
    page.get_by_role("button", name="Pause").click()
    settle(page)
    assert trait(page, "playing") is False
