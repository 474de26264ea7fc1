"""NgramLab in a browser: its numbers are those of llm_lib.before.ngram, by mouse and by keyboard."""

from __future__ import annotations

import pytest

from llm_lib.before.ngram import NGramModel
from llm_lib.book.widgets import NgramLab
from llm_lib.tokenizer import CharTokenizer, WordTokenizer, split_words
from tests.web.widget_page import set_trait, settle, trait

TEXT = "The fox ran. The bear ran home! The fox didn't run, and the bear slept. " * 2
LINE = "The fox slept and the owl ran home."


@pytest.fixture
def page(show_widget):
    return show_widget(NgramLab(TEXT, LINE, written=["The", "fox"]))


def python_model(n, k, interpolate, unit="words"):
    """Return a model, how to encode, and its tokens: those of the text, and one for the rest."""
    if unit == "words":
        tokenizer = WordTokenizer.from_text(TEXT, unknown="<unk>")
        encode, names = tokenizer.encode, tokenizer.words
    else:
        names = [*CharTokenizer.from_text(TEXT).characters, "<unk>"]
        ids = {name: i for i, name in enumerate(names)}

        def encode(text):
            return [ids.get(character, len(names) - 1) for character in text]

    model = NGramModel(n, len(names), k=k, interpolate=interpolate).fit(encode(TEXT))
    return model, encode, names


@pytest.mark.parametrize("unit", ["words", "characters"])
def test_the_numbers_are_those_of_the_library(page, unit):
    # fails if the page cuts, counts, smooths or tests in another way than Python does
    set_trait(page, "unit", unit)
    written = ["The", "fox"] if unit == "words" else ["f", "o", "x"]
    set_trait(page, "written", written)
    for n, k, mixed in ((1, 0.1, False), (3, 0.01, False), (3, 0.02, True), (6, 0.5, True)):
        for name, value in (("n", n), ("k", k), ("interpolate", mixed)):
            page.evaluate("([name, value]) => model.set(name, value)", [name, value])
        settle(page)
        model, encode, names = python_model(n, k, mixed, unit)
        expected = model.next_probabilities([names.index(token) for token in written])
        prediction = {token: p for token, _, p in trait(page, "prediction")}
        assert prediction == pytest.approx(
            {name: expected[i] for i, name in enumerate(names) if name != "<unk>"}
        )
        losses = [python_model(m, k, mixed, unit)[0].perplexity(encode(LINE)) for m in range(1, 7)]
        assert trait(page, "perplexities") == pytest.approx(losses)


def test_counts_run_out_in_words(page):
    # fails if the finding does not say what a reader should see: unknown contexts at high n
    set_trait(page, "n", 5)
    settle(page)
    finding = page.text_content(".llm-finding")
    words = LINE.replace(".", " .").split()
    text = " ".join(split_words(TEXT))
    known = sum(" ".join(words[max(0, t - 4) : t]) in text for t in range(len(words)))
    assert trait(page, "known")[4] == known
    assert f"With n = 5, {known} of the {len(words)} words" in finding
    assert "The counts have run out." in finding
    set_trait(page, "written", ["owl", "owl", "owl", "owl"])
    settle(page)
    finding = page.text_content(".llm-finding")
    assert "never came in the text: every word is equally likely" in finding


def test_writing_step_by_step(page):
    # fails if a click does not write the word, the draw is not repeatable, or Reset leaves something
    page.get_by_role("button", name="Take the likeliest").click()
    settle(page)
    assert trait(page, "written")[2] in ("ran", "didn't")
    page.get_by_role("button", name="Take one back").click()
    settle(page)
    page.get_by_role("button", name="didn't:").click()
    settle(page)
    assert trait(page, "written") == ["The", "fox", "didn't"]
    for _ in range(4):
        page.get_by_role("button", name="Draw the next").click()
        settle(page)
    first = trait(page, "written")
    assert len(first) == 7
    set_trait(page, "written", ["The", "fox", "didn't"])
    for _ in range(4):
        page.get_by_role("button", name="Draw the next").click()
        settle(page)
    assert trait(page, "written") == first
    page.get_by_role("button", name="Reset").click()
    settle(page)
    assert trait(page, "written") == ["The", "fox"]


def test_keyboard_and_own_text(page):
    # fails if n can't be chosen with the keyboard, or a text of one's own is not counted
    page.get_by_role("button", name="n = 2:").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    settle(page)
    assert trait(page, "n") == 3
    page.locator("summary").click()
    page.get_by_role("textbox", name="Text to count").fill("")
    settle(page)
    assert "no text to count" in page.text_content(".llm-problem")
    page.get_by_role("textbox", name="Text to count").fill("<b>one</b> two one two")
    settle(page)
    assert {token for token, _, _ in trait(page, "prediction")} == {
        "<", "b", ">", "one", "/", "two",
    }  # fmt: skip
