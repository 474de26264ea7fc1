"""TrainingReplay in a browser: it shows what was recorded, by mouse and by keyboard."""

from __future__ import annotations

import base64
import math
import re

import pytest

from llm_lib.book.widgets import TrainingReplay
from tests.web.widget_page import set_trait, settle, stop_clock, trait


@pytest.fixture
def page(show_widget):
    return show_widget(TrainingReplay())


REPLAY = TrainingReplay().replay
ROWS = REPLAY["snapshots"]


def test_each_snapshot_shows_its_own_numbers(page):
    # fails if a loss, a step or a sample stands beside the wrong snapshot
    for k in (1, 5, len(ROWS) - 1):
        set_trait(page, "snapshot", k)
        row = ROWS[k]
        assert page.inner_text(".llm-slider-value") == f"{row['step']:,}"
        finding = page.inner_text(".llm-finding")
        assert f"After {row['step']:,} of {ROWS[-1]['step']:,} steps" in finding
        assert f"{row['val_loss']:.2f} nats" in finding
        assert trait(page, "finding") == finding
        story = page.locator(".llm-replay-story")
        assert story.text_content() == f"{REPLAY['prompts'][0]} {row['samples'][0]}"
        label = page.get_attribute(".llm-replay-chart", "aria-label")
        assert f"Here: {row['val_loss']:.2f}" in label


def test_no_control_character_reaches_the_page(page):
    # fails if what an untrained model writes is no sound HTML, or a letter of it is lost
    control = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]"
    places = [
        (k, i) for k, row in enumerate(ROWS) for i, said in enumerate(row["samples"])
        if re.search(control, said)
    ]  # fmt: skip
    assert places
    for k, i in places:
        set_trait(page, "snapshot", k)
        set_trait(page, "prompt", i)
        settle(page)
        said = page.text_content(".llm-replay-story").removeprefix(f"{REPLAY['prompts'][i]} ")
        assert said == re.sub(control, "\ufffd", ROWS[k]["samples"][i])


def test_the_probability_is_that_of_the_loss(page):
    # fails if the share in words is not exp(-loss)
    set_trait(page, "snapshot", len(ROWS) - 1)
    share = round(100 * math.exp(-ROWS[-1]["val_loss"]))
    assert f"{share}\u00a0%" in page.text_content(".llm-finding")


def test_the_map_is_the_recorded_attention(page):
    # fails if bytes are decoded wrongly, or another head or snapshot is shown
    _, H, T, _ = REPLAY["attention_shape"]
    set_trait(page, "snapshot", 8)
    set_trait(page, "query", 10)
    page.select_option("select", "13")
    settle(page)
    assert (trait(page, "layer"), trait(page, "head")) == divmod(13, H)
    raw = base64.b64decode(ROWS[8]["attention"])
    start = 13 * T * T + 10 * T
    weights = raw[start : start + 11]
    best = max(range(11), key=lambda i: weights[i])
    words = page.get_attribute(".llm-map-control", "aria-valuetext")
    assert "(token 11)" in words
    assert REPLAY["tokens"][best].strip() in words
    assert f"{100 * weights[best] / 255:.0f}"[:2] in words


def test_the_map_can_be_left_out(show_widget):
    # fails if the map stays, or if the rest no longer moves without it
    page = show_widget(TrainingReplay(without_map=True))
    assert page.locator(".llm-map").count() == page.locator("select").count() == 0
    set_trait(page, "snapshot", 5)
    settle(page)
    assert f"{ROWS[5]['val_loss']:.2f} nats" in page.inner_text(".llm-finding")


def test_keys_and_buttons_move_through_the_training(page):
    # fails if the slider or a button can't be used from the keyboard
    page.focus(".llm-slider input")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    settle(page)
    assert trait(page, "snapshot") == 2
    page.get_by_role("button", name="Back").press("Enter")
    page.get_by_role("button", name="Next").press("Enter")
    page.get_by_role("button", name="Next").press("Enter")
    assert trait(page, "snapshot") == 3
    page.get_by_role("radio", name="an opening").check()
    settle(page)
    assert page.text_content(".llm-replay-story").startswith(REPLAY["prompts"][1])
    page.focus(".llm-map-control")
    page.keyboard.press("Home")
    assert trait(page, "query") == 0
    page.get_by_role("button", name="Reset").press("Enter")
    assert (trait(page, "snapshot"), trait(page, "prompt"), trait(page, "query")) == (0, 0, -1)


def test_play_goes_on_to_the_end_and_stops(page):
    # fails if playing does not advance, or never ends, or can't be paused
    last = len(ROWS) - 1
    set_trait(page, "snapshot", last - 1)
    stop_clock(page)
    page.get_by_role("button", name="Play").click()
    page.clock.run_for(4000)
    assert (trait(page, "snapshot"), trait(page, "playing")) == (last, False)
    page.get_by_role("button", name="Play").click()  # from the start again
    page.clock.run_for(2000)
    assert (trait(page, "snapshot"), trait(page, "playing")) == (1, True)
    page.get_by_role("button", name="Pause").click()
    page.clock.run_for(9000)
    assert (trait(page, "snapshot"), trait(page, "playing")) == (1, False)


def test_ending_the_view_leaves_nothing_behind(page):
    # fails if a listener or a timer goes on after the widget is taken off the page
    page.evaluate("model.set('playing', true)")
    assert page.evaluate("timers.size") > 0
    page.evaluate("cleanup()")
    assert page.evaluate("model.listening") == 0
    assert page.evaluate("timers.size") == 0
