"""Configs of published models of 2023 to 2025, as `GPTConfig` says them, to count and compare.

Sizes and switches are those of each model's config.json on the Hugging Face Hub, in the repository
named beside it. Two things in them are left out, since no number counted here depends on them:
DeepSeek-V3's choice of experts in groups, and its head that predicts a second token.
"""

from llm_lib.model.config import GPTConfig
from llm_lib.model.experts import ExpertsConfig
from llm_lib.model.latent_attention import LatentConfig
from llm_lib.model.rotary_scaling import RotaryScaling, yarn_magnitude

_LLAMA = {"bias": False, "position": "rotary", "norm": "rms", "mlp": "swiglu"}
_APART = _LLAMA | {"tie_weights": False}  # a head of its own
_QWEN3 = {"head_dim": 128, "qk_norm": True, "qk_norm_weight": True, "rope_base": 1e6}
_QWEN3 |= {"vocab_size": 151936, "context_length": 40960, "norm_eps": 1e-6}
_MISTRAL = {"vocab_size": 32000, "context_length": 32768, "n_layer": 32, "n_head": 32}
_MISTRAL |= {"n_kv_head": 8, "n_embd": 4096, "n_hidden": 14336}
_LLAMA3 = {"vocab_size": 128256, "context_length": 131072, "rope_base": 500000.0, "n_kv_head": 8}


def _deepseek(weight: float, latent: dict) -> dict:
    """Return what DeepSeek's models share; `weight` is their YaRN's mscale."""
    return _APART | {
        "context_length": 163840,
        "head_dim": 128,
        "norm_eps": 1e-6,
        "rope_scaling": RotaryScaling("yarn", 40.0, 4096, magnitude=1.0),
        "latent": LatentConfig(
            n_latent=512, n_rotary=64, score_scale=yarn_magnitude(40.0, weight) ** 2, **latent
        ),
    }


_MODERN = {
    # Qwen/Qwen2.5-0.5B
    "Qwen2.5 0.5B": _LLAMA
    | {"vocab_size": 151936, "context_length": 32768, "n_layer": 24, "n_head": 14, "n_embd": 896}
    | {"n_kv_head": 2, "n_hidden": 4864, "qkv_bias": True, "rope_base": 1e6, "norm_eps": 1e-6},
    # Qwen/Qwen3-0.6B
    "Qwen3 0.6B": _LLAMA
    | _QWEN3
    | {"n_layer": 28, "n_head": 16, "n_kv_head": 8, "n_embd": 1024, "n_hidden": 3072},
    # meta-llama/Llama-3.2-1B
    "Llama 3.2 1B": _LLAMA
    | _LLAMA3
    | {"n_layer": 16, "n_head": 32, "n_embd": 2048, "n_hidden": 8192}
    | {"rope_scaling": RotaryScaling("llama3", 32.0, 8192)},
    # mistralai/Mistral-7B-v0.1
    "Mistral 7B": _APART | _MISTRAL | {"window": 4096},
    # deepseek-ai/DeepSeek-V2-Lite
    "DeepSeek-V2-Lite": _deepseek(0.707, {})
    | {"vocab_size": 102400, "n_layer": 27, "n_head": 16, "n_embd": 2048, "n_hidden": 10944}
    | {"experts": ExpertsConfig(64, 6, 1408, n_shared=2, normalize=False, n_dense=1)},
    # Qwen/Qwen3-30B-A3B
    "Qwen3 30B-A3B": _APART
    | _QWEN3
    | {"n_layer": 48, "n_head": 32, "n_kv_head": 4, "n_embd": 2048, "n_hidden": 6144}
    | {"experts": ExpertsConfig(128, 8, 768)},
    # mistralai/Mixtral-8x7B-v0.1
    "Mixtral 8x7B": _APART | _MISTRAL | {"rope_base": 1e6, "experts": ExpertsConfig(8, 2)},
    # meta-llama/Llama-3.1-405B
    "Llama 3.1 405B": _APART
    | _LLAMA3
    | {"n_layer": 126, "n_head": 128, "n_embd": 16384, "n_hidden": 53248}
    | {"rope_scaling": RotaryScaling("llama3", 8.0, 8192)},
    # deepseek-ai/DeepSeek-V3
    "DeepSeek-V3": _deepseek(1.0, {"n_query_latent": 1536})
    | {"vocab_size": 129280, "n_layer": 61, "n_head": 128, "n_embd": 7168, "n_hidden": 18432}
    | {
        "experts": ExpertsConfig(
            256, 8, 2048, 1, "sigmoid", scale=2.5, balance_bias=True, n_dense=3
        )
    },
}


def modern_configs() -> dict[str, GPTConfig]:
    """Return the configs of some published models of 2023 to 2025 by name, the smallest first.

    >>> config = modern_configs()["DeepSeek-V3"]
    >>> config.experts.n_expert, config.experts.n_active, config.latent.n_latent
    (256, 8, 512)
    """
    return {name: GPTConfig(**values) for name, values in _MODERN.items()}
