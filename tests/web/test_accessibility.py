"""No page has a serious accessibility problem that axe can find, in either theme."""

from __future__ import annotations

import pytest

from tests.web.browser import serious_faults


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_axe_finds_nothing_serious(name, theme, width, address, visit):
    # fails on low contrast, missing names, wrong roles, unreachable scroll boxes …
    opened = visit(address + name, theme=theme, width=width)
    opened.scroll_through()
    assert serious_faults(opened.page) == []


def test_skip_link_is_the_first_stop(name, address, visit):
    # fails when a keyboard user can't jump over the navigation
    page = visit(address + name).page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main-content"
