"""Each page at 1280 x 800: nothing is cut off, prose has its measure, all begins at one left edge."""

from __future__ import annotations

from statistics import median

import pytest

TALLEST = 760  # pixels: what is moved and what it changes stand in one screen
EDGE = 1  # pixels by which rounding may move an edge
MEASURE = (60, 75)  # characters in a line of prose
TEXT, WIDE = 656, 960  # pixels: the two tracks
# What may scroll sideways, by the words that it begins with: at most two blocks a page.
EXCEPTIONS: dict[str, list[str]] = {}

CUT = """() => {
  const wider = (e) => e.scrollWidth > e.clientWidth + 1;
  return [...document.querySelectorAll('article :is(pre, table, div.math, figure)')]
    .filter((e) => e.checkVisibility() && (wider(e) || wider(e.parentElement)))
    .map((e) => e.textContent.trim().slice(0, 60));
}"""
# All of a page's own blocks, and the cards in its cells. A link past a section stands elsewhere, what
# is in an exercise inside its card, and the second of two folded cells beside the first.
EDGES = """() => {
  const blocks = 'article section[id] > *, article .cell_input, article .cell_output';
  return [...document.querySelectorAll(blocks)]
    .filter((e) => e.checkVisibility() && e.offsetHeight && !e.closest('.llm-exercise, .llm-widget')
      && !e.matches('.llm-deeper-skip, section, span, script, .tag_hide-input + .tag_hide-input')
      && getComputedStyle(e).position !== 'absolute') // set-up, folded, beside the chapter's number
    .map((e) => [e.getBoundingClientRect().left, e.tagName + '.' + e.className]);
}"""
# Full lines, and of a paragraph's last one the part that it fills. What is in the margin is no part
# of them, and the list of chapters is no prose.
LINES = """() => [...document.querySelectorAll('article :is(section, dd) > p')]
    .filter((p) => p.checkVisibility() && !p.querySelector('.math') && !p.closest('.llm-chapters'))
    .map((p) => {
      const height = parseFloat(getComputedStyle(p).lineHeight);
      const notes = [...p.querySelectorAll('.llm-margin-note')].map((n) => n.textContent).join('');
      const box = p.getBoundingClientRect();
      const range = document.createRange();
      range.selectNodeContents(p);
      const ends = [...range.getClientRects()]
        .filter((r) => r.right < box.right + 2 && r.bottom > box.bottom - height / 2)
        .map((r) => r.right - box.left);
      const full = Math.round(p.offsetHeight / height) - 1;
      return [p.textContent.length - notes.length, full, Math.max(0, ...ends) / box.width];
    })
    .filter(([, full]) => full > 1)
    .map(([characters, full, last]) => characters / (full + last))"""


def test_nothing_scrolls_sideways(name, desktop):
    # fails when code, output, a table or a formula is cut off, unless it is one of two exceptions
    allowed = EXCEPTIONS.get(name, [])
    assert len(allowed) <= 2
    cut = desktop.page.evaluate(CUT)
    assert [text for text in cut if not text.startswith(tuple(allowed))] == []


def test_a_widget_fits_the_window(name, desktop):
    # fails when a reader has to scroll between what is moved and what it changes
    tall = desktop.page.evaluate(
        """() => [...document.querySelectorAll('.llm-widget')]
             .map((e) => [Math.round(e.getBoundingClientRect().height), e.textContent.slice(0, 40)])"""
    )
    assert [widget for widget in tall if widget[0] > TALLEST] == []


def test_a_widget_is_as_wide_as_the_page(name, desktop):
    # fails when a widget gets the column of text or of code, and stacks what should stand in columns
    widths = desktop.page.evaluate(
        "() => [...document.querySelectorAll('.llm-mount')]"
        ".filter((e) => !e.matches('.llm-question')).map((e) => e.clientWidth)"
    )
    assert [width for width in widths if width < 950] == []


def test_prose_keeps_its_measure(name, desktop):
    # fails when lines of prose are too long to find the next one, or too short to read on
    lines = desktop.page.evaluate(LINES)
    if len(lines) < 5 or name.startswith("reference/"):
        pytest.skip("no long paragraphs here, or none that are read line after line")
    assert MEASURE[0] <= median(lines) <= MEASURE[1]


def test_there_is_one_left_edge(name, desktop):
    # fails when a block is indented, or juts out
    edges = desktop.page.evaluate(EDGES)
    title = desktop.page.evaluate(
        "document.querySelector('article h1').getBoundingClientRect().left"
    )
    assert [what for left, what in edges if abs(left - title) > EDGE] == []


RIGHT = """() => {
  const blocks = 'article section[id] > :is(p, .llm-asks, .llm-exercise, .pst-scrollable-table-container), '
    + 'article section[id]:not(.llm-exercise) > .cell:not(.llm-wide) > :is(.cell_input, .cell_output), '
    + 'article section[id]:not(.llm-exercise) > .llm-wide .llm-mount > .llm-widget';
  return [...document.querySelectorAll(blocks)]
    .filter((e) => e.checkVisibility() && e.offsetHeight && !e.matches('.llm-deeper-skip, .llm-landing h1 + p, .llm-exercise *, .llm-widget *')
      && !e.querySelector(':scope > .llm-short'))
    .map((e) => [Math.round(e.getBoundingClientRect().width), e.className || e.tagName]);
}"""


def test_there_are_two_right_edges(name, desktop):
    # fails if prose, code, tables and cards end at different places, or a widget at a third
    widths = desktop.page.evaluate(RIGHT)
    assert [what for what in widths if min(abs(what[0] - TEXT), abs(what[0] - WIDE)) > EDGE] == []


def test_text_keeps_its_distance_from_a_box(name, desktop):
    # fails if, before a page's first heading, a sentence sticks to what a cell above it shows
    gaps = desktop.page.evaluate("""() => [...document.querySelectorAll('article > section > .cell + p')]
      .filter((p) => p.checkVisibility() && p.previousElementSibling.checkVisibility())
      .map((p) => [p, p.previousElementSibling.querySelector('.cell_output')])
      .filter(([, box]) => box?.offsetHeight)
      .map(([p, box]) => p.getBoundingClientRect().top - box.getBoundingClientRect().bottom)""")
    assert [gap for gap in gaps if gap < 20] == []
