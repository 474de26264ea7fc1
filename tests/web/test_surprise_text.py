"""SurpriseText in a browser: its surprises are those of torch, by mouse and by keyboard."""

from __future__ import annotations

import pytest
import torch
from torch.nn import functional as F

from llm_lib.book.widgets import SurpriseText
from llm_lib.pretrained.save_load import load_model
from tests.web.small_models import random_model, small_tokenizer
from tests.web.widget_page import set_trait, settle, trait

STORY = "By the lake lived Mia, a brave fox. Mia had a kite that she loved very much."


def expected(text, model, tokenizer):
    """Return the surprise of each token but the first, by torch's cross-entropy."""
    ids = torch.tensor([tokenizer.encode(text)])
    with torch.no_grad():
        return F.cross_entropy(model(ids[:, :-1])[0], ids[0, 1:], reduction="none").tolist()


@pytest.fixture
def page(show_widget):
    return show_widget(SurpriseText())


def chips(page):
    return page.locator(".llm-tokens button")


def test_surprises_and_loss_are_the_models(page):
    # fails when a surprise, its number or the mean is not that of torch
    for text in (STORY, "Who is sad? <b>Tobi</b> & co"):
        set_trait(page, "text", text)
        right = expected(text, *load_model("sprout"))
        assert trait(page, "surprises") == pytest.approx(right, abs=2e-3)
        assert trait(page, "loss") == pytest.approx(sum(right) / len(right), abs=1e-3)
        shown = chips(page).locator("small").all_inner_texts()
        assert shown == [f"{max(s, 0):.2f}" for s in trait(page, "surprises")]
        assert f"the loss: {trait(page, 'loss'):.2f}" in trait(page, "finding")


def test_the_largest_surprise_is_looked_at_first(page):
    # fails when another token is chosen, or what was expected there is not the model's
    model, tokenizer = load_model("sprout")
    assert page.locator("[aria-pressed=true]").inner_text().startswith("·kite")
    assert "“kite” came, and Sprout had given it 0.3\u00a0%" in trait(page, "finding")
    before = STORY[: STORY.index(" kite")]
    with torch.no_grad():
        p = model(torch.tensor([tokenizer.encode(before)]))[0, -1].softmax(-1)
    best = [tokenizer.decode([i]).replace(" ", "·") for i in p.topk(5).indices.tolist()]
    assert page.locator(".llm-bar-name").all_inner_texts() == [*best, "·kite"]
    assert page.locator(".llm-surprise-came .llm-bar-number").inner_text() == "0.3\u00a0%"


def test_fuller_means_more_of_a_surprise(page):
    # fails when the boxes' fill has another order than the surprises
    levels = chips(page).evaluate_all(
        "(all) => all.map((e) => parseFloat(e.style.getPropertyValue('--level')))"
    )
    surprises = trait(page, "surprises")
    order = sorted(range(len(levels)), key=lambda i: surprises[i])
    assert [levels[i] for i in order] == sorted(levels) and max(levels) > 30 > 1 > min(levels)


def test_a_token_is_chosen_by_mouse_and_by_key(page):
    # fails when a click or an arrow key does not choose, or the sentence stays behind
    chips(page).nth(3).click()
    settle(page)
    assert trait(page, "place") == 4 and "“Mia” came" in trait(page, "finding")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    settle(page)
    assert trait(page, "place") == 5
    assert page.evaluate("document.activeElement.getAttribute('aria-pressed')") == "true"


def test_a_text_is_typed_and_reset(page):
    # fails when what is typed is not read, or Reset does not bring the first text back
    page.get_by_label("Text", exact=True).fill("Mia had a drum. Mia had a drum.")
    settle(page)
    assert trait(page, "text") == "Mia had a drum. Mia had a drum."
    assert trait(page, "surprises") == pytest.approx(
        expected("Mia had a drum. Mia had a drum.", *load_model("sprout")), abs=2e-3
    )
    page.get_by_role("button", name="Reset").click()
    settle(page)
    assert trait(page, "text") == STORY and chips(page).count() == 19


def test_a_slip_stands_out(page):
    # fails when the example of a slip does not show that the text before decides
    page.get_by_role("button", name="A slip").click()
    settle(page)
    assert page.locator("[aria-pressed=true]").inner_text().startswith("·drum")
    page.get_by_role("button", name="Told on").click()
    settle(page)
    assert trait(page, "surprises")[-4] < 0.01  # the same place, and now the kite


def test_short_empty_and_long_texts(show_widget):
    # fails when a text of one token, of none, or one longer than the context breaks the widget
    model, tokenizer = random_model(context_length=16), small_tokenizer()
    page = show_widget(SurpriseText(model, tokenizer, text="the fox " * 20))
    assert chips(page).count() == 15 and "did not fit" in trait(page, "finding")
    for text in ("", "t"):
        set_trait(page, "text", text)
        assert chips(page).count() == 0 and trait(page, "surprises") == []
        assert "at least two tokens" in trait(page, "finding")
    assert page.complaints == []
