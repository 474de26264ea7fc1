"""CostCalculator in a browser: its figures are those of the formula, by mouse and by keyboard."""

from __future__ import annotations

import pytest

from llm_lib.book.widgets import CostCalculator
from tests.web.widget_page import set_trait, settle, trait


@pytest.fixture
def page(show_widget):
    return show_widget(CostCalculator())


def test_the_figures_are_those_of_the_formula(page):
    # fails if the formula, a unit or a factor is wrong; GPT-3's 3.14e23 is in its paper
    assert trait(page, "flops") == pytest.approx(3.14e23, rel=0.01)
    assert trait(page, "hours") == pytest.approx(6 * 175e9 * 300e9 / (312e12 * 0.4) / 3600)
    assert page.inner_text("dd >> nth=0") == "3.15\u00a0·\u00a010²³"
    for n, tokens, peak, share in ((1e6, 1e7, 1e11, 0.5), (7e9, 2e12, 1e15, 0.35)):
        for name, value in zip(
            ("parameters", "tokens", "peak_flops", "utilization"),
            (n, tokens, peak, share),
            strict=True,
        ):
            set_trait(page, name, value)
        assert trait(page, "hours") == pytest.approx(6 * n * tokens / peak / share / 3600)


def test_presets_and_reset(page):
    # fails if a preset leaves a setting of another behind
    page.get_by_role("button", name="Sprout, on a laptop").click()
    settle(page)
    assert trait(page, "parameters") == 1.2e6
    assert "for nothing but electricity" in page.inner_text(".llm-finding")
    page.get_by_role("button", name="Llama 3 405B").click()
    settle(page)
    assert trait(page, "price") == 2
    assert trait(page, "flops") == pytest.approx(3.8e25, rel=0.01)  # the paper's own figure
    years = trait(page, "hours") / 1000 / 24 / 365
    assert f"{years:.2f}\u00a0years" in page.text_content(".llm-finding")
    page.get_by_role("button", name="Reset").press("Enter")
    settle(page)
    assert trait(page, "parameters") == 175e9


def test_sliders_answer_to_keys(page):
    # fails if a slider can't be moved from the keyboard, or does not say its value
    slider = page.get_by_role("slider", name="Tokens")
    slider.focus()
    before = trait(page, "tokens")
    page.keyboard.press("ArrowRight")
    settle(page)
    assert trait(page, "tokens") == pytest.approx(before * 10**0.01, rel=0.02)
    assert "billion" in slider.get_attribute("aria-valuetext")
