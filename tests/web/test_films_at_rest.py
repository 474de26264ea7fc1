"""The stages of all films at rest: what lies over them until they are begun, and how full they are."""

from __future__ import annotations

import pytest

from tests.web.stories import film
from tests.web.story_walk import READ
from tests.web.test_walkthrough_stories import each_story
from tests.web.widget_page import set_trait, settle, stop_clock, texts, trait

STAGE = """() => [
  document.querySelector('.llm-walk').clientHeight,
  document.querySelector('.llm-walk-picture').getBoundingClientRect().y,
  document.querySelector('.llm-walk-svg').getAttribute('viewBox').split(' ').map(Number),
]"""
LEAST = {"poster": 0.28, "scene": 0.18, "words": 0.25}  # of the stage
COVERED = ".llm-walk-covered"
FEW = 12  # things: words alone
FILLED = 0.4  # of the stage's height, by a poster, which is seen as in its film


def area(seen: dict) -> float:
    """Return the share of the stage that is covered."""
    return seen["width"] * seen["height"]


@pytest.fixture(params=[992, 390])
def shown(show_widget, request):
    """A function that shows a story to a reader who wants no motion, on a desk or on a phone."""

    def show(story: str):
        page = show_widget(film(story), width=request.param)
        page.emulate_media(reduced_motion="reduce")
        return page

    return show


@pytest.mark.parametrize("width", READ)
@each_story
def test_a_film_at_rest_shows_a_full_scene_and_no_answer(walked, story, width):
    # fails when an untouched film is nearly empty, has wide bands above and below its picture, or
    # shows what it is about to find out
    found = walked(story, width).at_rest
    assert found["isCovered"] and found["step"] == 0
    seen = found["filled"]
    assert seen["answers"] == 0 and area(seen) >= LEAST["poster"], seen
    assert seen["height"] >= FILLED, seen


@pytest.mark.parametrize("width", READ)
@each_story
def test_no_scene_is_nearly_empty(walked, story, width):
    # fails when a scene is a few words in a large empty room
    for seen in (step["filled"] for step in walked(story, width).steps["light"]):
        least = LEAST["words" if seen["things"] < FEW else "scene"]
        assert area(seen) >= least, seen


@pytest.mark.parametrize("begin", ["play", "next", "right", "space", "mark", "home"])
def test_whatever_begins_a_film_leads_to_its_first_scene(show_widget, begin):
    # fails when the poster stays, or the first scene is left out
    page = show_widget(film("attention-row"))
    page.emulate_media(reduced_motion="reduce")
    set_trait(page, "step", 1)
    set_trait(page, "step", 0)
    first = texts(page)
    page = show_widget(film("attention-row"))
    page.emulate_media(reduced_motion="reduce")
    assert texts(page) != first
    doings = {
        "play": lambda: page.get_by_role("button", name="Play from the start").click(),
        "next": lambda: page.get_by_role("button", name="Scene 1").click(),
        "right": lambda: page.locator(".llm-walk").press("ArrowRight"),
        "space": lambda: page.locator(".llm-walk").press(" "),
        "mark": lambda: page.get_by_role("button", name="Text").click(),
        "home": lambda: page.locator(".llm-walk").press("Home"),
    }
    doings[begin]()
    settle(page)
    assert texts(page) == first and trait(page, "step") == 0
    assert page.locator(COVERED).count() == 0
    assert trait(page, "playing") == (begin in ("play", "space"))


@each_story
def test_what_is_seen_before_a_film_begins_is_of_one_scene(shown, story):
    # fails when the handle of the time line, the words and the picture are of different scenes, or
    # the handle stands beside the mark whose name is bold
    page = shown(story)
    line = page.get_by_label("Place in the walkthrough")
    place, told = line.input_value(), line.get_attribute("aria-valuetext")
    mark = page.locator(".llm-walk-mark[aria-current=step]")
    name, number = mark.inner_text(), told.split()[1]
    assert told.endswith(f": {name}") and float(place) == int(number) - 1
    along = mark.evaluate("(e) => e.style.getPropertyValue('--at')")
    assert line.evaluate("(e) => e.style.getPropertyValue('--place')") == along
    assert page.locator(".llm-walk-count").text_content().startswith(f"Preview: {number} / ")
    line.evaluate("(e) => e.dispatchEvent(new Event('input'))")  # the handle is let go where it is
    line.dispatch_event("change")
    settle(page)
    assert page.locator(COVERED).count() == 0 and line.input_value() == place
    assert line.get_attribute("aria-valuetext") == told and mark.inner_text() == name


@pytest.mark.parametrize("width", [992, 390, 360])
def test_no_control_moves_when_a_film_begins(show_widget, width):
    # fails when a button, the time line or the words stand elsewhere once Play was pressed
    page = show_widget(film("next-token"), width=width)
    page.emulate_media(reduced_motion="reduce")
    places = """() => [...document.querySelectorAll(
      '.llm-walk-next, .llm-walk-larger, .llm-walk-line input, .llm-walk-say, .llm-walk-picture',
    )].map((e) => e.getBoundingClientRect()).map((b) => [b.x, b.y, b.width].map(Math.round))"""
    before = page.evaluate(places)
    page.get_by_role("button", name="Scene 1").click()
    settle(page)
    now = page.evaluate(places)
    now[3][2] = before[3][2]  # the words get the room that "Preview" took
    assert now == before


def test_a_film_at_rest_has_one_play(show_widget):
    # fails when Tab or a screen reader comes to two buttons that do the same, or Play does not say
    # where it begins
    page = show_widget(film("next-token"))
    assert page.get_by_role("button", name="Play").count() == 1
    assert page.get_by_role("button", name="Play from the start", exact=True).is_visible()
    assert "basket 41" in page.locator(".llm-walk-svg").get_attribute("aria-label")


def test_a_film_that_python_sets_has_no_poster(show_widget):
    # fails when a scene that was asked for, or numbers that are to be changed, are covered
    from llm_lib.book.widgets import Walkthrough

    page = show_widget(Walkthrough("attention-row", scene="Your turn"))
    assert page.locator(COVERED).count() == 0
    page = show_widget(film("attention-row"))
    set_trait(page, "scene", "Mask")
    assert page.locator(COVERED).count() == 0 and trait(page, "scene") == "Mask"


@each_story
def test_a_film_keeps_its_size_when_it_begins(shown, story):
    # fails when the card grows or shrinks once Play was pressed, so that the text below it jumps, or
    # the preview was seen from nearer than the film
    page = shown(story)
    before = page.evaluate(STAGE)
    page.get_by_role("button", name="Scene 1").click()
    settle(page)
    assert page.evaluate(STAGE) == before and before[2][:2] == [0, 0]


def test_dashed_cells_are_explained(show_widget):
    # fails when numbers below zero are told by their edges alone, and nothing says so
    page = show_widget(film("head-layer"))
    assert page.locator(".llm-walk-signs").is_visible()  # on the poster
    page.locator(".llm-walk").press("Home")
    assert not page.locator(".llm-walk-signs").is_visible()
    page = show_widget(film("last-token"))  # its digits say it
    assert not page.locator(".llm-walk-signs").is_visible()


@pytest.mark.parametrize("story", ["word-order", "three-roles", "lookup"])
def test_menus_come_once_nothing_moves_behind_them(show_widget, story):
    # fails when the menus of the last scene lie over what still moves there
    page = show_widget(film(story), width=992)
    stop_clock(page)
    page.locator(".llm-walk").press("End")
    page.clock.run_for(200)
    menus = page.locator(".llm-walk-choices")
    assert not menus.is_visible()
    page.clock.run_for(5000)
    assert menus.is_visible() and trait(page, "scene") == "Your turn"


def test_a_phone_is_told_of_no_keys(by_finger):
    # fails when who has no keyboard is told to press arrow keys
    page = by_finger(film("attention-row"))
    words = page.locator(".llm-walk-try").inner_text()
    assert "arrow keys" not in words and words.startswith("In the last scene")
    set_trait(page, "scene", "Your turn")
    assert "arrow keys" not in page.locator(".llm-walk-svg").text_content()
