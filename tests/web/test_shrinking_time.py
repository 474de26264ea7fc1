"""ShrinkingTime in a browser: areas, figures and verdicts are those of the recorded study."""

from __future__ import annotations

import math

import pytest

from llm_lib.book.widgets import ShrinkingTime
from llm_lib.book.widgets.shrinking_time import TUNED
from tests.web.widget_page import set_trait, settle, trait

CHANGES = ShrinkingTime().changes
LOGGED = [change["name"] for change in CHANGES if change["name"] != TUNED]
TRAINED = {tuple(run["on"]): run for run in ShrinkingTime().trained}


@pytest.fixture
def page(show_widget):
    page = show_widget(ShrinkingTime(), width=992)
    page.emulate_media(reduced_motion="reduce")
    return page


def area_of(page, kind: str) -> tuple[float, float]:
    """Return the width and height of a drawn rectangle."""
    rect = page.locator(f".llm-time-{kind}")
    return tuple(float(rect.get_attribute(side)) for side in ("width", "height"))


def row(page, name: str):
    return page.get_by_role("row", name=name)


def test_next_change_goes_through_what_was_trained(page):
    # fails if a step of the page's order shows other numbers than its training, or another area
    page.get_by_role("radio", name="Close up").check()
    for k in range(1, len(LOGGED) + 1):
        page.get_by_role("button", name="Next change").click()
        settle(page)
        before, run = TRAINED[tuple(LOGGED[: k - 1])], TRAINED[tuple(LOGGED[:k])]
        assert trait(page, "switched") == LOGGED[:k] and trait(page, "measured")
        assert trait(page, "steps") == pytest.approx(run["steps"])
        assert trait(page, "seconds") == pytest.approx(run["seconds"])
        old, new = area_of(page, "before"), area_of(page, "now")
        for i, side in enumerate(("steps", "seconds")):
            assert new[i] / old[i] == pytest.approx(run[side] / before[side], rel=0.01)
        assert f"{CHANGES[k]['cost']:.2f}" in row(page, LOGGED[k - 1]).inner_text()
    assert page.get_by_role("button", name="Next change").is_disabled()


def test_what_nobody_trained_is_marked_as_an_estimate(page):
    # fails if an estimate passes for a measurement, or is not by the ratios
    for name in ("Muon", "bfloat16"):
        page.get_by_role("checkbox", name=name).check()
    settle(page)
    assert page.inner_text(".llm-time-badge") == "an estimate, not measured"
    page.wait_for_function(
        "document.querySelector('.llm-finding').textContent.includes('Nobody has trained')"
    )
    assert trait(page, "measured") is False
    two = [change for change in CHANGES if change["name"] in ("Muon", "bfloat16")]
    for side, factor in (("steps", "steps"), ("seconds", "time")):
        product = TRAINED[()][side] * math.prod(change[factor] for change in two)
        assert trait(page, side) == pytest.approx(product)
    assert row(page, "bfloat16").inner_text().split()[-2:] == ["s", "estimate"]


def test_an_estimate_goes_on_from_the_last_measurement(page):
    # fails if a row goes on from a product where a measurement stands above it
    set_trait(page, "switched", [TUNED, "BPE 1,024", "RMSNorm"])
    settle(page)
    measured = TRAINED[TUNED, "BPE 1,024"]
    above, last = (row(page, name).inner_text() for name in ("BPE 1,024", "RMSNorm"))
    assert "28 s" in above and above.endswith("measured") and last.endswith("estimate")
    [norm] = [change for change in CHANGES if change["name"] == "RMSNorm"]
    seconds = trait(page, "steps") * trait(page, "seconds")
    assert seconds == pytest.approx(
        measured["steps"] * measured["seconds"] * norm["steps"] * norm["time"]
    )


def test_without_muon_the_measurement_stands_beside_the_product(page):
    # fails if AdamW's recipe is taken for a product, or the gap between both is not said
    set_trait(page, "switched", [name for name in LOGGED[:-1] if name != "Muon"])
    settle(page)
    assert trait(page, "measured")
    assert trait(page, "steps") * trait(page, "seconds") == pytest.approx(3.355, abs=0.01)
    page.wait_for_function(
        "document.querySelector('.llm-finding').textContent.includes('would be 5.9')"
    )


def test_a_rate_of_muons_own_takes_the_place_of_the_tuned_one(page):
    # fails if AdamW's tuned rate still counts once Muon is there, or Reset forgets a switch
    set_trait(page, "switched", [TUNED, "BPE 1,024"])
    settle(page)
    assert trait(page, "measured") and trait(page, "steps") == pytest.approx(391.8)
    set_trait(page, "switched", [TUNED, "BPE 1,024", "Muon"])
    settle(page)
    assert trait(page, "measured") and trait(page, "steps") == pytest.approx(163.7)
    assert "replaced by Muon" in row(page, TUNED).inner_text()
    page.get_by_role("button", name="Reset").click()
    settle(page)
    assert trait(page, "switched") == [] and trait(page, "steps") == 2000


def test_a_switch_is_turned_by_keys(page):
    # fails if the changes can't be reached or turned without a mouse
    page.get_by_role("checkbox", name="BPE 1,024").focus()
    page.keyboard.press("Space")
    settle(page)
    assert trait(page, "switched") == ["BPE 1,024"]
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    settle(page)
    assert trait(page, "switched") == ["BPE 1,024", "Muon"]


def test_the_picture_goes_close_once_little_is_left(page):
    # fails if a small area stays a sliver, one that is still well seen is enlarged, the whole run
    # lies on the area, or the reader can't choose
    def chosen():
        return page.locator(".llm-segments input:checked").get_attribute("value")

    inset, first = page.locator(".llm-time-inset"), 2000 * 0.06262
    for k in range(1, len(LOGGED) + 1):
        page.get_by_role("button", name="Next change").click()
        settle(page)
        run = TRAINED[tuple(LOGGED[: k - 1])]
        is_close = run["steps"] * run["seconds"] < first / 12
        assert (chosen() == "close", inset.is_visible()) == (is_close, is_close)
    assert is_close and area_of(page, "before")[0] > 10 * area_of(page, "rest")[0]
    area = page.locator(".llm-time-before").bounding_box()
    assert area["x"] + area["width"] < page.locator(".llm-time-whole").bounding_box()["x"]
    page.get_by_role("radio", name="The whole run").check()
    page.get_by_role("checkbox", name="bfloat16").uncheck()
    settle(page)
    assert chosen() == "whole" and not inset.is_visible()


def test_a_growing_table_names_and_explains_what_was_taken(show_widget):
    # fails if a name stands there before its change, a change has no sentence and bar, or AdamW's
    # tuned rate is left out or still counts once Muon has come
    page = show_widget(ShrinkingTime(growing=True), width=992)
    table, reason = page.locator(".llm-time-growing"), page.locator(".llm-time-reason")
    names = [TUNED, *LOGGED]
    assert not table.is_visible()
    bars = []
    for k, name in enumerate(names):
        page.get_by_role("button", name="Next change").click()
        settle(page)
        seen = table.locator("tbody tr:visible th").all_inner_texts()
        assert seen == names[: k + 1]
        words = reason.inner_text()
        assert words.startswith(name) and len(words) > len(name) + 30
        bar = row(page, name).locator(".llm-time-bar").get_attribute("style")
        bars.append(float(bar.split(":")[1].strip(" ;")))
        on = names[: k + 1] if k < 2 else LOGGED[:k]
        run = TRAINED[tuple(on)]
        assert bars[-1] == pytest.approx(run["steps"] * run["seconds"] / 125.24, abs=1e-3)
        assert trait(page, "measured") and "a ratio" not in page.inner_text(".llm-finding")
    assert len(bars) == 12 and page.get_by_role("button", name="Next change").is_disabled()
