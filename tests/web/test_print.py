"""On paper: nothing to press, nothing folded, nothing asleep, and no line that is cut."""

from __future__ import annotations

import pytest

PAGES = ["09_self_attention", "13_pretraining", "15_generating_text"]
SHEET = {"width": 703, "height": 1032}  # A4 without its margins, in pixels
PRESSED = """() => {
  document.documentElement.scrollTop = 0;
  window.printed = 0;
  window.print = () => { window.printed++; };
}"""
# but for those of a widget that are what it shows: its tokens, say
BUTTONS = """() => [...document.querySelectorAll('article button')]
  .filter((e) => e.checkVisibility())
  .filter((e) => !e.closest('.llm-widget:not(.llm-walk, .llm-predict)') || e.textContent === 'Reset')
  .map((e) => e.textContent || e.getAttribute('aria-label'))"""
ASLEEP = """() => [...document.querySelectorAll(
    '.llm-mount:not([data-mounted=yes], [data-exercise]), .llm-figure:not([data-drawn])')]
  .map((e) => e.outerHTML.slice(0, 120))"""
# parts that lie beyond the edge of the sheet, and boxes that would cut off what they hold
CUT = """(width) => [...document.querySelectorAll('article *')].filter((e) => {
  if (!e.checkVisibility() || e.closest('svg, .llm-split, mjx-assistive-mml, .visually-hidden')) return false;
  const {right, width: own} = e.getBoundingClientRect();
  const {overflowX} = getComputedStyle(e);
  return own > 1 && right > width + 1 || overflowX === 'auto' && e.scrollWidth > e.clientWidth + 1;
}).map((e) => e.outerHTML.slice(0, 120))"""
FOLDED = """() => [...document.querySelectorAll('article [data-folded], article details > :not(summary)')]
  .filter((e) => !e.closest('.llm-widget') && !e.getClientRects().length).map((e) => e.outerHTML.slice(0, 120))"""


@pytest.mark.parametrize("stem", PAGES)
def test_all_of_a_page_is_on_paper(address, visit, stem):
    # fails when a picture that nobody has scrolled to is missing, a part stays folded, a button is
    # printed, or code, a formula or a figure is cut off at the edge of the sheet
    opened = visit(f"{address}chapters/{stem}.html")
    page = opened.page
    page.evaluate(PRESSED)
    page.keyboard.press("Control+p")
    page.wait_for_function("window.printed")
    assert page.evaluate(ASLEEP) == []
    page.evaluate("dispatchEvent(new Event('beforeprint'))")  # as the browser does, with its dialog
    assert page.locator("article details[open]").count() > 5
    page.set_viewport_size(SHEET)
    page.emulate_media(media="print")
    page.wait_for_function(
        "document.querySelector('.llm-walk-strip:not(:empty)') || !document.querySelector('.llm-walk')"
    )
    assert page.evaluate(FOLDED) == [] and page.evaluate(BUTTONS) == []
    page.wait_for_function(f"({CUT})({SHEET['width']}).length === 0")
    films, strips = page.locator(".llm-walk"), page.locator(".llm-walk-strip:visible")
    assert strips.count() == films.count()
    page.emulate_media(media="screen")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    # a printed page is not one whose solutions were looked at, and is left as it was
    assert page.locator("article details[open]:not(.llm-widget *)").count() == 0
    assert page.locator("[data-state=shown]").count() == 0
    assert opened.complaints == [] and opened.foreign == []
