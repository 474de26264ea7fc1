"""Models on disk: they come back the same, or are refused with a reason."""

import json

import pytest
import torch
from safetensors.torch import load_file, save_file

from llm_lib.bpe import BPETokenizer
from llm_lib.checkpoint import load_model, save_model
from llm_lib.gpt import GPT, GPTConfig

TOKENIZER = BPETokenizer.train("low lower lowest", 258, special_tokens=["<|endoftext|>"])
KINDS = [
    {},
    {"position": "rotary", "norm": "rms", "mlp": "swiglu", "tie_weights": False, "n_kv_head": 1},
]


@pytest.fixture
def saved(tmp_path):
    model = GPT(GPTConfig(258, 8, 1, 2, 8)).eval()
    save_model(model, TOKENIZER, tmp_path / "model")
    return tmp_path / "model"


@pytest.mark.parametrize("kind", KINDS)
def test_a_model_comes_back_the_same(tmp_path, kind):
    # fails if a weight, a switch or the tokenizer is lost
    model, ids = GPT(GPTConfig(258, 8, 2, 2, 8, **kind)).eval(), torch.tensor([[5, 6, 7]])
    save_model(model, TOKENIZER, tmp_path, log=[{"step": 1}])
    loaded, tokenizer = load_model(tmp_path)
    assert loaded.config == model.config
    assert not loaded.training
    assert torch.equal(loaded(ids), model(ids))
    assert tokenizer.encode("lowest low") == TOKENIZER.encode("lowest low")
    assert not [p for p in tmp_path.iterdir() if p.name.startswith(".")]


def test_half_precision_halves_the_file(tmp_path):
    # fails if dtype is ignored or loading does not restore float32
    model = GPT(GPTConfig(258, 8, 1, 2, 64))
    for name, dtype in (("a", torch.float32), ("b", torch.float16)):
        save_model(model, TOKENIZER, tmp_path / name, dtype=dtype)
    a, b = ((tmp_path / name / "model.safetensors").stat().st_size for name in "ab")
    assert b < 0.6 * a
    loaded, _ = load_model(tmp_path / "b")
    torch.testing.assert_close(loaded.norm.weight, model.norm.weight)
    assert loaded.norm.weight.dtype == torch.float32


def test_a_truncated_file_is_refused(saved):
    # fails if part of a file is used
    path = saved / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(ValueError, match=r"model\.safetensors is damaged or cut short"):
        load_model(saved)


def change_weights(folder, change):
    weights = load_file(folder / "model.safetensors")
    change(weights)
    save_file(weights, folder / "model.safetensors")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda w: w.pop("norm.bias"), "the weight 'norm.bias' is missing"),
        (
            lambda w: w.update({"norm.weight": torch.ones(7)}),
            r"'norm.weight' has shape \(7,\), the config asks for \(8,\)",
        ),
        (lambda w: w.update({"extra": torch.ones(1)}), "unknown weight 'extra'"),
        (
            lambda w: w["norm.weight"].fill_(float("nan")),
            "'norm.weight' holds numbers that are not finite",
        ),
    ],
)
def test_weights_that_do_not_fit_are_named(saved, change, message):
    # fails if a wrong file loads, or torch's own list of keys is shown
    change_weights(saved, change)
    with pytest.raises(ValueError, match=message):
        load_model(saved)


def test_a_config_of_another_size_is_refused(saved):
    # fails if weights of other sizes are half copied
    config = json.loads((saved / "config.json").read_text())
    (saved / "config.json").write_text(json.dumps(config | {"n_embd": 16, "n_hidden": 64}))
    with pytest.raises(ValueError, match=r"has shape .*, the config asks for"):
        load_model(saved)
    (saved / "config.json").write_text(json.dumps(config | {"n_heads": 2}))
    with pytest.raises(ValueError, match=r"config\.json: unknown GPTConfig field 'n_heads'"):
        load_model(saved)
    (saved / "config.json").write_text("{")
    with pytest.raises(ValueError, match=r"config\.json"):
        load_model(saved)


def test_a_wrong_name_lists_the_right_ones():
    # fails if a FileNotFoundError comes instead
    with pytest.raises(ValueError, match=r"no model 'spruot'.*'echo', 'sprout'.*folder.*'smollm2'"):
        load_model("spruot")


def test_a_model_without_weights_says_which_file(saved):
    # fails if the error does not name the file
    (saved / "model.safetensors").unlink()
    with pytest.raises(ValueError, match=r"model\.safetensors does not exist"):
        load_model(saved)
