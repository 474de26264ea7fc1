"""CountryHead in a browser: grid, row, words and switch show the record."""

from __future__ import annotations

import copy

import pytest

from llm_lib.book.measured.recorded_run import find_run, load_recorded
from llm_lib.book.widgets import CountryHead
from tests.web.widget_page import set_trait, settle, trait

GRID = "Cell of the grid: arrow keys go through depths and tokens"


@pytest.fixture(scope="module")
def record():
    return load_recorded("country")


@pytest.mark.parametrize("country", ["France", "China"])
def test_the_grid_is_the_record(show_widget, record, country):
    # fails if rows and columns are exchanged, or a share has another cell's colour
    page = show_widget(CountryHead(country=country))
    [patch] = find_run(record, country)["patches"]
    cells = page.locator(".llm-country-control rect:not(.llm-country-frame)")
    levels = cells.evaluate_all(
        "(all) => all.map((cell) => parseFloat(cell.style.getPropertyValue('--level')))"
    )
    shares = [share for column in patch["shares"] for share in column]
    assert levels == pytest.approx([100 * max(0, min(1, share)) for share in shares], abs=0.06)
    set_trait(page, "depth", 24)
    set_trait(page, "position", 5)
    assert trait(page, "share") == patch["shares"][5][24]
    assert "has crossed to the last word" in trait(page, "finding")


def test_a_cell_with_mouse_and_keyboard(show_widget, record):
    # fails if a click or an arrow key chooses another cell than the one that it is on
    page = show_widget(CountryHead())
    box = page.locator(".llm-country-control svg").bounding_box()
    page.mouse.click(box["x"] + 4.5 / 6 * box["width"], box["y"] + 23.5 / 31 * box["height"])
    settle(page)
    assert (trait(page, "depth"), trait(page, "position")) == (23, 4)
    grid = page.get_by_role("slider", name=GRID)
    grid.press("ArrowRight")
    grid.press("ArrowDown")
    settle(page)
    assert (trait(page, "depth"), trait(page, "position")) == (24, 5)
    shares = find_run(record, "France")["patches"][0]["shares"]
    said = f"{shares[5][24]:.2f} of the way to “Rome”"
    assert said in trait(page, "finding") and said in grid.get_attribute("aria-valuetext")
    grid.press("End")
    grid.press("ArrowRight")  # there is nothing further
    settle(page)
    assert (trait(page, "depth"), trait(page, "position")) == (30, 5)
    page.get_by_role("button", name="Reset").click()
    settle(page)
    assert (trait(page, "depth"), trait(page, "position")) == (12, 4)


def test_the_head_can_be_switched_off(show_widget, record):
    # fails if the bars are those of another head, or its loss is not said
    page = show_widget(CountryHead(country="Japan"))
    run = find_run(record, "Japan")
    on, off = run["next"]["5"], run["off"][0]["next"]["5"]
    assert run["off"][0]["heads"] == [[23, 4]]
    assert trait(page, "next") == {token.strip(): p for _, token, p in on}
    page.get_by_role("radio", name="off").check()
    settle(page)
    assert trait(page, "head") is False
    assert trait(page, "next") == {token.strip(): p for _, token, p in off}
    shown = page.locator(".llm-country-off").inner_text()
    assert (
        f"falls from {100 * on[0][2]:.1f}\u00a0% to {100 * off[0][2]:.1f}\u00a0%" in shown
        and "still the likeliest" in shown
    )
    words = page.locator(".llm-token").all_inner_texts()
    assert [word.replace("·", " ") for word in words] == run["writes"]
    assert (
        f"{run['heads'][0]['weights'][0][4]:.2f}" in page.locator(".llm-country-row").inner_text()
    )


def test_it_says_how_often_and_what_not(show_widget, record):
    # fails if the counts are not the study's
    page = show_widget(CountryHead())
    said = page.locator(".llm-country-limit").inner_text()
    counts = record["counts"]
    crossed = [
        sum(b < 0.1 and a > 0.9 for b, a in zip(kind["before"], kind["after"], strict=True))
        for kind in list(counts.values())[:2]
    ]
    assert f"{crossed[0]} of 8 pairs of capitals and {crossed[1]} of 6" in said
    early = counts["The opposite of {} is"]["before"]
    assert f"{min(early):.2f} to {max(early):.2f}" in said


def test_a_damaged_record_is_refused_in_words(show_widget, record):
    # fails if a grid with a hole is drawn, or nobody says what is wrong
    widget = CountryHead()
    damaged = copy.deepcopy(record)
    del damaged["runs"][0]["patches"][0]["shares"][2]
    widget._files = {widget.ref: damaged}
    page = show_widget(widget)
    assert "shares should have 6 entries" in page.locator(".llm-problem").inner_text()
    assert len(page.complaints) == 1  # what is said is in the console, too
    page.complaints.clear()
