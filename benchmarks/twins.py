"""Our GPT and its twin in transformers, with the same weights: GPT-2 in three sizes, SmolLM2."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

import torch

from llm_lib.model.gpt import GPT, GPTConfig
from llm_lib.pretrained.gguf import load_smollm2
from llm_lib.pretrained.llama_layout import FEED_FORWARD, LLAMA_BLOCK
from llm_lib.pretrained.save_load import gpt_to_huggingface


@dataclass(frozen=True)
class Size:
    """A model, the batch that it is trained on, and how many steps make a round."""

    name: str
    n_layer: int
    n_head: int
    n_embd: int
    batch_size: int
    context_length: int
    steps: int
    vocab_size: int = 65

    def describe(self) -> str:
        """Say the size in words."""
        return f"{self.name} parameters, batch {self.batch_size} of {self.context_length}"

    def flops(self) -> int:
        """Return how many operations the matrix products of one training step take.

        Two a weight and token forwards, four backwards; the products of attention come on top,
        all of them, as if no mask spared the half.
        """
        T, C, L = self.context_length, self.n_embd, self.n_layer
        weights = 12 * L * C * C + self.vocab_size * C
        return 6 * self.batch_size * T * (weights + 2 * L * T * C)


SIZES = (
    Size("0.8 M", n_layer=4, n_head=4, n_embd=128, batch_size=12, context_length=64, steps=12),
    Size("3 M", n_layer=6, n_head=6, n_embd=192, batch_size=16, context_length=128, steps=2),
    Size("10 M", n_layer=6, n_head=6, n_embd=384, batch_size=8, context_length=256, steps=1),
)


def make_twins(size: Size, context_length: int) -> tuple[GPT, Any]:
    """Return our GPT with fresh weights, and the GPT-2 of transformers with the same ones."""
    from transformers import GPT2Config, GPT2LMHeadModel

    torch.manual_seed(0)
    shape = {name: getattr(size, name) for name in ("vocab_size", "n_layer", "n_head", "n_embd")}
    ours = GPT(GPTConfig(context_length=context_length, **shape))
    no_dropout = {"resid_pdrop": 0.0, "embd_pdrop": 0.0, "attn_pdrop": 0.0}
    no_ends = {"bos_token_id": None, "eos_token_id": None}  # text goes on to the last token
    peer = GPT2LMHeadModel(GPT2Config(n_positions=context_length, **shape, **no_dropout, **no_ends))
    peer.load_state_dict({n: t.clone() for n, t in gpt_to_huggingface(ours).items()})
    return ours, peer


@functools.cache
def make_smollm2_twins() -> tuple[GPT, Any]:
    """Return SmolLM2-135M, and the Llama of transformers over the very same tensors."""
    from transformers import LlamaForCausalLM

    ours, _ = load_smollm2()
    peer = LlamaForCausalLM(llama_config(ours.config))
    peer.load_state_dict(to_llama(ours), assign=True)
    return ours, peer.eval()


def llama_config(c: GPTConfig) -> Any:
    """Return the config of transformers' Llama for a GPT with Llama's switches."""
    from transformers import LlamaConfig

    return LlamaConfig(
        vocab_size=c.vocab_size,
        hidden_size=c.n_embd,
        intermediate_size=c.hidden_width,
        num_hidden_layers=c.n_layer,
        num_attention_heads=c.n_head,
        num_key_value_heads=c.kv_heads,
        max_position_embeddings=c.context_length,
        rms_norm_eps=c.norm_eps,
        rope_parameters={"rope_type": "default", "rope_theta": c.rope_base},
        tie_word_embeddings=c.tie_weights,
        bos_token_id=None,
        eos_token_id=None,  # text goes on to the last token
    )


def to_llama(model: GPT) -> dict[str, torch.Tensor]:
    """Return the weights of `model` under the names of transformers' Llama."""
    c, ours = model.config, model.state_dict()
    table, sizes = ours["token_embedding.weight"], (c.n_head, c.kv_heads, c.kv_heads)
    out = {"model.embed_tokens.weight": table, "lm_head.weight": table}
    out["model.norm.weight"] = ours["norm.weight"]
    for i in range(c.n_layer):
        layer = f"model.layers.{i}"
        for mine, theirs in (LLAMA_BLOCK | FEED_FORWARD).items():
            out[f"{layer}.{theirs}.weight"] = ours[f"blocks.{i}.{mine}.weight"]
        qkv = ours[f"blocks.{i}.attention.qkv.weight"].split([n * c.head_size for n in sizes])
        for name, weight in zip("qkv", qkv, strict=True):
            out[f"{layer}.self_attn.{name}_proj.weight"] = weight
    return out
