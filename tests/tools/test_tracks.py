"""Which track a cell gets, from what it shows."""

import re

import pytest

from web.tracks import mark_tracks

TABLE = "<table><tr>{}</tr></table>"


def picture(inside):
    """Return the HTML of a picture."""
    return f'<div class="llm-picture llm-wide">{inside}</div>'


def drawing(style):
    """Return the HTML of a drawn picture."""
    return picture(f'<svg style="{style}"></svg>')


def table(columns):
    """Return the HTML of a table with one row."""
    return picture(TABLE.format("<td>a</td>" * columns))


FIGURE = '<figure class="llm-figure" style="min-height:450px;max-width:{}px"></figure>'
CASES = [
    ("<pre>1</pre>", ""),
    (drawing("max-width:none;width:622px"), "llm-fits"),
    (drawing("max-width:none;width:623px"), "llm-wide"),
    (drawing("max-width:300px"), "llm-wide"),  # it has another form below 800 pixels
    (table(5), "llm-fits"),
    (table(18), "llm-fits"),  # 18 letters and 17 gaps: 598 pixels
    (table(19), "llm-wide"),
    (table(2) + drawing("max-width:none;width:900px"), "llm-wide"),
    (FIGURE.format(640), "llm-fits"),
    (FIGURE.format(800), "llm-wide"),
    ('<div class="llm-mount" data-model="a"></div>', "llm-wide"),
    ('<div class="llm-mount llm-question" data-exercise="a"></div>', "llm-asks"),
]


@pytest.mark.parametrize("shown, track", CASES)
def test_a_cell_has_the_track_that_it_needs(shown, track):
    # fails if a picture is cut off in a card, or a small one lies alone on the wide track
    html = mark_tracks(f'<p>a</p><div class="cell docutils">{shown}</div>')
    found = re.search(r'class="cell (llm-\w+ )?docutils"', html)[1]
    assert (found or "").strip() == track


def test_a_table_of_the_text_says_nothing_about_the_cell_before_it():
    # fails if prose behind a cell decides on its track
    html = mark_tracks(
        f'<div class="cell docutils">{table(2)}</div><table><tr>{"<td>" * 9}</table>'
    )
    assert 'class="cell llm-fits docutils"' in html


@pytest.mark.parametrize("width, shown", [(890.3, 960), (760, 960), (687.8, 656), (489.6, 489.6)])
def test_a_large_drawing_ends_where_a_track_does(width, shown):
    # fails if drawings end at as many edges as there are drawings, or a small one is blown up
    svg = f'<svg class="p-wide" role="img" style="max-width:{width}px"></svg><svg class="p-narrow">'
    html = mark_tracks(
        f'<div class="cell docutils"><div class="llm-picture">{svg}</svg></div></div>'
    )
    assert f'class="p-wide" role="img" style="max-width:{shown}px"' in html


@pytest.mark.parametrize("kind, width, shown", [("narrow", 324, 358), ("wide", 324, 324)])
def test_a_drawing_for_a_phone_is_as_wide_as_its_text(kind, width, shown):
    # fails if a phone's drawing stands a little inside of the text, or a small one is blown up
    svg = f'<svg class="p-{kind}" role="img" style="max-width:{width}px"></svg>'
    html = mark_tracks(f'<div class="cell docutils"><div class="llm-picture">{svg}</div></div>')
    assert f'style="max-width:{shown}px"' in html


@pytest.mark.parametrize(
    "code, called",
    [("GuessGame()", True), ("NgramLab(text=&quot;a&quot;)", True), ("a = 1\nGuessGame()", False)],
)
def test_a_line_that_calls_a_widget_is_no_card(code, called):
    # fails if a bare call stands in a box of its own, or code that does more has none
    shown = f'<div class="cell_input"><pre><span>{code}</span></pre></div><div class="llm-mount">'
    assert (
        "llm-called" in mark_tracks(f'<div class="cell docutils">{shown}</div></div>')
    ) == called
