"""Other people's layouts, against Hugging Face's own code with the same weights."""

import pytest
import torch
from transformers import GPT2Config, GPT2LMHeadModel, LlamaConfig, LlamaForCausalLM

from llm_lib.model.gpt import GPT, GPTConfig
from llm_lib.pretrained.layouts import gpt_from_huggingface, gpt_to_huggingface

GPT2 = GPT2Config(vocab_size=61, n_positions=20, n_embd=24, n_layer=3, n_head=4)
LLAMA = LlamaConfig(
    vocab_size=61, max_position_embeddings=20, hidden_size=24, intermediate_size=40,
    num_hidden_layers=3, num_attention_heads=4, num_key_value_heads=2,
)  # fmt: skip


def randomized(hf):
    """Give a Hugging Face model weights large enough that every part matters."""
    torch.manual_seed(0)
    with torch.no_grad():
        for parameter in hf.parameters():
            parameter.normal_(0, 0.3)
    return hf.eval()


@pytest.mark.parametrize(
    "hf", [GPT2LMHeadModel(GPT2), LlamaForCausalLM(LLAMA)], ids=["gpt2", "llama"]
)
def test_logits_equal_those_of_transformers(hf):
    # fails if any weight, norm, activation or rotary pair is misplaced
    randomized(hf)
    ours, ids = gpt_from_huggingface(hf.state_dict(), hf.config), torch.randint(61, (2, 20))
    with torch.no_grad():
        assert (ours(ids) - hf(ids).logits).abs().max() < 1e-4


def test_our_weights_load_into_transformers():
    # fails if a name or the orientation of a matrix is wrong on the way back
    ours = randomized(GPT(GPTConfig(61, 20, 3, 4, 24)))
    hf = GPT2LMHeadModel(GPT2).eval()
    missing, unexpected = hf.load_state_dict(gpt_to_huggingface(ours), strict=False)
    assert not unexpected
    assert not [name for name in missing if not name.endswith(("attn.bias", "masked_bias"))]
    ids = torch.randint(61, (2, 20))
    with torch.no_grad():
        assert (ours(ids) - hf(ids).logits).abs().max() < 1e-4


def test_what_does_not_fit_is_refused():
    # fails if a model is silently built with other switches
    with pytest.raises(ValueError, match="only a GPT with GPT-2's switches"):
        gpt_to_huggingface(GPT(GPTConfig(61, 20, 1, 4, 24, position="rotary")))
    switches = [
        ({"qk_norm": True}, "qk_norm .*True"),
        ({"mlp": "relu2"}, "mlp .*'relu2'"),
        ({"window": 4}, "not one with {'window': 4}"),
        ({"logit_cap": 4.0}, "'logit_cap'"),
    ]
    for switch, found in switches:
        with pytest.raises(ValueError, match=found):
            gpt_to_huggingface(GPT(GPTConfig(61, 20, 1, 4, 24, **switch)))
    with pytest.raises(ValueError, match=r"model_type must be one of .*'qwen3'.*, got 'bert'"):
        gpt_from_huggingface({}, type("Config", (), {"model_type": "bert"}))
    with pytest.raises(ValueError, match="activation 'relu' is not GPT-2's"):
        gpt_from_huggingface({}, GPT2Config(activation_function="relu"))


def small(kind, **changes):
    """Return a small Hugging Face model of a kind."""
    if kind == "gpt2":
        return randomized(GPT2LMHeadModel(GPT2Config(**GPT2.to_diff_dict() | changes)))
    return randomized(LlamaForCausalLM(LlamaConfig(**LLAMA.to_diff_dict() | changes)))


@pytest.mark.parametrize(
    ("kind", "changes", "message"),
    [
        ("llama", {"attention_bias": True}, "attention_bias=True"),
        ("llama", {"mlp_bias": True}, "mlp_bias=True"),
        (
            "llama",
            {"rope_parameters": {"rope_type": "dynamic", "factor": 2.0, "rope_theta": 1e4}},
            "rope_type 'dynamic' are not known; known are .*'linear', 'llama3', 'yarn'",
        ),
        (
            "llama",
            {"rope_parameters": {"partial_rotary_factor": 0.5, "rope_theta": 1e4}},
            "partial_rotary_factor=0.5",
        ),
        ("llama", {"hidden_act": "gelu"}, "'gelu'"),
        ("gpt2", {"scale_attn_by_inverse_layer_idx": True}, "scale_attn_by_inverse_layer_idx=True"),
        ("gpt2", {"scale_attn_weights": False}, "scale_attn_weights=False"),
    ],
)
def test_a_switch_that_a_gpt_lacks_is_refused(kind, changes, message):
    # fails if a model is built that computes something else than the one it was read from
    hf = small(kind, **changes)
    with pytest.raises(ValueError, match=message):
        gpt_from_huggingface(hf.state_dict(), hf.config)


def test_a_head_of_its_own_is_kept():
    # fails if GPT-2's head is replaced by its embedding
    hf = small("gpt2", tie_word_embeddings=False)
    ours, ids = gpt_from_huggingface(hf.state_dict(), hf.config), torch.randint(61, (2, 20))
    assert not ours.config.tie_weights
    with torch.no_grad():
        assert (ours(ids) - hf(ids).logits).abs().max() < 1e-4
    with pytest.raises(ValueError, match="ties head and embedding, but these are not equal"):
        gpt_from_huggingface(hf.state_dict(), GPT2)


@pytest.mark.parametrize(
    ("kind", "change", "message"),
    [
        ("gpt2", lambda w: w.pop("transformer.h.1.ln_2.bias"), "lack 'transformer.h.1.ln_2.bias'"),
        ("llama", lambda w: w.pop("lm_head.weight"), "lack 'lm_head.weight'"),
        (
            "llama",
            lambda w: w.update({"model.norm.weight": torch.ones(7)}),
            r"'norm.weight' has shape \(7,\), the config asks for \(24,\)",
        ),
        (
            "llama",
            lambda w: w.update({"model.layers.0.self_attn.q_proj.bias": torch.ones(24)}),
            "no place for the weight 'model.layers.0.self_attn.q_proj.bias'",
        ),
    ],
)
def test_weights_that_do_not_fit_are_named(kind, change, message):
    # fails if a KeyError or torch's list of keys comes, or a weight is dropped in silence
    hf = small(kind)
    weights = hf.state_dict()
    change(weights)
    with pytest.raises(ValueError, match=message):
        gpt_from_huggingface(weights, hf.config)
