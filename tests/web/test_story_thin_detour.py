"""The story of LoRA's detour in a browser: its numbers are those of `LoRALinear`."""

from __future__ import annotations

import pytest
import torch

from llm_lib.book.widgets import Walkthrough
from llm_lib.finetuning.lora import LoRALinear, add_lora, merge_lora
from tests.web.widget_page import set_trait, settle, texts, trait

SETTINGS = {
    "x": [[1.0, -2.0, 0.5]], "w": [[1.0, 0.0, 2.0], [-3.0, 1.0, 1.0]],
    "a": [[2.0, -1.0, 4.0]], "b": [[1.5], [-2.0]], "alpha": 4.0,
}  # fmt: skip


def tuned(x, w, a, b, alpha) -> tuple[LoRALinear, torch.Tensor]:
    """Return the library's own layer with these numbers, and x."""
    linear = torch.nn.Linear(3, 2, bias=False)
    linear.weight.data = torch.tensor(w)
    [layer] = add_lora(torch.nn.Sequential(linear), r=1, alpha=alpha, targets=("0",))
    layer.lora_a.data, layer.lora_b.data = torch.tensor(a), torch.tensor(b)
    return layer, torch.tensor(x[0])


def shown(page, key: str, *shape: int) -> list:
    """Return the numbers of a vector or matrix as they are written."""
    found = texts(page)
    at = [f"{key}.{'.'.join(map(str, index))}" for index in torch.ones(shape).nonzero().tolist()]
    numbers = torch.tensor([float(found[name].replace("−", "-")) for name in at])
    return numbers.view(shape).tolist()


@pytest.fixture
def page(show_widget):
    page = show_widget(Walkthrough("thin-detour", **SETTINGS), width=992)
    page.emulate_media(reduced_motion="reduce")
    return page


def test_its_numbers_are_the_librarys(page):
    # fails when a product, the scale or the sum is another than LoRALinear's
    layer, x = tuned(**SETTINGS)
    set_trait(page, "scene", "Scale")
    assert shown(page, "wx", 2) == (layer.weight @ x).tolist()
    assert shown(page, "y", 2) == layer(x).tolist() == trait(page, "output")
    set_trait(page, "scene", "Merged")
    assert shown(page, "merged", 2, 3) == merge_lora(layer).weight.tolist()
    assert shown(page, "y", 2) == layer(x).tolist()


def test_before_it_learns_the_detour_adds_nothing(page):
    # fails when B has learned already in the scene that says it starts at zero
    layer, x = tuned(**SETTINGS)
    set_trait(page, "scene", "Back up")
    assert shown(page, "b", 2, 1) == [[0], [0]] and shown(page, "up", 2) == [0, 0]
    assert shown(page, "y", 2) == (layer.weight @ x).tolist()


@pytest.mark.parametrize(("k", "r"), [(0, 1), (1, 4), (2, 16)])
def test_what_learns_is_counted_as_the_library_counts(page, k, r):
    # fails when the counts of a square matrix of Sprout are others than add_lora's
    set_trait(page, "step", [*Walkthrough("thin-detour").SCENES].index("To scale") + k)
    model = add_lora(torch.nn.Sequential(torch.nn.Linear(128, 128, bias=False)), r, targets=("0",))
    n = sum(p.numel() for p in model.parameters() if p.requires_grad)
    assert texts(page)["share"] == f"{n:,} learn"


def test_the_reader_turns_a_and_the_scale(page):
    # fails when a changed number or the menu leaves the output as it was
    set_trait(page, "scene", "Your turn")
    page.get_by_role("spinbutton", name="A, number 3").press("ArrowUp")
    page.get_by_role("combobox", name="α / r").select_option("1")
    settle(page)
    changed = SETTINGS | {"a": [[2.0, -1.0, 4.1]], "alpha": 1.0}
    layer, x = tuned(**changed)
    assert trait(page, "output") == pytest.approx(layer(x).tolist(), abs=1e-6)
    page.get_by_role("combobox", name="α / r").select_option("0")
    settle(page)
    assert trait(page, "output") == pytest.approx((layer.weight @ x).tolist(), abs=1e-6)
