"""The story of a layer's heads in a browser: its numbers are Sprout's, and a head can be turned."""

from __future__ import annotations

import pytest
import torch

from llm_lib.book.measured.heads import layer_at_work
from llm_lib.book.widgets import Walkthrough
from llm_lib.interp.heads import stack_attention
from llm_lib.pretrained.save_load import load_model
from tests.web.stories import film, steps_of
from tests.web.widget_page import set_trait, settle, texts, trait

PROMPT = (
    "User: Mia the fox met Tom the bear by the lake. Mia had a kite and Tom had a drum. "
    "What did Tom have?\nBot: Tom had a"
)


PLACES = """() => [...document.querySelectorAll('[data-key]')]
  .filter((e) => /^t\\d+$/.test(e.dataset.key) && Number(e.dataset.key.slice(1)) <= 19)
  .map((e) => e.dataset.key + e.getAttribute('transform')).sort()"""


def places(page) -> list[str]:
    """Return where the tokens up to the followed one stand."""
    settle(page)
    found = page.evaluate(PLACES)
    assert len(found) == 20
    return found


@pytest.fixture(scope="module")
def sprout():
    return load_model("sprout")


@pytest.fixture
def page(show_widget, sprout):
    data = layer_at_work(*sprout, PROMPT, layer=2, token="drum", answers=["drum", "kite"])
    page = show_widget(Walkthrough("head-layer", data=data), width=992)
    page.emulate_media(reduced_motion="reduce")
    return page


def test_each_head_has_its_own_weights(page, sprout):
    # fails when a head is shown with another one's weights, or those of another token
    model, tokenizer = sprout
    ids = tokenizer.encode(PROMPT)
    at = [tokenizer.decode([i]) for i in ids].index(" drum")
    attention = stack_attention(model, torch.tensor([ids]))[2, :, 0, at]
    first = list(Walkthrough.STORIES["head-layer"].SCENES).index("Look") + 1  # Split has two steps
    for h in range(4):
        set_trait(page, "step", first + h)
        seen = texts(page)
        assert seen[f"name{h}"] == f"head 2.{h}"
        looks = page.locator("[data-key^=look]:not([data-key^=looks])")
        keys = {
            key.split(".")[0]
            for key in looks.evaluate_all("(all) => all.map((e) => e.dataset.key)")
        }
        assert keys == {f"look{h}"}
        for i, weight in enumerate(attention[h].tolist()):
            assert seen.get(f"w{i}", "") == (f"{weight:.2f}" if weight >= 0.1 else "")


def test_the_readers_factor_changes_the_answer(page, sprout):
    # fails when a menu does not change the bars, or they are not what the model says then
    model, tokenizer = sprout
    set_trait(page, "scene", "Your turn")
    page.locator("label:has(span:text-is('Head')) select").select_option(label="head 2.1")
    page.locator("label:has(span:text-is('Its output times')) select").select_option(label="0.5")
    settle(page)
    assert (trait(page, "head"), trait(page, "factor")) == (1, 1)
    scale = torch.ones(4, 4)
    scale[2, 1] = 0.5
    with torch.no_grad():
        ids = torch.tensor([tokenizer.encode(PROMPT)])
        logits = model.run_with_hooks(ids, model.scale_heads(scale))
    p = logits[0, -1].softmax(-1)[tokenizer.encode(" drum")[0]].item()
    assert texts(page)["percent0"] == f"{100 * p:.1f}\u00a0%"
    assert "head 2.1 times 0.5: drum" in trait(page, "finding").replace("Head", "head")


@pytest.mark.parametrize("width", [992, 390])
def test_the_prompt_keeps_its_place(show_widget, width):
    # fails when a token stands elsewhere in another scene, as where a weight comes above its line
    page = show_widget(film("head-layer"), width=width)
    page.emulate_media(reduced_motion="reduce")
    page.locator(".llm-walk").press("Home")
    steps = steps_of("head-layer")
    assert (
        len({tuple(places(page)) for step in range(steps) if not set_trait(page, "step", step)})
        == 1
    )


def test_a_slice_has_its_heads_colour_from_the_cut_on(page):
    # fails when the slices of the query stay in its colour once they belong to heads
    role = "(e) => [...e.classList].find((name) => /query|head/.test(name))"
    for step, wanted in ((1, ["query"] * 4), (2, [f"head{h}" for h in range(4)])):
        set_trait(page, "step", step)
        roles = [page.locator(f"[data-key='q{h}.0']").evaluate(role) for h in range(4)]
        assert roles == [f"llm-walk-{name}" for name in wanted]
