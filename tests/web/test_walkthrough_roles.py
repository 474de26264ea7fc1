"""The story of query, key and value in a browser: its numbers are torch's, for each choice."""

from __future__ import annotations

from itertools import product

import pytest
import torch

from llm_lib.book.widgets import Walkthrough
from llm_lib.book.widgets.stories.attention_row import W_K, W_Q, W_V
from tests.web.widget_page import set_trait, settle, trait

ROLES = ("query", "key", "value")
RECORD, QUESTION = 1, 3


@pytest.fixture
def page(show_widget):
    page = show_widget(Walkthrough("three-roles", scene="Your turn"), width=992)
    page.emulate_media(reduced_motion="reduce")
    return page


def texts_of(page) -> dict[str, str]:
    """Return what is written in the picture, by the key of the element."""
    return page.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll('.llm-walk-picture [data-key]')]
          .map((g) => [g.dataset.key, g.textContent]))"""
    )


def torch_looks(query: str, key: str, value: str):
    """Return scores (T, T), the question's weights and its output, by the chapter's matrices."""
    question = torch.tensor([[0.0, 1, 0, 0, 0, 0]])
    x = torch.cat([torch.eye(3).repeat(1, 2), question]).double()
    w_q, w_k, w_v = (torch.tensor(w).double() for w in (W_Q, W_K, W_V))
    q, k, v = x, x, x if value == "x" else x @ w_v
    if query == "matrix":
        q = x @ w_q / 4**0.5
    if key == "matrix":
        k = x @ w_k
    if query != key:  # numbers of one name: those of the animals
        q, k = q[:, :3], k[:, :3]
    scores = q @ k.T
    weights = scores[QUESTION].softmax(dim=0)
    return scores, weights, weights @ v


@pytest.mark.parametrize("ways", product(["x", "matrix"], repeat=3))
def test_each_choice_shows_torchs_numbers(page, ways):
    # fails when a score, a weight or the output differs from torch's, or a fault is named that is
    # not there, or one that is there is not
    for role, way in zip(ROLES, ways, strict=True):
        page.get_by_role("combobox", name=role.capitalize(), exact=True).select_option(way)
    settle(page)
    assert [trait(page, role) for role in ROLES] == list(ways)
    scores, weights, output = torch_looks(*ways)
    assert trait(page, "weights") == pytest.approx(weights.tolist(), abs=1e-9)
    assert trait(page, "output") == pytest.approx(output.tolist(), abs=1e-9)
    seen = texts_of(page)
    assert [float(seen[f"s{s}"]) for s in range(4)] == scores[QUESTION].tolist()
    assert [seen[f"w{s}"] for s in range(4)] == [f"{w:.2f}" for w in weights.tolist()]
    slots = [4, 5, 6] if ways[2] == "matrix" else [0, 1, 2, 4, 5, 6]
    shown = [seen[f"o.{slot}"] for slot in slots]
    assert shown == [f"{number:.2f}" for number in output.tolist()]
    faults = [
        bool((weights[QUESTION] - weights[RECORD]).abs() < 1e-9),
        bool(scores[QUESTION, RECORD] == scores[RECORD, QUESTION]),
        ways[2] == "x",
    ]
    assert [seen[f"fault{i}"][0] == "✗" for i in range(3)] == faults
    back = [str(i + 1) for i, is_there in enumerate(faults) if is_there]
    said = trait(page, "finding")
    assert all(number in said.split("fault")[-1] for number in back)
    assert ("no fault is left" in said) == (not back)


def test_the_scenes_show_the_chapters_numbers(page):
    # fails when a scene shows another number than the cells of the chapter that compute it
    for scene, ways in (("Output", ["x"] * 3), ("Result", ["matrix"] * 3)):
        set_trait(page, "scene", scene)
        _, weights, output = torch_looks(*ways)
        seen = texts_of(page)
        assert [seen[f"w{s}"] for s in range(4)] == [f"{w:.2f}" for w in weights.tolist()]
        shown = [seen[key] for key in sorted(seen) if key.startswith("o.")]
        assert shown == [f"{number:.2f}" for number in output.tolist()]
    before = torch_looks("x", "x", "x")
    old = [seen[key] for key in sorted(seen) if key.startswith("before.")]
    assert old == [f"{number:.2f}" for number in before[2].tolist()]
    set_trait(page, "scene", "Fault 2")
    seen, scores = texts_of(page), before[0]
    assert torch.equal(scores, scores.T)
    for t, s in product(range(4), repeat=2):
        key = f"s{s}" if t == QUESTION else f"z{t}.{s}"
        assert float(seen[key]) == scores[t, s]


def test_the_matrices_cut_what_is_shown(page):
    # fails when a query, key or value in the picture is another than the chapter's matrix makes
    set_trait(page, "scene", "q, k, v")
    set_trait(page, "step", trait(page, "step") + 2)
    seen = texts_of(page)
    for s, x in ((RECORD, [0.0, 1, 0, 0, 1, 0]), (QUESTION, [0.0, 1, 0, 0, 0, 0])):
        for letter, matrix, slots in (
            ("q", W_Q, range(4)),
            ("k", W_K, range(4)),
            ("v", W_V, (4, 5, 6)),
        ):
            made = torch.tensor(x) @ torch.tensor(matrix)
            assert [float(seen[f"{letter}{s}.{slot}"]) for slot in slots] == made.tolist()
