"""Checkpoints of a training: what goes on from them, and what is refused."""

import errno
import warnings

import pytest
import torch
from safetensors.torch import save_file

from llm_lib.model.gpt import GPT, GPTConfig
from llm_lib.pretrained.layouts import read_tensors
from llm_lib.training import checkpoint
from llm_lib.training.checkpoint import STATE_FILE, load_training_state, save_training_state


def make_training(seed, frozen=()):
    """Return a model and its optimiser after two steps on random numbers."""
    torch.manual_seed(seed)
    model = GPT(GPTConfig(11, 8, 1, 2, 8))
    for name, parameter in model.named_parameters():
        parameter.requires_grad = name not in frozen
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)
    for _ in range(2):
        step_once(model, optimizer)
    return model, optimizer


def step_once(model, optimizer):
    loss = model(torch.tensor([[1, 2, 3]])).square().sum()
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()


def weights(model):
    return torch.cat([p.detach().flatten() for p in model.parameters()])


@pytest.mark.parametrize("frozen", [(), ("norm.weight", "token_embedding.weight")])
def test_a_training_goes_on_from_its_file(tmp_path, frozen):
    # fails if a weight or a moment is lost, or the moments come to other parameters
    folder, settings, state = tmp_path / "runs" / "a", {"lr": 0.01, "betas": (1, 2)}, {"step": 2}
    first = make_training(1, frozen)
    save_training_state(folder, *first, settings, state)
    save_training_state(folder, *first, settings, state)  # in the place of the one before
    second = make_training(2, frozen)
    assert load_training_state(folder, *second, settings) == state
    assert torch.equal(weights(first[0]), weights(second[0]))
    for model, optimizer in (first, second):
        step_once(model, optimizer)
    assert torch.equal(weights(first[0]), weights(second[0]))
    assert [path.name for path in folder.iterdir()] == [STATE_FILE]


def test_the_file_of_another_training_is_refused(tmp_path):
    # fails if two trainings are mixed, or what differs is not named
    save_training_state(tmp_path, *make_training(1), {"a": 1, "b": 2}, {"step": 2})
    with pytest.raises(ValueError, match=r"with b = 2, this one has 3: give another folder"):
        load_training_state(tmp_path, *make_training(1), {"a": 1, "b": 3})
    with pytest.raises(ValueError, match=r"c = None, this one has 4"):
        load_training_state(tmp_path, *make_training(1), {"a": 1, "c": 4})
    with pytest.raises(ValueError, match=r"other parameters, 16 tensors and not 15: freeze"):
        load_training_state(tmp_path, *make_training(1, ["norm.bias"]), {"a": 1, "b": 2})
    other = GPT(GPTConfig(11, 8, 1, 2, 16))
    optimizer = torch.optim.AdamW(other.parameters())
    with pytest.raises(ValueError, match=r"n_embd = 8, this one has 16"):
        load_training_state(tmp_path, other, optimizer, {"a": 1, "b": 2})


def test_a_file_without_an_identity_is_taken_with_a_warning(tmp_path):
    # fails if a training begun with an older version of the library has to begin again, or if it
    # goes on without a word that nobody knows what it learned from
    save_training_state(tmp_path, *make_training(1), {}, {"step": 2})
    second = make_training(2)
    with pytest.warns(UserWarning, match="does not say what its training learned from"):
        assert load_training_state(tmp_path, *second, {}, {"data": "mine"}) == {"step": 2}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        load_training_state(tmp_path, *second, {}, {})
        save_training_state(tmp_path, *second, {}, {"step": 2}, {"data": "mine"})
        load_training_state(tmp_path, *second, {}, {"data": "mine"})
    with pytest.raises(ValueError, match="with data = 'mine', this one has 'yours': give another"):
        load_training_state(tmp_path, *second, {}, {"data": "yours"})


def test_weights_of_another_size_are_refused_for_any_model(tmp_path):
    # fails if a model without a config gets torch's own list of what does not fit
    def make(n_out):
        model = torch.nn.Linear(2, n_out)
        return model, torch.optim.AdamW(model.parameters())

    save_training_state(tmp_path, *make(3), {}, {"step": 1})
    with pytest.raises(ValueError, match=r"'weight' has shape \(3, 2\)"):
        load_training_state(tmp_path, *make(4), {})


def test_a_file_from_before_frozen_parameters_is_still_read(tmp_path):
    # fails if a training that began with an older version of the library has to begin again
    first, second = make_training(1), make_training(2)
    save_training_state(tmp_path, *first, {}, {"step": 2})
    tensors, metadata = read_tensors(tmp_path / STATE_FILE)
    del metadata["trained"]
    save_file({n: t.clone() for n, t in tensors.items()}, tmp_path / STATE_FILE, metadata)
    assert load_training_state(tmp_path, *second, {}) == {"step": 2}
    assert torch.equal(weights(first[0]), weights(second[0]))


def test_a_full_disk_is_told_with_the_state_of_things(tmp_path, monkeypatch):
    # fails if a reader can't know whether the last checkpoint is still good
    training = make_training(1)

    def full(path, data):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(checkpoint, "write_bytes", full)
        with pytest.raises(
            OSError, match=r"step 7 can't .*No space left.*there is no previous one"
        ):
            save_training_state(tmp_path, *training, {}, {"step": 7})
    save_training_state(tmp_path, *training, {}, {"step": 8})
    monkeypatch.setattr(checkpoint, "write_bytes", full)
    with pytest.raises(OSError, match=r"step 9 can't .*the previous one is intact"):
        save_training_state(tmp_path, *training, {}, {"step": 9})
