"""The page of all widgets, pictures and exercises: it is whole, filters, and leads to each place."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

PAGE = "chapters/appendix_g_index.html"
LINES = ".llm-inventory > li"
# Is the place of the address in the window, below the header, and does it stay there?
IN_VIEW = """() => {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const {top} = target.getBoundingClientRect();
  const shown = target.checkVisibility({contentVisibilityAuto: true});
  return shown && top >= 40 && top < innerHeight * 0.6;
}"""


@pytest.fixture(scope="module")
def listed(site: Path) -> dict[str, list[tuple[str, str]]]:
    """What the page lists: for each file, the kind and the anchor of each line."""
    soup = BeautifulSoup((site / PAGE).read_text("utf-8"), "html.parser")
    found: dict[str, list[tuple[str, str]]] = {}
    for line in soup.select(LINES):
        file, anchor = line.select_one("a")["href"].split("#")
        kind = line.select_one(".llm-inventory-kind").get_text(strip=True)
        found.setdefault((site / PAGE).parent.joinpath(file).resolve().name, []).append(
            (kind, anchor)
        )
    return found


def kind_of(classes: set[str]) -> str:
    """Return what kind of thing an element is by its classes; "" for what nobody looks for.

    Each drawn picture has one drawing for a phone.
    """
    if "llm-mount" in classes:
        return "" if "llm-question" in classes else "widget"
    kinds = {"llm-exercise": "exercise", "p-narrow": "picture", "llm-architecture": "picture"}
    return next((kind for name, kind in kinds.items() if name in classes), "")


def test_all_that_a_page_has_is_listed_in_its_order(listed, site):
    # fails if something of a chapter is missing, or is listed that isn't there
    for path in [site / "intro.html", *sorted((site / "chapters").glob("*.html"))]:
        classes = re.findall(r"""<\w[^>]* class=(["'])(.*?)\1""", path.read_text("utf-8"))
        there = [kind for _, names in classes if (kind := kind_of(set(names.split())))]
        kinds = [
            re.sub("^moving picture$", "widget", kind) for kind, _ in listed.get(path.name, [])
        ]
        assert kinds == there, path.name
    assert sum(map(len, listed.values())) > 180


def test_no_two_lines_lead_to_one_place(listed):
    # fails if the second of two widgets of a page can't be reached
    for file, lines in listed.items():
        anchors = [anchor for _, anchor in lines]
        assert len(anchors) == len(set(anchors)), file


def test_the_filter_leaves_what_has_the_words(visit, address):
    # fails if a line is hidden that has them, an empty chapter stays, or the keyboard is stuck
    opened = visit(address + PAGE, width=360)
    page = opened.page
    field = page.get_by_label("Show only")
    field.focus()
    page.keyboard.type("widget HEADS")
    shown = page.locator(f"{LINES}:visible").all_inner_texts()
    assert shown and all("widget" in text for text in shown)
    assert any("HeadLab" in text for text in shown)
    assert page.locator("article h2:visible").count() <= len(shown)
    said = page.locator(".llm-inventory-filter [role=status]")
    assert said.inner_text().startswith(f"{len(shown)} of ")
    page.keyboard.press("Control+A")
    page.keyboard.press("Delete")
    assert page.locator(f"{LINES}:visible").count() == page.locator(LINES).count()
    assert said.inner_text() == "" and opened.complaints == []


def test_it_is_all_there_without_javascript(browser, address):
    # fails if the list is made in the browser, or a field is shown that does nothing
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(address + PAGE)
    assert page.locator(f"{LINES}:visible").count() > 180
    assert not page.get_by_label("Show only").is_visible()
    context.close()


@pytest.mark.parametrize(
    ("chapter", "anchor"),
    [
        ("01_what_is_an_llm", "widget-surprise-text"),  # folded until a question is answered
        ("04_byte_pair_encoding", "picture-"),
        ("07_positions", "film-rotary"),  # below another film
        ("10_multi_head_attention", "widget-head-lab-2"),  # far below, behind other widgets
        ("13_pretraining", "clip"),  # an exercise, near the end
        ("15_generating_text", "widget-decoding-lab"),
    ],
)
def test_a_link_lands_where_it_says(visit, address, chapter, anchor):
    # fails if what is linked is folded away, below the window, or moved by what comes alive
    page = visit(address + PAGE).page
    page.locator(f"{LINES} a[href*='{chapter}.html#{anchor}']").first.click()
    page.wait_for_url(f"**/{chapter}.html#{anchor}*")
    page.wait_for_function(IN_VIEW)
    page.wait_for_load_state("networkidle")
    page.wait_for_function(IN_VIEW)
