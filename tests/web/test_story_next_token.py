"""The story of the next token in a browser: its numbers are Sprout's, and the draw can be changed."""

from __future__ import annotations

import pytest
import torch

from llm_lib.book.widgets import Walkthrough
from llm_lib.pretrained.save_load import load_model
from tests.web.widget_page import drag, set_trait, settle, texts, trait

TEXT = "By the lake lived Mia, a brave fox. Mia had a"


@pytest.fixture
def page(show_widget):
    page = show_widget(Walkthrough("next-token"), width=992)
    page.emulate_media(reduced_motion="reduce")
    return page


@pytest.fixture(scope="module")
def likeliest():
    """All tokens after the story's text, and their probabilities, the likeliest first."""
    model, tokenizer = load_model("sprout")
    with torch.no_grad():
        p = model(torch.tensor([tokenizer.encode(TEXT)]))[0, -1].softmax(-1)
    return [(tokenizer.decode([i]), p[i].item()) for i in p.argsort(descending=True).tolist()]


def test_bars_are_the_models(page, likeliest):
    # fails when a bar's number, name or length is not that of the model in torch
    set_trait(page, "scene", "Probabilities")
    seen = texts(page)
    listed = likeliest[:5]
    rest = 1 - sum(p for _, p in listed)
    shown = [(seen[f"n{i}"], seen[f"p{i}"]) for i in range(6)]
    assert shown == [
        *((name.strip(), f"{100 * p:.1f}\u00a0%") for name, p in listed),
        ("1,531 others", f"{100 * rest:.1f}\u00a0%"),
    ]
    width = "(k) => document.querySelector(`[data-key=${k}] rect`).getBoundingClientRect().width"
    whole = page.evaluate(width, "'b0.track'")
    for i in (0, 1):
        assert page.evaluate(width, f"b{i}") == pytest.approx(listed[i][1] * whole, abs=1.5)


def test_tokens_have_their_ids(page):
    # fails when a token is shown with another number than the tokenizer's
    _, tokenizer = load_model("sprout")
    set_trait(page, "scene", "Tokens")
    seen = texts(page)
    ids = tokenizer.encode(TEXT)
    assert [int(seen[f"id{i}"]) for i in range(len(ids))] == ids
    assert [seen[f"t{i}"] for i in range(len(ids))] == [tokenizer.decode([i]).strip() for i in ids]


def test_the_readers_number_draws(page, likeliest):
    # fails when a key does not change the number, or it draws another token than the line says
    set_trait(page, "scene", "Your turn")
    number = page.get_by_role("spinbutton", name="random number")
    for key, draw in (("Home", 0.0), ("ArrowUp", 0.01), ("End", 0.99), ("PageDown", 0.89)):
        number.press(key)
        settle(page)
        assert trait(page, "draw") == [[pytest.approx(draw)]]
        ends = torch.tensor([p for _, p in likeliest]).cumsum(0)
        name = likeliest[int((ends <= draw).sum())][0]
        picked = trait(page, "picked")
        assert picked in (name, "")  # only what few draws reach is not told by name
        assert picked or draw > 0.985
        if picked:
            assert texts(page)["t13"] == name.strip()
            assert f"“{name.strip()}”" in trait(page, "finding")
    page.get_by_role("button", name="Reset").click()
    settle(page)
    assert trait(page, "draw") == [[0.57]] and trait(page, "picked") == " shiny"


@pytest.mark.parametrize("grip", ["yours", "mark", "s0"])
def test_the_number_moves_along_its_line(page, grip):
    # fails when a drag to the side, at the number, at its mark or on the line, leaves it where it is
    set_trait(page, "scene", "Your turn")
    box = page.locator("[data-key=zero]").bounding_box()
    end = page.locator("[data-key=one]").bounding_box()
    x, w = box["x"], end["x"] + end["width"] - box["x"]
    at = page.locator(f"[data-key={grip}]").bounding_box()
    page.mouse.move(at["x"] + at["width"] / 2, at["y"] + at["height"] / 2)
    page.mouse.down()
    page.mouse.move(x + 0.2 * w, at["y"] + 60, steps=4)
    page.mouse.up()
    settle(page)
    assert trait(page, "draw")[0][0] == pytest.approx(0.2, abs=0.02)
    number = page.get_by_role("spinbutton", name="random number")
    number.press("ArrowRight")
    number.press("ArrowRight")
    number.press("ArrowLeft")
    settle(page)
    assert trait(page, "draw")[0][0] == pytest.approx(0.21, abs=0.02)
    assert trait(page, "scene") == "Your turn"


def test_a_finger_moves_the_number_along_its_line(by_finger):
    # fails when the page scrolls under the finger, or a drag to the side does nothing
    page = by_finger(Walkthrough("next-token", scene="Your turn"))
    drag(page, page.locator("[data-key=yours]"), -120, 50)
    settle(page)
    assert trait(page, "draw")[0][0] < 0.3 and page.evaluate("scrollY") == page.scrolled


def test_the_likeliest_needs_no_number(page, likeliest):
    # fails when chance still decides although the reader takes the likeliest
    set_trait(page, "scene", "Your turn")
    page.get_by_label("Choose by").select_option("likeliest")
    settle(page)
    assert trait(page, "picked") == likeliest[0][0]
    assert page.get_by_role("spinbutton").count() == 0
    assert "the same text each time" in trait(page, "finding")


def test_the_text_grows_by_what_was_drawn(page):
    # fails when a turn shows another text than the turns before it have written
    turns = trait(page, "turns")
    for k in range(3):
        set_trait(page, "step", 6 + k)
        seen = texts(page)
        written = [seen[f"t{13 + i}"] for i in range(k + 2)]
        assert written == [turn["picked"].strip() for turn in turns[: k + 2]]
        assert seen["hit"] == written[-1]  # the drawn token is named at the mark and as a bar
        assert written[-1] in [seen.get(f"n{i}") for i in range(6)]
        assert turns[k + 1]["picked"].strip() in trait(page, "finding")


def test_on_a_phone_no_line_runs_through_words(show_widget):
    # fails when tokens of several lines each have a line of their own, which runs behind other words
    page = show_widget(Walkthrough("next-token"), width=390)
    page.emulate_media(reduced_motion="reduce")
    set_trait(page, "scene", "Probabilities")
    settle(page)
    assert page.locator("[data-key=in0]").count() == 0
    boxes = page.evaluate(
        """() => ["seen", ...Array.from({ length: 13 }, (_, i) => `t${i}`)]
          .map((key) => document.querySelector(`[data-key=${key}] rect`).getBoundingClientRect())
          .map((box) => [box.left, box.top, box.right, box.bottom])"""
    )
    (left, top, right, bottom), tokens = boxes[0], boxes[1:]
    assert len({round(box[1]) for box in tokens}) > 1
    for x, y, end, foot in tokens:
        assert left < x and top < y and end < right and foot < bottom
