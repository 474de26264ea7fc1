"""The meaning of a term, shown at its link: with the mouse, the keyboard, and a finger."""

from __future__ import annotations

import pytest

CHAPTER = "chapters/09_self_attention.html"
GLOSSARY = "chapters/appendix_d_glossary.html"
TIP = "#llm-tip"


@pytest.fixture
def page(address, visit):
    """A chapter in a wide window."""
    opened = visit(address + CHAPTER)
    yield opened.page
    assert opened.complaints == []


def meaning(page, link) -> str:
    """Read in the glossary what the term of a link means."""
    term = link.get_attribute("href").split("#")[1]
    html = page.request.get(page.url.replace(CHAPTER, GLOSSARY)).text()
    return page.evaluate(
        """([html, id]) => new DOMParser().parseFromString(html, 'text/html')
             .getElementById(id).nextElementSibling.textContent.trim()""",
        [html, term],
    )


def test_the_mouse_shows_the_glossarys_meaning(page):
    # fails if it isn't the glossary's, goes before one can reach it, or stays for ever
    link = page.locator('article a[href*="#term-"]').first
    link.hover()
    assert page.locator(f"{TIP} p").inner_text() == meaning(page, link)
    page.locator(TIP).hover()
    page.wait_for_timeout(400)  # longer than it takes to go
    assert page.locator(TIP).is_visible()
    page.locator("h1").hover()
    page.locator(TIP).wait_for(state="hidden")


def test_the_keyboard_shows_it_and_escape_closes(page):
    # fails if who has no mouse never sees it, or a screen reader isn't told, or it can't be closed
    link = page.locator('article a[href*="#term-"]').nth(2)
    link.focus()
    assert page.locator(TIP).is_visible()
    assert link.get_attribute("aria-describedby") == "llm-tip"
    page.keyboard.press("Escape")
    assert not page.locator(TIP).is_visible()
    assert link.get_attribute("aria-describedby") is None


def test_it_stays_inside_the_window(page):
    # fails if a term near an edge has its meaning cut off
    for link in page.locator('article a[href*="#term-"]').all()[:12]:
        link.focus()
        page.wait_for_function(
            """() => {
                 const box = document.querySelector('#llm-tip').getBoundingClientRect();
                 return box.left >= 0 && box.right <= innerWidth && box.top >= 48 &&
                   box.bottom <= innerHeight;
               }"""
        )


def test_the_first_touch_tells_and_the_second_leads(browser, address):
    # fails if a phone leaves the page at once, or can't come to the glossary
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    page.goto(address + CHAPTER)
    link = page.locator('article a[href*="#term-"]').first
    link.tap()
    assert page.locator(TIP).is_visible() and page.url.endswith(CHAPTER)
    box = page.locator(TIP).bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 360
    page.locator(f"{TIP} a").tap()
    page.wait_for_url("**/appendix_d_glossary.html#term-*")
    context.close()
