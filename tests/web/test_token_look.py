"""TokenLook in a browser: its numbers are the library's, by mouse, by key and on a phone."""

from __future__ import annotations

import math

import pytest
import torch

from llm_lib import load_model
from llm_lib.book.widgets import TokenLook
from llm_lib.book.widgets.token_look import TEXT
from tests.web.small_models import random_model, small_tokenizer
from tests.web.widget_page import set_trait, settle, trait

SPROUT, TOKENIZER = load_model("sprout")


def look(model, ids, layer, head, query, key) -> dict[str, torch.Tensor]:
    """Return what Python has of one head at one token; a query counts from the end if below 0."""
    with torch.no_grad():
        _, activations = model.run_with_cache(torch.tensor([ids]))
    query %= len(ids)
    parts = {p: activations[f"blocks.{layer}.attention.{p}"][0] for p in ("q", "k", "v", "z")}
    shared = head * len(parts["k"]) // len(parts["q"])
    q, keys = parts["q"][head, query], parts["k"][shared, : query + 1]
    scores = keys @ q / math.sqrt(len(q))
    key = int(scores.argmax()) if key < 0 else key
    return {
        "q": q, "k": keys[key], "v": parts["v"][shared, key], "output": parts["z"][head, query],
        "scores": scores, "weights": scores.softmax(dim=0),
    }  # fmt: skip


def agree(page, expected) -> None:
    """Hold each trait against Python's tensor."""
    for name, numbers in expected.items():
        assert trait(page, name) == pytest.approx(numbers.tolist(), abs=1e-4), name


def rows(page):
    """The buttons of the tokens that may be looked at."""
    return page.locator(".llm-look-row")


def row_of(page, token: int):
    """The button of one token."""
    return page.locator(f'.llm-look-row[data-token="{token}"]')


@pytest.mark.parametrize(
    ("layer", "head", "query", "key"),
    [(3, 2, -1, -1), (1, 2, 15, 2), (2, 0, 16, 15), (0, 3, 0, -1), (3, 0, 24, 24)],
)
def test_sprouts_numbers_are_the_librarys(show_widget, layer, head, query, key):
    # fails if q or k is taken before its rotation, or a row of another head, token or text
    page = show_widget(TokenLook(layer=layer, head=head, query=query, key=key))
    agree(page, look(SPROUT, TOKENIZER.encode(TEXT), layer, head, query, key))
    assert page.complaints == []


def test_heads_that_share_keys_and_learned_positions(show_widget):
    # fails if a head of queries is paired with the wrong head of keys, or a rotation is claimed
    tokenizer, text = small_tokenizer(), "the fox found a lantern"
    model = random_model(n_kv_head=2)
    page = show_widget(TokenLook(model, tokenizer, text, layer=1, head=2, query=4))
    agree(page, look(model, tokenizer.encode(text), 1, 2, 4, -1))
    assert "rotation" not in page.locator(".llm-look-numbers").inner_text()


def test_products_add_up_to_the_score_that_is_shown(show_widget):
    # fails if bars, channel, sum and score are not of one query and one key
    page = show_widget(TokenLook())
    mine = look(SPROUT, TOKENIZER.encode(TEXT), 3, 2, -1, -1)
    products = mine["q"] * mine["k"]
    bars = page.locator(".llm-look-products i")
    heights = bars.evaluate_all(
        "(all) => all.map((bar) => parseFloat(bar.style.getPropertyValue('--amount'))"
        " * (bar.classList.contains('llm-look-below') ? -1 : 1))"
    )
    scale = max(heights) / products.max().item()
    assert heights == pytest.approx((products * scale).tolist(), abs=0.02)
    channel = int(products.argmax())
    said = page.locator(".llm-look-sum").inner_text()
    assert f"channel {channel}: " in said
    assert f"= {products.max():.2f}" in said
    assert f"{products.sum():.2f}; ÷ √32: score {mine['scores'].max():.2f}" in said


def test_one_channel_tells_the_kite_from_the_drum():
    # fails if Sprout is another than the one of which the chapter names this channel
    kite, drum = (look(SPROUT, TOKENIZER.encode(TEXT), 3, 2, -1, key) for key in (16, 21))
    gaps = kite["q"] * (kite["k"] - drum["k"])
    assert gaps.argmax() == 26 and gaps.max() > 0.5 * gaps.sum() > 2 * gaps.topk(2).values[1]
    products = [(kite["q"] * one["k"])[26].item() for one in (kite, drum)]
    assert products == pytest.approx([10.23, 4.04], abs=0.005)


def test_the_words_are_right(show_widget):
    # fails if e to the difference of the scores is not the ratio of the weights, or said of others
    page = show_widget(TokenLook())
    mine = look(SPROUT, TOKENIZER.encode(TEXT), 3, 2, -1, -1)
    (best, next_best), (first, second) = (mine[n].topk(2).values for n in ("weights", "scores"))
    gap = first - second
    assert math.exp(gap) == pytest.approx((best / next_best).item(), rel=1e-3)
    said = trait(page, "finding")
    assert f"“a” gives “kite” {best:.2f} of its weight, and “drum” {next_best:.2f}" in said
    assert f"“kite” is {gap:.2f} higher" in said
    assert f"is {math.exp(gap):.1f}: its weight is that many times" in said


def test_two_tokens_of_one_name_are_told_apart(show_widget):
    # fails if the sentence compares "Mia" with "Mia", and nobody knows which is which
    page = show_widget(TokenLook(layer=1, head=2, query=15, key=2))
    said = trait(page, "finding")
    assert "“Mia” (token 2) 0.00" in said and "“Mia” (token 13) 0.97" in said


def test_with_mouse_and_keyboard(show_widget):
    # fails if a token, a key, a head or a channel can't be chosen both ways, or a later token can
    page = show_widget(TokenLook())
    chips = page.locator(".llm-row-text .llm-token")
    chips.nth(16).click()
    settle(page)
    assert (trait(page, "query"), trait(page, "key")) == (16, -1)
    assert row_of(page, 17).is_disabled() and row_of(page, 16).is_enabled()
    page.keyboard.press("ArrowLeft")
    settle(page)
    assert trait(page, "query") == 15
    second, third = (int(rows(page).nth(i).get_attribute("data-token")) for i in (1, 2))
    row_of(page, second).click()
    page.keyboard.press("ArrowDown")
    settle(page)
    assert trait(page, "key") == third
    assert row_of(page, third).get_attribute("aria-pressed") == "true"
    page.get_by_role("radiogroup", name="Layer").get_by_role("radio").nth(1).focus()
    page.keyboard.press("Space")
    settle(page)
    agree(page, look(SPROUT, TOKENIZER.encode(TEXT), 1, 2, 15, -1))
    page.get_by_role("slider", name="Channel").press("Home")
    settle(page)
    assert trait(page, "channel") == 0
    assert "channel 0: " in page.locator(".llm-look-sum").inner_text()
    page.get_by_role("button", name="Reset").click()
    settle(page)
    assert (trait(page, "layer"), trait(page, "query"), trait(page, "channel")) == (3, -1, -1)


def test_the_largest_weights_stand_for_all(show_widget):
    # fails if the list is no longer short or sorted, if what it leaves out is not counted, or if it
    # hides the token that is chosen
    page = show_widget(TokenLook())
    weights = look(SPROUT, TOKENIZER.encode(TEXT), 3, 2, -1, -1)["weights"]
    best = weights.topk(8)
    shown = [row.get_attribute("data-token") for row in rows(page).all() if row.is_visible()]
    assert shown == [str(t) for t in best.indices.tolist()]
    others = f"{len(weights) - 8} others: {1 - best.values.sum():.2f} in all"
    page.get_by_role("button", name=others).click()
    assert all(row.is_visible() for row in rows(page).all())
    page = show_widget(TokenLook(key=0))
    assert row_of(page, 0).is_visible()


def test_texts_of_other_lengths(show_widget):
    # fails if a long text breaks the model, an empty one the widget, or a position beyond the end
    page = show_widget(TokenLook(query=30))
    set_trait(page, "text", "Mia had")
    assert rows(page).count() == len(TOKENIZER.encode("Mia had"))
    set_trait(page, "text", "")
    assert "at least one token" in page.locator(".llm-problem").inner_text()
    assert not rows(page).first.is_visible()
    set_trait(page, "text", "Mia had a kite. " * 20)
    assert rows(page).count() == 48
    assert page.complaints == []


def test_things_have_the_colours_of_the_film(show_widget):
    # fails when what a token of a story names has another colour than in the film that tells of it
    page = show_widget(TokenLook())
    for i, thing in enumerate(["kite", "drum"]):
        for place in (".llm-row-text .llm-token", ".llm-look-row"):
            coloured = page.locator(f"{place}.llm-look-thing-{i}")
            assert {thing} == {
                text.strip("·\u00a0 ")
                for text in coloured.locator("> :first-child").all_inner_texts()
            }
