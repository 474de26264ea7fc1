"""Counts a GPT's parameters, operations and memory from its config alone."""

from dataclasses import replace

from llm_lib.arguments import check_whole
from llm_lib.model.gpt import GPTConfig

# Sizes from the papers: Radford et al. 2019 (table 2), Brown et al. 2020 (table 2.1), Allal et al.
# 2025 and Grattafiori et al. 2024 (table 3); what these leave out is from the published configs.
_GPT2 = {"vocab_size": 50257, "context_length": 1024}
_LLAMA = {"bias": False, "position": "rotary", "norm": "rms", "mlp": "swiglu"}
_KNOWN = {
    "GPT-2": _GPT2 | {"n_layer": 12, "n_head": 12, "n_embd": 768, "init_std": 0.02},
    "SmolLM2-135M": _LLAMA
    | {"vocab_size": 49152, "context_length": 8192, "n_layer": 30, "n_head": 9, "n_embd": 576}
    | {"n_kv_head": 3, "n_hidden": 1536, "rope_base": 100000.0},
    "GPT-2 medium": _GPT2 | {"n_layer": 24, "n_head": 16, "n_embd": 1024, "init_std": 0.02},
    "GPT-2 large": _GPT2 | {"n_layer": 36, "n_head": 20, "n_embd": 1280, "init_std": 0.02},
    "GPT-2 XL": _GPT2 | {"n_layer": 48, "n_head": 25, "n_embd": 1600, "init_std": 0.02},
    "Llama 3 8B": _LLAMA
    | {"vocab_size": 128256, "context_length": 8192, "n_layer": 32, "n_head": 32, "n_embd": 4096}
    | {"n_kv_head": 8, "n_hidden": 14336, "rope_base": 500000.0, "tie_weights": False},
    "GPT-3": {"vocab_size": 50257, "context_length": 2048, "n_layer": 96, "n_head": 96}
    | {"n_embd": 12288},
}


def known_configs() -> dict[str, GPTConfig]:
    """Return the configs of some published models by name, the smallest model first.

    >>> known_configs()["GPT-2"].n_embd
    768
    """
    return {name: GPTConfig(**values) for name, values in _KNOWN.items()}


def count_parameters_by_part(config: GPTConfig) -> dict[str, int]:
    """Return how many parameters each part of a `GPT` has, exactly.

    A table that is tied to the head is counted once, as "token embedding".

    >>> tiny = GPTConfig(5, context_length=3, n_layer=1, n_head=1, n_embd=2)
    >>> count_parameters_by_part(tiny)["token embedding"]
    10
    """
    c, C = config, config.n_embd
    norm = C * (2 if c.norm == "layer" and c.bias else 1)
    learned = c.position == "learned"
    return {
        "token embedding": c.vocab_size * C,
        "position embedding": c.context_length * C if learned else 0,
        "attention": _count_projections(c) + _count_attention_vectors(c),
        "feed-forward": _count_feed_forward(c),
        "norms": (2 * c.n_layer + 1) * norm,
        "head": 0 if c.tie_weights else c.vocab_size * C,
    }


def count_active_parameters(config: GPTConfig) -> int:
    """Return how many parameters of a `GPT` one token meets: all but those of idle experts.

    >>> experts = {"n_expert": 8, "n_active": 2}
    >>> config = GPTConfig(5, 3, n_layer=1, n_head=1, n_embd=2, bias=False, experts=experts)
    >>> sum(count_parameters_by_part(config).values()) - count_active_parameters(config)
    192
    """
    parts = count_parameters_by_part(config)
    whole, active = (_count_feed_forward(config, idle) for idle in (True, False))
    return sum(parts.values()) - whole + active


def _count_projections(config: GPTConfig) -> int:
    """Return the parameters of the matrices of all layers' attention."""
    c, C, z = config, config.n_embd, config.n_head * config.head_size
    n_delta = len(c.delta_layers)
    delta = C * 4 * z + C * 2 * c.n_head + z * C  # queries, keys, values, gates; α and β; out
    if c.latent is None:
        one = C * (c.n_head + 2 * c.kv_heads) * c.head_size + z * C
    else:
        s, q = c.latent, z + c.n_head * c.latent.n_rotary
        short = s.n_query_latent
        queries = C * q if short is None else C * short + short * q
        one = queries + C * (s.n_latent + s.n_rotary) + s.n_latent * 2 * z + z * C
    return (c.n_layer - n_delta) * one + n_delta * delta


def _count_attention_vectors(config: GPTConfig) -> int:
    """Return the parameters of biases, norms and rates within all layers' attention."""
    c, out = config, config.n_embd if config.bias else 0
    n_delta = len(c.delta_layers)
    if c.latent is not None:
        one = c.latent.n_latent + (c.latent.n_query_latent or 0) + out
    else:
        qkv = (c.n_head + 2 * c.kv_heads) * c.head_size if c.has_qkv_bias else 0
        one = qkv + (2 * c.head_size if c.qk_norm_weight else 0) + out
    return (c.n_layer - n_delta) * one + n_delta * (2 * c.n_head + c.head_size)


def _count_feed_forward(config: GPTConfig, idle: bool = True) -> int:
    """Return the parameters of all feed-forward networks, with the idle experts or without."""
    c, e = config, config.experts

    def one(width: int) -> int:
        up, down = _linear(c, c.n_embd, width), _linear(c, width, c.n_embd)
        return (2 if c.mlp == "swiglu" else 1) * up + down

    if e is None:
        return c.n_layer * one(c.hidden_width)
    width = e.n_hidden or c.hidden_width
    routed = (e.n_expert if idle else e.n_active) * one(width)
    shared = one(e.n_shared * width) if e.n_shared else 0
    mixture = c.n_embd * e.n_expert + routed + shared  # the router's first
    return e.n_dense * one(c.hidden_width) + (c.n_layer - e.n_dense) * mixture


def count_flops(config: GPTConfig, n_tokens: int | None = None) -> dict[str, int]:
    """Return the operations for ONE token of a text of `n_tokens` (default: the context length).

    A multiplication and an addition are 2 operations; only matrix products count. Each position is
    compared with all `n_tokens`, as the plain product does; a kernel that skips the masked half
    needs less. In a layer with a window that is the window and its sinks alone, as for a kernel
    that skips what is hidden; of experts, those count that a token meets; a memory of the gated
    delta rule is read and written token by token. Writing one more token with a full cache costs
    the same, but for latent attention, which then does not expand its keys and values. Multiplied
    by `n_tokens` this is a forward pass; a backward pass costs twice that. Raises ValueError as
    `check_length` does.
    """
    c, T = config, check_length(config, n_tokens)
    # a memory is read by the key, written, and read by the query
    memories = len(c.delta_layers) * 3 * 2 * c.n_head * c.head_size**2
    compared = 2 * c.head_size + (c.latent.n_rotary if c.latent else 0)  # q · k, and weights · v
    return {
        "projections": 2 * _count_projections(c),
        "looking back": 2 * c.n_head * compared * sum(seen_in_layers(c, T)) + memories,
        "feed-forward": 2 * _count_feed_forward(replace(c, bias=False), idle=False),
        "head": 2 * c.n_embd * c.vocab_size,
    }


def count_training_memory(
    config: GPTConfig, batch_size: int = 1, n_tokens: int | None = None
) -> dict[str, int]:
    """Return the bytes that training in float32 holds, for `batch_size` texts of `n_tokens` each.

    "weights", "gradients" and "AdamW" (two averages for each parameter) are exact. "activations",
    what the backward pass must remember, is an estimate: it leaves out dropout and attention maps.
    Raises ValueError as `check_length` does.
    """
    c, T = config, check_length(config, n_tokens)
    numbers = 4 * sum(count_parameters_by_part(config).values())
    hidden = (4 if c.mlp == "swiglu" else 2) * sum(_active_widths(c))
    a_token = c.n_layer * 8 * c.n_embd + hidden + 2 * c.n_embd + c.vocab_size
    return {
        "weights": numbers,
        "gradients": numbers,
        "AdamW": 2 * numbers,
        "activations": 4 * a_token * T * check_whole("batch_size", batch_size),
    }


def count_inference_memory(
    config: GPTConfig, batch_size: int = 1, n_tokens: int | None = None, bytes_per_number: int = 2
) -> dict[str, int]:
    """Return the bytes for writing `batch_size` texts of `n_tokens` side by side.

    "cache" holds a key and a value of each layer and key/value head for every token that can be
    seen, or with latent attention one latent and one rotary key of each layer (a cache of
    `GPT.new_cache` has room for `context_length`, unless it is asked for fewer positions, or for
    windows alone). The memories of the gated delta rule count once, since they do not grow.
    Raises ValueError as `check_length` does.
    """
    c, T = config, check_length(config, n_tokens)
    size = check_whole("bytes_per_number", bytes_per_number)
    memories = 4 * len(c.delta_layers) * c.n_head * c.head_size**2  # in float32, always
    kept = c.latent.n_latent + c.latent.n_rotary if c.latent else 2 * c.kv_heads * c.head_size
    a_text = kept * sum(seen_in_layers(c, T))
    return {
        "weights": size * sum(count_parameters_by_part(config).values()),
        "cache": (size * a_text + memories) * check_whole("batch_size", batch_size),
    }


def seen_in_layers(config: GPTConfig, n_tokens: int) -> list[int]:
    """Return how many of `n_tokens` the last one sees in each layer: all, or sinks and window.

    None, 0, where a memory stands in the place of attention.

    >>> seen_in_layers(GPTConfig(5, 64, 2, 1, 2, window=[8, None], n_sink=1), 32)
    [9, 32]
    """
    c = config
    seen = [n_tokens if w is None else min(w + c.n_sink, n_tokens) for w in c.windows]
    return [0 if layer in c.delta_layers else n for layer, n in enumerate(seen)]


def _active_widths(config: GPTConfig) -> list[int]:
    """Return how many hidden channels a token passes in each layer, in all of its experts."""
    c, e = config, config.experts
    if e is None:
        return [c.hidden_width] * c.n_layer
    mixture = (e.n_active + e.n_shared) * (e.n_hidden or c.hidden_width)
    return [c.hidden_width] * e.n_dense + [mixture] * (c.n_layer - e.n_dense)


def check_length(config: GPTConfig, n_tokens: int | None) -> int:
    """Return `n_tokens` (default: the context length); ValueError if the model can't read it."""
    if n_tokens is None:
        return config.context_length
    if check_whole("n_tokens", n_tokens) > config.context_length:
        raise ValueError(
            f"n_tokens {n_tokens} is more than the model's context_length of "
            f"{config.context_length}"
        )
    return n_tokens


def _linear(config: GPTConfig, n_in: int, n_out: int) -> int:
    """Return how many parameters a linear layer has, with its bias if the config has biases."""
    return n_in * n_out + (n_out if config.bias else 0)
