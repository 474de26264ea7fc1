"""What a training's folder holds, and which run may go on from it."""

import pytest
import torch

from llm_lib.gpt import GPT, GPTConfig
from llm_lib.training import TrainingConfig
from llm_lib.training.distributed import Ranks
from llm_lib.training.loop import make_optimizer
from llm_lib.training.muon import make_muon
from llm_lib.training.resuming import gather_model, keep, resume

STATE = {"history": [{"step": 2, "val_loss": 3.5}], "seconds": 1.5}


def a_run(folder, dropout: float = 0.0, **settings):
    """Return a model, its optimiser and the settings of a training in `folder`."""
    model = GPT(GPTConfig(11, 8, 1, 2, 8, dropout=dropout))
    settings = {"checkpoint_interval": 2, "snapshot_steps": (3,)} | settings
    config = TrainingConfig(steps=5, folder=str(folder) if folder else None, **settings)
    make = make_muon if config.optimizer == "muon" else make_optimizer
    return model, make(model, config), config


def test_what_is_due_is_written(tmp_path):
    # fails if a checkpoint or snapshot is written at another step, or not at the end or a stop
    run = a_run(tmp_path)
    written = []
    for step in range(1, 6):
        keep(*run, {"step": step, **STATE}, stopping=step == 3)
        found = {path.relative_to(tmp_path).parts[0] for path in tmp_path.rglob("*.safetensors")}
        state = resume(*run, Ranks()) if "training_state.safetensors" in found else {"step": 0}
        written.append((state["step"], "snapshots" in found))
    assert written == [(0, False), (2, False), (3, True), (4, True), (5, True)]
    assert resume(*run, Ranks())["history"] == STATE["history"]


@pytest.mark.parametrize("optimizer", ["adamw", "muon"])
def test_a_run_that_goes_on_takes_the_steps_of_one_that_never_stopped(tmp_path, optimizer):
    # fails if a moment, a momentum or the count of steps is lost, or is rounded
    def steps(run, numbers):
        for n in numbers:
            run[0](torch.arange(8)[None] + n % 3).logsumexp(-1).sum().backward()
            run[1].step()
            run[1].zero_grad()

    torch.manual_seed(0)
    first = a_run(tmp_path, optimizer=optimizer)
    steps(first, range(3))
    keep(*first, {"step": 3, **STATE}, stopping=True)
    again = a_run(tmp_path, optimizer=optimizer)
    assert resume(*again, Ranks())["step"] == 3
    for run in (first, again):
        steps(run, range(3, 6))
    torch.testing.assert_close(again[0].state_dict(), first[0].state_dict(), rtol=0, atol=0)


def test_without_a_folder_nothing_is_kept():
    # fails if a training without a folder writes, or begins elsewhere than at step 0
    run = a_run(None)
    keep(*run, {"step": 5, **STATE}, stopping=True)
    assert resume(*run, Ranks()) == {"step": 0, "history": [], "seconds": 0.0}


def test_another_number_of_processes_is_refused_where_dropout_would_differ(tmp_path, monkeypatch):
    # fails if such a run silently takes other steps than the one that it goes on with
    monkeypatch.setattr(Ranks, "mean", lambda self, *values, device: list(values))
    for dropout in (0.0, 0.1):
        run = a_run(tmp_path / str(dropout), dropout)
        keep(*run, {"step": 2, **STATE}, stopping=False)
        assert resume(*run, Ranks())["step"] == 2
        if dropout == 0:
            assert resume(*run, Ranks(0, 2))["step"] == 2
        else:
            with pytest.raises(ValueError, match="written by 1 processes, this run has 2"):
                resume(*run, Ranks(0, 2))


def test_a_model_that_is_whole_is_gathered_already():
    # fails if saving copies a model for nothing
    model = GPT(GPTConfig(11, 8, 1, 2, 8))
    assert gather_model(model) is model
