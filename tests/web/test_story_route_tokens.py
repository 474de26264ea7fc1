"""The story of a mixture of experts in a browser: choices, weights and sums are the library's."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from llm_lib.book.widgets import Walkthrough
from llm_lib.model.experts import ExpertsConfig, MixtureOfExperts
from tests.web.stories import film
from tests.web.widget_page import set_trait, settle, texts, trait


class Said(nn.Module):
    """An expert that says what was recorded, whatever it reads."""

    def __init__(self, rows) -> None:
        super().__init__()
        self.rows = torch.tensor(rows)

    def forward(self, x):
        return self.rows.expand(len(x), -1)


def mixture(story: Walkthrough, word: int, k: int) -> tuple:
    """Return (experts, weights, output) of the library's mixture for one word."""
    experts = [Said(rows) for rows in story.outputs[word]]
    whole = MixtureOfExperts(8, ExpertsConfig(4, k), experts).eval()
    x = torch.tensor([[story.vectors[word]]])
    with torch.no_grad():
        whole.router.score.weight.copy_(torch.tensor(story.router))
        weights, chosen = whole.router(x)
        return (chosen[0, 0] + 1).tolist(), weights[0, 0].tolist(), whole(x)[0, 0].tolist()


@pytest.fixture
def page(show_widget):
    page = show_widget(film("route-tokens"), width=992)
    page.emulate_media(reduced_motion="reduce")
    return page


def shown(page, key):
    return float(texts(page)[key].replace("\u2212", "-"))


def test_weights_and_sum_of_the_word_are_the_library_s(page):
    # fails if a weight is not divided by the sum of the kept ones, or an expert is added unweighted
    experts, weights, out = mixture(film("route-tokens"), 7, 2)
    set_trait(page, "scene", "Sum")
    set_trait(page, "step", trait(page, "step") + 1)
    settle(page)
    for expert, weight in zip(experts, weights, strict=True):
        assert shown(page, f"w{expert - 1}") == pytest.approx(weight, abs=0.006)
    for i, value in enumerate(out):
        assert shown(page, f"sum.{i}") == pytest.approx(value, abs=0.006)


def test_the_reader_chooses_word_and_number_of_experts(page):
    # fails if a menu changes nothing, or other experts are chosen than the library's router does
    story = film("route-tokens")
    set_trait(page, "scene", "Your turn")
    for word in range(len(story.words)):
        for k in (1, 2, 4):
            page.get_by_role("combobox", name="Word").select_option(str(word))
            page.get_by_role("combobox", name="Experts for it").select_option(str(k))
            settle(page)
            experts, _, out = mixture(story, word, k)
            assert trait(page, "chosen") == experts
            assert shown(page, "sum.0") == pytest.approx(out[0], abs=0.006)


def test_the_table_counts_what_each_expert_reads(page):
    # fails if a count is not that of the words whose best two hold the expert
    story = film("route-tokens")
    set_trait(page, "scene", "Sentence")
    settle(page)
    chosen = [mixture(story, word, 2)[0] for word in range(len(story.words))]
    for expert in range(1, 5):
        read = sum(expert in both for both in chosen)
        assert texts(page)[f"r{expert - 1}"] == str(read)
