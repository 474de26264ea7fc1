"""Hugging Face's layout of a Llama, and of its relatives: Mistral, Mixtral, Qwen 2 and Qwen 3.

One decoder with a few switches. What a config asks for beyond them is refused by name.
"""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from llm_lib.model.config import GPTConfig
from llm_lib.model.rotary_scaling import RotaryScaling, yarn_magnitude
from llm_lib.pretrained.experts_layout import expert_weights, experts_config

# (ours, Hugging Face's): the names within one block; queries, keys and values are three matrices
LLAMA_BLOCK = {
    "norm_1": "input_layernorm",
    "attention.out": "self_attn.o_proj",
    "norm_2": "post_attention_layernorm",
}
FEED_FORWARD = {
    "feed_forward.gate": "mlp.gate_proj",
    "feed_forward.up": "mlp.up_proj",
    "feed_forward.down": "mlp.down_proj",
}
LLAMA_SWITCHES = {"position": "rotary", "norm": "rms", "mlp": "swiglu", "bias": False}
RELATIVES = ("llama", "mistral", "mixtral", "qwen2", "qwen3", "qwen3_moe")
# what a scaling of each kind may say: (Hugging Face's name, the field of RotaryScaling)
SCALINGS = {
    "linear": {"factor": "factor"},
    "llama3": {
        "factor": "factor",
        "low_freq_factor": "slow",
        "high_freq_factor": "fast",
        "original_max_position_embeddings": "trained_length",
    },
    "yarn": {
        "factor": "factor",
        "beta_slow": "slow",
        "beta_fast": "fast",
        "original_max_position_embeddings": "trained_length",
        "attention_factor": "magnitude",
    },
}
# what stands beside these, and changes nothing where it has this value
NEUTRAL = {"partial_rotary_factor": 1, "truncate": True}


def llama_config(hf: Any) -> GPTConfig:
    """Return the config of a GPT that computes what a Llama or a relative with config `hf` does.

    Raises ValueError, naming the field, for what a GPT has no switch for.
    """
    kind = hf.model_type
    if hf.hidden_act != "silu":
        raise ValueError(f"only a {kind} with the activation 'silu' fits, got {hf.hidden_act!r}")
    for name in ("attention_bias", "mlp_bias"):
        if value := getattr(hf, name, False):
            raise ValueError(f"a GPT can't have {name}={value!r}, only False")
    rope = _rope_settings(hf)
    n_kv_head = getattr(hf, "num_key_value_heads", None)
    return GPTConfig(
        vocab_size=hf.vocab_size,
        context_length=hf.max_position_embeddings,
        n_layer=hf.num_hidden_layers,
        n_head=hf.num_attention_heads,
        n_kv_head=n_kv_head,
        n_embd=hf.hidden_size,
        n_hidden=hf.intermediate_size,
        rope_base=rope.pop("rope_theta", None),
        norm_eps=hf.rms_norm_eps,
        tie_weights=hf.tie_word_embeddings,
        head_dim=getattr(hf, "head_dim", None),
        rope_scaling=_rope_scaling(rope),
        window=_windows(hf),
        qkv_bias=kind == "qwen2",
        qk_norm=kind.startswith("qwen3"),
        qk_norm_weight=kind.startswith("qwen3"),
        experts=experts_config(hf),
        **LLAMA_SWITCHES,
    )


def _rope_settings(hf: Any) -> dict[str, Any]:
    """Return what a config says of rotary positions, by its newer or by its older names."""
    rope = dict(getattr(hf, "rope_parameters", None) or {})
    rope |= getattr(hf, "rope_scaling", None) or {}
    for name in ("rope_theta", "partial_rotary_factor"):
        rope.setdefault(name, getattr(hf, name, None))
    rope.setdefault("rope_type", rope.pop("type", None) or "default")
    rope.pop("type", None)
    if rope["rope_type"] in ("llama3", "yarn"):
        usual = getattr(hf, "original_max_position_embeddings", hf.max_position_embeddings)
        rope.setdefault("original_max_position_embeddings", usual)
    if nested := [name for name, value in rope.items() if isinstance(value, dict)]:
        raise ValueError(f"a GPT can't have rotary positions that differ by layer: {nested[0]!r}")
    return rope


def _rope_scaling(rope: dict[str, Any]) -> RotaryScaling | None:
    """Return the scaling that these settings ask for; ValueError names what it can't be."""
    kind = rope.pop("rope_type")
    if kind not in ("default", *SCALINGS):
        known = ["default", *SCALINGS]
        raise ValueError(f"rotary positions of rope_type {kind!r} are not known; known are {known}")
    names = SCALINGS.get(kind, {})
    given = {name: value for name, value in rope.items() if value is not None}
    weights = [given.pop(name, 0) for name in ("mscale", "mscale_all_dim")]  # DeepSeek's
    fields = {names[name]: given.pop(name) for name in [*given] if name in names}
    if kind in ("default", "linear"):  # transformers writes it down where nothing uses it
        given.pop("original_max_position_embeddings", None)
    for name, value in given.items():
        if name not in NEUTRAL or value != NEUTRAL[name]:
            raise ValueError(f"rotary positions of rope_type {kind!r} can't have {name}={value!r}")
    if kind == "default":
        return None
    if "factor" not in fields:
        raise ValueError(f"rotary positions of rope_type {kind!r} need a factor, got {rope}")
    if all(weights) and "magnitude" not in fields:
        ours, all_dim = (yarn_magnitude(fields["factor"], weight) for weight in weights)
        fields["magnitude"] = ours / all_dim
    return RotaryScaling(kind, **fields)


def _windows(hf: Any) -> int | list[int | None] | None:
    """Return the sliding window of each layer, None where there is none."""
    window, n_layer = getattr(hf, "sliding_window", None), hf.num_hidden_layers
    if hf.model_type == "llama":
        return None
    if not getattr(hf, "use_sliding_window", True):
        window = None
    if hf.model_type not in ("qwen2", "qwen3"):  # the others have the same in all layers
        return window
    first = hf.max_window_layers
    kinds = getattr(hf, "layer_types", None) or [
        "sliding_attention" if i >= first else "full_attention" for i in range(n_layer)
    ]
    sizes = {"sliding_attention": window, "full_attention": None}
    if unknown := sorted(set(kinds) - set(sizes)):
        raise ValueError(f"a GPT has no layer of type {unknown[0]!r}, only {[*sizes]}")
    return [sizes[kind] for kind in kinds]


def llama_weights(theirs: Mapping[str, Tensor], c: GPTConfig, kind: str) -> dict[str, Tensor]:
    """Return the weights of a Llama or a relative under our names, but for the head."""
    ours = {
        "token_embedding.weight": theirs["model.embed_tokens.weight"],
        "norm.weight": theirs["model.norm.weight"],
    }
    for i in range(c.n_layer):
        layer, block = f"model.layers.{i}", f"blocks.{i}"
        names = LLAMA_BLOCK | (FEED_FORWARD if c.experts is None else {})
        for mine, name in names.items():
            ours[f"{block}.{mine}.weight"] = theirs[f"{layer}.{name}.weight"]
        for what in ("weight", "bias") if c.has_qkv_bias else ("weight",):
            qkv = [theirs[f"{layer}.self_attn.{x}_proj.{what}"] for x in "qkv"]
            ours[f"{block}.attention.qkv.{what}"] = torch.cat(qkv)
        if c.qk_norm_weight:
            for x in "qk":
                norm = theirs[f"{layer}.self_attn.{x}_norm.weight"]
                ours[f"{block}.attention.{x}_norm_weight"] = norm
        if c.experts is not None:
            mixture = expert_weights(theirs, layer, kind, c.experts.n_expert)
            ours |= {f"{block}.feed_forward.{name}": t for name, t in mixture.items()}
    return ours
