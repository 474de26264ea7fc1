"""CrossAttentionMap in a browser: its numbers are those of Python, by mouse and by keyboard."""

from __future__ import annotations

import numpy as np
import pytest

from llm_lib.book.widgets import CrossAttentionMap
from tests.web.widget_page import set_trait, settle, trait

SOURCE = "The brave fox finds forty two kites .".split()
TARGET = "rele zemu tiba 4 2 hoda . <stop>".split()
ORIGIN = [2, 1, 6, 4, 5, 3, 7, None]


def examples():
    """Return two translations with random weights, most of it on the right word in head 1.2."""
    rng, found = np.random.default_rng(3), []
    for source, target in ((SOURCE, TARGET), (SOURCE[:4], TARGET[:2])):
        weights = rng.random((2, 3, len(target), len(source)))
        origin = [o if o is not None and o < len(source) else None for o in ORIGIN[: len(target)]]
        for t, place in enumerate(origin):
            if place is not None:
                weights[1, 2, t, place] += 9
        weights /= weights.sum(-1, keepdims=True)
        found.append({"source": source, "target": target, "weights": weights, "origin": origin})
    return found


@pytest.fixture
def page(show_widget):
    return show_widget(CrossAttentionMap(examples()))


@pytest.mark.parametrize(("layer", "head"), [(-1, -1), (0, -1), (-1, 2), (1, 2)])
def test_weights_and_means_are_numpys(page, layer, head):
    # Fails if a mean is taken over the wrong axis, or another row is shown.
    for name, value in (("layer", layer), ("head", head), ("word", 4)):
        set_trait(page, name, value)
    weights = examples()[0]["weights"]
    layers = [0, 1] if layer < 0 else [layer]
    heads = [0, 1, 2] if head < 0 else [head]
    expected = weights[np.ix_(layers, heads)].mean((0, 1))[4]
    assert trait(page, "shown") == pytest.approx(expected.tolist(), abs=1e-4)
    percents = page.locator(".llm-cross-source small").all_inner_texts()
    assert float(percents[5].split("\u00a0")[0]) == pytest.approx(100 * expected[5], abs=0.51)


def test_the_finding_names_the_word_and_counts(page):
    # Fails if the largest weight, the word it stands for, or the count of hits is wrong.
    for name, value in (("layer", 1), ("head", 2), ("word", 2)):
        set_trait(page, name, value)
    finding = trait(page, "finding")
    assert finding.startswith("To write “tiba”, head 1.2 looks most at “kites” (")
    assert "is the word it stands for." in finding
    assert finding.endswith("for 7 of 7.")
    page.locator(".llm-cross-choice").nth(1).get_by_text("0", exact=True).click()
    settle(page)
    map_ = examples()[0]["weights"][1, 0]
    hits = sum(map_[t].argmax() == place for t, place in enumerate(ORIGIN) if place is not None)
    assert trait(page, "finding").endswith(f"for {hits} of 7.")


@pytest.mark.parametrize(
    ("layer", "head", "who"),
    [
        (-1, -1, "all heads look"),
        (1, -1, "the heads of layer 1 look"),
        (-1, 2, "head 2 of all layers looks"),
    ],
)
def test_a_mean_is_called_one(page, layer, head, who):
    # fails if the finding says of every head what is true of their mean alone
    for name, value in (("layer", layer), ("head", head), ("word", 2)):
        set_trait(page, name, value)
    assert trait(page, "finding").startswith(f"To write “tiba”, {who}, on average, at “kites” (")


def test_by_keyboard(page):
    # Fails if arrow keys do not walk the words, or the focus is lost when the page follows.
    page.locator(".llm-tokens button").first.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    settle(page)
    assert trait(page, "word") == 3
    assert page.evaluate("document.activeElement.textContent") == "4"
    assert "To write “4”" in trait(page, "finding")


def test_by_mouse(page):
    # Fails if hovering does not show a word, or stays when the mouse has left; or a click is lost.
    buttons = page.locator(".llm-tokens button")
    buttons.nth(5).hover()
    settle(page)
    assert "To write “hoda”" in page.locator(".llm-finding").inner_text()
    assert trait(page, "word") == 0
    page.mouse.move(5, 5)
    settle(page)
    assert "To write “rele”" in page.locator(".llm-finding").inner_text()
    page.locator(".llm-cross-cell").nth(8).click()
    settle(page)
    assert trait(page, "word") == 1


def test_another_sentence_and_reset(page):
    # Fails if a shorter sentence leaves the chosen word beyond its end, or Reset forgets a part.
    set_trait(page, "word", 6)
    page.locator("select").select_option("1")
    settle(page)
    assert (trait(page, "example"), trait(page, "word")) == (1, 0)
    assert len(trait(page, "shown")) == 4
    set_trait(page, "layer", 1)
    page.get_by_role("button", name="Reset").click()
    settle(page)
    assert [trait(page, n) for n in ("example", "layer", "word")] == [0, -1, 0]


def test_a_word_that_every_object_has_is_a_word(show_widget):
    # fails if “constructor” is looked up among the names of <stop> and <pad>, and found
    words = ["constructor", "toString"]
    page = show_widget(
        CrossAttentionMap([{"source": words, "target": words, "weights": [[[[0.9, 0.1]] * 2]]}])
    )
    assert page.locator(".llm-cross-column").all_inner_texts() == words
    assert trait(page, "finding").startswith("To write “constructor”, ")
