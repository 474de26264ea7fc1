"""Counting from a config: equal to a real GPT's tensors, and to torch's own count of operations."""

import random

import pytest
import torch
from torch.nn import functional as F
from torch.utils.flop_counter import FlopCounterMode

from llm_lib.costs.model_size import (
    count_flops,
    count_inference_memory,
    count_parameters_by_part,
    count_training_memory,
    known_configs,
    seen_in_layers,
)
from llm_lib.model.gpt import GPT, GPTConfig


def random_config(seed: int) -> GPTConfig:
    """Return a small config in which every switch is thrown at random."""
    r = random.Random(seed)
    n_kv_head, group = r.randint(1, 3), r.randint(1, 3)
    n_head = n_kv_head * group
    return GPTConfig(
        vocab_size=r.randint(5, 60),
        context_length=r.randint(2, 12),
        n_layer=r.randint(1, 3),
        n_head=n_head,
        n_embd=n_head * 2 * r.randint(1, 4),
        bias=r.random() < 0.5,
        n_kv_head=n_kv_head,
        position=r.choice(["learned", "rotary"]),
        norm=r.choice(["layer", "rms"]),
        mlp=r.choice(["gelu", "swiglu", "relu2"]),
        tie_weights=r.random() < 0.5,
        n_hidden=r.choice([None, r.randint(3, 40)]),
        qk_norm=r.random() < 0.5,
    )


LATER = [
    {"head_dim": 6, "position": "rotary", "n_kv_head": 2},
    {"qkv_bias": False},
    {"bias": False, "qkv_bias": True, "qk_norm": True, "qk_norm_weight": True},
    {"window": (3, None, 2), "n_sink": 1, "n_kv_head": 2},
    {"score_cap": 5.0, "logit_cap": 5.0, "head_dim": 1},
    {"latent": {"n_latent": 6, "n_rotary": 2}, "position": "rotary"},
    {"latent": {"n_latent": 6, "n_rotary": 4, "n_query_latent": 5}, "position": "rotary"}
    | {"head_dim": 3, "bias": False},
    {"experts": {"n_expert": 4, "n_active": 2}, "mlp": "swiglu"},
    {"experts": {"n_expert": 6, "n_active": 3, "n_hidden": 5, "n_shared": 2, "n_dense": 1}},
]


@pytest.mark.parametrize("switches", LATER)
def test_what_came_later_is_counted_too(switches):
    # fails if a weight or a product is left out, or if a window costs as much as everything
    config = GPTConfig(31, 12, 3, 4, 16, **switches)
    model, ids = GPT(config), torch.randint(31, (2, 12))
    assert sum(count_parameters_by_part(config).values()) == model.count_parameters()
    with FlopCounterMode(display=False) as counter:
        model.run_with_cache(ids)
    hidden = sum(12 - seen for seen in seen_in_layers(config, 12))  # computed, and then hidden
    flops = sum(count_flops(config).values()) + 2 * 2 * 4 * config.head_size * hidden
    assert counter.get_total_flops() == 2 * 12 * flops
    cache = model.half().new_cache(windows_alone=True)
    assert count_inference_memory(config)["cache"] >= cache.nbytes
    assert count_training_memory(config)["weights"] == 4 * model.count_parameters()
    if config.window is None:
        assert count_inference_memory(config)["cache"] == cache.nbytes


def test_memories_in_the_place_of_attention_are_counted():
    # fails if a matrix is left out, or a memory grows with the text, or is counted as keys
    switches = {"delta_layers": (0, 2), "n_kv_head": 2, "head_dim": 6, "position": "rotary"}
    config = GPTConfig(31, 12, 3, 4, 16, **switches)
    model = GPT(config).half()
    assert sum(count_parameters_by_part(config).values()) == model.count_parameters()
    cache = model.float().new_cache(2)
    with torch.no_grad():
        model(torch.randint(31, (2, 12)), cache)
    memory = count_inference_memory(config, 2, bytes_per_number=4)
    assert memory["cache"] == cache.nbytes
    shorter = count_inference_memory(config, 2, 6, bytes_per_number=4)["cache"]
    assert memory["cache"] - shorter == 2 * 6 * 4 * 2 * 2 * 6  # of the one layer with keys
    plain = GPTConfig(31, 12, 3, 4, 16, **switches | {"delta_layers": ()})
    saved = count_flops(plain)["looking back"] - count_flops(config)["looking back"]
    assert saved == 2 * (4 * 24 * 12 - 6 * 4 * 36)


def test_a_window_is_counted_as_it_is_stored():
    # fails if the count forgets sinks, or counts them in layers that see all
    config = GPTConfig(31, 64, 3, 4, 16, window=(8, None, 4), n_sink=2)
    cache = GPT(config).half().new_cache(windows_alone=True)
    with torch.no_grad():
        GPT(config).half()(torch.randint(31, (1, 64)), cache)
    a_position = 2 * 2 * 16  # a key and a value, two bytes a number
    counted = count_inference_memory(config, n_tokens=64)["cache"]
    assert counted == a_position * (10 + 64 + 6)
    assert counted - cache.nbytes == 2 * a_position  # the newest, of the two layers with windows


SEEDS = range(60)


@pytest.mark.parametrize("seed", SEEDS)
def test_parameters_are_those_of_the_model(seed):
    # fails if any part of any variant is counted with a number too many or too few
    config = random_config(seed)
    with torch.device("meta"):
        model = GPT(config)
    parts = count_parameters_by_part(config)
    names = {
        "token embedding": "token_embedding",
        "position embedding": "position_embedding",
        "attention": ".attention.",
        "feed-forward": ".feed_forward.",
        "norms": "norm",
        "head": "head.",
    }
    for part, word in names.items():
        held = [p.numel() for name, p in model.named_parameters() if word in name]
        assert parts[part] == sum(held), part
    assert sum(parts.values()) == model.count_parameters()


@pytest.mark.parametrize("seed", SEEDS)
def test_operations_are_those_that_torch_counts(seed):
    # fails if a matrix product is left out, counted twice or given a wrong size
    config = random_config(seed)
    T = random.Random(seed).randint(1, config.context_length)
    model, ids = GPT(config), torch.randint(config.vocab_size, (2, T))
    with FlopCounterMode(display=False) as counter:
        logits, _ = model.run_with_cache(ids)  # plain products: torch can count them all
    forward = 2 * T * sum(count_flops(config, T).values())
    assert counter.get_total_flops() == forward
    with FlopCounterMode(display=False) as counter:
        F.cross_entropy(logits.flatten(0, 1), ids.flatten()).backward()
    assert counter.get_total_flops() == 2 * forward


@pytest.mark.parametrize("seed", range(10))
def test_bytes_are_those_of_the_tensors(seed):
    # fails if weights, gradients, AdamW's averages or the cache are not what torch allocates
    config = random_config(seed)
    model = GPT(config)
    optimizer = torch.optim.AdamW(model.parameters(), foreach=False)
    model(torch.randint(config.vocab_size, (1, 2))).sum().backward()
    for p in model.parameters():  # a learned position that was not used still has its place
        p.grad = torch.zeros_like(p) if p.grad is None else p.grad
    optimizer.step()
    memory = count_training_memory(config)
    assert memory["weights"] == sum(p.nbytes for p in model.parameters())
    assert memory["gradients"] == sum(p.grad.nbytes for p in model.parameters())
    moments = [s[k] for s in optimizer.state.values() for k in ("exp_avg", "exp_avg_sq")]
    assert memory["AdamW"] == sum(t.nbytes for t in moments)
    cache = model.half().new_cache(batch_size=3)
    inference = count_inference_memory(config, batch_size=3)
    assert inference["cache"] == 3 * count_inference_memory(config)["cache"]
    assert inference["weights"] == sum(p.nbytes for p in model.parameters())
    assert inference["cache"] == cache.keys.nbytes + cache.values.nbytes


def kept_by_autograd(config, batch_size):
    """Return the bytes that a forward pass leaves behind for the backward pass."""
    model, ids = GPT(config), torch.randint(config.vocab_size, (batch_size, config.context_length))
    own = {p.untyped_storage().data_ptr() for p in model.parameters()}
    kept, alive = {}, []

    def keep(tensor):
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in own:
            kept[storage.data_ptr()] = storage.nbytes()
            alive.append(tensor)  # else its address could be given to another
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        F.cross_entropy(model(ids).flatten(0, 1), ids.flatten())
    return sum(kept.values())


@pytest.mark.parametrize(
    "switches",
    [
        {},
        {"position": "rotary"},
        {"mlp": "swiglu"},
        {"norm": "rms"},
        {"n_kv_head": 2},
        {"mlp": "relu2", "qk_norm": True},
    ],
)
def test_activations_are_close_to_what_autograd_keeps(switches):
    # fails if the estimate, which the docs call one, is more than a quarter off
    config = GPTConfig(97, 64, 3, 4, 32, **switches)
    estimate = count_training_memory(config, batch_size=2)["activations"]
    assert kept_by_autograd(config, 2) == pytest.approx(estimate, rel=0.25)


@pytest.mark.parametrize("mlp", ["gelu", "swiglu"])
@pytest.mark.parametrize("sizes", [(97, 3, 32), (5, 1, 128), (4000, 1, 8), (5, 1, 8, 2000)])
def test_activations_are_closest_for_gpt_2s_kind(sizes, mlp):
    # fails if a part is counted that is not kept, whichever part is the largest: blocks, the last
    # layers, the scores or the hidden layers
    vocab_size, n_layer, n_embd, *n_hidden = sizes
    config = GPTConfig(
        vocab_size, 64, n_layer, 4, n_embd, mlp=mlp, n_hidden=n_hidden[0] if n_hidden else None
    )
    estimate = count_training_memory(config)["activations"]
    assert kept_by_autograd(config, 1) == pytest.approx(estimate, rel=0.03)


def test_known_models_have_their_published_sizes():
    # fails if a config is wrong. GPT-2's numbers are those of the released weights, GPT-3's is
    # that of its paper (table D.1), the others round to what their makers name them
    sizes = {name: sum(count_parameters_by_part(c).values()) for name, c in known_configs().items()}
    assert list(sizes.values()) == sorted(sizes.values())
    gpt2 = ("GPT-2", "GPT-2 medium", "GPT-2 large", "GPT-2 XL")
    assert [sizes[name] for name in gpt2] == [124439808, 354823168, 774030080, 1557611200]
    assert round(sizes["GPT-3"] / 1e8) == 1746
    assert sizes["SmolLM2-135M"] == 134515008
    assert sizes["Llama 3 8B"] == 8030261248


def test_known_models_have_their_published_settings():
    # fails if a model that is made from one of these would read, or begin, otherwise than its own
    known = known_configs()
    for name, config in known.items():
        if name.startswith("GPT-2"):
            assert (config.vocab_size, config.context_length, config.init_std) == (
                50257,
                1024,
                0.02,
            )
    assert (known["GPT-3"].vocab_size, known["GPT-3"].context_length) == (50257, 2048)
    for name, base in (("SmolLM2-135M", 100_000), ("Llama 3 8B", 500_000)):
        assert (known[name].context_length, known[name].rope_base) == (8192, base)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda c: count_flops(c, 99), "n_tokens 99 is more than the model's context_length of 8"),
        (lambda c: count_flops(c, 0), "n_tokens must be a whole number of at least 1, got 0"),
        (lambda c: count_training_memory(c, 1.5), "batch_size must be a whole number"),
        (lambda c: count_inference_memory(c, 1, 1, 0), "bytes_per_number must be a whole number"),
    ],
)
def test_wrong_arguments_say_what_is_allowed(call, words):
    # fails if a length that the model can't read, or half a text, is counted without a word
    with pytest.raises(ValueError, match=words):
        call(GPTConfig(5, 8, 1, 1, 2))
