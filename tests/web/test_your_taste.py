"""YourTaste in a browser: likes and marks move the model as they should, and it can be stopped."""

from __future__ import annotations

import pytest
import torch

from llm_lib.book.small_world import load_words
from llm_lib.book.widgets import YourTaste
from llm_lib.bpe import BPETokenizer
from llm_lib.model.gpt import GPT, GPTConfig
from tests.web.widget_page import AS_A_BOOK, mount, plain_script, set_trait, settle, trait

TOKENIZER = BPETokenizer([])
RESTS = "model.get('answers').length === 8 && !model.get('working')"


@pytest.fixture(scope="module")
def pair():
    """A tiny model that writes any bytes: it learns in an instant."""
    torch.manual_seed(0)
    config = GPTConfig(TOKENIZER.vocab_size, context_length=96, n_layer=1, n_head=2, n_embd=8)
    return GPT(config), TOKENIZER


@pytest.fixture
def show(show_widget, pair):
    """A function that shows the widget, and waits until it has written."""

    def show(width=1000, theme="light", **settings):
        page = show_widget(YourTaste(pair, prompt="A kite?", **settings), width=width, theme=theme)
        rest(page)
        return page

    return show


def rest(page) -> None:
    """Wait until nothing is being written or learned."""
    page.wait_for_function(RESTS)
    settle(page)


def test_what_is_liked_becomes_likelier(show):
    # fails if likes and the rest are mixed up, or nothing is learned
    page = show(learning_rate=0.01)
    learn = page.get_by_role("button", name="Learn from my likes")
    assert learn.is_disabled()
    before = trait(page, "answers")
    page.get_by_role("button", name="Answer 2:").press("Enter")
    page.get_by_role("button", name="Answer 2:").press("ArrowDown")
    page.keyboard.press("Space")
    settle(page)
    assert trait(page, "liked") == [1, 3]
    assert "12 pairs" in page.inner_text(".llm-finding")
    learn.click()
    page.wait_for_function("model.get('round') === 1")
    rest(page)
    moved = trait(page, "moved")
    assert len(moved) == 8 and trait(page, "answers") != before
    liked, others = [moved[1], moved[3]], [moved[i] for i in (0, 2, 4, 5, 6, 7)]
    assert sum(liked) / 2 > sum(others) / 6
    assert trait(page, "margin") > 0 and trait(page, "kl") > 0
    assert "log probability of what you liked" in page.inner_text(".llm-finding")
    said = f"Liked: {moved[1]:+.1f}".replace("-", "−")
    assert said in page.inner_text(".llm-side > .llm-note")
    assert trait(page, "liked") == []  # of the new ones, nothing is liked yet


def test_a_program_s_marks_rise_and_a_kl_weight_holds_back(show):
    # fails if worse answers become likelier, or the weight does nothing
    distances = []
    for weight in (0, 10):
        page = show(mode="verifier", kl_weight=weight, learning_rate=0.01)
        page.get_by_role("button", name="Run").click()
        page.wait_for_function("model.get('round') >= 15")
        page.get_by_role("button", name="Stop").click()
        rest(page)
        assert page.get_by_role("button", name="Run").is_enabled()
        shares, steps = trait(page, "shares"), trait(page, "round")
        assert len(shares) == steps + 1
        if weight == 0:
            assert sum(shares[-5:]) > sum(shares[:5])
            assert f"After {steps} steps" in page.inner_text(".llm-finding")
        distances.append(trait(page, "kl"))
    assert distances[1] < distances[0]


def test_a_mark_stands_only_where_a_program_gives_it(show):
    # fails if a card shows a mark that nobody learns from, or hides one that is learned from
    page = show(mode="clicks")
    cards, side = page.locator(".llm-taste-cards"), page.locator(".llm-side")
    assert "mark" not in cards.inner_text() and "like" in cards.inner_text()
    assert "Counted: speeches" in side.inner_text() and "Mean mark" not in side.inner_text()
    page.get_by_role("radio", name="a program").check()
    settle(page)
    assert cards.inner_text().count("mark ") == 8 and "like" not in cards.inner_text()
    assert "Mean mark: speeches" in side.inner_text()


def test_one_step_others_and_reset(show):
    # fails if a button does nothing, or Reset leaves the changed model
    page = show(mode="verifier", verifier="short")
    first = trait(page, "answers")
    page.get_by_role("button", name="Eight others").press("Enter")
    page.wait_for_function("(first) => model.get('answers')[0] !== first", arg=first[0])
    rest(page)
    page.get_by_role("button", name="One step").press("Space")
    page.wait_for_function("model.get('round') === 1")
    rest(page)
    page.get_by_role("radio", name="you").check()
    page.get_by_role("radio", name="facts").check()
    settle(page)
    assert (trait(page, "mode"), trait(page, "verifier")) == ("clicks", "facts")
    page.get_by_role("button", name="Reset").click()
    page.wait_for_function("(first) => model.get('answers')[0] === first", arg=first[0])
    rest(page)
    assert trait(page, "answers") == first
    assert [trait(page, n) for n in ("mode", "verifier", "round")] == ["verifier", "short", 0]
    set_trait(page, "prompt", "x" * 60)
    page.wait_for_function("model.get('finding').includes('tokens')")
    assert "36 fit" in page.inner_text(".llm-finding")


def test_settings_change_what_is_learned(show):
    # fails if a setting does nothing, or another seed goes on with what was learned
    page = show()
    page.get_by_text("Settings").click()
    page.get_by_role("radiogroup", name="Learning rate").get_by_text("0.002").click()
    page.get_by_role("radiogroup", name="DPO’s β").get_by_text("0.01").click()
    settle(page)
    assert (trait(page, "learning_rate"), trait(page, "beta")) == (0.002, 0.01)
    page.get_by_role("button", name="Answer 1:").click()
    page.get_by_role("button", name="Learn from my likes").click()
    page.wait_for_function("model.get('round') === 1")
    rest(page)
    first = trait(page, "answers")
    page.get_by_label("Seed").fill("7")
    page.get_by_label("Seed").press("Enter")
    page.wait_for_function("model.get('round') === 0")
    rest(page)
    assert trait(page, "seed") == 7 and trait(page, "answers") != first
    field = page.get_by_role("textbox", name="Prompt")
    field.fill("A drum?")
    assert trait(page, "prompt") == "A kite?"  # each key would begin anew
    field.press("Enter")
    page.wait_for_function("model.get('prompt') === 'A drum?'")
    rest(page)


def test_one_answer_at_a_time_on_a_phone(show):
    # fails if the eight are a long way down, or those beside can't be reached by keyboard
    page = show(360)
    assert page.locator(".llm-widget").bounding_box()["height"] < 1150
    cards = page.locator(".llm-taste-cards")
    assert cards.bounding_box()["height"] < 240
    page.get_by_role("button", name="Answer 1:").focus()
    for _ in range(7):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    settle(page)
    assert trait(page, "liked") == [7]
    page.wait_for_function(
        "(cards) => cards.scrollLeft + cards.clientWidth > cards.scrollWidth - 20",
        arg=cards.element_handle(),
    )


def test_marks_are_what_they_are_called(run_script):
    # fails if a program counts something else than the page says
    page = run_script(plain_script("widgets/your_taste/marks.js"))
    words = {name: load_words()[name] for name in ("kinds", "objects")}
    told = '"A kite!" said Mia the fox. "Come," said the bear.'
    speech, short, facts, varied = page.evaluate(
        """([told, words]) => [MARKS.speech(told), MARKS.short(told),
          MARKS.facts(told, "Write a story about Mia the fox and a kite.", words),
          variety("Come back, come back!")]""",
        [told, words],
    )
    assert (speech, facts, varied) == (2, 2 - 1, 0.5)
    assert short == pytest.approx(-(2 + 4 + 4) / 3)


def test_a_reload_finds_what_was_learned(show, pair):
    # fails if likes and steps are lost with the page, or the model goes on as it was before them
    page = show(learning_rate=0.01)

    def reload():
        page.goto(page.url)
        page.evaluate(AS_A_BOOK)
        mount(page, YourTaste(pair, prompt="A kite?", learning_rate=0.01))
        page.wait_for_selector(".llm-widget[data-ready=yes]")
        rest(page)

    def step():
        page.locator(".llm-taste-cards button").first.click()
        before = trait(page, "round")
        page.get_by_role("button", name="Learn from my likes").click()
        page.wait_for_function("(n) => model.get('round') > n", arg=before)
        rest(page)

    reload()
    step()
    kept = {name: trait(page, name) for name in ("round", "answers", "margin", "shares", "kl")}
    assert kept["round"] == 1
    reload()
    assert {name: trait(page, name) for name in kept} == kept
    step()
    after = trait(page, "answers"), trait(page, "kl")
    page.evaluate("localStorage.clear()")
    reload()
    assert trait(page, "round") == 0
    step()
    step()
    assert (trait(page, "answers"), trait(page, "kl")) == after
    page.evaluate("localStorage.clear()")
