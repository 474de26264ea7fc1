"""Old addresses in the browser: with their anchor and without, they show the page of today."""

import pytest

from web.moved import MOVED, PARTS


@pytest.mark.parametrize("old", MOVED)
def test_an_old_address_leads_on(old, address, visit):
    # fails if a bookmark or a link of another site ends at nothing
    page = visit(f"{address}{old}.html").page
    page.wait_for_url(f"{address}{MOVED[old]}.html")
    assert page.locator("article h1").count() == 1


@pytest.mark.parametrize("old", PARTS)
def test_an_anchor_leads_to_the_page_it_stands_on_now(old, address, visit):
    # fails if the link to a section that moved ends on the wrong half of a chapter, or at its top
    for anchor, new in PARTS[old].items():
        page = visit(f"{address}{old}.html#{anchor}").page
        page.wait_for_url(f"{address}{new}.html#{anchor}")
        assert page.locator(f"[id='{anchor}']").count() == 1
