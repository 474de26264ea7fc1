"""What tells two trainings apart: the same things have one mark, and others another."""

import itertools

import numpy as np
import pytest
import torch

from llm_lib.finetuning.lora import add_lora, lora_layers, merge_lora, set_strength, unmerge_lora
from llm_lib.model.gpt import GPT, GPTConfig
from llm_lib.training import identity
from llm_lib.training.identity import (
    hash_parts,
    identify_adapters,
    identify_run,
    identify_tokens,
    identify_weights,
)

TEXT = np.arange(3000) * 7 % 65


def make():
    torch.manual_seed(0)
    return GPT(GPTConfig(11, 8, 2, 2, 8))


def moved(model):
    """Give each change of a model with LoRA a size."""
    torch.manual_seed(1)
    with torch.no_grad():
        for _, layer in lora_layers(model):
            layer.lora_b.normal_()
    return model


def test_a_text_has_one_mark_in_whatever_it_is_kept():
    # fails if a run is refused because its tokens now are a list, a file or of another type
    kinds = (TEXT, TEXT.astype(np.uint16), TEXT.tolist(), torch.from_numpy(TEXT))
    assert len({identify_tokens(tokens) for tokens in kinds}) == 1
    assert identify_tokens(TEXT).startswith("3,000 tokens, ")


def test_another_text_has_another_mark():
    # fails if one token, their order or their number can change without being noticed
    other = TEXT.copy()
    other[-1] += 1
    texts = (TEXT, other, TEXT[::-1], TEXT[:-1], np.append(TEXT, 0))
    assert len({identify_tokens(tokens) for tokens in texts}) == len(texts)


def test_a_very_long_text_is_hashed_by_pieces(monkeypatch):
    # fails if hours of text are read before a training, or its end, or most of it, is never seen
    monkeypatch.setattr(identity, "PIECES", 20)
    monkeypatch.setattr(identity, "PIECE", 10)
    read = []

    class Text:
        def __len__(self):
            return len(TEXT)

        def __getitem__(self, places):
            read.append((places.start, places.stop))
            return TEXT[places]

    mark = identify_tokens(Text())
    assert len(read) == 20 and read[0] == (0, 10) and read[-1] == (2990, 3000)
    assert max(b[0] - a[1] for a, b in itertools.pairwise(read)) < 160
    for place in (0, 2995):
        other = TEXT.copy()
        other[place] += 1
        assert identify_tokens(other) != mark


def test_parts_do_not_run_into_each_other():
    # fails if moving a word from one example to the next is not noticed
    assert hash_parts(["ab", "c"]) != hash_parts(["a", "bc"])
    assert hash_parts([[1, 2], [3]]) != hash_parts([[1], [2, 3]])
    assert hash_parts(["ab", np.array([1])]) == hash_parts(["ab", torch.tensor([1])])


def test_rank_alpha_and_targets_are_told():
    # fails if a LoRA that scales otherwise, or sits elsewhere, passes for the same
    assert identify_adapters(make()) == {}
    found = identify_adapters(add_lora(make(), r=2, alpha=6, targets=["attention.qkv"]))
    assert found == {"lora": {"blocks.*.attention.qkv": ["r=2, alpha=6"]}}
    others = [{"alpha": 5}, {"r": 3, "alpha": 6}, {"alpha": 6, "targets": ["attention.out"]}]
    for settings in others:
        assert identify_adapters(add_lora(make(), **{"r": 2} | settings)) != found
    strong = add_lora(make(), r=2, alpha=6, targets=["attention.qkv"])
    set_strength(strong, 0.5)
    assert identify_adapters(strong) != found
    one = add_lora(make(), r=2, alpha=6, targets=["attention.qkv"])
    one.blocks[1].attention.qkv.scale = 9.0
    assert identify_adapters(one)["lora"]["blocks.*.attention.qkv"] == [
        "r=2, alpha=18",
        "r=2, alpha=6",
    ]


def test_weights_are_those_that_a_model_computes_with():
    # fails if a new LoRA, which changes nothing yet and begins at random, makes another reference;
    # or if what it has learned does not, beside its weights or merged into them
    base = identify_weights(make())
    assert identify_weights(add_lora(make())) == base
    changed = moved(add_lora(make()))
    mark = identify_weights(changed)
    assert mark != base
    assert identify_weights(merge_lora(changed)) == mark
    assert identify_weights(unmerge_lora(changed)) == mark


def test_an_identity_is_what_its_parts_say():
    # fails if the loss, LoRA, an optimiser of one's own, or what was given is left out
    class Loss:
        identity = {"loss": "mine", "beta": (1, 2)}

    model = add_lora(make(), r=1)
    sgd = torch.optim.SGD(model.parameters(), 0.5)
    found = identify_run(model, Loss(), sgd, {"data": "mine, too"})
    assert found["beta"] == [1, 2]  # as it will be read
    assert [*found] == ["loss", "beta", "lora", "optimizer", "data"]
    assert found["optimizer"] == "SGD, learning rates [0.5]"
    assert identify_run(make(), lambda learner, index: 0) == {}
    Loss.identity = torch.nn.Identity()  # a part of somebody's loss that has the name by chance
    assert identify_run(make(), Loss()) == {}
    with pytest.raises(TypeError, match="identity holds numbers, texts, lists and dicts alone"):
        identify_run(make(), None, identity={"data": torch.ones(1)})
