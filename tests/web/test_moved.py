"""Old addresses in the browser: with their anchor and without, they show the page of today."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.web.browser import PATIENCE
from web.moved import MOVED, PARTS


@pytest.fixture
def follow(browser: Browser, address: str) -> Iterator[Callable[[str, str], Page]]:
    """A function that opens an old address, and returns the page once another has been read.

    It does not wait until that is alive, which other tests look at.
    """
    page = browser.new_page()

    def open_and_wait(old: str, new: str) -> Page:
        page.goto(address + old, wait_until="commit", timeout=PATIENCE)
        page.wait_for_url(address + new, wait_until="domcontentloaded", timeout=PATIENCE)
        return page

    yield open_and_wait
    page.close()


@pytest.mark.parametrize("old", MOVED)
def test_an_old_address_leads_on(old, follow):
    # fails if a bookmark or a link of another site ends at nothing
    page = follow(f"{old}.html", f"{MOVED[old]}.html")
    assert page.locator("article h1").count() == 1


@pytest.mark.parametrize("old", PARTS)
def test_an_anchor_leads_to_the_page_it_stands_on_now(old, follow):
    # fails if the link to a section that moved ends on the wrong half of a chapter, or at its top
    for anchor, new in PARTS[old].items():
        page = follow(f"{old}.html#{anchor}", f"{new}.html#{anchor}")
        assert page.locator(f"[id='{anchor}']").count() == 1, anchor
