"""BrokenLoaders in a browser: a wrong and a right answer, mending, the windows, by keyboard."""

from __future__ import annotations

import re

import pytest

from llm_lib.book.widgets import BrokenLoaders
from llm_lib.book.widgets.broken_loaders import ORDER
from tests.web.widget_page import set_trait, settle, trait

LABELS = {
    "same_batch": "Every step gets the same batch",
    "shifted_twice": "The targets are shifted twice",
    "padding_counted": "Padding counts in the loss",
    "wrapped_ids": "Ids have wrapped around in the file",
    "leaked": "Held-out windows overlap training windows",
}


@pytest.fixture
def page(show_widget):
    return show_widget(BrokenLoaders())


def points(page, name):
    found = page.locator(f"polyline.llm-loaders-{name}").get_attribute("points")
    return [tuple(map(float, each.split(","))) for each in found.split()]


def test_a_wrong_and_a_right_answer(page):
    # fails if a wrong fault is praised, can be mended, or the right one is named beforehand
    assert page.inner_text(".llm-finding") == "Loader 1 of 5: what is wrong?"
    mend = page.get_by_role("button", name="Mend it")
    page.get_by_label(LABELS["leaked"]).check()
    settle(page)
    assert page.inner_text(".llm-finding").startswith("Not here. Then you would find")
    assert mend.is_disabled() and not page.locator(".llm-loaders-code").is_visible()
    page.get_by_label(LABELS["same_batch"]).check()
    settle(page)
    assert page.inner_text(".llm-finding").startswith("Right. Steps 1 and 21 have the same window.")
    assert page.inner_text(".llm-finding").endswith("1 of 5 solved.")
    assert trait(page, "score") == 1 and not mend.is_disabled()
    assert "next(make_batches" in page.inner_text(".llm-loaders-code")


def test_mending_draws_the_same_training_with_the_mended_loader(page):
    # fails if the curve over the first is not that of the study, or comes before it is mended
    lab = BrokenLoaders()
    case = lab.loaders[4]
    set_trait(page, "loader", 4)
    page.get_by_label(LABELS["leaked"]).check()
    settle(page)
    assert points_or_none(page, "mended-val") == []
    page.get_by_role("button", name="Mend it").press("Enter")
    settle(page)
    for name, run in (("val", "broken"), ("mended-val", "mended")):
        heights = [100 - y for _, y in points(page, name)]
        losses = case[run]["curve"]["val"]
        scale = heights[0] / losses[0]
        assert heights == pytest.approx([scale * loss for loss in losses], abs=0.02)
    said = page.inner_text(".llm-finding")
    mean = sum(case["mended"]["ends"]["unseen"]) / 3
    assert f"is now {mean:.2f} (means of 3 seeds" in said
    words = page.get_by_role("img").first.get_attribute("aria-label")
    assert f"held-out at {case['mended']['curve']['val'][-1]:.2f}" in words
    assert page.locator(".llm-loaders-code ins").count() == 1


def points_or_none(page, name):
    return page.locator(f"polyline.llm-loaders-{name}").get_attribute("points").split()


def test_the_windows_are_those_of_the_study(page):
    # fails if an input stands above another's target, or a skipped target looks like one
    set_trait(page, "loader", 2)
    settle(page)
    sample = BrokenLoaders().loaders[2]["broken"]["sample"]
    lists = page.locator(".llm-loaders-pairs")
    assert lists.count() == 3
    for i, each in enumerate(sample):
        pairs = lists.nth(i).locator("li")
        for k, (x, y) in enumerate(zip(each["inputs"], each["targets"], strict=True)):
            shown = [shown_as(text) for text in (x, y)]
            assert pairs.nth(k).locator(".llm-token").all_inner_texts() == shown
    assert "from token 13 on" in page.inner_text(".llm-loaders-windows")
    page.get_by_label(LABELS["padding_counted"]).check()
    page.get_by_role("button", name="Mend it").click()
    settle(page)
    assert page.get_by_text("skipped", exact=True).count() > 2


def shown_as(text):
    return "end" if text == "<|endoftext|>" else text.replace(" ", "·").replace("\n", "↵")


def test_each_loader_has_one_answer(page):
    # fails if a loader can't be solved, or no wrong answer gets a hint of its own
    hints = set()
    for i, fault in enumerate(ORDER):
        set_trait(page, "loader", i)
        page.get_by_label("The targets are not shifted").check()
        settle(page)
        hints.add(re.sub(r"^.*almost 0\. ", "", page.inner_text(".llm-finding")))
        page.get_by_label(LABELS[fault]).check()
        settle(page)
        assert page.inner_text(".llm-finding").startswith("Right.")
    assert len(hints) == 5
    assert trait(page, "score") == 5


def test_keys_and_reset(page):
    # fails if the loaders can't be walked from the keyboard, or Reset leaves something behind
    page.get_by_role("button", name="Loader 1").focus()
    page.keyboard.press("ArrowRight")
    settle(page)
    assert trait(page, "loader") == 1
    page.get_by_label(LABELS["shifted_twice"]).focus()
    page.keyboard.press("Space")
    settle(page)
    page.get_by_role("button", name="Mend it").press("Enter")
    settle(page)
    assert trait(page, "mended") == [False, True, False, False, False]
    assert page.get_by_role("button", name="Loader 2, solved").is_visible()
    page.get_by_role("button", name="Next loader").press("Enter")
    settle(page)
    assert trait(page, "loader") == 2
    page.get_by_role("button", name="Reset").press("Enter")
    settle(page)
    assert (trait(page, "loader"), trait(page, "answers")) == (0, [""] * 5)
    assert trait(page, "mended") == [False] * 5
