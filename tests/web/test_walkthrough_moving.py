"""Every story of Walkthrough in motion: what is seen on the way, and where it comes to rest.

Time stands still: frames come when they are asked for, and the clock goes on when it is told to.
"""

from __future__ import annotations

import json
from collections import Counter
from itertools import pairwise

import pytest
from playwright.sync_api import Page

from tests.web.browser import ask
from tests.web.stories import film, steps_of
from tests.web.story_walk import OVERLAPS_SEEN, PICTURE, WIDE
from tests.web.test_walkthrough_stories import each_story
from tests.web.widget_page import stop_clock, take_poster_off, trait

FRAME = 50  # milliseconds
MOST = 250  # milliseconds for which words may cross; one reads slower
LOOK = f"""() => ({{
  overlaps: ({OVERLAPS_SEEN})(),
  seen: [...document.querySelectorAll('.llm-walk-picture [data-key]')]
    .filter((g) => Number(g.getAttribute('opacity') ?? 1) > 0.1).length,
}})"""


@pytest.fixture
def show(show_widget, walked):
    """A function that shows a story, in motion at its first step, and what stands at each step."""

    def open_story(story: str) -> tuple[Page, list[dict]]:
        page = show_widget(film(story), width=WIDE)
        take_poster_off(page)
        return page, [step["picture"] for step in walked(story, WIDE).steps["light"]]

    return open_story


def too_long(frames: list[dict]) -> dict[str, int]:
    """Return the words that lie upon each other for too long, and for how many milliseconds."""
    counted = Counter(json.dumps(pair) for frame in frames for pair in frame["overlaps"])
    return {pair: FRAME * n for pair, n in counted.items() if FRAME * n > MOST}


@each_story
def test_on_the_way(show, story):
    # fails when a step moves nothing, empties the stage, leaves words upon each other for longer
    # than they take to cross, or ends elsewhere than for readers who want no motion
    page, still = show(story)
    moves = f"(n, ms) => glide(n, ms, {LOOK}, {PICTURE})"
    for move in ask(page, moves, steps_of(story), FRAME):
        step, frames = move["step"], move["frames"]
        assert len(frames) > 5, step
        assert min(frame["seen"] for frame in frames) > 0, step
        assert too_long(frames) == {}, step
        assert move["picture"] == still[step], step


NOTE_TIMES = """() => {
  window.stood = [];
  const note = () => {
    const now = Date.now();
    const say = () => stood.push([now, document.querySelector('.llm-walk-say').textContent]);
    setTimeout(say, 50); // by then it is said
  };
  note();
  model.on('change:step', note);
}"""


@each_story
def test_played_to_its_end(show, story):
    # fails when a story stops on its way, never ends, ends with another picture, or goes on before
    # a sentence of so many words has been read: 2.5 a second, for who watches, too
    page, still = show(story)
    stop_clock(page)
    page.evaluate(NOTE_TIMES)
    page.locator(".llm-walk-play").click()
    for _ in range(600):  # seconds
        page.clock.run_for(1000)
        if not trait(page, "playing"):
            break
    page.clock.run_for(5000)  # the last move
    assert trait(page, "step") == steps_of(story) - 1
    assert page.evaluate(PICTURE) == still[-1]
    assert too_quick(page.evaluate("stood")) == []


def too_quick(stood: list) -> list[str]:
    """Return the sentences that were there for less than 0.4 seconds a word."""
    said, quick = "", []
    for (start, sentence), (end, _) in pairwise(stood):
        words = [word for word in sentence.split() if any(map(str.isalnum, word))]
        if sentence != said and (end - start) / 1000 < len(words) / 2.5 - 0.02:
            quick.append(sentence)
        said = sentence
    return quick
