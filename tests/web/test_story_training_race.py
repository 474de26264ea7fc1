"""The training race in a browser: areas and figures are those of the recorded study."""

from __future__ import annotations

import itertools
import math

import pytest

from llm_lib.book.widgets import Walkthrough
from tests.web.widget_page import set_trait, settle, texts, trait

CHANGES = Walkthrough("training-race").changes


@pytest.fixture
def page(show_widget):
    page = show_widget(Walkthrough("training-race"), width=992)
    page.emulate_media(reduced_motion="reduce")
    return page


def size_of(page, key: str) -> tuple[float, float]:
    """Return the width and height of a drawn box, in pixels."""
    box = f"() => document.querySelector(`[data-key='{key}'] rect`).getBoundingClientRect()"
    return tuple(page.evaluate(f"() => {{ const b = ({box})(); return [b.width, b.height] }}"))


def test_each_change_is_drawn_as_measured(page):
    # fails when an area is not as wide as its steps and as high as its seconds, beside the last one
    set_trait(page, "scene", "Change")
    first = trait(page, "step")
    for k, (before, after) in enumerate(itertools.pairwise(CHANGES)):
        set_trait(page, "step", first + k)
        settle(page)
        old, new = size_of(page, "before"), size_of(page, "run")
        for i in (0, 1):
            assert new[i] / old[i] == pytest.approx(after[i + 1] / before[i + 1], rel=0.06)
        seen = texts(page)
        assert seen["change"] == f"{k + 1}. {after[0]}"
        assert seen["f.steps"] == f"{after[1]:,.0f}"


def test_the_reader_switches_changes(page):
    # fails when a menu does not reach the picture, or the product is not that of the ratios
    set_trait(page, "scene", "Your turn")
    settle(page)
    assert trait(page, "steps") == pytest.approx(CHANGES[-1][1])
    page.get_by_role("combobox", name=CHANGES[1][0], exact=True).select_option("off")
    settle(page)
    assert CHANGES[1][0] not in trait(page, "switched")
    expected = [CHANGES[-1][i] * CHANGES[0][i] / CHANGES[1][i] for i in (1, 2)]
    assert trait(page, "steps") == pytest.approx(expected[0])
    assert trait(page, "seconds") == pytest.approx(expected[1])
    assert f"{math.floor(expected[0] + 0.5):,} steps" in texts(page)["wide"]
    page.get_by_role("button", name="Reset").click()
    settle(page)
    assert trait(page, "switched") == [name for name, *_ in CHANGES[1:]]
