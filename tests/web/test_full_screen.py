"""A walkthrough on the whole screen: what fills it, which keys steer it, and how it is left."""

from __future__ import annotations

import pytest

from llm_lib.book.widgets import Walkthrough
from tests.web.browser import serious_faults, small_targets
from tests.web.stories import STORIES, data_of, steps_of
from tests.web.widget_page import set_trait, settle, take_poster_off, trait

PROJECTORS = [(1920, 1080), (1280, 720)]
SOME = ["round-trip", "translate", "word-order"]  # flat, high, and with long sentences
FULL = ".llm-walk-full"
BEHIND = """() => {
  const tall = (text) => {
    const button = document.createElement('button');
    button.textContent = text;
    button.style.cssText = 'display: block; margin-block: 900px';
    return button;
  };
  const main = document.querySelector('main');
  // as on a page of the book, where what is far away is not drawn, and cut off at its edge
  main.style.contentVisibility = 'auto';
  main.before(tall('Before'));
  main.after(tall('After'));
}"""
LACKS = {
    "nothing": "",
    "the full screen": "delete Element.prototype.requestFullscreen;",
    "popovers, too": """delete Element.prototype.requestFullscreen;
        delete HTMLElement.prototype.showPopover;
        document.querySelector('main').style.contentVisibility = 'visible';""",
}
SIZES = """() => {
  const size = (name) => {
    const {x, y, width, height, bottom} = document.querySelector(name).getBoundingClientRect();
    return {x, y, width, height, bottom};
  };
  const root = document.querySelector('.llm-walk');
  return {
    root: size('.llm-walk'), picture: size('.llm-walk-picture'), say: size('.llm-walk-say'),
    type: parseFloat(getComputedStyle(document.querySelector('.llm-walk-say')).fontSize),
    hidden: root.scrollHeight - root.clientHeight, wide: root.scrollWidth - root.clientWidth,
  };
}"""
STATE = """() => JSON.stringify([
  document.querySelector('.llm-walk').getBoundingClientRect(), scrollX, scrollY,
  document.documentElement.style.cssText, document.querySelector('main').style.minHeight,
  document.querySelectorAll('[inert], [popover]').length, document.fullscreenElement === null,
  document.querySelector('.llm-walk-picture').getBoundingClientRect(),
])"""


@pytest.fixture
def show(show_widget):
    """A function that shows a story for a reader who wants no motion, on a screen of some size."""

    def show_story(story="attention-row", size=(1280, 720), theme="light", **settings):
        widget = Walkthrough(story, **(data_of(story) | settings))
        page = show_widget(widget, width=992, theme=theme)
        page.emulate_media(reduced_motion="reduce", color_scheme=theme)
        page.set_viewport_size({"width": size[0], "height": size[1]})
        shown.append(page)
        return page

    shown = []
    yield show_story
    for page in shown:  # it is used again, and a window that fills the screen has a fixed size
        page.evaluate("document.fullscreenElement && document.exitFullscreen()")


def enter(page):
    """Fill the screen, by keyboard."""
    page.get_by_role("button", name="Full screen", exact=True).press("Enter")
    page.wait_for_selector(FULL)
    settle(page)


def leave(page):
    """Go back by Escape."""
    page.keyboard.press("Escape")
    page.wait_for_selector(FULL, state="detached")
    page.wait_for_function(
        "document.activeElement.getAttribute('aria-label') === 'Full screen'"
    )  # the last that is done
    settle(page)


@pytest.mark.parametrize("lacks", LACKS)
def test_it_is_entered_and_left_cleanly(show, lacks):
    # fails when the focus gets lost or leaves, the page behind moves, or anything of it is changed
    # for good; on a browser with a full screen, on an iPhone, and on an old one
    page = show()
    page.evaluate(BEHIND)
    page.evaluate(LACKS[lacks])
    page.locator(".llm-walk").scroll_into_view_if_needed()
    page.evaluate("scrollBy(0, 40)")
    settle(page)
    before = page.evaluate(STATE)
    for _ in range(2):
        enter(page)
        box = page.evaluate(SIZES)["root"]
        assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, 1280, 720)
        assert page.evaluate("document.activeElement.matches('.llm-walk')")
        middle = page.evaluate("document.elementFromPoint(640, 700).closest('.llm-walk') !== null")
        assert middle, "something lies over it"
        for _ in range(18):  # past the last
            page.keyboard.press("Tab")
            assert page.evaluate("document.activeElement.textContent") not in ("Before", "After")
        page.mouse.move(640, 600)
        page.mouse.wheel(0, 300)
        page.keyboard.press("Shift+Tab")
        leave(page)
        assert page.evaluate(STATE) == before


def test_it_is_left_by_its_button_and_when_the_browser_leaves(show):
    # fails when a mouse finds no way out, or Escape, which the browser takes, leaves it as it is
    page = show()
    before = page.evaluate(STATE)
    for way in (
        lambda: page.get_by_role("button", name="Leave full screen").click(),
        lambda: page.evaluate("document.exitFullscreen()"),
    ):
        enter(page)
        way()
        page.wait_for_selector(FULL, state="detached")
        page.wait_for_function("document.activeElement.matches('.llm-walk-larger')")
        settle(page)
        assert page.evaluate(STATE) == before


def test_keys_steer_it(show):
    # fails when a key does nothing there, whatever was clicked before, or a clicker's keys are lost
    page = show()
    last = steps_of("attention-row") - 1
    enter(page)
    for key, step in [
        ("ArrowRight", 0),  # from the poster
        ("ArrowRight", 1),
        ("PageDown", 2),
        ("ArrowLeft", 1),
        ("PageUp", 0),
        ("End", last),
        ("Home", 0),
    ]:
        page.keyboard.press(key)
        settle(page)
        assert trait(page, "step") == step, key
    page.get_by_role("button", name="Next").click()
    page.keyboard.press(" ")
    assert trait(page, "playing") and trait(page, "step") == 1
    page.keyboard.press(" ")
    assert not trait(page, "playing")


def test_a_clickers_keys_scroll_the_page_elsewhere(show):
    # fails when a film takes the keys with which one reads on
    page = show()
    page.locator(".llm-walk").focus()
    page.keyboard.press("PageDown")
    settle(page)
    assert trait(page, "step") == 0


@pytest.mark.parametrize("size", PROJECTORS)
@pytest.mark.parametrize("story", SOME)
def test_the_last_row_can_read_it(show, story, size):
    # fails when the picture stays small, the sentence too small for a room, or a part lies outside,
    # in any scene; or the picture jumps from scene to scene
    page = show(story, size)
    enter(page)
    seen = []
    for scene in Walkthrough.STORIES[story].SCENES:
        set_trait(page, "scene", scene)
        seen.append(page.evaluate(SIZES))
    width, height = size
    for sizes in seen:
        picture, say = sizes["picture"], sizes["say"]
        assert picture["width"] >= 0.7 * width or picture["height"] >= 0.7 * height
        assert sizes["type"] >= 0.038 * height and sizes["type"] >= 27
        assert say["bottom"] <= picture["y"] + 1 and picture["bottom"] <= height
        assert sizes["hidden"] <= 0 and sizes["wide"] <= 0
    assert len({(s["picture"]["y"], s["picture"]["height"]) for s in seen}) == 1


@pytest.mark.parametrize("size", [(1920, 1080), (360, 740), (740, 360)])
def test_its_settings_can_be_used(show, size):
    # fails when a menu lies outside or under something, or a number can't be changed there
    page = show(size=size, scene="Your turn")
    enter(page)
    for label in ("Which asks", "Numbers"):
        menu = page.get_by_label(label)
        menu.scroll_into_view_if_needed()
        box = menu.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= size[0]
        assert menu.evaluate(
            "(e) => { const r = e.getBoundingClientRect(); return "
            "document.elementFromPoint(r.x + r.width / 2, r.y + r.height / 2) === e; }"
        )
    page.get_by_label("Which asks").select_option("1")
    settle(page)
    assert trait(page, "row") == 1
    cell = page.get_by_role("spinbutton").first
    before = trait(page, "x")[0][0]
    cell.press("ArrowUp")
    settle(page)
    assert trait(page, "x")[0][0] == pytest.approx(before + 0.1)
    page.get_by_role("button", name="Reset").click()
    settle(page)
    assert trait(page, "x")[0][0] == before


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_everyone_can_use_it(show, theme):
    # fails on low contrast, a control without a name, or one that is too small
    page = show(theme=theme, scene="Your turn")
    enter(page)
    assert serious_faults(page) == [] and small_targets(page) == []
    status = page.get_by_role("status")
    assert status.get_attribute("aria-live") == "polite"
    page.keyboard.press("Home")
    settle(page)
    assert status.inner_text().replace("’", "'") == trait(page, "finding")
    assert page.locator(".llm-walk-svg").get_attribute("aria-label")


@pytest.mark.parametrize("width", [360, 992])
def test_the_button_takes_no_room(show_widget, width):
    # fails when the widget on the page has become taller by it
    page = show_widget(Walkthrough("attention-row"), width=width)
    take_poster_off(page)
    boxes = [page.locator(f".llm-walk-player > button >> nth={i}").bounding_box() for i in range(4)]
    assert {(box["y"], box["height"]) for box in boxes} == {
        (boxes[0]["y"], 40 if width > 640 else 44)
    }
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_what_ends_leaves_the_page_as_it_was(show):
    # fails when a view that ends on the whole screen leaves a page that can't be used
    page = show()
    enter(page)
    page.evaluate("cleanup()")
    page.wait_for_selector("[inert]", state="detached")
    page.wait_for_function("document.documentElement.style.overflow === ''")
    assert page.evaluate("document.fullscreenElement") is None


def test_some_are_many():
    # fails when a story above is renamed, and nobody looks at one of its kind
    assert set(SOME) <= set(STORIES)
