"""AttentionByHand in a browser: its numbers are the library's, by mouse, by key and by slider."""

from __future__ import annotations

import math
from math import hypot

import pytest
import torch

from llm_lib.book.widgets import AttentionByHand
from llm_lib.model.attention import causal_mask, scaled_dot_product_attention
from tests.web.widget_page import drag, set_trait, settle, trait


@pytest.fixture
def page(show_widget):
    return show_widget(AttentionByHand())


def expected(page):
    """Return the library's output and weights for the arrows on the page, in float64."""
    q, k, v = (torch.tensor(trait(page, name), dtype=torch.float64) for name in "qkv")
    q = q / trait(page, "temperature") * (1 if trait(page, "scaling") else math.sqrt(2))
    mask = causal_mask(len(q)) if trait(page, "causal") else None
    return scaled_dot_product_attention(q, k, v, mask)


def agrees(page) -> bool:
    """Return whether all weights and outputs on the page are the library's."""
    out, weights = expected(page)
    pairs = ((out, trait(page, "output")), (weights, trait(page, "weights")))
    return all(
        torch.allclose(ours, torch.tensor(theirs, dtype=torch.float64), atol=1e-9)
        for ours, theirs in pairs
    )


def test_random_arrows_give_the_librarys_numbers(page):
    # fails if a score, the mask, the temperature, the softmax or the mix differs from the library
    generator = torch.Generator().manual_seed(0)
    for T, scaling, causal, temperature in (
        (3, True, True, 1.0), (5, True, False, 0.3), (4, False, True, 2.0), (5, False, False, 0.1)
    ):  # fmt: skip
        arrows = (8 * torch.rand(3, T, 2, generator=generator) - 4).tolist()
        settings = dict(zip("qkv", arrows, strict=True), tokens=list("abcde")[:T], focus=T - 1)
        settings |= {"scaling": scaling, "causal": causal, "temperature": temperature}
        page.evaluate("(all) => Object.entries(all).forEach((e) => model.set(...e))", settings)
        settle(page)
        assert len(trait(page, "output")) == T
        assert agrees(page), settings


def test_the_example_of_the_chapter_is_written_out(page):
    # fails if a number that the reader worked out on paper looks different on the page
    short = page.locator(".llm-byhand-short tbody tr").all_inner_texts()
    assert [row.split() for row in short] == [
        ["fox", "0.00", "0.00", "0.19"],
        ["bear", "2.00", "1.41", "0.77"],
        ["bear?", "−2.00", "−1.41", "0.05"],
    ]
    page.locator("summary").click()
    text = page.locator(".llm-byhand-steps").inner_text()
    for number in ("−2.00", "1.41", "4.11", "0.24", "0.19", "0.77", "0.05", "1.54"):
        assert number in text
    lines = page.locator(".llm-byhand-lines").inner_text()
    assert "0.50 · (−1.00) + 1.50 · (−1.00) = −2.00, ÷ √2 ≈ −1.41" in lines
    assert "1.00 + 4.11 + 0.24 ≈ 5.36" in lines
    assert "gives most weight, 0.77, to “bear”" in trait(page, "finding")


def test_presets_answer_what_the_text_asks(page):
    # fails if a preset shows something else than the chapter says of it
    def press(name):
        page.get_by_role("button", name=name, exact=True).click()
        settle(page)
        assert agrees(page)
        return trait(page, "finding"), trait(page, "weights")[trait(page, "focus")]

    finding, row = press("All keys alike")
    assert row == pytest.approx([1 / 3] * 3) and "plain average" in finding
    finding, row = press("A query along one key")
    assert row.index(max(row)) == 0 and "to “fox”" in finding
    finding, row = press("Large scores")
    assert max(row) > 0.999 and "Saturated" in finding
    finding, row = press("The best match lies ahead")
    assert row == [1, 0, 0, 0] and "“bear”, lies in the future" in finding
    page.get_by_label("causal mask").uncheck()
    settle(page)
    assert trait(page, "weights")[0][3] > 0.9 and "nothing forbids" in trait(page, "finding")


def test_arrows_are_dragged_and_moved_by_key(page):
    # fails if a tip does not follow the mouse or the arrow keys, or leaves the plane
    key = page.get_by_role("slider", name="key of fox: arrow keys move its tip")
    box = key.locator(".llm-byhand-tip").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    plane = page.locator(".llm-byhand-plane").first.bounding_box()
    unit = plane["width"] / 300 * (300 / 2 - 14) / 4
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + unit, y - 2 * unit, steps=4)
    page.mouse.up()
    settle(page)
    assert trait(page, "k")[0] == pytest.approx([2.5, 1.5], abs=0.11)
    assert trait(page, "arrow") == "k0" and agrees(page)
    before = trait(page, "k")[0]
    key.press("ArrowLeft")
    key.press("Shift+ArrowDown")
    settle(page)
    assert trait(page, "k")[0] == pytest.approx([before[0] - 0.1, before[1] - 0.5])
    for _ in range(20):
        key.press("Shift+ArrowUp")
    settle(page)
    assert trait(page, "k")[0][1] == 4 and agrees(page)


def test_a_key_moved_across_the_query_keeps_its_score(page):
    # fails if the line from the chosen key does not meet the query's at a right angle
    key = page.get_by_role("slider", name="key of bear: arrow keys move its tip")
    before = trait(page, "scores")[2]
    for press in ("Right", "Right", "Right", "Down"):  # (1.5, −0.5), across the query (0.5, 1.5)
        key.press(f"Shift+Arrow{press}")
    settle(page)
    assert trait(page, "scores")[2] == pytest.approx(before)
    assert "how far this key reaches" in page.locator("figure").first.inner_text()
    points = page.locator(".llm-byhand-chain").first.get_attribute("points").split()
    (x0, y0), (x1, y1), (x2, y2) = (map(float, point.split(",")) for point in points)
    along, across = (x1 - x0, y1 - y0), (x2 - x1, y2 - y1)
    cosine = (along[0] * across[0] + along[1] * across[1]) / hypot(*along) / hypot(*across)
    assert abs(cosine) < 0.01 and y1 < y0 and x2 > x1


def test_sliders_choices_and_reset(page):
    # fails if the widget can't be worked without drawing, or Reset leaves something behind
    start = {name: trait(page, name) for name in trait(page, "initial")}
    page.locator("summary").click()
    page.get_by_label("Arrow to move").select_option("v1")
    settle(page)
    page.get_by_role("slider", name="x", exact=True).press("ArrowRight")
    page.get_by_role("slider", name="Tokens").press("End")
    settle(page)
    assert trait(page, "v")[1] == pytest.approx([0.1, 2])
    assert trait(page, "tokens") == ["fox", "bear", "bear?", "owl", "hen"]
    page.get_by_role("button", name="hen", exact=True).click()
    page.get_by_label("divide by").uncheck()
    page.get_by_role("slider", name="Temperature").press("ArrowLeft")
    settle(page)
    assert trait(page, "focus") == 4 and trait(page, "temperature") < 1 and agrees(page)
    page.get_by_role("button", name="Reset").press("Enter")
    settle(page)
    assert {name: trait(page, name) for name in start} == start


@pytest.mark.parametrize("width", [360, 1000])
def test_a_finger_finds_each_tip(show_widget, width):
    # fails if the tips of arrows, or what is touched around them, are too small for a finger
    page = show_widget(AttentionByHand(tokens=["elephant!?", "bear", "owl"]), width=width)
    tips = page.locator(".llm-byhand-hit").all()
    assert min(tip.bounding_box()["width"] for tip in tips) >= 24


def test_a_finger_drags_an_arrow_and_not_the_page(by_finger):
    # fails when the page scrolls under the finger, which ends the drag
    page = by_finger(AttentionByHand())
    tip = page.get_by_role("slider", name="query of bear?: arrow keys move its tip")
    before = trait(page, "q")[trait(page, "focus")]
    drag(page, tip, 10, 90)
    after = trait(page, "q")[trait(page, "focus")]
    assert before[1] - after[1] > 1.5 and page.evaluate("scrollY") == page.scrolled
    assert agrees(page)


def test_labels_do_not_lie_upon_each_other(show_widget):
    # fails when the output comes near a value, as where one token has nearly all of the weight
    page = show_widget(AttentionByHand())
    for target in ([1.3, 2.2], [1.9, 1.6], [-3.5, 0.2]):
        values = [target, [target[0] + 0.3, target[1] - 0.2], [target[0] - 0.2, target[1] + 0.3]]
        set_trait(page, "v", values)
        boxes = [b.bounding_box() for b in page.locator(".llm-byhand-label").all()]
        meet = [
            (one, other)
            for i, one in enumerate(boxes)
            for other in boxes[:i]
            if one["x"] < other["x"] + other["width"] - 1
            and other["x"] < one["x"] + one["width"] - 1
            and abs(one["y"] - other["y"]) < 0.6 * one["height"]
        ]
        assert meet == [], target
