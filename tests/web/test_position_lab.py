"""PositionLab in a browser: its numbers are the library's, by mouse and by keyboard."""

from __future__ import annotations

import math

import pytest
import torch

from llm_lib.book.widgets import PositionLab
from llm_lib.model.embedding import RotaryEmbedding, sinusoidal_positions
from tests.web.widget_page import set_trait, settle, trait


@pytest.fixture
def page(show_widget):
    return show_widget(PositionLab())


@pytest.mark.parametrize(("size", "base"), [(6, 10_000.0), (128, 500_000.0)])
def test_every_wave_is_a_column_of_the_librarys_table(page, size, base):
    # fails if sine and cosine, the exponent or the base differ from sinusoidal_positions
    table = sinusoidal_positions(200, size, base)
    for name, value in (("dimension", size), ("base", base), ("n_positions", 200)):
        set_trait(page, name, value)
    for channel in (0, 1, 2, size // 2, size - 2, size - 1):
        set_trait(page, "channel", channel)
        assert trait(page, "shown") == pytest.approx(table[:, channel].tolist(), abs=1e-6)


def test_clocks_show_how_far_the_librarys_rotary_turns(page):
    # fails if a pair's frequency differs, or a clock's hand points elsewhere than it should
    set_trait(page, "view", "clocks")
    set_trait(page, "dimension", 8)
    set_trait(page, "position", 50)
    rotary = RotaryEmbedding(8, 64)
    turns = trait(page, "shown")
    for name, function in (("cos", math.cos), ("sin", math.sin)):
        expected = getattr(rotary, name)[50].tolist()
        assert [function(2 * math.pi * turn) for turn in turns] == pytest.approx(expected, abs=1e-6)
    hand = page.locator(".llm-position-hand").nth(1)
    assert float(hand.get_attribute("x2")) == pytest.approx(
        50 + 44 * rotary.cos[50, 1].item(), abs=1e-3
    )
    assert float(hand.get_attribute("y2")) == pytest.approx(
        50 - 44 * rotary.sin[50, 1].item(), abs=1e-3
    )
    assert "Pair 0 turns once in 6.3 positions" in trait(page, "finding")


def test_the_slowest_pair_is_named(page):
    # fails if the words give another wavelength than 2 pi times base^(126 / 128)
    set_trait(page, "dimension", 128)
    assert f"{2 * math.pi * 10_000 ** (126 / 128):,.0f}" == "54,410"
    assert "the slowest, pair 63, in 54,410." in trait(page, "finding")


@pytest.mark.parametrize("scheme", ["sinusoidal", "rotary", "rotary, k = q"])
def test_dot_products_are_the_librarys_and_know_the_distance_alone(page, scheme):
    # fails if a dot product differs, or the curve moves with the first position
    for name, value in (("view", "distances"), ("dimension", 12), ("scheme", scheme)):
        set_trait(page, name, value)
    before = trait(page, "shown")
    if scheme == "sinusoidal":
        table = sinusoidal_positions(128, 12)
        expected = (table[20 : 20 + 64] @ table[20]).tolist()
    else:
        q, k = (torch.tensor(trait(page, name), dtype=torch.float32) for name in "qk")
        assert torch.equal(q, k) == (scheme == "rotary, k = q")
        rotary = RotaryEmbedding(12, 128)
        keys = rotary(k[None, None, None], 20)[0, 0, 0]
        expected = (rotary(q.expand(1, 1, 64, 12), 20)[0, 0] @ keys).tolist()
    assert before == pytest.approx(expected, abs=1e-4)  # the library's own are float32
    set_trait(page, "position", 3)
    assert trait(page, "shown") == pytest.approx(before, abs=1e-9)


def test_the_random_vectors_look_normal_and_follow_the_seed(page):
    # fails if the generator is broken, or the button leaves the numbers as they are
    for name, value in (("view", "distances"), ("dimension", 128), ("scheme", "rotary")):
        set_trait(page, name, value)
    first = trait(page, "q") + trait(page, "k")
    assert abs(sum(first) / 256) < 0.25
    assert 0.8 < sum(x * x for x in first) / 256 < 1.25
    page.get_by_role("button", name="Other random numbers").click()
    settle(page)
    assert trait(page, "seed") == 1
    assert trait(page, "q") != first[:128]


def test_click_keys_and_reset(page):
    # fails if the table can't be clicked, a slider not be moved by key, or Reset leaves something
    box = page.locator("canvas").bounding_box()
    page.mouse.click(box["x"] + box["width"] * 5.5 / 32, box["y"] + 30)
    settle(page)
    assert trait(page, "channel") == 5
    page.get_by_role("slider", name="Channel").press("ArrowRight")
    page.get_by_role("slider", name="Dimension").press("ArrowLeft")
    page.get_by_role("radio", name="Clocks").check()
    settle(page)
    state = [trait(page, name) for name in ("channel", "dimension", "view")]
    assert state == [6, 30, "clocks"]
    page.get_by_role("button", name="Reset").press("Enter")
    settle(page)
    assert [trait(page, n) for n in ("channel", "dimension", "view")] == [8, 32, "waves"]


def test_settings_out_of_reach_are_brought_into_reach(page):
    # fails if a narrow table or few positions break the picture of a far channel or position
    for name, value in (("channel", 100), ("dimension", 2), ("n_positions", 8), ("position", 200)):
        set_trait(page, name, value)
    assert trait(page, "shown") == pytest.approx([math.cos(t) for t in range(8)])
    assert "it is the only one" in trait(page, "finding")
    set_trait(page, "view", "clocks")
    assert "At position 7," in trait(page, "finding")
