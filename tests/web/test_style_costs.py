"""What style sheets cost a page that comes alive: no rule makes a browser style all of it anew."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHEETS = sorted([*ROOT.glob("web/**/*.css"), *ROOT.glob("llm_lib/**/*.css")])
# What holds all of a page, asked for what is in it, and then what is elsewhere in it: whenever a
# chart, a formula or a widget is drawn, the whole page is styled anew. With one such rule chapter 13
# had 440,000 elements styled while it was read; without, 10,000.
ASKS_THE_PAGE = re.compile(
    r"(?:\.bd-article|\barticle|\bmain|\bbody)[^\s>+~,{]*:has\([^{,]*\)[^{,\S]+[^\s{]"
)


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_no_rule_asks_a_whole_page_for_what_is_in_it(sheet):
    # fails when a rule like `.bd-article:has(.x) pre` is written: mark the part in question instead
    assert ASKS_THE_PAGE.findall(sheet.read_text("utf-8")) == []


def test_such_a_rule_is_found():
    # fails when the search above finds nothing at all
    assert ASKS_THE_PAGE.search(".bd-article:has(.llm-entry) pre {")
    assert ASKS_THE_PAGE.search("article.x:has(> h1), body:has(.y) > p {")
    assert not ASKS_THE_PAGE.search(".bd-article .cell_output:has(.llm-walk) { }")
