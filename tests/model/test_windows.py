"""Sliding windows: masks against loops, and every way of reading a text against every other."""

from itertools import product

import pytest
import torch

from llm_lib.finetuning.lora import add_lora
from llm_lib.generation import generate
from llm_lib.interp.heads import stack_attention
from llm_lib.model.gpt import GPT, GPTConfig
from llm_lib.model.windows import WindowCache, window_mask
from llm_lib.training.activation_checkpointing import recompute_blocks

SIZES = {"vocab_size": 31, "context_length": 24, "n_layer": 3, "n_head": 4, "n_embd": 16}
KINDS = {
    "one window": {"window": 4},
    "sinks": {"window": 4, "n_sink": 2, "position": "rotary"},
    "by layer": {"window": (3, None, 6), "n_sink": 1, "n_kv_head": 2, "position": "rotary"},
}


def make(kind, **more):
    torch.manual_seed(1)
    return GPT(GPTConfig(**SIZES, **KINDS[kind] | more)).eval()


@pytest.mark.parametrize("n_sink", [0, 2])
@pytest.mark.parametrize("padding", [None, [0, 3]])
def test_a_mask_is_what_a_loop_over_all_pairs_says(n_sink, padding):
    # fails if a window is one too wide or too narrow, or sinks are counted from the wrong column
    mask, S, window = window_mask(3, 5, 9, n_sink, padding and torch.tensor(padding)), 9, 3
    rows = [None] if padding is None else padding
    for b, t, s in product(range(len(rows)), range(5), range(S)):
        at, first = t + S - 5, rows[b] or 0
        near, sink = at - window < s <= at, first <= s < first + n_sink and s <= at
        wanted = (near and s >= first) or sink or s == at
        assert bool(mask[t, s] if padding is None else mask[b, 0, t, s]) == wanted, (b, t, s)


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_seen_outside_of_the_windows(kind):
    # fails if a layer attends where it may not, or not where it may
    model, ids = make(kind), torch.randint(31, (2, 20))
    pattern = stack_attention(model, ids)  # (L, H, B, T, T)
    for layer, window in enumerate(model.config.windows):
        seen = window_mask(window or 99, 20, n_sink=model.config.n_sink)
        assert torch.equal(pattern[layer] > 0, seen.expand_as(pattern[layer]))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("windows_alone", [False, True])
@pytest.mark.parametrize("pieces", [[1] * 24, [9, 1, 1, 7, 6], [24]])
def test_piece_by_piece_is_as_at_once(kind, windows_alone, pieces):
    # fails if a cache forgets what is still seen, or shows what is not
    model, ids = make(kind), torch.randint(31, (2, 24))
    cache = model.new_cache(2, windows_alone=windows_alone)
    with torch.no_grad():
        parts = [model(part, cache) for part in ids.split(pieces, dim=1)]
        assert torch.allclose(torch.cat(parts, dim=1), model(ids), atol=1e-5)
    assert cache.length == 24


def test_a_cache_of_windows_stops_growing():
    # fails if it stores what nobody will see
    model = make("sinks")
    cache = model.new_cache(windows_alone=True)
    assert isinstance(cache, WindowCache)
    with torch.no_grad():
        model(torch.randint(31, (1, 24)), cache)
    n_numbers = 3 * 2 * 16 * (2 + 3)  # layers, keys and values, channels; sinks and window - 1
    assert cache.nbytes == 4 * n_numbers
    assert cache.nbytes < model.new_cache().nbytes / 4
    assert not isinstance(GPT(GPTConfig(**SIZES)).new_cache(windows_alone=True), WindowCache)


def test_a_cache_of_windows_says_what_it_can_not():
    # fails if wrong keys are used in silence
    model = make("one window")
    cache = model.new_cache(windows_alone=True)
    with torch.no_grad():
        model(torch.randint(31, (1, 9)), cache)
        cache.length = 5
        with pytest.raises(ValueError, match="can't go back to 5 positions"):
            model(torch.randint(31, (1, 1)), cache)
        cache.length = 9
        with pytest.raises(ValueError, match="holds 24 positions, 25 are needed"):
            cache.columns_with(0, 16)
        with pytest.raises(ValueError, match="takes no padded texts"):
            model(torch.randint(31, (1, 1)), cache, torch.tensor([1]))
        with pytest.raises(ValueError, match="made for a batch of 1, and a batch of 2"):
            model(torch.randint(31, (2, 1)), model.new_cache(windows_alone=True))


@pytest.mark.parametrize("kind", KINDS)
def test_writing_goes_on_beyond_the_context(kind):
    # fails if cache and window together see other tokens than the model alone, within the context
    # or where it moves, for one text or for several of other lengths
    model = make(kind)
    prompts = [torch.randint(31, (n,)).tolist() for n in (3, 8, 5)]
    plain = [generate(model, p, 30, temperature=0, use_cache=False) for p in prompts]
    for fast in (True, False):
        ours = [generate(model, p, 30, temperature=0, fast=fast) for p in prompts]
        assert [o.tolist() for o in ours] == [p.tolist() for p in plain]
    together = generate(model, prompts, 16, temperature=0)
    assert [t.tolist() for t in together] == [
        p[: len(t)].tolist() for t, p in zip(together, plain, strict=True)
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_hooks_heads_lora_and_recomputing_work_with_windows(kind):
    # fails if a mask is lost where scores are watched, heads are scaled, or a block runs twice
    model, ids = make(kind), torch.randint(31, (2, 20))
    plain = model(ids)
    watched, _ = model.run_with_cache(ids)
    assert torch.allclose(watched, plain, atol=1e-5)
    assert not torch.allclose(
        model.run_with_hooks(ids, model.scale_heads(torch.zeros(3, 4))), plain
    )
    add_lora(model, r=2)
    assert torch.equal(model(ids), plain)
    model(ids).square().mean().backward()
    wanted = [p.grad.clone() for p in model.parameters() if p.grad is not None]
    model.zero_grad()
    with recompute_blocks(model):
        model(ids).square().mean().backward()
    found = [p.grad for p in model.parameters() if p.grad is not None]
    assert all(torch.equal(a, b) for a, b in zip(found, wanted, strict=True))


@pytest.mark.parametrize("kind", KINDS)
def test_in_bfloat16_it_is_nearly_the_same(kind):
    # fails if a mask or a cap is made in another type
    model, ids = make(kind, score_cap=20.0), torch.randint(31, (2, 20))
    wanted = model(ids)
    ours = model.bfloat16()(ids)
    assert ours.dtype == torch.bfloat16
    assert (ours - wanted).abs().max() < 0.1 * wanted.abs().max()
