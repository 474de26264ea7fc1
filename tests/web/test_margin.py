"""The notes in the margin: there where there is room, over nothing, and nowhere else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from llm_lib.book.widgets.base import HERE

STYLE = Path(__file__).parents[2] / "web/style/margin.css"
CLASS = re.compile(r"\.(llm-[\w-]+)")
CHAPTERS = ["09_self_attention", "12_gpt_model", "16_faster_generation"]
PLACED = ".llm-margin-note[data-placed]"
# Pairs of boxes that share a point: of notes, and of notes and what reaches into the margin.
OVERLAPS = """() => {
  const boxes = (s) => [...document.querySelectorAll(s)].filter((e) => e.checkVisibility())
    .map((e) => [e.getBoundingClientRect(), e.textContent.trim().slice(0, 40)]);
  const notes = boxes('.llm-margin-note[data-placed]');
  const wide = boxes('article section[id] > :is(.llm-wide, figure, div.math, p, .llm-fits)');
  const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  return notes.flatMap(([a, name], i) => [...notes.slice(i + 1), ...wide]
    .filter(([b]) => meet(a, b)).map(([, other]) => [name, other]));
}"""
# How far each stands below the end of the link that it belongs to.
BELOW = """() => [...document.querySelectorAll('.llm-margin-note[data-placed]')].map((note) =>
  note.getBoundingClientRect().top - note.previousElementSibling.getBoundingClientRect().top)"""


@pytest.fixture
def opened(address, visit):
    """A function that opens a chapter in a window of some width, and waits for its notes."""

    def open_chapter(chapter, width):
        page = visit(f"{address}chapters/{chapter}.html", width=width).page
        page.wait_for_function("document.fonts.status === 'loaded'")
        page.wait_for_function(
            "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(1))))"
        )
        return page

    return open_chapter


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_notes_stand_beside_their_lines(opened, chapter):
    # fails if there are none, one lies over another or over a picture, or far from its line
    page = opened(chapter, 1280)
    page.wait_for_selector(PLACED)
    assert page.locator(PLACED).count() >= 5
    assert page.evaluate(OVERLAPS) == []
    assert all(-12 <= far <= 140 for far in page.evaluate(BELOW))
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("width", [390, 1024, 1100])
def test_there_are_none_where_there_is_no_room(opened, width):
    # fails if notes lie over the text of a narrow window, or make it scroll sideways
    page = opened(CHAPTERS[0], width)
    assert page.locator(".llm-margin-note").count() > 5
    assert not page.locator(".llm-margin-note").first.is_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_note_moves_nothing(opened):
    # fails if a page is laid out anew when its notes come
    page = opened(CHAPTERS[0], 1280)
    page.wait_for_selector(PLACED)
    tall = "document.querySelector('article').offsetHeight"
    with_notes = page.evaluate(tall)
    page.add_style_tag(content=".llm-margin-note { display: none !important; }")
    assert page.evaluate(tall) == with_notes


def test_neither_paper_nor_a_screen_reader_gets_them(opened):
    # fails if a note is printed into the text, or read out in the middle of a sentence, or gets focus
    page = opened(CHAPTERS[0], 1280)
    page.wait_for_selector(PLACED)
    hidden = page.locator(".llm-margin-note").evaluate_all("(all) => all.map((n) => n.ariaHidden)")
    assert set(hidden) == {"true"}
    reached = page.locator(".llm-margin-note a").evaluate_all("(all) => all.map((a) => a.tabIndex)")
    assert set(reached) == {-1}
    page.emulate_media(media="print")
    assert not page.locator(".llm-margin-note").first.is_visible()


def test_the_margin_has_no_name_of_what_widgets_show():
    # fails if the page's style hides the small print of all widgets, as it once did
    ours = set(CLASS.findall(STYLE.read_text("utf-8")))
    widgets = {
        name for file in HERE.rglob("*.css") for name in CLASS.findall(file.read_text("utf-8"))
    }
    assert "llm-note" in widgets and ours and not ours & widgets
