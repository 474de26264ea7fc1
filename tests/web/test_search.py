"""The search: what comes first, what stands around it, and where it leads."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import quote

import pytest

FIRST = "#search-results li:first-child"


@pytest.fixture(scope="module")
def index(site: Path) -> dict:
    """The index that the built site has."""
    text = (site / "_static" / "search-index.js").read_text("utf-8")
    return json.loads(text.split("=", 1)[1].strip().rstrip(";"))


@pytest.fixture
def search(address, visit):
    """Look for something; returns the page."""

    def look_for(query: str):
        opened = visit(f"{address}search.html?q={query}")
        opened.page.wait_for_selector("#search-results [role=status]")
        assert opened.complaints == []
        return opened.page

    return look_for


def test_every_place_is_there(index, site):
    # fails if a result would lead to a page or a section that doesn't exist
    ids = {
        page["name"]: set(re.findall(r'id="([^"]+)"', (site / f"{page['name']}.html").read_text()))
        for page in index["pages"]
    }
    pages = [page["name"] for page in index["pages"]]
    places = [(e["page"], e["id"]) for e in index["entries"]]
    places += [tuple(e["explained"]) for e in index["entries"] if "explained" in e]
    assert [place for place in places if place[1] not in ids[pages[place[0]]]] == []
    assert len(index["entries"]) > 300


def test_what_was_found_is_marked_in_its_sentence(search):
    # fails if one sees a section's first words and not why it was found
    marks = search("smoothing").locator("#search-results mark").all_text_contents()
    assert len(marks) > 3 and all(mark.lower().startswith("smooth") for mark in marks)


def test_others_words_lead_to_ours(search):
    # fails if a reader of other sources finds nothing under the name that they know
    page = search("positional encoding")
    assert "here called “positions”" in page.locator("[role=status]").inner_text()
    assert page.locator(f"{FIRST} a").first.inner_text() == "7 Positions"


@pytest.mark.parametrize("query", ["zzzq", "<img src=x onerror=alert(1)>", "(", "%2B%2B"])
def test_what_is_nowhere_is_said(search, query):
    # fails if the page stays empty, breaks on a bracket, or lets a query become part of it
    page = search(query)
    assert page.locator("#search-results li, #search-results img").count() == 0
    assert "Nothing was found" in page.locator("[role=status]").inner_text()


OBJECTS_OWN = "Object.getOwnPropertyNames(Object.prototype).map((name) => name.toLowerCase())"


def test_a_word_that_every_object_has_is_a_word(browser, address):
    # fails if “constructor”, “__proto__” or the like is taken for one of the index's other names, and
    # the page stays empty
    page = browser.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    words = ["constructor", "__proto__", *page.evaluate(OBJECTS_OWN)]
    for word in words:
        page.goto(f"{address}search.html?q={quote(word)}")
        assert word in page.locator("#search-results [role=status]").inner_text()
        assert page.locator("#search-results").get_by_text("native code").count() == 0
    page.close()
    assert len(words) > 10 and complaints == []


def test_results_come_while_one_types(search):
    # fails if a reader has to press a button to see what is found, or a reload loses it
    page = search("smoothing")
    page.locator("main input[name=q], .llm-search-page input[name=q]").first.fill("perplexity")
    page.wait_for_function(f"document.querySelector('{FIRST} a')?.textContent === 'perplexity'")
    assert "q=perplexity" in page.url
    assert page.locator("[role=status]").inner_text().endswith("for “perplexity”")
