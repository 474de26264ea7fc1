"""The stories on generating in a browser: their numbers are torch's, and the last scenes answer."""

from __future__ import annotations

import pytest
import torch

from llm_lib.book.widgets import Walkthrough
from llm_lib.generation import filter_logits
from tests.web.stories import data_of
from tests.web.widget_page import set_trait, settle, texts, trait


@pytest.fixture
def calm(show_widget):
    """A story for a reader who wants no motion: each step stands at once."""

    def show(story, **settings):
        page = show_widget(Walkthrough(story, data=data_of(story), **settings), width=992)
        page.emulate_media(reduced_motion="reduce")
        return page

    return show


def shown(p: float) -> str:
    """Return a probability as the page writes it."""
    return f"{100 * p:.1f}\u00a0%"


FILTERS = {
    "Top-k": {"top_k": 4},
    "Top-p": {"top_p": 0.9},
    "Min-p": {"min_p": 0.1},
}


def test_the_bars_of_a_draw_are_torchs(calm):
    # fails when a temperature, a filter or the scaling differs from the library
    page = calm("token-draw")
    logits = torch.tensor([trait(page, "places")["One day Mia"]["logits"]])
    set_trait(page, "scene", "Softmax")
    p = logits.softmax(-1)[0]
    assert [texts(page)[f"p{i}"] for i in range(8)] == [shown(x) for x in p[:8].tolist()]
    assert texts(page)["prest"] == shown(p[8:].sum().item())
    cool = (logits / 0.7).softmax(-1)[0]
    for scene, knob in FILTERS.items():
        set_trait(page, "scene", scene)
        kept = filter_logits(logits / 0.7, **knob)[0].isfinite()
        expected = [shown(x) if k else "cut" for x, k in zip(cool[:8], kept[:8], strict=True)]
        assert [texts(page)[f"p{i}"] for i in range(8)] == expected
    set_trait(page, "scene", "Rescale")
    after = filter_logits(logits / 0.7, min_p=0.1).softmax(-1)[0]
    for i, x in enumerate(after[:8].tolist()):
        assert texts(page).get(f"p{i}") == (shown(x) if x else None)


def test_all_bars_but_a_broken_one_are_to_one_scale(calm):
    # fails when a bar is longer or shorter than its share, or a bar of all others dwarfs the words'
    page = calm("token-draw")
    logits = torch.tensor(trait(page, "places")["One day Mia"]["logits"])
    wide = "(all) => Object.fromEntries(all.map((e) => [e.dataset.key, e.getBBox().width]))"
    scales = []
    for scene, temperature in (("Softmax", 1), ("Temp.", 2)):
        set_trait(page, "scene", scene)
        settle(page)
        p = (logits / temperature).softmax(-1)[:8]
        bars = page.locator("[data-key^='b']").evaluate_all(wide)
        scales += [bars[f"b{i}"] / p[i].item() for i in range(8)]
    assert max(scales) - min(scales) < 0.02 * max(scales)
    assert bars["brest"] < 2 * bars["b0"] and "slashes" in texts(page)


def test_the_reader_draws(calm):
    # fails when the random number, a menu or the keyboard changes nothing in the last scene
    page = calm("token-draw", scene="Your turn", filter="min-p 0.1", temperature=1.0)
    words = trait(page, "places")["One day Mia"]["words"]
    number = page.get_by_role("spinbutton", name="random number")
    number.focus()
    page.keyboard.press("Home")
    settle(page)
    assert trait(page, "luck") == [[0]] and f"“{words[0].strip()}”" in trait(page, "finding")
    page.keyboard.press("End")
    settle(page)
    assert trait(page, "luck") == [[0.99]] and f"“{words[0].strip()}”" not in trait(page, "finding")
    page.get_by_label("Temperature").select_option("0")
    settle(page)
    assert "1 token can be drawn" in trait(page, "finding")
    page.get_by_label("After").select_option("Once there was a")
    settle(page)
    assert trait(page, "place") == "Once there was a"


def test_a_row_is_made_once_with_the_cache(calm):
    # fails when old rows change on the page, or the counts are not 4 + 5 + 6 + 7 and 7
    page = calm("kv-cache", scene="Cache")
    rows = trait(page, "rows")
    assert texts(page)["k0.0"] == f"{rows[0][0][0]:.2f}".replace("-", "−")
    marks = [texts(page)[f"m{i}"] for i in range(5)]
    assert marks == ["kept"] * 4 + ["made now"]
    set_trait(page, "scene", "Count")
    assert "22" in texts(page)["name.again"] and "7" in texts(page)["name.kept"]
    assert page.locator("[data-key^='s'].llm-walk-weight").count() == 22
    assert page.locator("[data-key^='c'].llm-walk-weight").count() == 7


def test_a_later_token_changes_no_weight_before_it(calm):
    # fails when a weight differs from the model's, or an old row looks at the new token
    page = calm("kv-cache", scene="Why?")
    before, weights = texts(page), trait(page, "weights")
    assert before["w3.1"] == f"{weights[3][1]:.2f}" and before["w1.3"] == "0"
    page.get_by_role("button", name="Next", exact=True).click()
    settle(page)
    after = texts(page)
    assert all(after[key] == word for key, word in before.items() if key[0] == "w")
    assert [after[f"w{t}.4"] for t in range(5)] == ["0"] * 4 + [f"{weights[4][4]:.2f}"]


def test_a_replaced_token_spoils_all_later_rows(calm):
    # fails when an earlier row changes, or a later one is called kept
    page = calm("kv-cache", scene="Your turn")
    before = texts(page)
    page.get_by_label("Replace").select_option("4")
    settle(page)
    marks = [texts(page)[f"m{i}"] for i in range(7)]
    assert marks == ["kept"] * 4 + ["made now"] * 3 and texts(page)["t4"] == "brave"
    assert before["k0.0"] == texts(page)["k0.0"]
    assert "4 rows before it can be kept; 3 rows" in trait(page, "finding")


def test_drafts_are_accepted_by_the_rule(calm):
    # fails when a guess passes with a random number of p / q or more, or fails below it
    page = calm("draft", scene="Your turn")
    drafts = trait(page, "drafts")
    for luck in ([0.3, 0.6, 0.4, 0.5], [0.0] * 4, [0.99] * 4, [0.1, 0.2, 0.3, 0.4]):
        set_trait(page, "luck", [luck])
        accepted = 0
        for each, u in zip(drafts, luck, strict=True):
            if u * each["q"] >= each["p"]:
                break
            accepted += 1
        assert f"Now {accepted} of 4 guesses" in trait(page, "finding")
        source = trait(page, "next") if accepted == 4 else drafts[accepted]["left"]
        assert f"“{source[0][0].strip()}”" in trait(page, "finding")
        set_trait(page, "scene", "Replace")
        if accepted < 4:  # the gaps, and their sum
            gap = source[0][2] - source[0][1]
            assert texts(page)["gap1"] == f"{gap:.2f}" and texts(page)["gap0"] == "0.00"
            assert texts(page)["sum"] == f"{drafts[accepted]['sum']:.2f}"
        set_trait(page, "scene", "Your turn")
    page.get_by_role("spinbutton", name="random number 4").press("Home")
    settle(page)
    assert trait(page, "luck")[0][3] == 0
