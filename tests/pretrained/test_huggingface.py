"""Folders as Hugging Face's Hub has them, written by transformers itself, with random weights."""

import hashlib
import json
import shutil
import sys
import types

import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import (
    GPT2Config,
    GPT2LMHeadModel,
    GPT2Model,
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

from llm_lib.bpe import BPETokenizer
from llm_lib.pretrained import huggingface
from llm_lib.pretrained.save_load import from_huggingface, load_model

TEXT = "the fox met the bear by the lake and the bear met the fox in 1984"
TOKENIZER = BPETokenizer.train(TEXT, vocab_size=270, special_tokens=["<|endoftext|>"])
LLAMA_SIZES = {
    "vocab_size": 270, "max_position_embeddings": 32, "hidden_size": 24, "intermediate_size": 40,
    "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2,
}  # fmt: skip
LLAMA3_ROPE = {
    "rope_type": "llama3", "rope_theta": 10000.0, "factor": 8.0, "low_freq_factor": 1.0,
    "high_freq_factor": 4.0, "original_max_position_embeddings": 12,
}  # fmt: skip
GPT2_SIZES = {"vocab_size": 270, "n_positions": 32, "n_embd": 24, "n_layer": 2, "n_head": 4}
MODELS = {
    "gpt2": (GPT2LMHeadModel, GPT2Config(**GPT2_SIZES)),
    "llama": (LlamaForCausalLM, LlamaConfig(**LLAMA_SIZES)),
    "mistral": (MistralForCausalLM, MistralConfig(**LLAMA_SIZES, sliding_window=None)),
    "mistral with a window": (MistralForCausalLM, MistralConfig(**LLAMA_SIZES, sliding_window=5)),
    "llama 3": (
        LlamaForCausalLM,
        LlamaConfig(**LLAMA_SIZES, head_dim=8, rope_parameters=LLAMA3_ROPE),
    ),
    "qwen2": (Qwen2ForCausalLM, Qwen2Config(**LLAMA_SIZES, tie_word_embeddings=True)),
    "qwen2 with a window": (
        Qwen2ForCausalLM,
        Qwen2Config(**LLAMA_SIZES, use_sliding_window=True, sliding_window=5, max_window_layers=1),
    ),
    "mixtral": (MixtralForCausalLM, MixtralConfig(**LLAMA_SIZES, num_local_experts=3)),
    "qwen3_moe": (
        Qwen3MoeForCausalLM,
        Qwen3MoeConfig(**LLAMA_SIZES, num_experts=4, num_experts_per_tok=2, head_dim=8),
    ),
    "qwen3": (Qwen3ForCausalLM, Qwen3Config(**LLAMA_SIZES, head_dim=8)),
}


def make(kind, folder, **how):
    """Write a random model's folder as transformers does; return the model."""
    model_class, config = MODELS[kind]
    torch.manual_seed(0)
    model = model_class(config)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.normal_(0, 0.3)
    model.eval().save_pretrained(folder, **how)
    TOKENIZER.to_huggingface(folder / "tokenizer.json")
    return model


def change(folder, **fields):
    """Write other values into a config.json; None takes a field out."""
    path = folder / "config.json"
    values = json.loads(path.read_text()) | fields
    path.write_text(json.dumps({k: v for k, v in values.items() if v is not None}))


def largest_difference(folder, theirs):
    model, tokenizer = from_huggingface(folder)
    ids = torch.tensor([tokenizer.encode(TEXT)])
    assert not model.training
    with torch.no_grad():
        return (model(ids) - theirs(ids).logits).abs().max()


@pytest.mark.parametrize("kind", MODELS)
def test_logits_equal_those_of_transformers(kind, tmp_path):
    # fails if a name, a turn, a pairing, an epsilon or a default is wrong
    theirs = make(kind, tmp_path)
    assert largest_difference(tmp_path, theirs) < 1e-4


def test_a_model_in_several_parts_is_read_whole(tmp_path):
    # fails if only the first part is read
    theirs = make("llama", tmp_path, max_shard_size="20KB")
    assert len(list(tmp_path.glob("*.safetensors"))) > 2
    assert largest_difference(tmp_path, theirs) < 1e-4


def test_the_tokenizer_is_that_of_the_folder(tmp_path):
    # fails if ids are numbered anew
    make("llama", tmp_path)
    assert from_huggingface(tmp_path)[1].encode(TEXT) == TOKENIZER.encode(TEXT)


def test_names_without_their_first_word_are_known(tmp_path):
    # fails for the files that openai-community/gpt2 really has: "wte.weight", and masks as tensors
    theirs = make("gpt2", tmp_path)
    weights = load_file(tmp_path / "model.safetensors")
    bare = {name.removeprefix("transformer."): t for name, t in weights.items()}
    assert set(GPT2Model(MODELS["gpt2"][1]).state_dict()) <= set(bare)
    bare["h.0.attn.bias"] = torch.ones(1, 1, 32, 32)
    save_file(bare, tmp_path / "model.safetensors", metadata={"format": "pt"})
    assert largest_difference(tmp_path, theirs) < 1e-4


def test_what_a_config_leaves_out_has_hugging_face_s_defaults(tmp_path):
    # fails if, say, an epsilon that is not written down is ours instead of theirs
    theirs = make("llama", tmp_path)
    change(tmp_path, rms_norm_eps=None, hidden_act=None, rope_parameters=None, rope_theta=None)
    assert largest_difference(tmp_path, theirs) < 1e-4
    assert from_huggingface(tmp_path)[0].config.norm_eps == LlamaConfig().rms_norm_eps


def test_half_precision_becomes_float32(tmp_path):
    # fails if bfloat16 weights stay what they are
    make("llama", tmp_path)
    weights = load_file(tmp_path / "model.safetensors")
    halves = {name: t.bfloat16() for name, t in weights.items()}
    save_file(halves, tmp_path / "model.safetensors", metadata={"format": "pt"})
    model, _ = from_huggingface(tmp_path)
    assert {p.dtype for p in model.parameters()} == {torch.float32}


@pytest.mark.parametrize(
    ("kind", "fields", "message"),
    [
        ("llama", {"model_type": "bert"}, r"model_type should be one of \['gpt2', .*'bert'"),
        ("llama", {"hidden_act": "gelu"}, "'gelu'"),
        ("llama", {"attention_bias": True}, "attention_bias=True"),
        ("llama", {"mlp_bias": True}, "mlp_bias=True"),
        ("llama", {"rope_interleaved": True}, "rotary pairs of neighbours"),
        ("llama", {"rope_scaling": {"rope_type": "longrope", "factor": 8}}, "longrope"),
        ("llama", {"rope_scaling": {"rope_type": "llama3"}}, "'llama3' need a factor"),
        ("llama", {"rope_scaling": {"rope_type": "linear", "factor": 2, "x": 1}}, "have x=1"),
        ("llama", {"sliding_window": 16}, "sliding window .*sliding_window=16"),
        ("qwen2", {"layer_types": ["full_attention", "linear_attention"]}, "'linear_attention'"),
        ("qwen3", {"attention_bias": True}, "attention_bias=True"),
        ("qwen3_moe", {"mlp_only_layers": [0]}, "mlp_only_layers=.0., only"),
        ("mixtral", {"num_local_experts": 2}, "no place for .*experts.2"),
        ("mixtral", {"num_experts_per_tok": 4}, "n_active must be a whole number from 1 to 3"),
        ("llama", {"quantization_config": {"bits": 4}}, "quantised format"),
        ("llama", {"head_dim": 8}, r"qkv.weight' has shape \(48, 24\), .*\(64, 24\)"),
        ("llama", {"hidden_size": 30, "head_dim": None}, "30 is not a multiple"),
        ("qwen3", {"head_dim": "many"}, "head_dim must be a whole number"),
        ("llama", {"hidden_size": "many"}, "hidden_size must be a whole number"),
        ("llama", {"vocab_size": None}, "'vocab_size' is missing"),
        ("llama", {"vocab_size": 10**12}, r"shape \(270, 24\), the config asks for \(10000"),
        ("llama", {"num_hidden_layers": 1}, "no place for the weight 'model.layers.1"),
        ("llama", {"num_hidden_layers": 3}, "lack 'model.layers.2"),
        ("llama", {"tie_word_embeddings": True}, "ties head and embedding"),
        ("gpt2", {"activation_function": "relu"}, "'relu'"),
        ("gpt2", {"scale_attn_by_inverse_layer_idx": True}, "scale_attn_by_inverse_layer_idx"),
    ],
)
def test_what_a_gpt_can_not_be_is_refused_by_name(kind, fields, message, tmp_path):
    # fails if a model comes back that computes something else
    make(kind, tmp_path)
    change(tmp_path, **fields)
    with pytest.raises(ValueError, match=message):
        from_huggingface(tmp_path)


def cut(folder):
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-100])


def lie(folder):
    """Say that the first tensor is larger than its bytes."""
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes().replace(b"[24,40]", b"[99,40]"))


def lose_a_part(folder):
    (folder / "model.safetensors").rename(folder / "a.safetensors")
    places = dict.fromkeys(load_file(folder / "a.safetensors"), "a.safetensors")
    index = {"weight_map": places | {"model.extra.weight": "a.safetensors"}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))


def lead_elsewhere(folder):
    (folder / "model.safetensors").unlink()
    index = {"weight_map": {"model.norm.weight": "../other.safetensors"}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))


def other_tokenizer(folder):
    data = json.loads((folder / "tokenizer.json").read_text())
    data["model"] = {"type": "Unigram", "vocab": []}
    (folder / "tokenizer.json").write_text(json.dumps(data))


def larger_tokenizer(folder):
    BPETokenizer.train(TEXT, vocab_size=280).to_huggingface(folder / "tokenizer.json")


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (cut, "damaged or cut short"),
        (lie, "damaged or cut short"),
        (lose_a_part, "'model.extra.weight' is not in 'a.safetensors'"),
        (lead_elsewhere, r"a file beside it; got '\.\./other"),
        (other_tokenizer, r"tokenizer\.json: field 'model' should be a BPE model"),
        (larger_tokenizer, "the tokenizer has the id 279, .* below 270"),
        (lambda f: (f / "tokenizer.json").unlink(), "tokenizer.json does not exist: download"),
        (lambda f: (f / "config.json").unlink(), "config.json does not exist"),
        (lambda f: (f / "config.json").write_text("{"), "config.json is not a JSON file"),
        (
            lambda f: (f / "model.safetensors").rename(f / "pytorch_model.bin"),
            "a pytorch_model.bin is not read",
        ),
        (shutil.rmtree, "is no folder"),
    ],
)
def test_a_damaged_folder_is_refused_in_a_sentence(spoil, message, tmp_path):
    # fails if a KeyError, a stack of torch's own or a model with random weights comes
    make("llama", tmp_path / "model")
    spoil(tmp_path / "model")
    with pytest.raises(ValueError, match=message) as caught:
        from_huggingface(tmp_path / "model")
    assert "\n" not in str(caught.value)


def test_a_model_loads_without_a_tokenizer_that_can_not_be_read(tmp_path):
    # fails if Qwen's and Llama 3's own tokenizers, which do more than a BPETokenizer, keep their
    # models out, or if the message does not say how to have these
    theirs = make("qwen3", tmp_path)
    path = tmp_path / "tokenizer.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"normalizer": {"type": "NFC"}}))
    with pytest.raises(ValueError, match=r"'normalizer' .*NFC.*with_tokenizer=False\) loads the"):
        from_huggingface(tmp_path)
    model, tokenizer = from_huggingface(tmp_path, with_tokenizer=False)
    ids = torch.randint(270, (1, 9))
    assert tokenizer is None
    with torch.no_grad():
        assert (model(ids) - theirs(ids).logits).abs().max() < 1e-4


@pytest.fixture
def hub(tmp_path, monkeypatch):
    """Put a small model in the Hub's place; return what was asked of it."""
    theirs = make("gpt2", tmp_path)
    asked = []

    def hf_hub_download(repository, name, revision):
        asked.append((repository, name, revision))
        return str(tmp_path / name)

    monkeypatch.setitem(
        sys.modules, "huggingface_hub", types.SimpleNamespace(hf_hub_download=hf_hub_download)
    )
    files = {n: hashlib.sha256((tmp_path / n).read_bytes()).hexdigest() for n in HASHES}
    monkeypatch.setattr(huggingface, "GPT2_FILES", files)
    return types.SimpleNamespace(folder=tmp_path, asked=asked, model=theirs)


HASHES = dict(huggingface.GPT2_FILES)


def test_gpt2_comes_from_the_hub_at_one_revision(hub):
    # fails if another revision, or no files, are asked for
    model, tokenizer = load_model("gpt2")
    repository, revision = huggingface.GPT2_REPOSITORY, huggingface.GPT2_REVISION
    assert hub.asked == [(repository, name, revision) for name in HASHES]
    ids = torch.tensor([tokenizer.encode(TEXT)])
    with torch.no_grad():
        assert (model(ids) - hub.model(ids).logits).abs().max() < 1e-4


def test_another_file_than_the_published_one_is_refused(hub):
    # fails if hashes are not compared
    with open(hub.folder / "model.safetensors", "r+b") as file:
        file.seek(-1, 2)
        file.write(b"\x7f")
    with pytest.raises(ValueError, match="not the file that was published: its SHA-256 begins"):
        load_model("gpt2")


def test_without_a_network_it_says_what_to_do(hub, monkeypatch):
    # fails if an error of the network's library comes through
    def offline(*_, **__):
        raise RuntimeError("no route\nto host")

    monkeypatch.setattr(sys.modules["huggingface_hub"], "hf_hub_download", offline)
    with pytest.raises(OSError, match=r"RuntimeError: no route\); try again online, or copy"):
        load_model("gpt2")


def test_without_the_package_it_says_what_to_do(monkeypatch):
    # fails if a bare ImportError comes
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    with pytest.raises(ModuleNotFoundError, match="python -m pip install huggingface_hub; or copy"):
        load_model("gpt2")


def test_the_hashes_are_sha_256():
    # fails if one is mistyped in its length or letters
    for digest in (*HASHES.values(), huggingface.GPT2_REVISION):
        assert len(bytes.fromhex(digest)) in (20, 32)
