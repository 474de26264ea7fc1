"""Models on disk: they come back the same, or are refused with a reason."""

import json

import pytest
import torch
from safetensors.torch import load_file, save_file

from llm_lib.bpe import BPETokenizer
from llm_lib.finetuning.classify import Classifier, save_classifier
from llm_lib.finetuning.lora import add_lora, lora_layers, merge_lora
from llm_lib.model.gpt import GPT, GPTConfig
from llm_lib.pretrained import save_load as checkpoint
from llm_lib.pretrained.save_load import load_model, read_tensors, save_model

TOKENIZER = BPETokenizer.train("low lower lowest", 258, special_tokens=["<|endoftext|>"])
KINDS = [
    {},
    {"position": "rotary", "norm": "rms", "mlp": "swiglu", "tie_weights": False, "n_kv_head": 1},
    {"mlp": "relu2", "qk_norm": True},
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


@pytest.mark.parametrize("merged", [False, True])
@pytest.mark.parametrize("tied", [False, True])
def test_a_model_with_lora_is_saved_as_it_computes(tmp_path, merged, tied):
    # fails if what is written can't be read, lacks the change or has it twice, or if saving
    # changes the model
    torch.manual_seed(0)
    model = add_lora(GPT(GPTConfig(258, 8, 2, 2, 8, tie_weights=tied)), r=2, alpha=3).eval()
    with torch.no_grad():
        for _, layer in lora_layers(model):
            layer.lora_b.normal_()
            layer.strength = 0.5
    if merged:
        merge_lora(model)
    ids = torch.tensor([[5, 6, 7]])
    expected = model(ids)
    save_model(model, None, tmp_path)
    assert torch.equal(model(ids), expected) and len([*lora_layers(model)]) == 4
    loaded, _ = load_model(tmp_path)
    assert not [*lora_layers(loaded)]
    torch.testing.assert_close(loaded(ids), expected)


@pytest.mark.parametrize(
    ("make", "error", "told"),
    [
        (lambda gpt: Classifier(gpt, 2), TypeError, "not a Classifier; .*save_classifier"),
        (lambda gpt: Classifier(gpt, 2).gpt, ValueError, "can't be read again: unknown weight"),
    ],
)
def test_what_could_not_be_read_again_is_not_written(tmp_path, make, error, told):
    # fails if one learns only when loading it that a model is lost
    model = make(GPT(GPTConfig(258, 8, 1, 2, 8)))
    with pytest.raises(error, match=told):
        save_model(model, TOKENIZER, tmp_path / "model")
    assert not (tmp_path / "model").exists()


def test_a_number_too_large_for_half_precision_is_named(tmp_path):
    # fails if a weight becomes infinite on its way into a file half as large
    model = GPT(GPTConfig(258, 8, 1, 2, 8))
    with torch.no_grad():
        model.norm.weight.fill_(1e6)
    save_model(model, None, tmp_path / "whole")
    with pytest.raises(ValueError, match=r"'norm\.weight' holds numbers that are not finite"):
        save_model(model, None, tmp_path / "half", dtype=torch.float16)


def test_a_gpt_takes_the_place_of_a_classifier(tmp_path):
    # fails if a classifier is taken for a GPT, or what is left of one makes a GPT unreadable
    gpt = GPT(GPTConfig(258, 8, 1, 2, 8))
    save_classifier(Classifier(gpt, 2), None, tmp_path, ["a", "b"])
    with pytest.raises(ValueError, match=r"holds a classifier: .*load_classifier loads"):
        load_model(tmp_path)
    save_model(gpt, None, tmp_path)
    load_model(tmp_path)


def test_a_type_can_be_kept(tmp_path):
    # fails if None means float32
    save_model(GPT(GPTConfig(258, 8, 1, 2, 8)).bfloat16(), None, tmp_path, dtype=None)
    assert {t.dtype for t in load_file(tmp_path / "model.safetensors").values()} == {torch.bfloat16}


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
    for content, message in (("{", ""), ("[1]", ": it must hold one JSON object")):
        (saved / "config.json").write_text(content)
        with pytest.raises(ValueError, match=rf"config\.json{message}"):
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


def test_a_folder_holds_what_was_given(tmp_path):
    # fails if a folder can't be made, or a log or tokenizer is lost, or written where there is none
    model, log = GPT(GPTConfig(258, 8, 1, 2, 8)), [{"step": 1, "val_loss": 2.5}]
    save_model(model, TOKENIZER, tmp_path / "deep" / "down", log=log)
    saved = tmp_path / "deep" / "down" / "training_log.json"
    assert json.loads(saved.read_text()) == {"evaluations": log}
    save_model(model, None, tmp_path / "bare")
    names = sorted(path.name for path in (tmp_path / "bare").iterdir())
    assert names == ["config.json", "model.safetensors"]
    assert load_model(tmp_path / "bare")[1] is None


def test_shipped_models_are_found_by_name(monkeypatch):
    # fails if a name is taken for a folder, or another model comes
    for name, n_layer in (("sprout", 4), ("echo", 2)):
        model, tokenizer = load_model(name)
        assert model.config.n_layer == n_layer and not model.training
        assert tokenizer.vocab_size == model.config.vocab_size
    monkeypatch.setattr(checkpoint, "load_smollm2", lambda: load_model("echo"))
    assert load_model("smollm2", dtype=torch.float64)[0].config.n_layer == 2


def test_a_model_is_loaded_in_another_type_and_elsewhere():
    # fails if dtype or device are not followed
    model, _ = load_model("echo", dtype=torch.bfloat16, device="meta")
    kinds = {(p.dtype, p.device.type) for p in model.parameters()}
    assert kinds == {(torch.bfloat16, "meta")}


def test_a_file_without_notes_has_none(tmp_path):
    # fails if what lies beside the tensors can be None
    save_file({"a": torch.ones(2)}, tmp_path / "a")
    tensors, metadata = read_tensors(tmp_path / "a")
    assert (tensors["a"].tolist(), metadata) == ([1, 1], {})
