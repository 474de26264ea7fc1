"""The bottleneck story in a browser: its networks are the library's, and a reader can change it."""

from __future__ import annotations

import pytest
import torch

from llm_lib.before.rnn import unroll
from llm_lib.book.studies.bottleneck import load_translator, load_translators
from llm_lib.book.widgets import Walkthrough
from tests.web.widget_page import set_trait, settle, texts, trait

GIVEN = load_translators()
SENTENCES = [GIVEN["words"], ["boat", "boat"], "kite lamp fox drum ball".split()]


@pytest.fixture
def calm(show_widget):
    """The widget for a reader who wants no motion: each step stands at once."""

    def show(width=992, **settings):
        page = show_widget(Walkthrough("bottleneck", data=GIVEN, **settings), width=width)
        page.emulate_media(reduced_motion="reduce")
        return page

    return show


def translated(kind, words):
    """Return what the library's network writes, its weights and its forward states."""
    model = load_translator(kind)
    ids = torch.tensor([[GIVEN["english"].index(word) for word in words]])
    with torch.no_grad():
        logits, weights = model(ids)
        states = unroll(model.forwards, model.read(ids))[0]
    return [GIVEN["lumi"][i] for i in logits[0].argmax(dim=-1)], weights[0], states


def fading(words):
    """Return how far each state moves for another first word, against how far the first moves."""
    _, _, before = translated("one state", words)
    others = [word for word in GIVEN["english"] if word != words[0]]
    moved = [(translated("one state", [w, *words[1:]])[2] - before).norm(dim=1) for w in others]
    total = torch.stack(moved).sum(dim=0)
    return (total / total[0]).tolist()


@pytest.mark.parametrize("words", SENTENCES)
def test_both_networks_are_the_librarys(calm, words):
    # fails when a state, a weight or a word differs from what the library's networks make of it
    page = calm(words=words)
    assert trait(page, "written") == translated("one state", words)[0]
    looked, weights, _ = translated("attention", words)
    assert trait(page, "looked") == looked
    for row, expected in zip(trait(page, "weights"), weights.tolist(), strict=True):
        assert row == pytest.approx(expected, abs=1e-5)
    assert trait(page, "fade") == pytest.approx(fading(words), abs=1e-4)


def test_the_picture_shows_these_numbers(calm):
    # fails when a scene shows another number or word than the network has at that step
    page, words = calm(), GIVEN["words"]
    states = translated("one state", words)[2]
    written = translated("one state", words)[0]
    for k in (0, 7):
        set_trait(page, "step", 1 + k)
        shown = [texts(page)[f"h.{i}"] for i in range(16)]
        assert shown == [f"{x:.1f}".replace("-0.0", "0.0").replace("-", "−") for x in states[k]]
    set_trait(page, "scene", "Fade")
    assert [texts(page)[f"fade{s}"] for s in range(8)] == [f"{100 * x:.0f}" for x in fading(words)]
    set_trait(page, "step", trait(page, "step") + 9)
    assert trait(page, "scene") == "Write"
    assert [texts(page)[f"y{t}"] for t in range(8)] == written
    goal = [GIVEN["lumi"][GIVEN["english"].index(word)] for word in words[::-1]]
    right = [a == b for a, b in zip(written, goal, strict=True)]
    assert [texts(page)[f"ymark{t}"] for t in range(8)] == ["✓" if r else "✗" for r in right]
    assert f"In all, {sum(right)} of 8 words are right." in trait(page, "finding")


def test_another_sentence_is_typed(calm):
    # fails when a sentence is not taken, or the picture stays as it was
    page = calm(scene="Your turn")
    page.get_by_role("textbox", name="Sentence").fill("Kite lamp  fox")
    page.get_by_role("textbox", name="Sentence").press("Enter")
    settle(page)
    assert trait(page, "words") == ["kite", "lamp", "fox"]
    seen, (looked, weights, _) = texts(page), translated("attention", ["kite", "lamp", "fox"])
    assert [seen[f"y{t}"] for t in range(3)] == looked and "y3" not in seen
    assert seen["a0.2"] == f"{weights[0, 2]:.2f}"
    page.get_by_role("combobox", name="Words").select_option("2")
    settle(page)
    assert trait(page, "words") == ["kite", "lamp"]
    page.get_by_role("combobox", name="Words").select_option("8")
    settle(page)
    assert len(set(trait(page, "words"))) == 8
    page.get_by_role("button", name="Reset").click()
    settle(page)
    assert trait(page, "words") == GIVEN["words"]


def test_what_it_does_not_know_is_said(calm):
    # fails when a strange word changes the picture, or nobody is told which words there are
    page = calm(scene="Your turn")
    for typed, said in (
        ("fox owl", "“owl”"),
        ("fox", "Type 2 to 8 of: fox, bear"),
        ("fox " * 9, "2"),
    ):
        page.get_by_role("textbox", name="Sentence").fill(typed)
        page.get_by_role("textbox", name="Sentence").press("Enter")
        assert said in page.get_by_role("alert").inner_text()
    assert trait(page, "words") == GIVEN["words"]


def test_a_shorter_sentence_plays_through_all_steps(calm):
    # fails when a step after the last word of a short sentence has nothing to show
    page = calm(words=["fox", "cat"])
    for step in range(sum(Walkthrough.STORIES["bottleneck"].SCENES.values())):
        set_trait(page, "step", step)
        assert len(texts(page)) > 3, step
