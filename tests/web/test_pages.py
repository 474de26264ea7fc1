"""Every page of the built book in a wide window, as a reader's browser sees it."""

from __future__ import annotations

from functools import cache
from urllib.parse import unquote, urlsplit

import pytest

from tests.web.browser import COLOURS, serious_faults
from web.offline_worker import Needs

LIMIT = 600_000  # bytes over the wire, before the reader does anything
MOST_SHIFT = 0.1  # what counts as good: https://web.dev/articles/cls
ON_DEMAND = "/_static/models/"  # the model's weights have a budget of their own
NOT_KEPT = {"_static/app.webmanifest"}  # the browser's own affair

needs_of = cache(Needs)


def no_trouble(opened) -> None:
    assert opened.complaints == []
    assert opened.foreign == []


def test_skip_link_is_the_first_stop(name, desktop):
    # fails when a keyboard user can't jump over the navigation
    desktop.page.keyboard.press("Tab")
    assert desktop.page.evaluate("document.activeElement.getAttribute('href')") == "#main-content"


def test_everything_mounts_in_silence(name, desktop):
    # fails when a widget or a figure does not appear, on any console message or failed request,
    # and on any request to another site
    assert desktop.page.locator(".llm-failed").all_inner_texts() == []
    no_trouble(desktop)


def test_is_light(name, desktop):
    # fails when what a page loads before any interaction exceeds the budget
    weights = {url: size for url, size in desktop.at_first.items() if ON_DEMAND not in url}
    assert len(weights) > 3  # else nothing was counted
    heaviest = sorted(weights.items(), key=lambda item: -item[1])[:5]
    assert sum(weights.values()) <= LIMIT, heaviest


def test_nothing_jumps_on_arrival(name, desktop):
    # fails when text or a widget moves what a reader has begun to look at
    assert desktop.shift < MOST_SHIFT


@pytest.mark.parametrize("stem", ["01_what_is_an_llm", "05_data_loaders", "13_pretraining"])
def test_nothing_jumps_on_a_phone(address, visit, stem):
    # fails when letters that come late, bold or italic ones say, break lines anew
    assert visit(f"{address}chapters/{stem}.html", width=360).shift < MOST_SHIFT


def test_asks_for_nothing_that_would_be_missing_without_a_network(name, desktop, site):
    # fails if a page that is kept for a reader lacks a file that it fetches, at once or later
    base = len(urlsplit(desktop.home + "/").path)
    local = (url for url in desktop.requests if url.startswith(desktop.home))
    asked = {unquote(urlsplit(url).path[base:]) for url in local}
    assert asked - NOT_KEPT - {name, ""} <= set(needs_of(site).of(name))


def test_says_what_it_is(name, desktop):
    # fails without a language, a title, a description, or exactly one main heading
    page = desktop.page
    assert page.locator("html").get_attribute("lang") == "en"
    assert len(page.title()) > 3
    description = page.locator('meta[name="description"]').get_attribute("content")
    assert 20 < len(description) < 170
    assert page.locator("article h1").count() == 1


def test_axe_finds_nothing_serious(name, desktop):
    # fails on low contrast, missing names, wrong roles, unreachable scroll boxes …
    desktop.choose_theme("light")
    assert serious_faults(desktop.page) == []


def test_dark_theme_can_be_read(name, desktop):
    # fails on low contrast in the dark, and when a figure does not follow the theme; test_room has
    # each widget in both themes
    desktop.choose_theme("dark")
    assert serious_faults(desktop.page, COLOURS, apart=".llm-mount") == []
    no_trouble(desktop)


def test_search_finds_a_word(address, site, visit):
    # fails when search does not work, served or from disk
    for root, home in ((address, ""), (site.as_uri() + "/", "file://")):
        opened = visit(root + "search.html?q=token", home=home)
        opened.page.wait_for_selector("#search-results li a")
        no_trouble(opened)


def test_theme_switch_changes_colours(address, visit):
    # fails when the switch is not reachable or changes nothing
    page = visit(address + "index.html").page
    colour = "getComputedStyle(document.body).backgroundColor"
    before = page.evaluate(colour)
    for _ in range(3):
        page.locator(".llm-theme").click()
        if page.evaluate(colour) != before:
            return
    raise AssertionError("the theme switch changes no colour")


GROUNDS = """() => {
  const of = (selector) => getComputedStyle(document.querySelector(selector));
  const hue = document.createElement('i');
  hue.style.color = 'var(--part)';
  document.body.append(hue);
  return {
    code: of('.cell_input .highlight').backgroundColor,
    widget: of('.llm-walk').backgroundColor, rim: of('.llm-walk').borderTopStyle,
    play: of('.llm-walk-play').backgroundColor, hue: getComputedStyle(hue).color,
  };
}"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_is_played_with_does_not_look_like_code(address, visit, theme):
    # fails when code and widgets lie on one ground, or Play hasn't the hue of the book's part
    opened = visit(f"{address}chapters/01_what_is_an_llm.html", theme=theme)
    opened.scroll_through()
    seen = opened.page.evaluate(GROUNDS)
    assert seen["widget"] != seen["code"] and seen["rim"] == "solid"
    assert seen["play"] == seen["hue"]


UNSEEN = """() => [...document.querySelectorAll('.llm-widget .llm-blank')]
    .filter((e) => e.checkVisibility() && e.getBoundingClientRect().height < 8)
    .map((e) => e.parentElement.textContent)"""


def test_blanks_of_tokens_are_seen(name, desktop):
    # fails when a style of the page hides the dot that stands for a space
    assert desktop.page.evaluate(UNSEEN) == []


HEADINGS = """() => {
  const all = [...document.querySelectorAll(':is(h1, h2, h3, h4, h5, h6, [role=heading])')]
    .filter((heading) => heading.checkVisibility());
  const levels = all.map((heading) => Number(heading.ariaLevel ?? heading.tagName[1]));
  return all.filter((_, i) => levels[i] > (levels[i - 1] ?? levels[i]) + 1)
    .map((heading) => heading.textContent);
}"""


def test_headings_skip_no_level(name, desktop):
    # fails if a widget's heading, or an author's, stands too deep below the one before
    assert desktop.page.evaluate(HEADINGS) == []
