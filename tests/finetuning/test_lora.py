"""LoRA against the equation written out, and against the package peft."""

import copy

import pytest
import torch
from torch import nn

from llm_lib.finetuning.lora import (
    EVERYWHERE,
    add_lora,
    lora_layers,
    merge_lora,
    remove_lora,
    set_strength,
    unmerge_lora,
)
from llm_lib.model.gpt import GPT, GPTConfig

IDS = torch.tensor([[3, 1, 4, 1, 5]])


@pytest.fixture
def base():
    """A small model, the same each time."""
    torch.manual_seed(1)
    return GPT(GPTConfig(20, 8, n_layer=2, n_head=2, n_embd=16)).eval()


def moved(model):
    """Give every change a size, as if it had learned."""
    torch.manual_seed(2)
    with torch.no_grad():
        for _, layer in lora_layers(model):
            layer.lora_b.normal_()
    return model


def test_before_it_learns_nothing_has_changed(base):
    # fails if B does not start at zero, or a weight is touched
    expected = base(IDS)
    torch.testing.assert_close(add_lora(base, r=3)(IDS), expected, rtol=0, atol=0)


def test_the_change_is_the_equation():
    # fails if α / r, the strength, the bias, or the order of A and B is wrong
    torch.manual_seed(0)
    net = add_lora(nn.Sequential(nn.Linear(5, 7)), r=2, alpha=6, targets=["0"])
    layer, x = net[0], torch.randn(4, 5)
    with torch.no_grad():
        layer.lora_b.normal_()
    set_strength(net, 0.5)
    W, b, A, B = layer.weight, layer.bias, layer.lora_a, layer.lora_b
    expected = torch.stack([W @ row + b + 0.5 * 6 / 2 * (B @ (A @ row)) for row in x])
    torch.testing.assert_close(net(x), expected)


def test_alpha_is_twice_the_rank_unless_it_is_given():
    # fails if a change that is learned without an alpha is scaled otherwise than the text says
    layers = [
        add_lora(nn.Sequential(nn.Linear(5, 7)), r=3, targets=["0"], **given)[0]
        for given in ({}, {"alpha": 6})
    ]
    layers[1].load_state_dict(layers[0].state_dict())
    for layer in layers:
        nn.init.ones_(layer.lora_b)
    x = torch.randn(4, 5)
    torch.testing.assert_close(layers[0](x), layers[1](x), rtol=0, atol=0)


@pytest.mark.parametrize("targets", [("attention.qkv",), EVERYWHERE])
def test_the_base_stays_bit_for_bit(base, targets):
    # fails if anything but A and B learns
    before = copy.deepcopy(base.state_dict())
    model = moved(add_lora(base, r=2, targets=targets))
    learning = [p for p in model.parameters() if p.requires_grad]
    assert len(learning) == 2 * 2 * len(targets)  # A and B, in two blocks
    optimizer = torch.optim.AdamW(learning, lr=0.1)
    model(IDS).square().sum().backward()
    optimizer.step()
    after = model.state_dict()
    assert all(torch.equal(after[name], tensor) for name, tensor in before.items())
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in learning)


def test_merged_it_computes_the_same_and_comes_apart_exactly(base):
    # fails if the merged weight is not W + (α / r) B A, or unmerging leaves rounding behind
    before = copy.deepcopy(base.state_dict())
    model = moved(add_lora(base, r=2))
    expected = model(IDS)
    torch.testing.assert_close(merge_lora(merge_lora(model))(IDS), expected)  # twice: once
    with pytest.raises(ValueError, match="is merged"):
        set_strength(model, 0.5)
    assert unmerge_lora(model) is model
    torch.testing.assert_close(model(IDS), expected, rtol=0, atol=0)
    assert all(torch.equal(model.state_dict()[name], tensor) for name, tensor in before.items())


def test_a_merged_model_without_lora_is_a_plain_gpt(base):
    # fails if the shape of the model is not restored
    names = list(base.state_dict())
    model = moved(add_lora(base, r=2))
    expected = model(IDS)
    plain = remove_lora(merge_lora(model))
    assert list(plain.state_dict()) == names
    torch.testing.assert_close(plain(IDS), expected)


def test_strength_runs_from_the_base_to_twice_the_change(base):
    # fails if the strength does not scale the change alone
    model = base
    expected = model(IDS)
    set_strength(moved(add_lora(model, r=2)), 0)
    torch.testing.assert_close(model(IDS), expected, rtol=0, atol=0)
    sizes = []
    for strength in (1, 2):
        set_strength(model, strength)
        sizes.append(next(lora_layers(model))[1].delta())
    torch.testing.assert_close(sizes[1], 2 * sizes[0])


def test_it_is_pefts(base):
    # fails if forward pass, gradients or merged weights differ from another implementation
    peft = pytest.importorskip("peft")
    reference = nn.ModuleDict({"net": nn.Sequential(nn.Linear(6, 9), nn.GELU(), nn.Linear(9, 4))})
    ours = add_lora(copy.deepcopy(reference), r=3, alpha=5, targets=["net.0", "net.2"])
    config = peft.LoraConfig(r=3, lora_alpha=5, target_modules=["net.0", "net.2"])
    theirs = peft.inject_adapter_in_model(config, reference)
    x, grads = torch.randn(7, 6), []
    for name, layer in lora_layers(ours):
        other = theirs.get_submodule(name)
        with torch.no_grad():
            layer.lora_b.normal_()
            other.lora_A["default"].weight.copy_(layer.lora_a)
            other.lora_B["default"].weight.copy_(layer.lora_b)
    torch.testing.assert_close(ours["net"](x), theirs["net"](x))
    for model in (ours, theirs):
        model["net"](x).sin().sum().backward()
    for name, layer in lora_layers(ours):
        other = theirs.get_submodule(name)
        grads = [
            (layer.lora_a.grad, other.lora_A["default"].weight.grad),
            (layer.lora_b.grad, other.lora_B["default"].weight.grad),
        ]
        for mine, reference_grad in grads:
            torch.testing.assert_close(mine, reference_grad)
    merge_lora(ours)
    for name, layer in lora_layers(ours):
        other = theirs.get_submodule(name)
        other.merge()
        torch.testing.assert_close(layer.weight, other.base_layer.weight)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"r": 0}, "r must be a whole number of at least 1, got 0"),
        ({"alpha": 0}, "alpha must be above 0, got 0"),
        ({"targets": ["attention.kv"]}, "no linear layer's name ends with 'attention.kv'"),
    ],
)
def test_bad_settings_are_named(base, settings, said):
    with pytest.raises(ValueError, match=said):
        add_lora(base, **settings)


def test_lora_is_added_once(base):
    # fails if a second change were put around the first, and its base no longer frozen as it was
    with pytest.raises(ValueError, match="LoRA already"):
        add_lora(add_lora(base))
