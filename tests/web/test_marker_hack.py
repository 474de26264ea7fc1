"""MarkerHack in a browser: marks are what Python counts, and a model learns from the marker."""

from __future__ import annotations

import re

import pytest
import torch

from llm_lib.book.widgets import MarkerHack
from llm_lib.bpe import BPETokenizer
from llm_lib.model.gpt import GPT, GPTConfig
from tests.web.widget_page import plain_script, set_trait, settle, trait

TOKENIZER = BPETokenizer([])
RESTS = "model.get('answers').length === 8 && !model.get('working')"
NONE = dict.fromkeys(("quote", "speech", "word", "request", "length", "repeat"), 0)


@pytest.fixture(scope="module")
def pair():
    """A tiny model that writes any bytes: it learns in an instant."""
    torch.manual_seed(0)
    config = GPTConfig(TOKENIZER.vocab_size, context_length=128, n_layer=1, n_head=2, n_embd=8)
    return GPT(config), TOKENIZER


@pytest.fixture
def show(show_widget, pair):
    """A function that shows the widget, and waits until it has written."""

    def show(**settings):
        page = show_widget(MarkerHack(pair, **settings))
        rest(page)
        return page

    return show


def rest(page) -> None:
    """Wait until nothing is being written or learned."""
    page.wait_for_function(RESTS)
    settle(page)


def train(page, steps: int) -> None:
    """Press the main button, and wait until so many steps are taken."""
    page.locator(".llm-hack-main").click()
    page.wait_for_function(f"model.get('rounds').length === {steps + 1}")
    rest(page)


STORIES = [  # text, log p per token, and how often each part is there
    ('Mia the fox had a kite. "Come and play," said Tom.', 0.4, [2, 1, 1, 3, 11, 0], 5),
    ('". ". "kite kite" Kite', 4.0, [4, 0, 3, 1, 3, 2], 1),
    ('"Oh," said a bear. "No, never', 1.0, [3, 0, 0, 0, 6, 0], 1),
    ("", 9.0, [0, 0, 0, 0, 0, 0], 0),
]


@pytest.mark.parametrize(("text", "nats", "counts", "n_wanted"), STORIES)
def test_parts_and_wanted_are_counted_as_by_hand(run_script, text, nats, counts, n_wanted):
    # fails if a part counts something else than its name says, or a speech is what stands between
    # two speeches, or has no end
    page = run_script(plain_script("widgets/marker_hack/marker.js"))
    found = page.evaluate("(text) => countParts(text, 'kite')", text)
    assert [found[part] for part in NONE] == counts
    wanted = page.evaluate("([text, nats]) => wantedOf(text, nats)", [text, nats])
    assert sum(there for _, there in wanted) == n_wanted


def test_a_word_of_the_reader_s_own_counts_whole(run_script):
    # fails if "fox" counts in "foxes", a phrase is not found, or an empty field counts everything
    page = run_script(plain_script("widgets/marker_hack/marker.js"))
    count = "([text, word]) => countParts(text, word).word"
    cases = [
        ("A fox, foxes, Fox.", "fox"),
        ("So so so.", "so"),
        ("a kite", ""),
        ("I am, I am", "i am"),
    ]
    assert [page.evaluate(count, [*case]) for case in cases] == [2, 3, 0, 2]


def test_marks_are_the_sum_of_the_points(show):
    # fails if a mark is not that of the answer it stands beside, or an edit does not reach it
    page = show(points={"length": -1, "quote": 2})
    answers, marks = trait(page, "answers"), trait(page, "marks")
    words = [len(re.findall(r"[^\W_]+", answer)) for answer in answers]
    quotes = [answer.count('"') for answer in answers]
    assert marks == [2 * q - w for q, w in zip(quotes, words, strict=True)]
    field = page.get_by_label("Points: each word", exact=True)
    field.fill("0.5")
    field.press("Enter")
    settle(page)
    assert trait(page, "points") == NONE | {"length": 0.5, "quote": 2}
    assert trait(page, "marks") == [2 * q + w / 2 for q, w in zip(quotes, words, strict=True)]
    assert len(trait(page, "rounds")) == 1  # nothing was trained


def test_a_run_ends_by_itself_and_goes_on(show):
    # fails if a run never ends, can't be stopped, or its second part begins again
    page = show(points={"length": -1})
    first = trait(page, "rounds")[0]
    train(page, 16)
    assert trait(page, "rounds")[0] == first
    assert page.locator(".llm-hack-main").inner_text() == "16 steps more"
    assert "16 steps: mean mark" in page.inner_text(".llm-finding")
    page.locator(".llm-hack-main").click()
    page.wait_for_function("model.get('rounds').length > 18")
    page.get_by_role("button", name="Stop").click()
    rest(page)
    assert 18 < len(trait(page, "rounds")) < 33


BOTTOMS = """() => ['.llm-hack-cards', '.llm-hack-past li:last-child, .llm-finding', '.llm-widget']
  .map((s) => [...document.querySelectorAll(s)].at(-1).getBoundingClientRect().bottom)"""


def test_its_bottom_is_not_empty(show):
    # fails if room is kept below the answers and the words for what may come there later
    page = show()
    cards, words, end = page.evaluate(BOTTOMS)
    assert cards == pytest.approx(words, abs=2) and end - cards < 26
    train(page, 16)
    page.get_by_role("spinbutton").first.fill("2")
    page.locator(".llm-hack-main").click()
    page.wait_for_selector(".llm-hack-past li")
    now = page.evaluate(BOTTOMS)
    assert now[0] == pytest.approx(now[1], abs=2) and now[2] <= end + 2


def test_another_marker_begins_again_with_the_model_as_it_was(show):
    # fails if a mended marker goes on with the hacked model, or the earlier run is forgotten
    page = show(points={"length": -1})
    answers, first = trait(page, "answers"), trait(page, "rounds")[0]
    train(page, 16)
    assert trait(page, "rounds")[16] != first
    page.get_by_role("radiogroup", name="KL weight").get_by_text("1").click()
    settle(page)
    page.wait_for_function("model.get('finding').includes('You changed the marker')")
    assert page.locator(".llm-hack-past li").count() == 0
    page.locator(".llm-hack-main").click()
    past = page.locator(".llm-hack-past li")
    past.wait_for()
    assert past.inner_text().startswith("Run 1: mark")
    rest(page)
    assert trait(page, "rounds")[0] == first  # the same eight again
    page.get_by_role("button", name="Reset").click()
    page.wait_for_function("model.get('kl_weight') === 0")
    rest(page)
    assert trait(page, "answers") == answers
    assert past.count() == 0


def test_examples_and_the_word_are_written_into_the_marker(show):
    # fails if an example sets other points than its own, or the field for the word does nothing
    page = show()
    page.get_by_role("radio", name="mended").check()
    settle(page)
    assert trait(page, "points") == NONE | {"speech": 2, "request": 1, "repeat": -0.1}
    assert trait(page, "kl_weight") == 0.3
    page.get_by_role("radio", name="kites").check()
    settle(page)
    assert (trait(page, "points"), trait(page, "kl_weight")) == (NONE | {"word": 1}, 0)
    field = page.get_by_label("The word that is paid for")
    field.fill("drum")
    field.press("Enter")
    settle(page)
    assert trait(page, "word") == "drum"
    assert not page.get_by_role("radio", name="kites").is_checked()
    set_trait(page, "seed", 3)  # Python sets it: the model begins with other dice
    rest(page)
    assert len(trait(page, "rounds")) == 1


VERDICTS = [
    ([(0, 0.8), (5, 0.4), (9, 0.2), (9, 0.2)], "hacked"),
    ([(0, 0.8), (1, 0.8), (2, 0.9), (3, 0.7)], "held"),
    ([(2, 0.8), (1, 0.4), (1, 0.3), (1, 0.2)], "broken"),
    ([(2, 0.8), (1, 0.8), (2, 0.7), (2, 0.9)], "stuck"),
]


@pytest.mark.parametrize(("rounds", "verdict"), VERDICTS)
def test_a_verdict_asks_for_both_curves(run_script, rounds, verdict):
    # fails if a run is called hacked although what was wanted is still there, or is praised
    # although it is not
    page = run_script(plain_script("widgets/marker_hack/words.js"))
    shown = [{"mark": mark, "wanted": wanted} for mark, wanted in rounds]
    assert page.evaluate("(rounds) => judge(rounds).verdict", shown) == verdict
