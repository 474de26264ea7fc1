"""Every page of the built book on a phone, opened from disk, without a server."""

from __future__ import annotations

from tests.web.browser import PATIENCE, serious_faults
from tests.web.test_pages import no_trouble

TOO_WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
    [...document.querySelectorAll('main *')]
      .filter((e) => e.getBoundingClientRect().right > innerWidth + 1)
      .slice(0, 5).map((e) => e.tagName + '.' + e.className)"""

FORMULAS_ARE_SET = """() => !document.querySelector('.math') ||
    globalThis.__llmMath?.then(() => true)"""

CUT_SENTENCES = """() => [...document.querySelectorAll('.cell_output .output.stream pre')]
    .filter((box) => box.scrollWidth > box.clientWidth + 1)
    .map((box) => box.textContent).filter((text) => !/\\S {2,}\\S/.test(text))"""

# what scrolls sideways in the text, and neither has an edge that says so nor fades
WITHOUT_A_SIGN = """() => [...document.querySelectorAll('article *')].filter((e) => {
    if (e.closest('.llm-widget') || e.scrollWidth <= e.clientWidth + 1 || !e.clientWidth ||
        !e.checkVisibility({contentVisibilityAuto: true})) return false;
    const style = getComputedStyle(e);
    return /auto|scroll/.test(style.overflowX) && !style.backgroundAttachment.includes('local') &&
      !style.maskImage.includes('gradient');
  }).map((e) => e.className + ': ' + e.textContent.slice(0, 60))"""


def test_everything_mounts_in_silence_from_disk(name, phone):
    # fails when the page needs a server: fetch(), modules, absolute paths
    assert phone.page.locator(".llm-failed").all_inner_texts() == []
    no_trouble(phone)


def test_fits_a_phone(name, phone):
    # fails when anything makes a 360 px wide page scroll sideways, a formula or what is far off, too
    phone.page.mouse.move(10, 10)  # then all formulas are set
    phone.page.wait_for_function(FORMULAS_ARE_SET, timeout=PATIENCE)
    phone.page.add_style_tag(content="* { content-visibility: visible !important; }")
    wide = phone.page.evaluate(TOO_WIDE)
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= 360, wide


def test_what_scrolls_shows_that_it_goes_on(name, phone):
    # fails when code, a formula, a table or a grid is cut at the edge of the screen without a sign
    phone.page.add_style_tag(content="* { content-visibility: visible !important; }")
    phone.page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
    assert phone.page.evaluate(WITHOUT_A_SIGN) == []


def test_printed_sentences_wrap(name, phone):
    # fails when what a cell prints runs out of the screen, unless it stands in columns
    assert phone.page.evaluate(CUT_SENTENCES) == []


def test_axe_finds_nothing_serious(name, phone):
    # fails on missing names, wrong roles, unreachable scroll boxes, or low contrast in what only a
    # narrow page shows; both themes are tested at full width, and each widget by test_room
    phone.choose_theme("dark")
    assert serious_faults(phone.page, apart=".llm-mount") == []
    no_trouble(phone)
