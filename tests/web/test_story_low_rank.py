"""The story of LoRA in a browser: its numbers are the library's, also when a reader changes them."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from llm_lib.tuning.lora import LoRALinear
from llm_lib.widgets import Walkthrough
from tests.web.widget_page import set_trait, settle, texts, trait


@pytest.fixture
def page(show_widget):
    page = show_widget(Walkthrough("low-rank"), width=992)
    page.emulate_media(reduced_motion="reduce")
    return page


def lora(page, b=None) -> LoRALinear:
    """Return the library's layer with the numbers of the page, and `b` in place of its B."""
    linear = nn.Linear(3, 2, bias=False)
    with torch.no_grad():
        linear.weight.copy_(torch.tensor(trait(page, "w")))
        layer = LoRALinear(linear, 1, trait(page, "alpha"))
        layer.lora_a.copy_(torch.tensor(trait(page, "a")))
        layer.lora_b.copy_(torch.tensor(trait(page, "b") if b is None else b))
    return layer


def shown(page, name: str) -> list[float]:
    """Return the numbers of a vector as they are written."""
    seen = texts(page)
    return [float(seen[f"{name}.{i}"].replace("−", "-")) for i in range(2)]


def agrees(page, b=None) -> None:
    """Check what the picture says of W x and of the sum against the library's layer."""
    layer, x = lora(page, b), torch.tensor(trait(page, "x")).float()
    with torch.no_grad():
        y = layer(x)[0].tolist()
        change = (layer(x) - x @ layer.weight.T)[0].tolist()
    assert shown(page, "y") == pytest.approx(y, abs=0.006)
    assert shown(page, "change") == pytest.approx(change, abs=0.006)


def test_the_layer_is_the_librarys(page):
    # fails when A and B change places, α ÷ r is left out, or B isn't 0 before training
    set_trait(page, "scene", "Add")
    agrees(page)
    assert shown(page, "y") == [9, -4]
    set_trait(page, "scene", "At zero")
    agrees(page, b=[[0.0], [0.0]])
    assert shown(page, "y") == shown(page, "wx") == [3, 2]


def test_merged_it_is_one_matrix(page):
    # fails when the merged matrix is not W with the library's change in it
    set_trait(page, "scene", "Merge")
    seen, layer = texts(page), lora(page)
    merged = (layer.weight + layer.change()).tolist()
    for i, row in enumerate(merged):
        assert [float(seen[f"M.{i}.{j}"].replace("−", "-")) for j in range(3)] == row


def test_a_reader_changes_all_but_the_frozen_matrix(page):
    # fails when a number can't be reached by key, W can, or the result does not follow
    set_trait(page, "scene", "Your turn")
    assert page.get_by_role("spinbutton").count() == 3 + 3 + 2
    for name in ("x, number 2", "A, number 3", "B, number 1"):
        page.get_by_role("spinbutton", name=name, exact=True).press("ArrowUp")
    page.get_by_label("α").select_option("4")
    settle(page)
    assert (trait(page, "x")[0][1], trait(page, "alpha")) == (pytest.approx(1.1), 4)
    assert trait(page, "b")[0][0] == pytest.approx(1.1)
    agrees(page)
    with torch.no_grad():
        y = lora(page)(torch.tensor(trait(page, "x")).float())[0].tolist()
    assert trait(page, "y") == pytest.approx(y, abs=1e-4)
