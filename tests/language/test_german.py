"""A page in German, as a reader's browser shows it: all of it is German but its code."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, sync_playwright

from tests.web.browser import serious_faults
from web.browser import launch
from web.fingerprint import BUILD
from web.translation import catalogues

PAGE = "chapters/14_scaling_laws"
SITE = BUILD / "check/de/html"
# Notes what is looked for in the catalogue and not there.
WATCH = """Object.defineProperty(globalThis, "__llmWords", {
  get: () => globalThis.words,
  set: (words) => {
    globalThis.lacking = new Set();
    const get = (known, key) => {
      if (typeof key === "string" && key && !(key in known)) lacking.add(key);
      return known[key];
    };
    globalThis.words = { ...words, words: new Proxy(words.words, { get }) };
  },
});"""
# What a reader sees or hears of the article and the frame. Left out: code and what it prints,
# formulas, names of works, and what says itself that it is in another language.
TEXTS = """() => {
  const skipped = "script, style, pre, code, .math, mjx-container, .citation, [lang=en]," +
    ".llm-foot, .llm-title-of-book, a[href*=appendix_e_sources]";
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!node.parentElement.closest(skipped)) found.push(node.textContent);
  }
  const labels = [...document.querySelectorAll("[aria-label]")]
    .filter((element) => !element.closest(skipped));
  return [...found, ...labels.map((element) => element.ariaLabel)].map((text) => text.trim());
}"""
# Words that every English text has, and no German one.
ENGLISH = re.compile(r"\b(the|and|of|with|you|what|this|for|from|is|are)\b", re.IGNORECASE)
pytestmark = [pytest.mark.language, pytest.mark.timeout(180)]


@pytest.fixture(scope="module")
def page():
    """The German page, opened from disk, each film and prediction used once."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        page = browser.new_page(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
        page.complaints = []
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.on("console", lambda m: m.type == "error" and page.complaints.append(m.text))
        page.add_init_script(WATCH)
        page.goto((SITE / f"{PAGE}.html").as_uri(), wait_until="networkidle")
        use(page)
        yield page
        browser.close()


def use(page: Page) -> None:
    """Open all widgets, look at each scene, and try each answer until one is right."""
    for box in page.locator(".llm-mount").all():
        box.scroll_into_view_if_needed()
        box.and_(page.locator("[data-mounted]")).wait_for()
    for figure in page.locator(".llm-figure").all():
        figure.scroll_into_view_if_needed()
        figure.and_(page.locator("[data-drawn]")).wait_for()
    for film in page.locator(".llm-walk").all():
        first = film.get_by_role("button", name="Szene 1", exact=True)
        if first.is_visible():  # it shows its poster
            first.click()
        following = film.get_by_role("button", name="Weiter", exact=True)
        line = film.get_by_role("slider").first.element_handle()
        while following.get_attribute("aria-disabled") != "true":
            at = line.input_value()
            following.click()
            page.wait_for_function("([line, at]) => line.value !== at", arg=[line, at])
    for question in page.locator(".llm-predict").all():
        check = question.get_by_role("button", name="Prüfen")
        for choice in question.locator("label").all():
            if question.get_attribute("data-state") != "solved":
                choice.click()
        if check.is_visible():
            question.get_by_role("textbox").fill("3,2")
            check.click()
        assert question.get_attribute("data-state") == "solved"
    page.get_by_role("button", name="Ohne Code lesen").click()
    page.get_by_role("button", name="Dein Fortschritt").first.click()


def test_it_says_that_it_is_german(page):
    # fails if a screen reader would read it with an English voice
    assert page.locator("html").get_attribute("lang") == "de"
    assert page.locator(".llm-language-note").inner_text().startswith("Aus dem Englischen")


def test_no_word_is_missing(page):
    # fails if frame, widgets or questions of the page ask for words that the catalogue lacks
    assert page.evaluate("[...lacking]") == []


def test_no_english_sentence_is_left(page):
    # fails if a text never asks the catalogue, and so stays English
    texts = [text for text in page.evaluate(TEXTS) if len(ENGLISH.findall(text)) > 1]
    assert "\n".join(texts) == ""


def test_it_works_as_in_english(page):
    # fails if a translation has broken a script, a formula or the contrast of a note
    assert page.complaints == []
    assert page.locator(".llm-failed, .llm-problem:visible").count() == 0
    page.get_by_role("button", name="Schließen").click()
    assert serious_faults(page) == []


def test_a_page_without_a_translation_is_english_and_says_so():
    # fails if a reader would not know why the page is in another language
    html = (SITE / "chapters/appendix_a_notation.html").read_text("utf-8")
    assert '<html lang="en"' in html and catalogues.FILE not in html
    assert 'class="llm-language-note" lang="de">Diese Seite ist noch nicht übersetzt' in html
