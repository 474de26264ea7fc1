"""The walkthrough from a file to batches: its windows are the library's, and it can be changed."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest

from llm_lib.book.widgets import Walkthrough
from llm_lib.dataset import create_dataloader
from tests.web.browser import serious_faults
from tests.web.widget_page import set_trait, settle, texts, trait

TOKENS = "the fox sat in the tree and the owl slept in the sun until the moon rose".split()
WORDS = sorted(set(TOKENS))
IDS = [WORDS.index(token) for token in TOKENS]
WIDTHS = [360, 992]


@pytest.fixture
def calm(show_widget):
    """The walkthrough for a reader who wants no motion: each step stands at once."""

    def show(width=992, theme="light", **settings):
        page = show_widget(Walkthrough("file-windows", **settings), width=width, theme=theme)
        page.emulate_media(reduced_motion="reduce", color_scheme=theme)
        return page

    return show


def left_of(page, key) -> float:
    """Return where an element of the picture begins."""
    return page.locator(f'.llm-walk-picture [data-key="{key}"]').bounding_box()["x"]


# Fails if an id, a byte or the place of a window in the file is another than numpy's.
def test_ids_and_bytes_are_those_of_a_file(calm):
    page = calm(scene="File")
    seen, data = texts(page), np.array(IDS, np.uint16).tobytes()
    for i in range(17):
        assert seen[f"t{i}"] == TOKENS[i] and seen[f"id{i}"] == str(IDS[i])
        assert seen[f"bytes{i}"] == f"{data[2 * i]} {data[2 * i + 1]}"
    assert (seen["byte0"], seen["byte0.at"]) == (str(data[16]), "byte 16")
    set_trait(page, "scene", "Window")
    assert "byte 16 and read 5 ids: the window" in trait(page, "finding")


# Fails if the batches, or their order, are not those of the library's loader.
def test_the_batches_are_the_librarys(calm):
    page = calm()
    loader = create_dataloader(IDS, batch_size=2, context_length=4, seed=0)
    for scene, (x, y) in zip(("Batch 1", "Batch 2"), loader, strict=True):
        set_trait(page, "scene", scene)
        seen = texts(page)
        for side, rows in (("x", x), ("y", y)):
            keys = [key for key in seen if key[0] == side and key[1:].isdigit()]
            assert [WORDS.index(seen[key]) for key in keys] == rows.flatten().tolist()


# Fails if y does not end up one place to the left, below the tokens that it is the target of.
@pytest.mark.parametrize("width", WIDTHS)
def test_y_is_moved_below_x(calm, width):
    page = calm(width, scene="x and y")
    assert left_of(page, "y9") == pytest.approx(left_of(page, "x9"), abs=1)
    set_trait(page, "step", trait(page, "step") + 1)
    for place in range(8, 12):
        assert left_of(page, f"y{place + 1}") == pytest.approx(left_of(page, f"x{place}"), abs=1)


def counted(shift) -> tuple[float, int]:
    """Return the loss of a model that counts pairs, and how many next tokens it gets right."""
    starts = range(0, 13, 4)
    places = [(i, i + shift) for s in starts for i in range(s, s + 4) if i + shift < 17]
    pairs = [(TOKENS[i], TOKENS[j]) for i, j in places]
    both, left = Counter(pairs), Counter(a for a, _ in pairs)
    loss = sum(-math.log(both[pair] / left[pair[0]]) for pair in pairs) / len(pairs)
    best = {}
    for pair in pairs:  # of equals, the first met stays
        if both[pair] > both.get((pair[0], best.get(pair[0])), 0):
            best[pair[0]] = pair[1]
    return loss, sum(best.get(TOKENS[i]) == TOKENS[i + 1] for i in range(16))


# Fails if the counting model's loss or its hits are others, or the copier does not copy.
def test_what_a_target_teaches(calm):
    page = calm(scene="Wrong 1")
    set_trait(page, "step", trait(page, "step") + 1)
    seen = texts(page)
    assert [seen[f"copy.said{i}"] for i in range(5)] == ["owl"] * 5
    assert [seen[f"next.said{i}"] for i in range(5)] == "owl slept in the fox".split()
    assert seen["copy.is"] == f"{counted(0)[0]:.2f}" == "0.00"
    assert seen["next.is"] == f"{counted(1)[0]:.2f}" == "0.50"
    set_trait(page, "scene", "Your turn")
    for shift in range(3):
        set_trait(page, "shift", shift)
        assert f"gets {counted(shift)[1]} of 16 next tokens right" in trait(page, "finding")


# Fails if a window over the end is told to be one that fits.
def test_windows_at_each_start(calm):
    page = calm(scene="Your turn")
    for start in range(17):
        for shift in range(3):
            set_trait(page, "start", start)
            set_trait(page, "shift", shift)
            x, y = IDS[start : start + 4], IDS[start + shift : start + shift + 4]
            assert (trait(page, "x"), trait(page, "y")) == (x, y)
            assert ("fits into no batch" in trait(page, "finding")) == (len(y) < 4)


# Fails if an id that is read back is another than numpy's.
def test_ids_wrap_as_in_numpy(calm):
    page = calm(scene="Your turn")
    for large in (0, 255, 256, 65_535, 65_536, 70_000, 131_072, 999_999):
        set_trait(page, "large_id", large)
        assert trait(page, "stored") == int(np.array(large).astype(np.uint16))
        assert texts(page)["back"] == f"{trait(page, 'stored'):,}"


# Fails if menus and field change nothing, or take what is no id.
@pytest.mark.parametrize("width", WIDTHS)
def test_the_last_scene_can_be_changed(calm, width):
    page = calm(width, scene="Your turn")
    page.get_by_label("y begins").select_option("0")
    settle(page)
    assert texts(page)["y8"] == "owl" and trait(page, "y") == trait(page, "x")
    page.get_by_label("x begins at token").select_option("14")
    settle(page)
    assert trait(page, "x") == IDS[14:]
    field = page.get_by_label("Id to store")
    field.fill("100,000")
    field.press("Enter")
    settle(page)
    assert trait(page, "stored") == 34_464
    field.fill("many")
    field.press("Enter")
    settle(page)
    assert "whole number from 0 to 999,999" in page.locator(".llm-problem").last.inner_text()
    assert trait(page, "stored") == 34_464
    page.get_by_role("button", name="Reset").click()
    settle(page)
    assert (trait(page, "start"), trait(page, "shift"), trait(page, "large_id")) == (8, 1, 70_000)
    assert serious_faults(page) == []
