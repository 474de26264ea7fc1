"""Activation checkpointing: less is kept, and nothing else changes."""

import pytest
import torch
from torch import nn

from llm_lib.model.gpt import GPT, GPTConfig
from llm_lib.model.transformer import Transformer, TransformerConfig
from llm_lib.training import TrainingConfig, fit
from llm_lib.training.activation_checkpointing import blocks_of, recompute_blocks
from tests.training.small import make, run, weights

IDS = torch.arange(64).view(8, 8) % 11


def kept(model: nn.Module) -> int:
    """Return how many bytes a forward pass keeps for the backward pass, weights left out."""
    own = {p.untyped_storage().data_ptr() for p in model.parameters()}
    seen: dict[int, int] = {}

    def note(tensor):
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in own:
            seen[storage.data_ptr()] = storage.nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(note, lambda tensor: tensor):
        loss = model(IDS).logsumexp(-1).sum()
    del loss
    return sum(seen.values())


@pytest.mark.parametrize("dropout", [0.0, 0.2])
def test_the_same_training_to_the_last_bit(dropout):
    # fails if a gradient is lost, or dropout draws other zeros the second time
    plain, again = (run(dropout=dropout, activation_checkpointing=on) for on in (False, True))
    assert torch.equal(weights(plain[0]), weights(again[0]))
    assert plain[1].history == again[1].history


def test_a_block_keeps_its_input_alone():
    # fails if the blocks keep their activations all the same: then nothing is won
    model = GPT(GPTConfig(11, 8, 6, 2, 16))
    plain = kept(model)
    with recompute_blocks(model):
        less = kept(model)
    inputs = 6 * IDS.numel() * 16 * 4
    shared = kept(GPT(GPTConfig(11, 8, 1, 2, 16)))  # embeddings, last norm and head, and one block
    assert inputs < less < inputs + shared < plain / 2


def test_the_model_is_as_before_afterwards():
    # fails if blocks run in another way once the training is over, or its parameters change names
    model = make()
    names = [name for name, _ in model.named_parameters()]
    with recompute_blocks(model):
        assert [name for name, _ in model.named_parameters()] == names
        assert all("forward" in vars(block) for block in model.blocks)
    assert not any("forward" in vars(block) for block in model.blocks)
    with recompute_blocks(model, enabled=False):
        assert not any("forward" in vars(block) for block in model.blocks)


def test_both_stacks_of_a_translator_count_as_blocks():
    # fails if only the decoder's blocks, or none, would keep less
    model = Transformer(TransformerConfig(11, n_layer=2, n_head=2, n_embd=8, n_hidden=8))
    assert blocks_of(model) == [*model.encoder, *model.decoder]


def test_a_model_without_blocks_is_refused():
    # fails if the setting is taken, and does nothing
    model = nn.Linear(2, 2)
    config = TrainingConfig(steps=1, activation_checkpointing=True, progress=False)
    with pytest.raises(ValueError, match="block by block, and a Linear has none"):
        fit(model, lambda learner, index: learner(torch.ones(1, 2)).sum(), config)


def test_it_is_yes_or_no():
    # fails if a text is taken for yes
    with pytest.raises(ValueError, match=r"activation_checkpointing must be one of .*, got 'full'"):
        TrainingConfig(activation_checkpointing="full")
