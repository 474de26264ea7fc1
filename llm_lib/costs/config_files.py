"""What published models say of themselves: the lines of their config.json that make the drawing.

From each model's repository on the Hugging Face Hub, named beside it. Lines that say how it was
trained, which ids begin and end a text, or how its numbers are stored are left out.
"""

from typing import Any

# in the order of a model from its input to its output; the files have them by the alphabet
LINES = (
    *(
        "model_type",
        "vocab_size",
        "n_embd",
        "hidden_size",
        "n_positions",
        "max_position_embeddings",
    ),
    *("rope_theta", "rope_scaling", "n_layer", "num_hidden_layers", "layer_norm_epsilon"),
    *("rms_norm_eps", "attention_bias", "mlp_bias", "n_head", "num_attention_heads"),
    *("num_key_value_heads", "head_dim", "q_lora_rank", "kv_lora_rank", "qk_nope_head_dim"),
    *("qk_rope_head_dim", "v_head_dim", "sliding_window", "use_sliding_window"),
    *("activation_function", "hidden_act", "intermediate_size", "first_k_dense_replace"),
    *("num_local_experts", "num_experts", "n_routed_experts", "num_experts_per_tok"),
    *("n_shared_experts", "moe_intermediate_size", "scoring_func", "topk_method", "n_group"),
    *("topk_group", "norm_topk_prob", "routed_scaling_factor", "tie_word_embeddings"),
    "num_nextn_predict_layers",
)

_LLAMA = {"model_type": "llama", "hidden_act": "silu", "attention_bias": False}
_LLAMA |= {"vocab_size": 128256, "num_key_value_heads": 8, "rms_norm_eps": 1e-05}
_LLAMA |= {"rope_theta": 500000.0, "tie_word_embeddings": False}
_SCALED = {"high_freq_factor": 4.0, "low_freq_factor": 1.0, "rope_type": "llama3"}
_SCALED |= {"original_max_position_embeddings": 8192}
_LONG = {"max_position_embeddings": 131072, "mlp_bias": False}
_MISTRAL = {"model_type": "mistral", "hidden_act": "silu", "vocab_size": 32000}
_MISTRAL |= {"hidden_size": 4096, "intermediate_size": 14336, "max_position_embeddings": 32768}
_MISTRAL |= {"num_attention_heads": 32, "num_hidden_layers": 32, "num_key_value_heads": 8}
_MISTRAL |= {"rms_norm_eps": 1e-05, "tie_word_embeddings": False}
_QWEN = {"hidden_act": "silu", "vocab_size": 151936, "rms_norm_eps": 1e-06}
_QWEN |= {"use_sliding_window": False}
_QWEN3 = _QWEN | {"attention_bias": False, "head_dim": 128, "max_position_embeddings": 40960}
_QWEN3 |= {"rope_scaling": None, "sliding_window": None}
_YARN = {"beta_fast": 32, "beta_slow": 1, "factor": 40, "original_max_position_embeddings": 4096}
_YARN |= {"type": "yarn"}
_DEEPSEEK = {"hidden_act": "silu", "attention_bias": False, "rms_norm_eps": 1e-06}
_DEEPSEEK |= {"max_position_embeddings": 163840, "rope_theta": 10000, "kv_lora_rank": 512}
_DEEPSEEK |= {"qk_nope_head_dim": 128, "qk_rope_head_dim": 64, "v_head_dim": 128}
_DEEPSEEK |= {"tie_word_embeddings": False}

_FILES: dict[str, dict[str, Any]] = {
    # openai-community/gpt2
    "GPT-2": {"model_type": "gpt2", "activation_function": "gelu_new", "vocab_size": 50257}
    | {"n_embd": 768, "n_head": 12, "n_layer": 12, "n_positions": 1024}
    | {"layer_norm_epsilon": 1e-05},
    # Qwen/Qwen2.5-0.5B
    "Qwen2.5 0.5B": _QWEN
    | {"model_type": "qwen2", "hidden_size": 896, "intermediate_size": 4864}
    | {"max_position_embeddings": 32768, "num_attention_heads": 14, "num_hidden_layers": 24}
    | {"num_key_value_heads": 2, "rope_theta": 1000000.0, "sliding_window": 32768}
    | {"tie_word_embeddings": True},
    # Qwen/Qwen3-0.6B
    "Qwen3 0.6B": _QWEN3
    | {"model_type": "qwen3", "hidden_size": 1024, "intermediate_size": 3072}
    | {"num_attention_heads": 16, "num_hidden_layers": 28, "num_key_value_heads": 8}
    | {"rope_theta": 1000000, "tie_word_embeddings": True},
    # meta-llama/Llama-3.2-1B
    "Llama 3.2 1B": _LLAMA
    | _LONG
    | {"head_dim": 64, "hidden_size": 2048, "intermediate_size": 8192, "tie_word_embeddings": True}
    | {"num_attention_heads": 32, "num_hidden_layers": 16}
    | {"rope_scaling": {"factor": 32.0} | _SCALED},
    # mistralai/Mistral-7B-v0.1
    "Mistral 7B": _MISTRAL | {"rope_theta": 10000.0, "sliding_window": 4096},
    # meta-llama/Meta-Llama-3-8B
    "Llama 3 8B": _LLAMA
    | {"hidden_size": 4096, "intermediate_size": 14336, "max_position_embeddings": 8192}
    | {"num_attention_heads": 32, "num_hidden_layers": 32, "rope_scaling": None},
    # deepseek-ai/DeepSeek-V2-Lite
    "DeepSeek-V2-Lite": _DEEPSEEK
    | {"model_type": "deepseek_v2", "vocab_size": 102400, "hidden_size": 2048}
    | {"num_hidden_layers": 27, "num_attention_heads": 16, "num_key_value_heads": 16}
    | {"q_lora_rank": None, "rope_scaling": _YARN | {"mscale": 0.707, "mscale_all_dim": 0.707}}
    | {"first_k_dense_replace": 1, "intermediate_size": 10944, "moe_intermediate_size": 1408}
    | {"n_routed_experts": 64, "num_experts_per_tok": 6, "n_shared_experts": 2}
    | {"scoring_func": "softmax", "topk_method": "greedy", "n_group": 1, "topk_group": 1}
    | {"norm_topk_prob": False, "routed_scaling_factor": 1.0},
    # Qwen/Qwen3-30B-A3B
    "Qwen3 30B-A3B": _QWEN3
    | {"model_type": "qwen3_moe", "hidden_size": 2048, "intermediate_size": 6144}
    | {"num_attention_heads": 32, "num_hidden_layers": 48, "num_key_value_heads": 4}
    | {"rope_theta": 1000000.0, "tie_word_embeddings": False, "moe_intermediate_size": 768}
    | {"num_experts": 128, "num_experts_per_tok": 8, "norm_topk_prob": True},
    # mistralai/Mixtral-8x7B-v0.1
    "Mixtral 8x7B": _MISTRAL
    | {"model_type": "mixtral", "rope_theta": 1000000.0, "sliding_window": None}
    | {"num_local_experts": 8, "num_experts_per_tok": 2},
    # meta-llama/Llama-3.1-405B
    "Llama 3.1 405B": _LLAMA
    | _LONG
    | {"hidden_size": 16384, "intermediate_size": 53248, "num_attention_heads": 128}
    | {"num_hidden_layers": 126, "rope_scaling": {"factor": 8.0} | _SCALED},
    # deepseek-ai/DeepSeek-V3
    "DeepSeek-V3": _DEEPSEEK
    | {"model_type": "deepseek_v3", "vocab_size": 129280, "hidden_size": 7168}
    | {"num_hidden_layers": 61, "num_attention_heads": 128, "num_key_value_heads": 128}
    | {"q_lora_rank": 1536, "rope_scaling": _YARN | {"mscale": 1.0, "mscale_all_dim": 1.0}}
    | {"first_k_dense_replace": 3, "intermediate_size": 18432, "moe_intermediate_size": 2048}
    | {"n_routed_experts": 256, "num_experts_per_tok": 8, "n_shared_experts": 1}
    | {"scoring_func": "sigmoid", "topk_method": "noaux_tc", "n_group": 8, "topk_group": 4}
    | {"norm_topk_prob": True, "routed_scaling_factor": 2.5, "num_nextn_predict_layers": 1},
}


def config_files() -> dict[str, dict[str, Any]]:
    """Return lines of some published models' config.json by name, as a model is passed through.

    >>> file = config_files()["DeepSeek-V3"]
    >>> file["first_k_dense_replace"], file["n_group"], file["topk_group"]
    (3, 8, 4)
    """
    return {
        name: {line: file[line] for line in LINES if line in file} for name, file in _FILES.items()
    }
