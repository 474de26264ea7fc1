"""The story of the ring in a browser: its numbers are numpy's, and each rank sends to the next."""

from __future__ import annotations

import numpy as np
import pytest

from llm_lib.book.widgets import Walkthrough
from llm_lib.book.widgets.stories.ring import GRADS
from tests.web.widget_page import set_trait, settle, texts, trait

FIRST_STEP = 4  # of the scene "Reduce"
FOUR = np.array(GRADS)[:4, :4]


@pytest.fixture
def page(show_widget):
    page = show_widget(Walkthrough("ring"), width=992)
    page.emulate_media(reduced_motion="reduce")
    return page


def number(text: str) -> float:
    return float(text.replace("−", "-"))


def held(page) -> np.ndarray:
    """Return what is written in the ranks' cells, a row for each rank."""
    seen = texts(page)
    return np.array([[number(seen[f"g{r}.{c}"]) for c in range(4)] for r in range(4)])


def test_each_step_adds_one_chunk_from_the_left(page):
    # fails when a chunk is off by one, is added twice, or goes to another rank than the next
    now = FOUR.copy()
    for step in range(3):
        set_trait(page, "step", FIRST_STEP + step)
        before = now.copy()
        for rank in range(4):
            chunk = (rank - step) % 4
            now[(rank + 1) % 4, chunk] += before[rank, chunk]
            sent = texts(page)[f"sent.reduce{step}.{rank}"]
            assert number(sent.split(": ")[-1]) == before[rank, chunk]
        np.testing.assert_array_equal(held(page), now)
    set_trait(page, "scene", "Halfway")
    owned = held(page)[[0, 1, 2, 3], [1, 2, 3, 0]]
    np.testing.assert_array_equal(owned, FOUR.sum(axis=0)[[1, 2, 3, 0]])


def test_all_end_with_the_mean(page):
    # fails when a rank is left out of the second half, or the sum is not divided
    set_trait(page, "scene", "Mean")
    np.testing.assert_array_equal(held(page), [FOUR.mean(axis=0)] * 4)
    assert "(2, 1, 1, 2)" in trait(page, "finding")
    set_trait(page, "step", trait(page, "step") - 1)
    np.testing.assert_array_equal(held(page), [FOUR.sum(axis=0)] * 4)


def test_the_plain_way_takes_all_through_one_line(page):
    # fails when the count is not 2 · 3 vectors of 4 numbers, or rank 0 holds no sums
    set_trait(page, "scene", "All to one")
    assert texts(page)["through.0"].endswith("12")
    np.testing.assert_array_equal(held(page)[0], FOUR.sum(axis=0))
    np.testing.assert_array_equal(held(page)[1:], FOUR[1:])
    set_trait(page, "step", trait(page, "step") + 1)
    assert texts(page)["through.1"].endswith("24")


@pytest.mark.parametrize("n", [2, 5, 8])
def test_the_reader_chooses_the_ranks(page, n):
    # fails when the ring is wrong for another number of ranks, or the bytes are not 2(n-1)/n · 140
    set_trait(page, "scene", "Your turn")
    page.get_by_label("Ranks").select_option(str(n))
    settle(page)
    mean = np.array(GRADS)[:n, :n].mean(axis=0)
    np.testing.assert_allclose(trait(page, "means"), mean, atol=1e-12)
    seen = texts(page)
    assert seen["ring.gb"] == f"{280 * (n - 1) / n:,.0f} GB"
    assert seen["one.gb"] == f"{140 * (n - 1):,} GB"


def test_the_reader_changes_a_number(page):
    # fails when a number can't be changed by keyboard, or the mean does not follow
    set_trait(page, "scene", "Your turn")
    page.get_by_role("spinbutton", name="rank 2, chunk 1").focus()
    page.keyboard.press("End")
    settle(page)
    assert trait(page, "grads")[2][1] == 9
    assert number(texts(page)["mean1"]) == (0 + 3 + 9 - 1) / 4
    page.get_by_role("button", name="Reset").click()
    settle(page)
    assert trait(page, "grads") == GRADS
