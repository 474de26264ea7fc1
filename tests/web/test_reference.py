"""The reference as a reader finds it: each name once, links from code to it, and the search."""

from __future__ import annotations

import importlib
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.web.test_search import index as index
from tests.web.test_search_finds import look_up as look_up
from web.reference.names import PACKAGES, page_of, places

CHAPTERS = ["12_gpt_model", "16_faster_generation", "21_instructions_and_lora"]  # rich in links
LINK = re.compile(r'<a href="\.\./(reference/\w+\.html)#([\w.]+)"')


class Ids(HTMLParser):
    """Collects the ids of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value or "" for key, value in attrs if key == "id"]


def ids_of(site: Path, page: str) -> list[str]:
    return Ids((site / f"{page}.html").read_text("utf-8")).found


@pytest.mark.parametrize("package", PACKAGES)
def test_each_public_name_has_one_place_on_its_page(site, package):
    # fails if a name is missing, stands there twice, or can't be linked to
    module = importlib.import_module(f"llm_lib.{package}")
    ids = ids_of(site, page_of(package))
    expected = [anchor for anchor, entry in places().items() if entry.package == package]
    assert [id for id in ids if id.startswith("llm_lib.")] == expected
    named = getattr(module, "__all__", ["CharTokenizer", "Tokenizer"])
    assert {f"llm_lib.{package}.{name}" for name in named} <= set(ids)


def test_links_from_code_lead_to_what_is_there(site):
    # fails if a chapter's code leads nowhere, or no code leads anywhere
    pages = {path.stem: path.read_text("utf-8") for path in (site / "chapters").glob("*.html")}
    links = {name: LINK.findall(text) for name, text in pages.items()}
    assert all(len(links[name]) >= 5 for name in CHAPTERS)
    goals = {goal for found in links.values() for goal in found}
    for page in {page for page, _ in goals}:
        there = set(ids_of(site, page.removesuffix(".html")))
        assert {anchor for at, anchor in goals if at == page} <= there


def test_the_search_finds_functions_and_methods(look_up):
    # fails if who knows a name from code has to guess on which page it is explained
    names = ["scaled_dot_product_attention", "run_with_cache", "GPTConfig", "KVCache"]
    firsts = [results[0]["to"] for results in look_up(names)]
    assert firsts == [
        "reference/model.html#llm_lib.model.scaled_dot_product_attention",
        "reference/model.html#llm_lib.model.GPT.run_with_cache",
        "reference/model.html#llm_lib.model.GPTConfig",
        "reference/model.html#llm_lib.model.KVCache",
    ]


@pytest.fixture
def chapter(address, visit):
    """A chapter with links in its code, at the first that is seen."""
    opened = visit(f"{address}chapters/21_instructions_and_lora.html")
    link = opened.page.locator(".cell_input pre a:visible").first
    link.scroll_into_view_if_needed()
    yield link
    assert opened.complaints == []


def test_a_link_in_code_looks_like_code_until_one_points_at_it(chapter):
    # fails if code is full of colour, or nothing says that a name leads somewhere
    colour = "(a) => getComputedStyle(a).color"
    ink = chapter.evaluate("(a) => getComputedStyle(a.closest('pre')).color")
    assert chapter.evaluate(colour) == ink
    assert "underline" in chapter.evaluate("(a) => getComputedStyle(a).textDecorationLine")
    chapter.hover()
    assert chapter.evaluate(colour) != ink


def test_a_link_in_code_arrives_at_its_entry(chapter):
    # fails if the reader lands at the top of a long page, or at another name
    name = chapter.text_content()
    page = chapter.page
    chapter.click()
    page.wait_for_url("**/reference/*.html#llm_lib.*")
    heading = page.locator(":target > h2")
    assert heading.locator("code").inner_text() == name
    assert 0 <= heading.bounding_box()["y"] < 400


def test_looking_up_is_no_reading(address, visit):
    # fails if the reference counts as a chapter that was begun, to which one is sent back
    page = visit(f"{address}reference/evaluation.html").page
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    assert page.locator("li.current .llm-mark, li.current .llm-minutes").count() == 0
    page.goto(f"{address}index.html")
    page.wait_for_selector(".llm-chapters")
    assert page.get_by_role("link", name="Continue").count() == 0
