"""FourSwitches in a browser: each set of exchanged heads shows its own record."""

from __future__ import annotations

import copy
from itertools import combinations

import pytest

from llm_lib.book.measured.recorded_run import find_run, load_recorded
from llm_lib.book.widgets import FourSwitches
from llm_lib.book.widgets.four_switches import FOUR
from tests.web.widget_page import set_trait, settle, trait


@pytest.fixture(scope="module")
def record():
    return load_recorded("names")


def recorded(record, sentence: str, exchanged) -> dict[str, float]:
    """Return both names' probabilities with these heads exchanged."""
    heads = sorted(exchanged)
    for entry in find_run(record, sentence)["off"]:
        if sorted(f"{layer}.{head}" for layer, head in entry["heads"]) == heads:
            [rows] = entry["next"].values()
            return {token.strip(): p for _, token, p in rows}
    raise AssertionError(f"{exchanged} was not recorded")


def test_each_set_is_its_own_record(show_widget, record):
    # fails if a set of heads shows the numbers of another
    page = show_widget(FourSwitches())
    for n in range(5):
        for exchanged in combinations(FOUR, n):
            set_trait(page, "exchanged", list(exchanged))
            assert trait(page, "next") == recorded(record, "John", exchanged)


@pytest.mark.parametrize(("width", "folded"), [(992, 0), (390, 1)])
def test_where_no_arc_fits_shares_are_written(show_widget, width, folded):
    # fails if a narrow page says by shades alone where a head looks
    page = show_widget(FourSwitches(), width=width)
    assert page.locator(".llm-arcs-drawing:visible").count() == 1 - folded
    assert page.locator(".llm-arcs-folded").count() == folded
    shares = "(all) => all.map((e) => getComputedStyle(e, '::after').content)"
    said = page.locator(".llm-arcs-token[data-share]").evaluate_all(shares)
    assert any("66" in each for each in said) == bool(folded)


def test_switches_with_mouse_and_keyboard(show_widget, record):
    # fails if a switch moves another head, or can't be reached without a mouse
    page = show_widget(FourSwitches())
    for i, head in enumerate(FOUR):
        switch = page.get_by_role("switch", name=f"Exchange head {head}")
        if i % 2:
            switch.focus()
            page.keyboard.press("Space")
        else:
            switch.click()
        settle(page)
        assert switch.get_attribute("aria-checked") == "true"
        assert trait(page, "look") == head
    assert trait(page, "exchanged") == list(FOUR)
    said = trait(page, "finding")
    assert "the answer has turned" in said and "64 of 64" in said
    page.get_by_role("switch", name="Exchange head 29.1").click()
    settle(page)
    assert trait(page, "exchanged") == [head for head in FOUR if head != "29.1"]


def test_reset_puts_the_settings_back(show_widget, record):
    # fails if a reset forgets what the widget was given, or another sentence's numbers stay
    page = show_widget(FourSwitches(sentence="Tom", exchanged=["23.3"]))
    assert trait(page, "next") == recorded(record, "Tom", ["23.3"])
    page.get_by_role("switch", name="Exchange head 20.0").click()
    settle(page)
    assert trait(page, "exchanged") == ["23.3", "20.0"]
    assert trait(page, "next") == recorded(record, "Tom", ["23.3", "20.0"])
    page.get_by_role("button", name="Reset").click()
    settle(page)
    assert trait(page, "exchanged") == ["23.3"]


def test_one_head_is_shown_alone(show_widget, record):
    # fails if a first look shows other heads or sentences, if its one head can't be exchanged, or
    # if the row and the arcs go on as if the head's own vector still counted
    page = show_widget(FourSwitches(one=True))
    switch = page.get_by_role("switch")
    assert switch.count() == 1 and switch.get_attribute("aria-label") == "Exchange head 23.3"
    assert page.get_by_role("button", name="a book").count() == 0
    for exchanged in (["23.3"], []):  # there, and back
        switch.click()
        settle(page)
        assert trait(page, "exchanged") == exchanged
        assert trait(page, "next") == recorded(record, "John", exchanged)
        where = page.locator(".llm-switches-where").inner_text()
        assert ("its vector comes from Mary’s sentence" in where) == bool(exchanged)
        assert page.locator(".llm-switches-unused .llm-arcs-drawing").count() == len(exchanged)


def test_a_head_s_row_is_drawn(show_widget, record):
    # fails if the arcs, or the words beside a head, are another head's
    page = show_widget(FourSwitches())
    page.get_by_role("button", name="Draw where head 19.2 looks").click()
    settle(page)
    assert trait(page, "look") == "19.2"
    run = find_run(record, "John")
    for head, line in zip(run["heads"], page.locator(".llm-switches-where").all(), strict=True):
        weights = head["weights"][0]
        most = max(range(1, len(weights)), key=weights.__getitem__)
        assert run["tokens"][most].strip() in line.inner_text()
        assert f"{weights[most]:.2f}" in line.inner_text()
    drawn = [w for w in run["heads"][-1]["weights"][0][:-1] if w >= 0.02]
    assert page.locator(".llm-arcs-arc").count() == len(drawn)


def test_it_says_how_often(show_widget, record):
    # fails if the weak sentence is not called so, its counts aren't the study's, or others have some
    page = show_widget(FourSwitches())
    kinds = record["counts"]["right"]
    limit = page.locator(".llm-switches-limit")
    assert limit.is_hidden()
    set_trait(page, "sentence", "secret")
    [weak] = [kind for kind in kinds if "secret" in kind["template"]]
    assert f"{weak['right']} of {weak['of']}" in limit.inner_text()


def test_a_damaged_record_is_refused_in_words(show_widget, record):
    # fails if wrong numbers are drawn, or nobody says what is wrong
    widget = FourSwitches()
    damaged = copy.deepcopy(record)
    next(iter(damaged["runs"][1]["off"][3]["next"].values()))[0][2] = 1.5
    widget._files = {widget.ref: damaged}
    page = show_widget(widget)
    assert "p holds 1.5, which is more than 1" in page.locator(".llm-problem").inner_text()
    assert len(page.complaints) == 1  # what is said is in the console, too
    page.complaints.clear()
