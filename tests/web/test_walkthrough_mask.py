"""The story of the causal mask in a browser: what its small model learns, and what it is told."""

from __future__ import annotations

import math
from itertools import product

import pytest
import torch
from torch.nn import functional as F

from llm_lib.book.widgets import Walkthrough
from tests.web.widget_page import set_trait, settle, trait

WORDS = ["the/my", "fox/owl", "saw/has", "a", "kite/drum"]
OTHER = ["the", "owl/fox/hen", "and", "the/a", "fox"]  # words that come twice


@pytest.fixture
def page(show_widget):
    page = show_widget(Walkthrough("causal-mask"), width=992)
    page.emulate_media(reduced_motion="reduce")
    return page


def torch_learns(words, mask, steps):
    """Return weights, p of the first text, and the losses in training and in use, by autograd."""
    texts = list(product(*(word.split("/") for word in words)))
    vocabulary = sorted({word for text in texts for word in text})
    ids = torch.tensor([[vocabulary.index(word) for word in text] for text in texts])
    x = F.one_hot(ids, len(vocabulary)).double()  # (B, T, V)
    scores = torch.zeros(4, 5, dtype=torch.float64, requires_grad=True)
    table = torch.zeros(len(vocabulary), len(vocabulary), dtype=torch.float64, requires_grad=True)
    later = torch.ones(4, 5).triu(1).bool()

    def losses(masked):
        weights = scores.masked_fill(later & masked, float("-inf")).softmax(dim=1)
        logits = weights @ x @ table  # (B, T - 1, V)
        each = F.cross_entropy(logits.transpose(1, 2), ids[:, 1:], reduction="none")
        return weights, each

    for _ in range(steps):
        each = losses(mask)[1]
        slopes = torch.autograd.grad(each.mean(dim=0).sum(), (scores, table))
        with torch.no_grad():
            scores -= 2 * slopes[0]
            table -= 2 * slopes[1]
    weights, each = losses(mask)
    return weights.tolist(), (-each[0]).exp().tolist(), each.mean().item(), losses(True)[1].mean()


def texts_of(page) -> dict[str, str]:
    """Return what is written in the picture, by the key of the element."""
    return page.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll('.llm-walk-picture [data-key]')]
          .map((g) => [g.dataset.key, g.textContent]))"""
    )


@pytest.mark.parametrize("mask", [True, False])
@pytest.mark.parametrize("words", [WORDS, OTHER])
def test_it_learns_as_torch_does(page, words, mask):
    # fails when a gradient, the mask or a loss differs from torch's
    set_trait(page, "scene", "Your turn")
    set_trait(page, "words", words)
    set_trait(page, "mask", mask)
    for steps in (0, 1, 30):
        set_trait(page, "steps", steps)
        weights, p, loss, in_use = torch_learns(words, mask, steps)
        for row, expected in zip(trait(page, "weights"), weights, strict=True):
            assert row == pytest.approx(expected, abs=1e-9)
        assert trait(page, "loss") == pytest.approx(loss, abs=1e-9)
        assert trait(page, "in_use") == pytest.approx(in_use.item(), abs=1e-9)
        assert [texts_of(page)[f"p{t}"] for t in range(4)] == [f"{each:.2f}" for each in p]


def test_the_leak_fails_in_use_and_the_mask_does_not(page):
    # fails when the story no longer shows what it says: a leak that is good in training alone and
    # worse than guessing in use, a mask that is as good in use as in training
    uniform = math.log(9)
    leak = torch_learns(WORDS, False, 100)
    masked = torch_learns(WORDS, True, 100)
    assert leak[2] < 0.05 and leak[3] > uniform + 0.5
    assert masked[2] == pytest.approx(masked[3].item()) and 0.3 < masked[2] < uniform / 3
    set_trait(page, "scene", "Losses")
    seen = texts_of(page)
    for key, run in (("free", leak), ("masked", masked)):
        assert seen[f"loss.{key}.training"] == f"{run[2]:.2f}"
        assert seen[f"loss.{key}.use"] == f"{run[3].item():.2f}"
    assert seen["even.name"] == f"uniformguess {uniform:.2f}"
    found = trait(page, "finding")
    assert "in use, worse than guessing. With it: 0.53 in both, better than guessing." in found


@pytest.mark.parametrize(("scene", "mask"), [("In use", False), ("In use again", True)])
def test_the_guess_in_use_is_the_models(page, scene, mask):
    # fails when the guess is another than the trained model makes of the first two tokens alone
    texts = list(product(*(word.split("/") for word in WORDS)))
    set_trait(page, "scene", scene)
    seen = texts_of(page)
    guess = {seen[f"v{j}"]: float(seen[f"g{j}"]) for j in range(9)}
    assert set(guess) == {word for text in texts for word in text}
    assert sum(guess.values()) == pytest.approx(1, abs=0.05)
    if mask:
        assert guess["saw"] == guess["has"] == pytest.approx(0.49, abs=0.011)
    else:  # it repeats what it sees
        assert max(guess, key=guess.get) == "fox" and guess["saw"] < 1 / 9
    place = page.evaluate(
        """() => ['even.line', 'b0.track'].map((key) =>
          document.querySelector(`.llm-walk-picture [data-key="${key}"]`).getBoundingClientRect())"""
    )
    share = (place[0]["x"] - place[1]["x"]) / place[1]["width"]
    assert share == pytest.approx(1 / 9, abs=0.01)  # the line of a uniform guess


def test_other_texts_are_typed(page):
    # fails when a text is not taken, or one that can't be used changes the picture unsaid
    set_trait(page, "scene", "Your turn")
    field = page.get_by_label("Texts")
    field.fill("one fox saw three hens")
    field.press("Enter")
    settle(page)
    assert trait(page, "words") == WORDS
    assert "at most 4 letters" in page.get_by_role("alert").inner_text()
    field.fill("one fox saw two/six hens")
    field.press("Enter")
    settle(page)
    assert trait(page, "words") == ["one", "fox", "saw", "two/six", "hens"]
    assert page.get_by_role("alert").count() == 0
    page.get_by_label("Mask").select_option("off")
    settle(page)
    loss = torch_learns(trait(page, "words"), False, 100)[2]
    assert trait(page, "loss") == pytest.approx(loss, abs=1e-9)
    page.get_by_role("button", name="Reset").click()
    settle(page)
    assert trait(page, "words") == WORDS and trait(page, "mask") is True
