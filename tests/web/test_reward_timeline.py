"""RewardTimeline in a browser: numbers, marks and advantages of each stop, by mouse and keyboard."""

from __future__ import annotations

import pytest
import torch

from llm_lib.book.studies.shell_game import is_right, think_aloud
from llm_lib.book.widgets import RewardTimeline
from llm_lib.finetuning.grpo import group_advantages
from tests.web.widget_page import set_trait, stop_clock, trait

WATCHED = "cdaBECDAB="
GOOD = think_aloud(WATCHED)[:-1]
SLIP = GOOD.replace("CDdca", "CDdac", 1)
ROWS = [
    {"step": 0, "right": None, "tokens": None, "thinking": None, "texts": [":abc", ":dcb"]},
    {"step": 5, "right": 0.25, "tokens": 9.5, "thinking": 0.4, "texts": [SLIP, ":abc"]},
    {"step": 10, "right": 0.75, "tokens": 19.0, "thinking": 1.0, "texts": [GOOD, GOOD]},
]
OTHER = [row | {"right": 0.125, "tokens": 3.0, "thinking": 0.0} for row in ROWS]
DATA = {
    "watched": WATCHED,
    "runs": [
        {"kind": "plain", "seed": 0, "price": 0.0, "timeline": ROWS},
        {"kind": "plain", "seed": 1, "price": 0.0, "timeline": OTHER},
        {"kind": "price", "seed": 0, "price": 0.01, "timeline": ROWS},
    ],
}


@pytest.fixture
def page(show_widget):
    return show_widget(RewardTimeline(data=DATA))


def marked(page):
    return [row.inner_text() for row in page.locator(".llm-timeline-mark").all()]


def test_each_stop_shows_its_own_numbers(page):
    # fails if a number stands beside the wrong stop or line, or a stop without any shows some
    assert "nothing is learned" in page.inner_text(".llm-finding")
    assert page.locator(".llm-timeline-title b").all_inner_texts() == ["–"] * 3
    for k, said in (
        (1, ["25\u00a0%", "9.5", "40\u00a0%"]),
        (2, ["75\u00a0%", "19.0", "100\u00a0%"]),
    ):
        set_trait(page, "stop", k)
        assert page.locator(".llm-timeline-title b").all_inner_texts() == said
        assert page.inner_text(".llm-slider-value") == str(ROWS[k]["step"])
        finding = trait(page, "finding")
        assert all(each in finding for each in said) and "of 10" in finding
    labels = [each.get_attribute("aria-label") for each in page.locator("[role=img]").all()]
    assert "9.5 at first, 19.0 in the end, here 19.0" in labels[1]


@pytest.mark.parametrize(("kind", "price"), [("plain", 0.0), ("price", 0.01)])
def test_marks_and_advantages_are_those_of_the_library(page, kind, price):
    # fails if the price is not taken off, an advantage has the wrong sign, or equal marks teach
    set_trait(page, "kind", kind)
    for k, row in enumerate(ROWS):
        set_trait(page, "stop", k)
        marks = [float(is_right(WATCHED, text)) - price * len(text) for text in row["texts"]]
        advantages = group_advantages(torch.tensor(marks)).tolist()
        for text, mark, advantage, said in zip(
            row["texts"], marks, advantages, marked(page), strict=True
        ):
            said = said.replace("\u2212", "-")
            assert ("✓ right" in said) == is_right(WATCHED, text)
            assert float(said.split("mark ")[1].split()[0]) == pytest.approx(mark, abs=0.006)
            assert float(said.split("advantage ")[1]) == pytest.approx(advantage, abs=0.006)


def test_a_slip_in_a_thought_is_marked(page):
    # fails if each step is not held against the rules
    set_trait(page, "stop", 1)
    steps = page.locator(".llm-timeline-text").first.locator(".llm-steps-step").all_inner_texts()
    assert ["✗" in step for step in steps] == [False, True, True]


def test_it_plays_and_is_reset(page):
    # fails if Play stands still, an arrow key does nothing, or Reset leaves another run
    stop_clock(page)
    page.get_by_role("button", name="Play").click()
    page.clock.run_for(5000)
    assert (trait(page, "stop"), trait(page, "playing")) == (2, False)
    slider = page.get_by_role("slider", name="Steps of GRPO")
    slider.press("ArrowLeft")
    assert trait(page, "stop") == 1
    page.get_by_role("radiogroup", name="Seed").get_by_text("1").click()
    page.clock.run_for(1000)
    assert trait(page, "seed") == 1
    assert page.locator(".llm-timeline-title b").first.inner_text() == "13\u00a0%"
    page.get_by_role("button", name="Reset").click()
    assert (trait(page, "stop"), trait(page, "seed")) == (0, 0)
