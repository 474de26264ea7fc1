"""StreamLab as a reader uses it: the numbers are the model's, by mouse and by keyboard."""

from __future__ import annotations

import pytest
import torch

from llm_lib.book.widgets import StreamLab
from llm_lib.book.widgets.stream_lab import TEXT as TEXT_AT_FIRST
from llm_lib.interp.residual_stream import part_names, run_parts, running_sums, split_logit
from llm_lib.pretrained.save_load import load_model
from tests.web.small_models import random_model, small_tokenizer
from tests.web.widget_page import set_trait, settle, trait

TOKENIZER = small_tokenizer()
TEXT = "Mira the fox found a red lantern. She showed"


def numbers(model, tokenizer, text, off=()):
    """Return the lens and the ledger of the whole model's answer, as torch has them, and its text."""
    ids = torch.tensor([tokenizer.encode(text)])
    with torch.no_grad():
        answer = int(model(ids)[0, -1].argmax())
        added = run_parts(model, ids, off)
        read = [model.unembed(x)[0, -1].softmax(-1)[answer].item() for x in running_sums(added)]
    entries = split_logit(model, added, answer)
    entries.pop("norm", None)
    return read, list(entries.values()), tokenizer.decode([answer])


# Fails if the lens or the ledger is not that of torch, with all parts or with some off.
@pytest.mark.parametrize("changes", [{}, {"position": "rotary", "bias": False}])
def test_numbers_are_the_models(show_widget, changes):
    model = random_model(vocab_size=TOKENIZER.vocab_size, **changes)
    page = show_widget(StreamLab(model, TOKENIZER, TEXT), width=992)
    for off in ([], ["attention 0"], ["feed-forward 0", "attention 2"], part_names(model)):
        set_trait(page, "off", off)
        read, entries, _ = numbers(model, TOKENIZER, TEXT, off)
        assert trait(page, "lens") == pytest.approx(read, abs=1e-4)
        assert trait(page, "ledger") == pytest.approx(entries, abs=1e-3)


@pytest.fixture
def lab(show_widget):
    """A function that opens the lab with Sprout."""

    def open_lab(width=992, theme="light", **settings):
        return show_widget(StreamLab(**settings), width=width, theme=theme)

    return open_lab


# Fails if the widget does not show what the chapter says of it.
def test_what_the_chapter_says(lab):
    page = lab()
    assert trait(page, "answer") == " kite"
    shown = page.locator(".llm-stream-number").all_inner_texts()
    assert shown[1:] == ["+1.1", "+0.4", "+0.7", "−0.1", "+0.1", "+2.9", "+10.4", "+2.7"]
    assert "largest share of its logit is written by attention 3: 10.4 of 18.2" in trait(
        page, "finding"
    )
    set_trait(page, "off", ["feed-forward 3"])
    assert "still says “kite”: 99.0\u00a0% → 94.9\u00a0%" in trait(page, "finding")
    set_trait(page, "off", ["feed-forward 0"])
    assert "falls from 99.0\u00a0% to 0.5\u00a0%" in trait(page, "finding")
    assert page.locator(".llm-stream-number").nth(2).inner_text() == "off"
    set_trait(page, "off", ["attention 1", "feed-forward 1"])
    assert trait(page, "lens")[-1] > 0.99


# Fails if a part or a block can't be switched by mouse, or Reset does not bring all back.
def test_switches_by_mouse(lab):
    page = lab()
    page.get_by_role("switch", name="attention 1").click()
    settle(page)
    assert trait(page, "off") == ["attention 1"]
    page.get_by_role("button", name="Block 1, both parts").click()
    settle(page)
    assert trait(page, "off") == ["attention 1", "feed-forward 1"]
    page.get_by_role("button", name="Block 1, both parts").click()
    settle(page)
    assert trait(page, "off") == []
    page.get_by_role("switch", name="feed-forward 3").click()
    page.get_by_role("button", name="Reset").click()
    settle(page)
    assert trait(page, "off") == []
    page.get_by_role("button", name="Two things").click()
    settle(page)
    assert trait(page, "answer") == " drum" and "“drum”" in trait(page, "finding")


# Fails if the switches can't be reached and pressed by key, with one Tab stop for all of them.
def test_switches_by_keyboard(lab):
    page = lab()
    assert page.locator(".llm-stream-switch[tabindex='0']").count() == 1
    page.get_by_role("switch", name="attention 0").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    settle(page)
    assert trait(page, "off") == ["feed-forward 0"]
    assert (
        page.get_by_role("switch", name="feed-forward 0").get_attribute("aria-checked") == "false"
    )
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    settle(page)
    assert trait(page, "off") == ["feed-forward 0", "feed-forward 3"]


# Fails if a reader's own text is not read, or an empty or long one breaks the widget.
def test_texts(lab):
    page = lab()
    model, tokenizer = load_model("sprout")
    page.get_by_label("Text", exact=True).fill("Once there was a brave")
    settle(page)
    read, _, answer = numbers(model, tokenizer, "Once there was a brave")
    assert trait(page, "answer") == answer and trait(page, "lens") == pytest.approx(read, abs=1e-3)
    page.get_by_label("Text", exact=True).fill("")
    settle(page)
    assert "Type a text" in trait(page, "finding")
    assert page.get_by_text("Type a text").count() == 1
    page.get_by_label("Text", exact=True).fill("Mia had a kite. " * 30)
    settle(page)
    assert "The last 64 of" in page.locator(".llm-stream-start").inner_text()


# Fails if Enter, or a paste of several lines, adds a token that a line of text does not show.
def test_the_text_is_one_line(lab):
    page = lab()
    field = page.get_by_label("Text", exact=True)
    text = "The owl had a red ball and a blue kite. She lost the"
    field.fill(text)
    field.press("Enter")
    settle(page)
    assert field.input_value() == text == trait(page, "text")
    assert trait(page, "answer") == " ball"
    field.fill("Once there\n\nwas a brave\n")
    settle(page)
    assert field.input_value() == trait(page, "text") == "Once there was a brave"
    page.get_by_role("button", name="Reset").click()
    settle(page)
    assert field.input_value() == trait(page, "text") == TEXT_AT_FIRST
