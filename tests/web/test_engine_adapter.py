"""An adapter in the page changes a model as it does in Python."""

from __future__ import annotations

import pytest
import torch

from llm_lib.finetuning.lora import add_lora, lora_layers, set_strength
from tests.web.trained_models import HELPERS, config_of, fresh_model, pack, packed_weights
from tests.web.widget_page import plain_script

IDS = [3, 1, 4, 1, 5]


@pytest.fixture(scope="module")
def page(run_script):
    """The engine and what reads adapters, loaded."""
    return run_script(plain_script("engine/adapter.js", "engine/gpt.js") + HELPERS)


# Fails if the strength, the scale, or the order of A and B differs.
@pytest.mark.parametrize("strength", [0, 0.5, 2])
def test_it_is_lora(page, strength):
    base = fresh_model()
    weights = packed_weights(base)
    model = add_lora(base, r=3, alpha=5, targets=["attention.qkv", "feed_forward.up"])
    with torch.no_grad():
        for _, layer in lora_layers(model):
            layer.lora_b.normal_(std=0.3)
    set_strength(model, strength)
    tensors = {
        f"{name}.{part}": pack(getattr(layer, part))
        for name, layer in lora_layers(model)
        for part in ("lora_a", "lora_b")
    }
    scales = {name: layer.scale for name, layer in lora_layers(model)}
    logits = page.evaluate(
        """([config, weights, scales, tensors, strength, ids]) => {
          const adapter = {scales, tensors: floatsOf(tensors)};
          const gpt = GPT.fromWeights(config, withAdapter(floatsOf(weights), adapter, strength));
          return [...gpt.forward(ids).logits];
        }""",
        [config_of(base), weights, scales, tensors, strength, IDS],
    )
    expected = model(torch.tensor([IDS])).flatten().detach()
    torch.testing.assert_close(torch.tensor(logits), expected, atol=1e-4, rtol=1e-4)


# Fails if an adapter of another size is put in by halves.
def test_an_adapter_that_does_not_fit_is_refused(page):
    said = page.evaluate(
        """() => complaintOf(() => withAdapter({"a.weight": new Float32Array(12)},
          {scales: {a: 1}, tensors: {"a.lora_a": new Float32Array(5), "a.lora_b": new Float32Array(3)}}, 1))"""
    )
    assert said == "The adapter does not fit this model: its change of a has no place."
