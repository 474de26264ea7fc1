"""No page has a serious accessibility problem that axe can find, in either theme."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
AXE = (Path(find_spec("axe_playwright_python").origin).parent / "axe.min.js").read_text("utf-8")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_axe_finds_nothing_serious(name, theme, width, address, visit):
    # fails on low contrast, missing names, wrong roles, unreachable scroll boxes …
    opened = visit(address + name, theme=theme, width=width)
    opened.scroll_through()
    opened.page.evaluate(AXE)
    result = opened.page.evaluate("(tags) => axe.run(document, {runOnly: tags})", TAGS)
    serious = [
        f"{v['impact']} {v['id']}: {[n['target'] for n in v['nodes']][:3]}"
        for v in result["violations"]
        if v["impact"] in ("serious", "critical")
    ]
    assert serious == []


def test_skip_link_is_the_first_stop(name, address, visit):
    # fails when a keyboard user can't jump over the navigation
    page = visit(address + name).page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main-content"
