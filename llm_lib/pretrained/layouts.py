"""Loads published weights that are in Hugging Face's layout of GPT-2, or of Llama and relatives.

The same `GPT` holds them all; only names, order and switches differ.
"""

import os
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from llm_lib.model.gpt import GPT, GPTConfig
from llm_lib.pretrained.llama_layout import RELATIVES, llama_config, llama_weights

# (ours, Hugging Face's): the names within one block, for GPT-2
GPT2_BLOCK = {
    "norm_1": "ln_1",
    "attention.qkv": "attn.c_attn",
    "attention.out": "attn.c_proj",
    "norm_2": "ln_2",
    "feed_forward.up": "mlp.c_fc",
    "feed_forward.down": "mlp.c_proj",
}
COMPUTED = (".attn.bias", ".attn.masked_bias", ".rotary_emb.inv_freq")  # masks and angles


def gpt_from_huggingface(state_dict: dict[str, Tensor], hf_config: Any) -> GPT:
    """Build a `GPT` from the weights and config of a Hugging Face model.

    That is a GPT-2, a Llama, a Mistral, a Mixtral, a Qwen 2 or a Qwen 3, with experts or without,
    with windows and scaled positions.
    Raises ValueError for another kind of model, for a switch that `GPT` does not have, and for
    weights that are missing, left over or of the wrong size.
    """
    kind = hf_config.model_type
    if kind not in ("gpt2", *RELATIVES):
        raise ValueError(f"model_type must be one of {('gpt2', *RELATIVES)}, got {kind!r}")
    config = _gpt2_config(hf_config) if kind == "gpt2" else llama_config(hf_config)
    theirs = _Weights(state_dict)
    gpt2 = kind == "gpt2"
    ours = _from_gpt2(theirs, config) if gpt2 else llama_weights(theirs, config, kind)
    ours |= theirs.take_head(ours["token_embedding.weight"], config.tie_weights)
    theirs.check_all_taken()
    with torch.device("meta"):  # shapes alone: a config that lies should not fill the memory
        shapes = {n: t.shape for n, t in GPT(config).state_dict().items()}
    check_tensors(ours, shapes, "the weights")
    model = GPT(config)
    model.load_state_dict({name: t.float() for name, t in ours.items()})
    return model.eval()


class _Weights:
    """Tensors by their names in another layout; errors name those missing or left over."""

    def __init__(self, tensors: dict[str, Tensor]) -> None:
        self.tensors, self.taken = tensors, set()

    def __contains__(self, name: str) -> bool:
        return name in self.tensors

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


def read_tensors(path: Path) -> tuple[dict[str, Tensor], dict[str, str]]:
    """Return (tensors, metadata) of a safetensors file; ValueError if it is not whole."""
    if not Path(path).exists():
        raise ValueError(f"{path} does not exist")
    try:
        with safe_open(path, framework="pt") as file:
            return {name: file.get_tensor(name) for name in file.keys()}, file.metadata() or {}
    except SafetensorError as error:
        raise ValueError(
            f"{path} is damaged or cut short ({error}); copy it or make it again"
        ) from error


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
    wanted = {"position": "learned", "norm": "layer", "mlp": "gelu", "bias": True}
    wanted |= {"tie_weights": True, "n_kv_head": None, "qk_norm": False}
    for name, value in wanted.items():
        if getattr(c, name) != value:
            raise ValueError(
                f"only a GPT with GPT-2's switches fits GPT-2's layout: {name} must be {value!r}, "
                f"got {getattr(c, name)!r}"
            )
    if later := c.later_fields():
        raise ValueError(
            f"only a GPT with GPT-2's switches fits GPT-2's layout: not one with {later}"
        )
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
    for kind in ("weight", "bias"):
        ours[f"norm.{kind}"] = theirs[f"transformer.ln_f.{kind}"]
        for i in range(c.n_layer):
            for mine, name in GPT2_BLOCK.items():
                t = theirs[f"transformer.h.{i}.{name}.{kind}"]
                ours[f"blocks.{i}.{mine}.{kind}"] = t.T if t.dim() == 2 else t
    return ours
