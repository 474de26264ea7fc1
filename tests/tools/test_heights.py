"""How tall a cell is taken to be, before a browser knows."""

import re

from web.heights import estimate, reserve

CODE = '<div class="cell_input docutils"><pre>a\nb\nc</pre></div>'
OUTPUT = '<div class="cell_output docutils"><pre>1\n2</pre></div>'


def test_each_cell_says_its_height():
    # fails when a cell is left out, or anything else of the page changes
    body = (
        f'<p>x</p><div class="cell docutils">{CODE}</div><h2>y</h2><div class="cell tag_a">z</div>'
    )
    marked = reserve(body)
    assert re.findall(r"--llm-tall:(\d+)px", marked) == [str(65 + 27), "25"]  # three lines
    assert re.sub(r' style="[^"]*"', "", marked) == body


def test_only_what_is_shown_counts():
    # fails when folded code makes room for itself, or an output or widget makes none
    code, output = 65 + 27, 43 + 27  # lines of 21.6 pixels, and what is around them
    both = code + output
    assert estimate(f'docutils">{CODE}{OUTPUT}') == both
    assert estimate(f'tag_hide-cell docutils">{CODE}{OUTPUT}') == 25
    assert estimate(f'tag_hide-input docutils">{CODE}{OUTPUT}') == 25 + output
    assert estimate(f'tag_remove-input docutils">{CODE}{OUTPUT}') == output
    figure = '<figure style="min-height:300px;max-width:640px">'
    assert estimate(f'docutils">{CODE}{OUTPUT}{figure}') == both + 300


def test_a_prediction_has_room_for_its_choices():
    # fails when a far one counts as a line, and what follows it seems to lie upon it
    choices = "<ul><li>a</li><li>b</li></ul>"
    asked = f'<div class="llm-mount llm-question"><p>Which?</p>{choices}</div>'
    shown = f'<div class="cell_output docutils">{asked}</div>'
    assert estimate(f'tag_remove-input docutils">{CODE}{shown}') == 86 + 2 * 38


def test_a_picture_has_room():
    # fails when a drawing or a table that is far counts for nothing, or the phone's form as well
    wide, narrow = "-2 -2 600 204.5", "0 0 1 900"
    drawn = f'<svg viewBox="{wide}" class="p-wide"></svg><svg viewBox="{narrow}" class="p-narrow">'
    drawn = f'<div class="llm-picture llm-wide"><p class="p-title">A</p>{drawn}</svg></div>'
    assert estimate(f'tag_remove-input docutils">{drawn}') == round(204.5 + 28) + 26
    table = f'<div class="llm-picture llm-wide"><table>{"<tr><td>1</td></tr>" * 4}</table></div>'
    assert estimate(f'tag_remove-input docutils">{table}') == 4 * 31.5 + 26
