"""Hybrids: layers with memories between layers with attention, in every way of reading a text."""

import pytest
import torch

from llm_lib.finetuning.lora import add_lora
from llm_lib.generation import generate
from llm_lib.generation.speculative import generate_speculative
from llm_lib.interp.heads import stack_attention
from llm_lib.model.gpt import GPT, GPTConfig
from llm_lib.pretrained.save_load import load_model, save_model
from llm_lib.training.activation_checkpointing import recompute_blocks

SIZES = {"vocab_size": 31, "context_length": 16, "n_layer": 3, "n_head": 4, "n_embd": 16}
KINDS = {
    "memories and attention": {"delta_layers": [0, 2], "n_kv_head": 2},
    "memories alone": {"delta_layers": (0, 1, 2)},
    "memories and windows": {"delta_layers": [1], "window": 4, "n_sink": 1},
    "memories and latents": {"delta_layers": [2, 0], "latent": {"n_latent": 6, "n_rotary": 2}},
    "memories and experts": {"delta_layers": [1], "experts": {"n_expert": 4, "n_active": 2}},
}


def make(kind, **more):
    torch.manual_seed(6)
    return GPT(GPTConfig(**SIZES, position="rotary", **KINDS[kind] | more)).eval()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("pieces", [[1] * 16, [6, 1, 1, 5, 3]])
def test_piece_by_piece_is_as_at_once(kind, pieces):
    # fails if a layer takes another's keys or memory, or one of them is a token late
    model, ids = make(kind).double(), torch.randint(31, (2, 16))
    cache = model.new_cache(2)
    with torch.no_grad():
        parts = [model(part, cache) for part in ids.split(pieces, dim=1)]
        assert torch.allclose(torch.cat(parts, dim=1), model(ids), atol=1e-9)
    assert len(cache.keys) == 3 - len(model.config.delta_layers)


@pytest.mark.parametrize("kind", KINDS)
def test_writing_is_the_same_in_all_ways(kind):
    # fails beyond the context, or if what only fills a row is remembered as text
    model = make(kind)
    prompts = [[5, 3, 1], [7], [2, 2, 9, 4, 1, 1]]
    plain = [generate(model, p, 24, temperature=0, use_cache=False).tolist() for p in prompts]
    assert [generate(model, p, 24, temperature=0).tolist() for p in prompts] == plain
    together = generate(model, prompts, 10, temperature=0)
    for one, wanted in zip(together, plain, strict=True):
        assert one.tolist() == wanted[: len(one)]


def test_a_memory_does_not_go_back():
    # fails if drafts that were refused stay in a memory without a word
    model = make("memories and attention")
    cache = model.new_cache()
    with torch.no_grad():
        model(torch.randint(31, (1, 9)), cache)
        cache.length = 5
        with pytest.raises(ValueError, match="memory of 9 positions can't go back to 5"):
            model(torch.randint(31, (1, 1)), cache)
        cache.length = 0  # another text
        ids = torch.randint(31, (1, 4))
        assert torch.allclose(model(ids, cache), model(ids), atol=1e-5)
    with pytest.raises(ValueError, match="can't go back"):
        generate_speculative(model, make("memories alone"), [5, 3, 1], 12, temperature=0)


@pytest.mark.parametrize("kind", KINDS)
def test_files_hooks_lora_and_recomputing(kind, tmp_path):
    # fails if a part is lost on disk, a head can't be switched off, or gradients differ
    model, ids = make(kind), torch.randint(31, (2, 9))
    save_model(model, None, tmp_path)
    again = load_model(tmp_path)[0]
    assert again.config == model.config and torch.equal(again(ids), model(ids))
    plain, seen = model.run_with_cache(ids)
    layer = model.config.delta_layers[0]
    assert seen[f"blocks.{layer}.attention.z"].shape == (2, 4, 9, 4)
    scale = torch.ones(3, 4)
    scale[layer, 1] = 0
    assert not torch.allclose(model.run_with_hooks(ids, model.scale_heads(scale)), plain)
    with pytest.raises(ValueError, match=f"no activation is called 'blocks.{layer}.attention.patt"):
        stack_attention(model, ids)
    add_lora(model, r=2, targets=("qkvg", "attention.out"))
    found = []
    for enabled in (False, True):
        model.zero_grad()
        with recompute_blocks(model, enabled):
            model(ids).square().mean().backward()
        found.append([p.grad.clone() for p in model.parameters() if p.grad is not None])
    assert all(torch.equal(a, b) for a, b in zip(*found, strict=True))
    assert model.bfloat16()(ids).dtype == torch.bfloat16


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        ([3], "delta_layers must be a whole number from 0 to 2, got 3"),
        ([0.5], "delta_layers must be a whole number"),
        (2, "delta_layers must be a list of layers, got 2"),
    ],
)
def test_layers_that_are_not_there_are_named(layers, message):
    # fails if a layer beyond the last is left out in silence
    with pytest.raises(ValueError, match=message):
        GPTConfig(**SIZES, delta_layers=layers)
