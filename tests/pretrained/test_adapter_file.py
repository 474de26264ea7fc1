"""The file of an adapter: what is written comes back, beside its own base alone."""

import pytest
import torch

from llm_lib.files import ADAPTER_FILE
from llm_lib.finetuning.lora import add_lora, merge_lora, unmerge_lora
from llm_lib.pretrained.adapter_file import (
    adapted_layers,
    add_change,
    mark_weights,
    plain_weights,
    read_adapter,
    read_base_name,
    write_adapter,
)
from llm_lib.pretrained.save_load import load_model

WEIGHTS = {"up.weight": torch.arange(6.0).view(3, 2), "up.bias": torch.ones(3)}
TENSORS = {"up.lora_a": torch.tensor([[1.0, -1.0]]), "up.lora_b": torch.tensor([[1.0], [0], [2]])}


def test_a_change_is_added_to_its_own_weight(tmp_path):
    # fails if A and B are swapped, the scale is left out, or the base itself is changed
    write_adapter(tmp_path, TENSORS, {"up": 0.5}, mark_weights(WEIGHTS), "mine")
    path = tmp_path / ADAPTER_FILE
    assert read_base_name(path) == "mine"
    changed = add_change(WEIGHTS, *read_adapter(path, WEIGHTS))
    assert changed["up.weight"].tolist() == [[0.5, 0.5], [2, 3], [5, 4]]  # by hand
    assert changed["up.bias"] is WEIGHTS["up.bias"]
    assert WEIGHTS["up.weight"].tolist() == [[0, 1], [2, 3], [4, 5]]


def test_plain_weights_are_those_that_a_model_computes_with():
    # fails if a change is left out, or added a second time where it has been merged, if thin
    # matrices stay among the weights, or if the model itself is changed
    net = add_lora(torch.nn.Sequential(torch.nn.Linear(2, 3)), r=1, alpha=2, targets=["0"])
    assert [name for name, _ in adapted_layers(net)] == ["0"]
    with torch.no_grad():
        for name, values in (("weight", WEIGHTS["up.weight"]), ("bias", WEIGHTS["up.bias"])):
            net[0].get_parameter(name).copy_(values)
        for part in ("lora_a", "lora_b"):
            net[0].get_parameter(part).copy_(TENSORS[f"up.{part}"])
    net[0].strength = 0.25  # times alpha / r
    for model in (net, merge_lora(net)):
        found = plain_weights(model)
        assert [*found] == ["0.weight", "0.bias"]
        assert found["0.weight"].tolist() == [[0.5, 0.5], [2, 3], [5, 4]]  # by hand
        assert not found["0.weight"].requires_grad
    torch.testing.assert_close(unmerge_lora(net)[0].weight, WEIGHTS["up.weight"], rtol=0, atol=0)


def test_a_mark_tells_weights_apart():
    # fails if other numbers, or the same under other names, have the same mark
    same = {name: tensor.clone() for name, tensor in reversed(WEIGHTS.items())}
    assert mark_weights(same) == mark_weights(WEIGHTS)
    others = [{**WEIGHTS, "up.bias": torch.tensor([1.0, 1, 1.001])}, {"up.bias": torch.ones(3)}]
    renamed = {"down.weight": WEIGHTS["up.weight"], "down.bias": WEIGHTS["up.bias"]}
    marks = [mark_weights(weights) for weights in (WEIGHTS, renamed, *others)]
    assert len(set(marks)) == 4


def test_weights_of_another_base_are_refused(tmp_path):
    # fails if a change is added where it was not learned
    write_adapter(tmp_path, TENSORS, {"up": 1.0}, mark_weights(WEIGHTS))
    with pytest.raises(ValueError, match="another base model"):
        read_adapter(tmp_path / ADAPTER_FILE, {"up.weight": torch.zeros(3, 2)})
    with pytest.raises(ValueError, match="does not say the name of its base"):
        read_base_name(tmp_path / ADAPTER_FILE)


@pytest.mark.parametrize(
    ("tensors", "scales", "said"),
    [
        (TENSORS, {"up": "much"}, "its scales are not numbers"),
        (TENSORS, {"up": float("nan")}, "its scales are not numbers"),
        ({"down.lora_a": torch.ones(1, 2), "down.lora_b": torch.ones(3, 1)}, {"down": 1.0}, "no l"),
        ({"up.lora_a": torch.ones(1, 3), "up.lora_b": torch.ones(3, 1)}, {"up": 1.0}, "do not fit"),
        ({"up.lora_a": torch.ones(2, 2), "up.lora_b": torch.ones(3, 1)}, {"up": 1.0}, "do not fit"),
    ],
)
def test_a_file_that_lies_is_refused(tmp_path, tensors, scales, said):
    # fails if it is used in part, or breaks later with an error that names no file
    write_adapter(tmp_path, tensors, scales, mark_weights(WEIGHTS))
    with pytest.raises(ValueError, match=f"{ADAPTER_FILE}.*{said}"):
        read_adapter(tmp_path / ADAPTER_FILE, WEIGHTS)


def test_an_adapter_on_an_adapter_is_refused(tmp_path):
    # fails if a file that names itself as its base is followed for ever
    write_adapter(tmp_path, TENSORS, {"up": 1.0}, mark_weights(WEIGHTS), str(tmp_path))
    with pytest.raises(ValueError, match=r"names .* as its base, which is an adapter, too"):
        load_model(tmp_path)
