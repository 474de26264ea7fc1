"""The stories on embeddings and positions in a browser: their numbers are torch's."""

from __future__ import annotations

import math

import pytest
import torch
from torch.nn import functional as F

from llm_lib.book.widgets import Walkthrough
from llm_lib.model.embedding import rotate_pairs
from tests.web.widget_page import set_trait, settle, stop_clock, take_poster_off, trait

TEXTS = """() => Object.fromEntries([...document.querySelectorAll('.llm-walk-picture [data-key]')]
  .map((g) => [g.dataset.key, g.textContent]))"""
CENTRE = """(key) => { const r = document.querySelector(`[data-key="${key}"]`)
  .getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; }"""


@pytest.fixture
def calm(show_widget):
    """A story for a reader who wants no motion: each step stands at once."""

    def show(story, **settings):
        page = show_widget(Walkthrough(story, **settings), width=992)
        page.emulate_media(reduced_motion="reduce")
        return page

    return show


def number(page, name):
    """Return the number of the last scene that has this name."""
    return page.get_by_role("spinbutton", name=name, exact=True)


def turned(vector, angle):
    """Return a vector turned by the library's own rotation, in float64."""
    x = torch.tensor(vector, dtype=torch.float64)
    a = torch.tensor([angle], dtype=torch.float64)
    return rotate_pairs(x, a.cos(), a.sin())


def score(page):
    """Return the score of what stands in the traits, by the library."""
    q, k, [[t, s]], angle = (trait(page, name) for name in ("q", "k", "places", "angle"))
    return (turned(q[0], t * angle) @ turned(k[0], s * angle)).item()


def test_the_rotary_score_is_the_librarys(calm):
    # fails when an arrow is turned the wrong way, by another angle, or not at all
    page = calm("rotary", scene="Your turn")
    for q, k, places, angle in (
        ([0.8, -0.3], [0.5, 1.2], [3, 0], 0.4),
        ([-1.5, 0.7], [0.2, -1.1], [17, 40], 0.9),
        ([1.0, 0.0], [0.0, 1.0], [60, 59], 2.5),
    ):
        for name, value in {"q": [q], "k": [k], "places": [places], "angle": angle}.items():
            set_trait(page, name, value)
        assert trait(page, "score") == pytest.approx(score(page), abs=1e-9)


def test_the_rotary_score_stays_while_both_move(calm):
    # fails when a scene shows another score than the chapter's cell, or it changes with the place
    page = calm("rotary")
    seen = []
    for step in range(sum(Walkthrough.STORIES["rotary"].SCENES.values())):
        set_trait(page, "step", step)
        texts = page.evaluate(TEXTS)
        seen.append((trait(page, "scene"), texts.get("score")))
    assert [s for name, s in seen if name in ("Score", "Move both", "Value")] == ["−1.1394"] * 5
    moved = [s for name, s in seen if name == "Move one"]
    assert "−1.1394" not in moved and len(set(moved)) == 2
    set_trait(page, "scene", "Your turn")
    before = trait(page, "score")
    page.get_by_label("Move both").select_option("40")
    settle(page)
    assert trait(page, "places") == [[43, 40]]
    assert trait(page, "score") == pytest.approx(before, abs=1e-9)


def test_an_arrow_is_dragged_round(calm):
    # fails when the handle does not follow the pointer, or jumps back after a whole turn
    page = calm("rotary", scene="Your turn", q=[[1.0, 0.0]], places=[[0, 0]], angle=math.pi / 8)
    x, y = page.evaluate(CENTRE, "plane")
    page.mouse.move(*page.evaluate(CENTRE, "tip.query"))
    page.mouse.down()
    for step in range(1, 19):  # a whole turn against the clock, and an eighth more
        a = step * math.pi / 8
        page.mouse.move(x + 90 * math.cos(a), y - 90 * math.sin(a), steps=3)
    page.mouse.up()
    settle(page)
    assert trait(page, "places") == [[18, 0]]
    assert trait(page, "score") == pytest.approx(score(page), abs=1e-9)
    hx, hy = page.evaluate(CENTRE, "tip.query")  # 18 eighths of half a turn: to the upper right
    assert math.atan2(y - hy, hx - x) == pytest.approx(math.pi / 4, abs=0.02)
    number(page, "position of the key").first.press("ArrowUp")
    settle(page)
    assert trait(page, "places") == [[18, 1]]


def test_an_arrow_keeps_its_length_on_the_way(show_widget):
    # fails when an arrow takes the short way through the disc in place of turning
    page = show_widget(Walkthrough("rotary"), width=992)
    take_poster_off(page)  # it is seen from nearer
    x, y = page.evaluate(CENTRE, "plane")

    def far():
        hx, hy = page.evaluate(CENTRE, "tip.query")
        return math.hypot(hx - x, hy - y)

    stop_clock(page)
    before = far()
    page.get_by_role("button", name="Next").click()
    for _ in range(6):
        page.clock.run_for(80)
        assert far() == pytest.approx(before, abs=1)


def what_the_last_gets(x, p, order, placed):
    """Return what the last token gets, by torch."""
    rows = torch.tensor(x, dtype=torch.float64)[order]
    rows = rows + torch.tensor(p, dtype=torch.float64) * placed
    out = F.scaled_dot_product_attention(rows[None, -1:], rows[None], rows[None])
    return out[0, 0].tolist()


@pytest.mark.parametrize("placed", [True, False])
def test_word_order_mixes_as_torch_does(calm, placed):
    # fails when a weight, the scale or the mix differs from torch's
    page = calm("word-order", scene="Your turn", positions=placed)
    words = ["fox", "saw", "bear"]
    generator = torch.Generator().manual_seed(0)
    for order in ("bear saw fox", "saw fox bear"):
        x, p = torch.randn(2, 4, 2, generator=generator).clamp(-3, 3).tolist()
        for name, value in {"x": x, "p": p, "order": order}.items():
            set_trait(page, name, value)
        places = [[0, 1, 2, 3], [*(words.index(word) for word in order.split()), 3]]
        for got, each in zip(trait(page, "outputs"), places, strict=True):
            assert got == pytest.approx(what_the_last_gets(x, p, each, placed), abs=1e-9)
        if not placed:
            assert trait(page, "outputs")[0] == pytest.approx(trait(page, "outputs")[1], abs=1e-12)


def test_word_order_is_changed_by_hand(calm):
    # fails when a dragged or typed number of a position does not change what is got
    page = calm("word-order", scene="Your turn")
    before = trait(page, "outputs")
    number(page, "position 0, number 1").press("PageDown")
    settle(page)
    assert trait(page, "p")[0] == [0, 1] and trait(page, "outputs") != before
    page.get_by_role("combobox", name="Positions").select_option("off")
    settle(page)
    assert "fox or bear?" in trait(page, "finding")
    assert page.get_by_role("spinbutton").count() == 0


def test_the_lookup_is_torchs(calm):
    # fails when the product is not the row, or a cosine is another than torch's
    page = calm("lookup")
    names = ["wolf", "fox", "kite", "lake", "owl"]
    generator = torch.Generator().manual_seed(0)
    rows = (torch.rand(5, 2, generator=generator) * 5 - 2.5).round(decimals=1)
    set_trait(page, "table", rows.tolist())
    for i, word in enumerate(names):
        set_trait(page, "word", word)
        set_trait(page, "scene", "Sum")
        texts = page.evaluate(TEXTS)
        got = [float(texts[f"row.{c}"].replace("−", "-")) for c in range(2)]
        assert got == pytest.approx(F.embedding(torch.tensor(i), rows).tolist(), abs=0.051)
        cosines = F.cosine_similarity(rows, rows[i][None])
        cosines[i] = -2
        other, cosine = trait(page, "nearest")
        assert other == names[cosines.argmax()]
        assert cosine == pytest.approx(cosines.max().item(), abs=1e-6)


def test_a_row_is_changed_by_hand(calm):
    # fails when a number of the table can't be changed, or the arrow does not follow
    page = calm("lookup", scene="Your turn")
    before = page.evaluate(CENTRE, "ray2")
    number(page, "kite, number 1").press("End")
    settle(page)
    assert trait(page, "table")[2][0] == 3 and page.evaluate(CENTRE, "ray2") != before
    page.get_by_role("combobox", name="Token").select_option("owl")
    settle(page)
    assert "Closest to “owl” is now “wolf”" in trait(page, "finding")
