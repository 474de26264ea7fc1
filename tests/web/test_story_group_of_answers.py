"""The story of a group of answers in a browser: its numbers are torch's, and marks can be changed."""

from __future__ import annotations

import itertools

import pytest
import torch

from llm_lib.book.widgets import Walkthrough
from llm_lib.finetuning.grpo import group_advantages
from tests.web.stories import film
from tests.web.widget_page import set_trait, settle, texts, trait


@pytest.fixture
def page(show_widget):
    page = show_widget(Walkthrough("group-of-answers"), width=992)
    page.emulate_media(reduced_motion="reduce")
    return page


def test_advantages_are_torch_s(page):
    # fails when a mark or an advantage is not that of the answer above it
    story = film("group-of-answers")
    set_trait(page, "step", 4)  # Advantages, the second step
    seen = texts(page)
    marks = [story.right[place] for place in story.draws]
    assert [int(seen[f"m{i}"]) for i in range(8)] == marks
    for i, expected in enumerate(group_advantages(torch.tensor(marks)).tolist()):
        assert float(seen[f"v{i}"].replace("−", "-")) == pytest.approx(expected, abs=6e-3)


BOXES = """() => [...document.querySelectorAll('.llm-walk-picture [data-key]')]
  .filter((g) => /^a\\d$/.test(g.dataset.key))
  .map((g) => { const { left, right } = g.getBoundingClientRect(); return [left, right]; })"""


@pytest.mark.parametrize("scene", ["Draw", "All alike"])
def test_answers_lie_beside_each_other(page, scene):
    # fails when the picture is seen so near that an answer is wider than its column
    set_trait(page, "scene", scene)
    boxes = sorted(page.evaluate(BOXES))
    assert len(boxes) == 8
    assert all(a[1] < b[0] for a, b in itertools.pairwise(boxes))


def test_a_mark_can_be_changed(page):
    # fails when a key changes no mark, or the bars are not those of that step
    set_trait(page, "scene", "Your turn")
    for mark, key in (("00", "Home"), ("10", "End")):
        page.get_by_role("spinbutton").first.press(key)
        settle(page)
        assert trait(page, "marks") == [[int(m) for m in mark]]
        after = trait(page, "after")[mark]
        shown = [float(texts(page)[f"q{i}.n"].split("\u00a0")[0]) for i in range(2)]
        assert shown == pytest.approx([100 * p for p in after], abs=0.06)
    set_trait(page, "marks", [[0, 0]])
    assert "no probability moves" in trait(page, "finding")
