"""GuessGame in a browser: its probabilities are the model's, its losses -ln p, by mouse and keys."""

from __future__ import annotations

import math

import pytest
import torch

from llm_lib.book.widgets import GuessGame
from llm_lib.pretrained.save_load import load_model
from tests.web.small_models import random_model, small_tokenizer
from tests.web.widget_page import AS_A_BOOK, find_faults, mount, set_trait, settle, trait

NO_IDEA = math.log(5)


@pytest.fixture
def page(show_widget):
    return show_widget(GuessGame())


def play(page, word=None, sure=1) -> dict:
    """Answer the present round, with the true word unless one is given; return the question."""
    question = trait(page, "question")
    name = page.get_by_text(word or question["true"], exact=True)
    page.locator(".llm-guess-option").filter(has=name).click()
    page.locator(".llm-guess-sure label").nth(sure).click()
    page.click(".llm-main")
    settle(page)
    return question


def go_on(page) -> None:
    page.click(".llm-main")
    settle(page)


def test_questions_are_the_texts_and_the_models(page):
    # fails if a probability is not that of the model in torch, a word is not what follows, or is no token
    model, tokenizer = load_model("sprout")
    texts, asked = GuessGame().texts, []
    for k in range(9):
        set_trait(page, "round", k)
        question = trait(page, "question")
        assert texts[k // 3].startswith(f"{question['text']} {question['true']}")
        assert question["true"] in question["words"]
        assert len({word.lower() for word in question["words"]}) == 5
        ids = [tokenizer.encode(f" {word}") for word in question["words"]]
        assert all(len(i) == 1 for i in ids), question["words"]
        with torch.no_grad():
            p = model(torch.tensor([tokenizer.encode(question["text"])]))[0, -1].softmax(-1)
        p = p[[i for (i,) in ids]]
        assert question["covered"] == pytest.approx(float(p.sum()), abs=1e-3)
        assert question["model"] == pytest.approx((p / p.sum()).tolist(), abs=2e-3)
        asked.append(question)
    assert len({(q["text"], q["true"]) for q in asked}) == 9


def test_some_words_are_open_and_some_certain(page):
    # fails if all words are of one kind: then sureness would not matter
    tops = []
    for k in range(9):
        set_trait(page, "round", k)
        tops.append(max(trait(page, "question")["model"]))
    assert sum(top < 0.5 for top in tops) >= 2
    assert sum(top > 0.9 for top in tops) >= 2


def test_losses_are_minus_the_log_of_what_the_true_word_got(page):
    # fails if a loss, a mean or a number in words is not that of the formula
    yours, models = [], []
    for k, sure in enumerate((1, 2, 3, 4)):
        question = trait(page, "question")
        wrong = k % 2 == 1
        word = next(w for w in question["words"] if w != question["true"]) if wrong else None
        options = page.inner_text(".llm-guess-options")
        assert "Sprout" not in options and "%" not in options  # no number is shown yet
        play(page, word, sure)
        confidence = (0.2, 0.5, 0.75, 0.9, 0.99)[sure]
        p = (1 - confidence) / 4 if wrong else confidence
        p_model = question["model"][question["words"].index(question["true"])]
        yours.append(-math.log(p))
        models.append(-math.log(p_model))
        assert trait(page, "your_losses") == pytest.approx(yours, abs=1e-5)
        assert trait(page, "model_losses") == pytest.approx(models, rel=1e-2, abs=1e-5)
        settle(page)
        finding = page.text_content(".llm-finding")
        shown = f"{round(100 * p, 2):g}\u00a0%"
        assert f"You gave “{question['true']}” {shown}: loss {yours[-1]:.2f}." in finding
        assert f"loss {models[-1]:.2f}." in finding
        assert finding == trait(page, "finding")
        assert f"{sum(yours) / len(yours):.2f}" in page.inner_text(".llm-guess-means")
        row = page.locator(".llm-guess-true")
        assert row.count() == 1 and question["true"] in row.inner_text()
        assert shown in row.text_content()
        go_on(page)


def test_no_idea_needs_no_word(page):
    # fails if a reader without an idea is made to choose, or pays other than ln 5
    main = page.locator(".llm-main")
    assert main.get_attribute("aria-disabled") == "true"
    main.press("Enter")
    assert trait(page, "answers") == []
    page.locator(".llm-guess-sure label").nth(0).click()
    settle(page)
    assert main.get_attribute("aria-disabled") == "false"
    main.click()
    settle(page)
    assert trait(page, "your_losses") == pytest.approx([NO_IDEA], abs=1e-5)
    assert "20\u00a0%: loss 1.61" in page.text_content(".llm-finding")


def test_a_whole_game_its_verdict_and_the_next(page):
    # fails if the verdict's numbers are not those of the game, or if the next game is the same one
    first = trait(page, "question")["text"]
    for k in range(9):
        question = trait(page, "question")
        wrong = next(w for w in question["words"] if w != question["true"])
        play(page, wrong if k == 2 else None, 4 if k < 4 else 2)
        go_on(page)
    settle(page)
    you, model = (sum(trait(page, f"{who}_losses")) / 9 for who in ("your", "model"))
    finding = page.text_content(".llm-finding")
    assert f"Over 9 words your mean loss is {you:.2f}, and that of Sprout {model:.2f}" in finding
    assert ("you win" if you < model else "Sprout wins") in finding
    assert f"{100 * math.exp(-you):.0f}\u00a0%" in finding
    verdict = page.text_content(".llm-guess-verdict")
    total = sum(trait(page, "your_losses"))
    assert (
        f"surely wrong once (90\u00a0% or more): that word cost you 5.99 of {total:.2f}" in verdict
    )
    assert page.locator(".llm-guess-table tbody tr").count() == 9
    page.get_by_role("button", name="Play again").click()
    settle(page)
    assert (trait(page, "game"), trait(page, "round"), trait(page, "answers")) == (1, 0, [])
    second = trait(page, "question")
    assert GuessGame().texts[3].startswith(second["text"])
    page.get_by_role("button", name="Reset").click()
    settle(page)
    assert (trait(page, "game"), trait(page, "question")["text"]) == (0, first)


def test_a_round_with_the_keyboard_alone(page):
    # fails if a step of a round needs a mouse, or the focus is lost on the way
    page.get_by_role("radio").first.focus()
    page.keyboard.press("ArrowDown")
    settle(page)
    assert trait(page, "guess") == trait(page, "question")["words"][1]
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    settle(page)
    assert trait(page, "confidence") == 0.75
    page.keyboard.press("Enter")
    settle(page)
    assert len(trait(page, "your_losses")) == 1
    assert page.evaluate("document.activeElement.textContent") == "Next word"
    page.keyboard.press("Enter")
    settle(page)
    assert (trait(page, "round"), trait(page, "guess")) == (1, "")
    assert page.evaluate("document.activeElement.type") == "radio"


def test_python_can_play(page):
    # fails if traits set from Python are not followed
    question = trait(page, "question")
    set_trait(page, "answers", [[question["true"], 0.9]])
    assert trait(page, "your_losses") == pytest.approx([-math.log(0.9)], abs=1e-5)
    assert "90\u00a0%: loss 0.11" in page.text_content(".llm-finding")
    set_trait(page, "n_rounds", 3)
    assert page.inner_text(".llm-guess-left .llm-label >> nth=0") == "Word 1 of 3, text 1 of 3"


def test_texts_of_the_readers_own(show_widget):
    # fails if a text without a word to ask for breaks the widget, or if its words are set as HTML
    page = show_widget(GuessGame(texts=["Hm.", "<b>Mia</b> & co"]))
    assert "no word to ask for" in page.inner_text(".llm-problem")
    assert trait(page, "finding") == page.inner_text(".llm-problem")
    text = "<i>Once</i> there was a brave fox. Her name was Mia, and her home was by the river. Mia had"
    set_trait(page, "texts", [text + " a kite. One morning, the kite was gone. Mia began to cry."])
    assert page.locator(".llm-problem").is_hidden()
    assert page.inner_text(".llm-guess-text").startswith("<i>Once</i> there")


def test_another_model_than_sprout(show_widget):
    # fails if the widget needs Sprout's vocabulary or its name
    game = GuessGame(random_model(context_length=64), small_tokenizer(), texts=["the fox " * 9])
    page = show_widget(game)
    words = page.inner_text(".llm-widget")
    assert "Sprout" not in words and ("no word to ask for" in words or "The model" in words)


@pytest.mark.parametrize("width", [360, 1000])
def test_everyone_can_play_it_to_its_end(show_widget, width):
    # fails if the page scrolls sideways, axe finds a serious fault, or a target is too small, once
    # the words are hidden or the table is there
    page = show_widget(GuessGame(n_rounds=2), width=width)
    play(page, sure=4)
    settle(page)
    assert find_faults(page, "light", "dark") == []
    go_on(page)
    play(page, sure=2)
    go_on(page)
    assert page.locator(".llm-guess-table").is_visible()
    settle(page)
    assert find_faults(page, "light", "dark") == []


def test_ending_the_view_leaves_nothing_behind(page):
    # fails if a listener stays after the widget is taken off the page
    page.evaluate("cleanup()")
    assert page.evaluate("model.listening") == 0
    assert page.locator(".llm-widget").count() == 0


def test_a_reload_finds_the_game(page):
    # fails if a score is lost with its page, or a game of a damaged store stops the widget
    page.evaluate(AS_A_BOOK)
    for _ in range(2):
        page.goto(page.url)
        page.evaluate(AS_A_BOOK)
        mount(page, GuessGame())
        page.wait_for_selector(".llm-widget[data-ready=yes]")
        if trait(page, "round") == 0:
            play(page)
            go_on(page)
            play(page)
    assert trait(page, "round") == 1 and len(trait(page, "your_losses")) == 2
    page.evaluate(
        "Object.keys(localStorage).forEach((key) => localStorage.setItem(key, '{\"game\": 1}'))"
    )
    page.goto(page.url)
    page.evaluate(AS_A_BOOK)
    mount(page, GuessGame())
    page.wait_for_selector(".llm-widget[data-ready=yes]")
    assert trait(page, "round") == 0
    page.evaluate("localStorage.clear()")
