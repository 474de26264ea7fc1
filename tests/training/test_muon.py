"""Muon against the singular value decomposition, and against PyTorch's own."""

import pytest
import torch
from torch import nn

from llm_lib.before.rnn_translator import AdditiveAttention, RNNTranslator
from llm_lib.finetuning.classify import Classifier
from llm_lib.finetuning.lora import add_lora
from llm_lib.model.gpt import GPT, GPTConfig
from llm_lib.model.transformer import Transformer, TransformerConfig
from llm_lib.training import TrainingConfig
from llm_lib.training.adamw import AdamW
from llm_lib.training.muon import Muon, make_muon, orthogonalize


@pytest.mark.parametrize("shape", [(8, 8), (12, 5), (5, 12)])
def test_singular_values_are_brought_near_one(shape):
    # fails if a direction is turned, or its size is not brought near 1
    torch.manual_seed(0)
    matrix = torch.randn(shape, dtype=torch.float64)
    u, s, v = torch.linalg.svd(matrix, full_matrices=False)
    seen = u.T @ orthogonalize(matrix) @ v.T  # diagonal if the directions are the same
    sizes = seen.diagonal()
    assert s.max() / s.min() > 2
    assert ((sizes > 0.6) & (sizes < 1.3)).all()
    torch.testing.assert_close(seen, torch.diag(sizes), rtol=0, atol=1e-10)


def test_it_is_pytorchs_muon(monkeypatch):
    # fails if momentum, Nesterov's look ahead, the scale, or the decay differ
    from torch.optim import _muon

    def exactly(grad, coefficients, steps, eps):
        return orthogonalize(grad, steps)  # PyTorch's rounds to bfloat16

    monkeypatch.setattr(_muon, "_zeropower_via_newtonschulz", exactly)
    torch.manual_seed(0)
    ours = [torch.randn(6, 4, dtype=torch.float64, requires_grad=True) for _ in range(2)]
    theirs = [w.detach().clone().requires_grad_() for w in ours]
    settings = {"lr": 0.02, "weight_decay": 0.1}
    mine = Muon([{"params": ours, "orthogonalize": True}], momentum=0.9, **settings)
    reference = torch.optim.Muon(theirs, momentum=0.9, adjust_lr_fn="match_rms_adamw", **settings)
    for _ in range(20):
        for weights, optimizer in ((ours, mine), (theirs, reference)):
            optimizer.zero_grad()
            (weights[0].sin() @ weights[1].T).pow(2).sum().backward()
            optimizer.step()
    torch.testing.assert_close(ours, theirs, rtol=1e-9, atol=1e-12)


def test_pytorchs_newton_schulz_is_ours_but_for_rounding():
    # fails if the coefficients or the normalisation differ
    from torch.optim._muon import _zeropower_via_newtonschulz

    torch.manual_seed(0)
    matrix = torch.randn(16, 8)
    theirs = _zeropower_via_newtonschulz(matrix, (3.4445, -4.775, 2.0315), 5, 1e-7)
    torch.testing.assert_close(orthogonalize(matrix), theirs.float(), rtol=0.1, atol=0.03)


def test_other_groups_take_adamws_step():
    # fails if a bias or an embedding is moved by Muon
    torch.manual_seed(0)
    w = torch.randn(5, 3, requires_grad=True)
    v = w.detach().clone().requires_grad_()
    for weight, optimizer in ((w, Muon([{"params": [w]}], lr=0.1)), (v, AdamW([v], lr=0.1))):
        for _ in range(3):
            weight.grad = weight.detach().cos()
            optimizer.step()
    assert torch.equal(w, v)


def test_hidden_matrices_alone_are_orthogonalized():
    # fails if embeddings, the head, norms or biases take Muon's step, or a parameter takes none
    model = GPT(GPTConfig(11, 8, 2, 2, 8, tie_weights=False, position="rotary"))
    optimizer = make_muon(model, TrainingConfig(optimizer="muon"))
    assert isinstance(optimizer, Muon)
    names = {id(p): name for name, p in model.named_parameters()}
    found = {
        names.pop(id(p)): group["orthogonalize"]
        for group in optimizer.param_groups
        for p in group["params"]
    }
    assert not names
    assert {name for name, by_muon in found.items() if by_muon} == {
        f"blocks.{i}.{part}.weight"
        for i in range(2)
        for part in ("attention.qkv", "attention.out", "feed_forward.up", "feed_forward.down")
    }


def names_of_muon(model):
    """Return the names of the parameters that take Muon's step, and check that each takes one."""
    groups = make_muon(model, TrainingConfig(optimizer="muon")).param_groups
    by_muon = {id(p): group["orthogonalize"] for group in groups for p in group["params"]}
    names = {name: by_muon[id(p)] for name, p in model.named_parameters()}
    assert len(by_muon) == len(names) == sum(len(group["params"]) for group in groups)
    return {name for name, taken in names.items() if taken}


def test_a_head_is_one_wherever_it_stands():
    # fails if a classifier's scores, or a head behind another name, are orthogonalised
    gpt = GPT(GPTConfig(11, 8, 1, 2, 8, tie_weights=False))
    inner = names_of_muon(gpt)
    assert len(inner) == 4
    assert names_of_muon(Classifier(gpt, 3)) == {f"gpt.{name}" for name in inner}
    around = nn.ModuleDict({"head": gpt})  # the name of what is around it says nothing
    assert names_of_muon(around) == {f"head.{name}" for name in inner}


def test_tables_are_told_by_what_they_are():
    # fails if an embedding or learned positions, whatever they are called, take Muon's step
    sizes = {"n_layer": 1, "n_head": 2, "n_embd": 8, "n_hidden": 16, "position": "learned"}
    found = names_of_muon(Transformer(TransformerConfig(11, 8, **sizes)))
    assert len(found) == 2 * 4 + 4 + 4 and not any("position" in name for name in found)
    assert names_of_muon(RNNTranslator(9, 8, AdditiveAttention(8, 8, 4))) == {
        f"attention.{name}.weight" for name in ("query", "key", "score")
    }
    tied = nn.ModuleDict({"out": nn.Linear(4, 9, bias=False), "table": nn.Embedding(9, 4)})
    tied["out"].weight = tied["table"].weight
    assert names_of_muon(tied) == set()
    assert names_of_muon(nn.Sequential(nn.Conv1d(2, 3, 2), nn.Linear(3, 4))) == {"1.weight"}


def test_matrices_decay_and_vectors_do_not():
    # fails if a norm or bias is drawn to 0, or an embedding is not
    model = GPT(GPTConfig(11, 8, 1, 2, 8))
    groups = make_muon(model, TrainingConfig(optimizer="muon", weight_decay=0.3)).param_groups
    for group in groups:
        assert {p.dim() for p in group["params"]} == ({2} if group["weight_decay"] else {1})
    assert [group["weight_decay"] for group in groups] == [0.3, 0.3, 0.0]
    Muon([{"params": [torch.zeros(2, 2)]}], momentum=0)  # the lowest that is allowed


def test_what_lora_learns_is_made_of_matrices():
    # fails if a low-rank change is left to AdamW
    model = add_lora(GPT(GPTConfig(11, 8, 1, 2, 8)), r=2)
    learned = {name for name, p in model.named_parameters() if p.requires_grad}
    assert len(learned) == 4 and learned <= names_of_muon(model)


def test_bad_settings_are_refused():
    # fails if a wrong value trains something else in silence
    with pytest.raises(ValueError, match="momentum must be at least 0 and below 1, got 1"):
        Muon([{"params": [torch.zeros(2, 2)]}], momentum=1)
    with pytest.raises(ValueError, match=r"moves matrices; got a tensor of shape \(3,\)"):
        orthogonalize(torch.zeros(3))
    with pytest.raises(ValueError, match='"muon" needs whole matrices'):
        TrainingConfig(optimizer="muon", parallel="fsdp")
    with pytest.raises(ValueError, match="optimizer"):
        TrainingConfig(optimizer="sgd")
