"""Adapters on disk: they come back as they were, and only beside their own base."""

import json

import pytest
import torch
from safetensors.torch import load_file, save_file

from llm_lib.files import ADAPTER_FILE as FILE
from llm_lib.finetuning.adapters import load_adapter, save_adapter
from llm_lib.finetuning.lora import add_lora, lora_layers, merge_lora, set_strength
from llm_lib.model.gpt import GPT, GPTConfig
from llm_lib.pretrained.save_load import load_model, save_model

IDS = torch.tensor([[3, 1, 4, 1, 5]])


def make_base(seed=1):
    torch.manual_seed(seed)
    return GPT(GPTConfig(20, 8, n_layer=2, n_head=2, n_embd=16)).eval()


def tuned(seed, r=2, **settings):
    model = add_lora(make_base(), r=r, **settings)
    torch.manual_seed(seed)
    with torch.no_grad():
        for _, layer in lora_layers(model):
            layer.lora_b.normal_()
    return model


def test_two_adapters_take_turns_on_one_base(tmp_path):
    # fails if an adapter loses its scale or rank, or leaves something behind for the next
    models = {"a": tuned(1), "b": tuned(2, r=4, alpha=3, targets=["feed_forward.up"])}
    for name, model in models.items():
        save_adapter(model, tmp_path / name)
    one = make_base()
    for name in "abab":
        expected = models[name](IDS)
        torch.testing.assert_close(load_adapter(one, tmp_path / name)(IDS), expected)
        merge_lora(one)  # and the next one still finds the base


def test_an_adapter_keeps_its_strength(tmp_path):
    # fails if what is loaded computes something else than what was saved
    base, model = make_base(), tuned(1)
    save_model(base, None, tmp_path / "base")
    set_strength(model, 0.25)
    save_adapter(model, tmp_path / "a", base=str(tmp_path / "base"))
    torch.testing.assert_close(load_adapter(base, tmp_path / "a")(IDS), model(IDS))
    torch.testing.assert_close(load_model(tmp_path / "a")[0](IDS), model(IDS))
    set_strength(model, 0)
    with pytest.raises(ValueError, match=r"has strength 0, .* set_strength\(model, 1\) first"):
        save_adapter(model, tmp_path / "b")


def test_an_adapter_of_another_base_is_refused(tmp_path):
    # fails if a change is added to weights that it was not learned beside
    save_adapter(tuned(1), tmp_path)
    other = make_base(seed=7)
    expected = other(IDS)
    with pytest.raises(ValueError, match="another base model"):
        load_adapter(other, tmp_path)
    torch.testing.assert_close(other(IDS), expected, rtol=0, atol=0)


def test_a_merged_adapter_is_not_saved(tmp_path):
    with pytest.raises(ValueError, match="unmerge_lora first"):
        save_adapter(merge_lora(tuned(1)), tmp_path)
    with pytest.raises(ValueError, match="no LoRA to save"):
        save_adapter(make_base(), tmp_path)
    assert not (tmp_path / FILE).exists()


def test_a_file_that_is_not_whole_is_refused(tmp_path):
    # fails if half an adapter were used
    save_adapter(tuned(1), tmp_path)
    data = (tmp_path / FILE).read_bytes()
    (tmp_path / FILE).write_bytes(data[:-50])
    with pytest.raises(ValueError, match="damaged or cut short"):
        load_adapter(make_base(), tmp_path)
    (tmp_path / FILE).write_bytes(data)
    tensors = load_file(tmp_path / FILE)
    size = int.from_bytes(data[:8], "little")
    metadata = json.loads(data[8 : 8 + size])["__metadata__"]
    dropped = sorted(tensors)[0]
    save_file({n: t for n, t in tensors.items() if n != dropped}, tmp_path / FILE, metadata)
    with pytest.raises(ValueError, match=f"not whole: {dropped!r}"):
        load_adapter(make_base(), tmp_path)
    save_file(tensors, tmp_path / FILE)
    with pytest.raises(ValueError, match="is no adapter"):
        load_adapter(make_base(), tmp_path)
    with pytest.raises(ValueError, match=r"no adapter .*does not exist"):
        load_adapter(make_base(), tmp_path / "nowhere")


def test_half_the_bytes_give_the_same_change(tmp_path):
    # fails if float16 is not what is written, or what is read is not used in float32
    model = tuned(1)
    save_adapter(model, tmp_path, dtype=torch.float16)
    assert {t.dtype for t in load_file(tmp_path / FILE).values()} == {torch.float16}
    read = load_adapter(make_base(), tmp_path)
    assert {p.dtype for p in read.parameters()} == {torch.float32}
    torch.testing.assert_close(read(IDS), model(IDS), atol=1e-2, rtol=0)


def test_an_adapter_that_names_its_base_is_a_model(tmp_path):
    # fails if the change is missing or twice in what load_model gives, or the base is not found
    base = make_base()
    save_model(base, None, tmp_path / "base")
    model = tuned(1)
    save_adapter(model, tmp_path / "named", base=str(tmp_path / "base"))
    loaded, tokenizer = load_model(tmp_path / "named")
    assert tokenizer is None and not loaded.training
    assert [*loaded.state_dict()] == [*base.state_dict()]
    torch.testing.assert_close(loaded(IDS), model(IDS))
    save_adapter(model, tmp_path / "nameless")
    with pytest.raises(ValueError, match="does not say the name of its base: load that model"):
        load_model(tmp_path / "nameless")
    save_model(make_base(seed=7), None, tmp_path / "base")
    with pytest.raises(ValueError, match="another base model"):
        load_model(tmp_path / "named")
