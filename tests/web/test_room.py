"""Each widget has room on a page and on a phone, and everyone can read and reach it in both."""

from __future__ import annotations

import pytest

from llm_lib.book import widgets
from llm_lib.book.widgets.base import BookWidget
from tests.web.everyone import is_told_once, keeps_amounts
from tests.web.shown import SHOWN, use
from tests.web.widget_page import find_faults, settle

MOST = 760  # pixels of height, where a page in a window of 1280 x 800 gives it 960 of width
MARGIN = 16  # around a widget on the stage
TABLET = 700  # pixels of width
MOST_STAYS = 0.37  # of a phone's screen
# Those whose controls change a stage that stays in sight on a phone, and a slider of each.
MOVED: dict[str, str] = {
    "ArchitectureLab": "Tokens of text",
    "AttentionByHand": "Temperature",
    "CostCalculator": "Tokens",
    "DecodingLab": "Top-p",
    "EmbeddingMap": "Neighbours",
    "HeadLab": "Strength",
    "ModelSizer": "n_tokens",
    "NextTokenLab": "Temperature",
    "NgramLab": "Smoothing: k",
    "PatchLab": "Cell of the map: arrow keys go through layers and columns",
    "PositionLab": "Channel",
    "PositionLab, clocks": "Position",
    "PositionLab, distances": "First position",
    "RankDial": "Strength",
    "RunPlanner": "GPUs",
    "WindowLab": "Stride",
}

# Those that hold a list which grows, in a box of its own.
LISTS = {"MergeStepper", "WindowLab, long windows"}

# what is not seen whole, but scrolls in a box of its own
SCROLLED = """() => [...document.querySelectorAll('.llm-widget :not(textarea)')]
  .filter((e) => e.checkVisibility() && getComputedStyle(e).overflowY === 'auto')
  .filter((e) => e.scrollHeight > e.clientHeight + 2 || e.scrollWidth > e.clientWidth + 2)
  .map((e) => e.className)"""

# whether another part lies over the middle of an element
COVERED = """(element) => {
  const {left, top, width, height} = element.getBoundingClientRect();
  return !element.contains(document.elementFromPoint(left + width / 2, top + height / 2));
}"""


def test_every_widget_is_here():
    # fails when a widget is added to the library, and nobody asks whether it fits
    classes = {name for name in dir(widgets) if isinstance(getattr(widgets, name), type)}
    own = {name for name in classes if issubclass(getattr(widgets, name), BookWidget)}
    asked = {name.split(",")[0] for name in SHOWN}
    assert own - asked == {"Prediction", "Walkthrough"}  # as tall as what they tell
    assert asked <= own


@pytest.mark.parametrize("which", SHOWN)
def test_on_a_page(show_widget, which):
    # fails when the widget is taller than a screen, wider than its place on the page, made to fit
    # by hiding a part of it in a box that scrolls, some readers can't read or reach it, or, of one
    # of a kind, by listening alone or in their own colours
    page = show_widget(SHOWN[which](), width=960 + 2 * MARGIN)
    box = page.locator(".llm-widget").first.bounding_box()  # Playground holds another
    assert box["width"] == 960
    assert box["height"] <= MOST
    assert which in LISTS or page.evaluate(SCROLLED) == []
    if is_plain := "," not in which:
        is_told_once(page)
    use(page, which)
    assert find_faults(page, "light", "dark") == []
    if is_plain:
        keeps_amounts(page, "dark")


@pytest.mark.parametrize("which", SHOWN)
def test_on_a_phone(show_widget, which):
    # fails when a part makes a phone scroll sideways, some readers can't read or reach it there, or
    # it does not fit a tablet
    page = show_widget(SHOWN[which](), width=328 + 2 * MARGIN)
    use(page, which)
    assert find_faults(page, "dark") == []
    page.set_viewport_size({"width": TABLET, "height": 900})
    settle(page)
    assert page.evaluate("document.documentElement.scrollWidth") == TABLET


@pytest.mark.parametrize("which", MOVED)
def test_the_stage_stays_in_sight_on_a_phone(show_widget, which):
    # fails when a slider that has the focus, or the stage that it changes, is out of sight, or when
    # the stage takes much more than a third of the screen
    page = show_widget(SHOWN[which](), width=328 + 2 * MARGIN)
    page.set_viewport_size({"width": 328 + 2 * MARGIN, "height": 740})
    slider = page.get_by_role("slider", name=MOVED[which], exact=True)
    slider.focus()
    for part in (slider, page.locator(".llm-stage-sticky:visible")):
        part.wait_for(state="visible")
        box = part.evaluate("(e) => e.getBoundingClientRect().toJSON()")
        assert box["height"] > 0 and box["y"] >= 0
        assert box["y"] + box["height"] <= 740
    assert box["height"] <= MOST_STAYS * 740  # the stage, which came last
    assert slider.evaluate(COVERED) is False
