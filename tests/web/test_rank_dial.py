"""RankDial in a browser: what it shows is what torch computes with the same adapters."""

from __future__ import annotations

import pytest
import torch

from llm_lib.book.widgets import RankDial
from llm_lib.book.widgets.rank_dial import PROMPT
from llm_lib.finetuning import Template, load_adapter, set_strength
from llm_lib.finetuning.lora import lora_layers
from llm_lib.generation import complete
from llm_lib.pretrained.save_load import load_model
from tests.web.widget_page import set_trait, settle, trait

ADAPTERS = {4: "sprout_base-r4", 8: "sprout_base-r8"}
SAID = "model.get('answers').length === 2 && model.get('finding')"


def dial(asked: int = 1, **settings) -> RankDial:
    """Return a dial that measures only a few prompts, so that a test need not wait."""
    widget = RankDial(adapters=ADAPTERS, **settings)
    widget.prompts = [*widget.prompts[:asked], *widget.prompts[-2:]]
    return widget


@pytest.fixture(scope="module")
def tuned():
    """The base with an adapter, whose numbers are rounded as the page gets them, and tokenizer."""
    model, tokenizer = load_model("sprout_base")
    load_adapter(model, ADAPTERS[8])
    with torch.no_grad():
        for _, layer in lora_layers(model):
            for part in (layer.lora_a, layer.lora_b):
                part.copy_(part.half().float())
    return model.eval(), tokenizer


def wait_for_answer(page, **settings) -> dict:
    """Choose settings, and return what is shown when both have answered."""
    page.evaluate("(values) => Object.entries(values).forEach((of) => model.set(...of))", settings)
    settle(page)  # it has begun to write: there are no answers now
    page.wait_for_function(SAID)
    settle(page)
    return {name: trait(page, name) for name in ("answers", "next_tokens", "changes", "learned")}


def test_answers_and_probabilities_are_torchs(show_widget, tuned):
    # fails if the strength, the order of A and B, or the template differs from Python's
    model, tokenizer = tuned
    page = show_widget(dial(r=8))
    question = Template().question(PROMPT)
    ids = torch.tensor([tokenizer.encode(question)])
    for factor, settings in (
        (0, {"strength": 0}),
        (1, {"strength": 1}),
        (2, {"strength": 2}),
        (0.5, {"strength": 0.5}),
    ):
        shown = wait_for_answer(page, **settings)
        set_strength(model, factor)
        with torch.no_grad():
            p = model(ids)[0, -1].softmax(-1)
        for token, probability in shown["next_tokens"][1]:
            [id_] = tokenizer.encode(token)
            assert probability == pytest.approx(float(p[id_]), abs=1e-3)
        if factor < 2:  # beyond, two tokens may be as likely, and rounding decides
            [text] = complete(model, tokenizer, [question], 48)
            assert shown["answers"][1] == text.strip()
        if factor == 0:
            assert shown["answers"][0] == shown["answers"][1]


def test_sizes_are_lora_s(show_widget, tuned):
    # fails if the count, the file or the length of a change is that of something else
    model, _ = tuned
    page = show_widget(dial(r=8, strength=2))
    shown = wait_for_answer(page, strength=1.5)
    sides = [sum(layer.weight.shape) for _, layer in lora_layers(model)]
    assert shown["learned"] == 8 * sum(sides)
    set_strength(model, 1.5)
    for name, layer in lora_layers(model):
        share = float(layer.delta().detach().norm() / layer.weight.norm())
        _, block, _, part = name.split(".")
        assert shown["changes"][f"{block}.{part}"] == pytest.approx(share, rel=1e-3)
    assert wait_for_answer(page, r=4)["learned"] == shown["learned"] // 2


def test_the_curve_counts_right_answers(show_widget, tuned):
    # fails if a prompt is asked otherwise than in Python, or an answer is marked otherwise
    model, tokenizer = tuned
    widget = dial(asked=2, r=8)
    page = show_widget(widget)
    page.wait_for_function("model.get('scores').length === 9", timeout=60_000)
    asked = [(prompt, answer) for _, prompt, answer in widget.prompts if answer]
    for strength, right in trait(page, "scores"):
        set_strength(model, strength)
        texts = complete(model, tokenizer, [Template().question(p) for p, _ in asked], 40)
        firsts = [text.split("\n")[0].strip() for text in texts]
        wanted = sum(first == answer for first, (_, answer) in zip(firsts, asked, strict=True))
        assert right == wanted, strength
    settle(page)
    assert "prompts" in page.inner_text(".llm-finding")
    assert f"{trait(page, 'scores')[4][1]} at 1" in page.get_attribute(
        ".llm-dial-chart", "aria-label"
    )


def test_it_goes_by_keyboard_and_back(show_widget):
    # fails if a control can't be reached or does nothing, or Reset leaves something behind
    page = show_widget(dial(r=8))
    wait_for_answer(page)
    page.get_by_role("slider", name="Strength").press("Home")
    assert trait(page, "strength") == 0
    page.get_by_role("radio", name="8", exact=True).press("ArrowLeft")
    settle(page)
    assert trait(page, "r") == 4
    row = page.get_by_role("row", name="qkv")
    assert row.get_by_role("cell").all_inner_texts() == ["0\u00a0%"] * 4  # at strength 0
    page.get_by_label("Held-out prompts").select_option(index=1)
    page.get_by_role("button", name="Reset").click()
    settle(page)
    assert [trait(page, n) for n in ("prompt", "r", "strength")] == [PROMPT, 8, 1]
    set_trait(page, "prompt", " ")
    assert page.locator(".llm-dial-writing").all_inner_texts() == ["…", "…"]
    assert page.inner_text(".llm-finding") == "Type a prompt, or choose one."
