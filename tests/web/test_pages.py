"""Every page of the built book, as a reader's browser sees it."""

from __future__ import annotations

from pathlib import Path

import pytest

LIMIT = 700_000  # bytes over the wire, before the reader does anything
ON_DEMAND = "/_static/models/"  # the model's weights have a budget of their own


def no_trouble(opened) -> None:
    assert opened.complaints == []
    assert opened.foreign == []


def test_everything_mounts_in_silence(name, address, visit):
    # fails when a widget or a figure does not appear, on any console message or failed request,
    # and on any request to another site
    opened = visit(address + name)
    opened.scroll_through()
    failed = opened.page.locator(".llm-failed").all_inner_texts()
    assert failed == []
    no_trouble(opened)


def test_opens_from_disk(name, site: Path, visit):
    # fails when the page needs a server: fetch(), modules, absolute paths
    opened = visit((site / name).as_uri(), home="file://")
    opened.scroll_through()
    assert opened.page.locator(".llm-failed").all_inner_texts() == []
    no_trouble(opened)


def test_is_light(name, address, visit):
    # fails when what a page loads before any interaction exceeds the budget
    opened = visit(address + name)
    weights = {url: size for url, size in opened.weights.items() if ON_DEMAND not in url}
    heaviest = sorted(weights.items(), key=lambda item: -item[1])[:5]
    assert sum(weights.values()) <= LIMIT, heaviest


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_fits_a_phone(name, theme, address, visit):
    # fails when anything makes a 360 px wide page scroll sideways
    opened = visit(address + name, width=360, theme=theme)
    opened.scroll_through()
    wide = opened.page.evaluate(
        """() => document.documentElement.scrollWidth <= innerWidth ? [] :
             [...document.querySelectorAll('main *')]
               .filter((e) => e.getBoundingClientRect().right > innerWidth + 1)
               .slice(0, 5).map((e) => e.tagName + '.' + e.className)"""
    )
    width = opened.page.evaluate("document.documentElement.scrollWidth")
    assert width <= 360, wide


def test_says_what_it_is(name, address, visit):
    # fails without a language, a title, a description, or exactly one main heading
    page = visit(address + name).page
    assert page.locator("html").get_attribute("lang") == "en"
    assert len(page.title()) > 3
    description = page.locator('meta[name="description"]').get_attribute("content")
    assert 20 < len(description) < 170
    assert page.locator("article h1").count() == 1


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
        page.locator(".theme-switch-button:visible").first.click()
        if page.evaluate(colour) != before:
            return
    raise AssertionError("the theme switch changes no colour")
