"""Llama and its relatives, with random weights, against Hugging Face's own code."""

from types import SimpleNamespace

import pytest
import torch
from transformers import (
    LlamaConfig,
    LlamaForCausalLM,
    MistralConfig,
    MistralForCausalLM,
    MixtralConfig,
    MixtralForCausalLM,
    Qwen2Config,
    Qwen2ForCausalLM,
    Qwen3Config,
    Qwen3ForCausalLM,
    Qwen3MoeConfig,
    Qwen3MoeForCausalLM,
)

from llm_lib.costs import modern_configs
from llm_lib.generation import generate
from llm_lib.model.rotary_scaling import RotaryScaling
from llm_lib.pretrained.layouts import gpt_from_huggingface
from llm_lib.pretrained.llama_layout import llama_config
from llm_lib.pretrained.save_load import load_model, save_model
from tests.pretrained.test_layouts import randomized

T = 40
SIZES = {
    "vocab_size": 61, "max_position_embeddings": T, "hidden_size": 24, "intermediate_size": 40,
    "num_hidden_layers": 3, "num_attention_heads": 4, "num_key_value_heads": 2,
}  # fmt: skip
CLASSES = {
    "llama": (LlamaConfig, LlamaForCausalLM),
    "mistral": (MistralConfig, MistralForCausalLM),
    "mixtral": (MixtralConfig, MixtralForCausalLM),
    "qwen2": (Qwen2Config, Qwen2ForCausalLM),
    "qwen3": (Qwen3Config, Qwen3ForCausalLM),
    "qwen3_moe": (Qwen3MoeConfig, Qwen3MoeForCausalLM),
}


def rope(kind, **fields):
    return {"rope_parameters": {"rope_type": kind, "rope_theta": 10000.0} | fields}


LLAMA3 = {"factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0}
YARN = {"factor": 4.0, "original_max_position_embeddings": 10}
CASES = {
    "a head of its own size": ("llama", {"head_dim": 10}),
    "linear": ("llama", rope("linear", factor=4.0)),
    "llama3": ("llama", rope("llama3", **LLAMA3, original_max_position_embeddings=20)),
    "llama3, length left out": ("llama", rope("llama3", **LLAMA3)),
    "yarn": ("qwen2", rope("yarn", **YARN)),
    "yarn, its own ramp": ("qwen3", rope("yarn", **YARN, beta_fast=3.0, beta_slow=0.5)),
    "yarn, a magnitude": ("llama", rope("yarn", **YARN, attention_factor=0.7)),
    "yarn, DeepSeek's magnitudes": ("llama", rope("yarn", **YARN, mscale=0.7, mscale_all_dim=1.0)),
    "one window": ("mistral", {"sliding_window": 3}),
    "no window": ("mistral", {"sliding_window": None}),
    "windows from a layer on": (
        "qwen2", {"use_sliding_window": True, "sliding_window": 4, "max_window_layers": 2}
    ),
    "windows by layer": (
        "qwen3", {"use_sliding_window": True, "sliding_window": 4, "head_dim": 6,
                  "layer_types": ["sliding_attention", "full_attention", "sliding_attention"]}
    ),
    "biases": ("qwen2", {}),
    "experts": ("mixtral", {"num_local_experts": 5, "num_experts_per_tok": 2}),
    "experts and a window": ("mixtral", {"num_local_experts": 3, "sliding_window": 4}),
    "experts and a window in all layers": (
        "qwen3_moe", {"num_experts": 4, "num_experts_per_tok": 2, "moe_intermediate_size": 12,
                      "head_dim": 8, "use_sliding_window": True, "sliding_window": 4}
    ),
    "experts, weights as they are": (
        "qwen3_moe", {"num_experts": 6, "num_experts_per_tok": 3, "moe_intermediate_size": 12,
                      "head_dim": 8}
    ),
    "experts, weights that sum to 1": (
        "qwen3_moe", {"num_experts": 6, "num_experts_per_tok": 3, "moe_intermediate_size": 12,
                      "norm_topk_prob": True, "head_dim": 8}
    ),
    "norms": ("qwen3", {"head_dim": 8, "num_key_value_heads": 1}),
}  # fmt: skip


def make(name):
    """Return Hugging Face's random model of a case, and ours with its weights."""
    kind, fields = CASES[name]
    config_class, model_class = CLASSES[kind]
    hf = randomized(model_class(config_class(**SIZES | fields)))
    return hf, gpt_from_huggingface(hf.state_dict(), hf.config)


@pytest.mark.parametrize("name", CASES)
def test_logits_equal_those_of_transformers(name):
    # fails if a frequency, a magnitude, a mask, a bias, a norm or a head's size is another
    hf, ours = make(name)
    ids = torch.randint(61, (2, T))
    with torch.no_grad():
        assert (ours(ids) - hf(ids).logits).abs().max() < 1e-4


@pytest.mark.parametrize(
    "name",
    ["llama3", "yarn", "one window", "windows by layer", "norms", "experts and a window"],
)
@pytest.mark.parametrize("fast", [True, False])
def test_what_is_written_is_what_transformers_writes(name, fast):
    # fails if cache, window and the quick way of writing do not agree with the model, or if what
    # has to be seen is forgotten
    hf, ours = make(name)
    ids = torch.randint(61, (1, 6))
    wanted = hf.generate(ids, max_new_tokens=T - 6, do_sample=False, eos_token_id=None)
    assert generate(ours, ids, T - 6, temperature=0, fast=fast).tolist() == wanted.tolist()


@pytest.mark.parametrize("name", CASES)
def test_a_model_survives_its_folder(name, tmp_path):
    # fails if a switch or a weight is lost on the way to disk and back
    _, ours = make(name)
    save_model(ours, None, tmp_path)
    again, _ = load_model(tmp_path)
    ids = torch.randint(61, (1, T))
    assert again.config == ours.config
    with torch.no_grad():
        assert torch.equal(again(ids), ours(ids))


@pytest.mark.parametrize("name", ["rope_type", "type"])
def test_scaled_positions_are_found_under_their_older_names(name):
    # fails if a config that keeps them in `rope_scaling` is read as if they were plain
    scaling = {name: "llama3", "original_max_position_embeddings": 20} | LLAMA3
    old = LlamaConfig(**SIZES).to_dict() | {"rope_parameters": None, "rope_theta": 5e5}
    config = llama_config(SimpleNamespace(**old | {"rope_scaling": scaling}))
    assert config.rope_base == 5e5
    assert config.rope_scaling == RotaryScaling("llama3", 8.0, 20, 1.0, 4.0)


# the published configs of three small models, as far as they are read; their sources are
# huggingface.co/meta-llama/Llama-3.2-1B, Qwen/Qwen2.5-0.5B and Qwen/Qwen3-0.6B, config.json
LLAMA_32_1B = {
    "model_type": "llama", "hidden_act": "silu", "attention_bias": False, "mlp_bias": False,
    "head_dim": 64, "hidden_size": 2048, "intermediate_size": 8192, "vocab_size": 128256,
    "max_position_embeddings": 131072, "num_attention_heads": 32, "num_hidden_layers": 16,
    "num_key_value_heads": 8, "rms_norm_eps": 1e-05, "rope_theta": 500000.0,
    "rope_scaling": {"factor": 32.0, "high_freq_factor": 4.0, "low_freq_factor": 1.0,
                     "original_max_position_embeddings": 8192, "rope_type": "llama3"},
    "tie_word_embeddings": True,
}  # fmt: skip
QWEN25_05B = {
    "model_type": "qwen2", "hidden_act": "silu", "hidden_size": 896, "intermediate_size": 4864,
    "max_position_embeddings": 32768, "max_window_layers": 24, "num_attention_heads": 14,
    "num_hidden_layers": 24, "num_key_value_heads": 2, "rms_norm_eps": 1e-06,
    "rope_theta": 1000000.0, "sliding_window": 32768, "tie_word_embeddings": True,
    "use_sliding_window": False, "vocab_size": 151936,
}  # fmt: skip
QWEN3_06B = {
    "model_type": "qwen3", "attention_bias": False, "head_dim": 128, "hidden_act": "silu",
    "hidden_size": 1024, "intermediate_size": 3072, "max_position_embeddings": 40960,
    "max_window_layers": 28, "num_attention_heads": 16, "num_hidden_layers": 28,
    "num_key_value_heads": 8, "rms_norm_eps": 1e-06, "rope_scaling": None, "rope_theta": 1000000,
    "sliding_window": None, "tie_word_embeddings": True, "use_sliding_window": False,
    "vocab_size": 151936,
}  # fmt: skip


@pytest.mark.parametrize(
    ("published", "name"),
    [(LLAMA_32_1B, "Llama 3.2 1B"), (QWEN25_05B, "Qwen2.5 0.5B"), (QWEN3_06B, "Qwen3 0.6B")],
)
def test_a_published_config_is_read_as_the_library_says_it(published, name):
    # fails if a field of a real config is refused, or read as another switch or size
    assert llama_config(SimpleNamespace(**published)) == modern_configs()[name]
