"""What a training's folder holds, and which run may go on from it."""

import sys

import numpy as np
import pytest
import torch

from llm_lib.model.gpt import GPT, GPTConfig
from llm_lib.training import TrainingConfig
from llm_lib.training.distributed import Ranks
from llm_lib.training.loop import make_optimizer
from llm_lib.training.muon import make_muon
from llm_lib.training.processes import run_on_ranks
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


def take_part(folder, stop_at=None, dropout=0.0):
    """Train in `folder` for 5 steps, or until a Ctrl-C; return the weights and what was printed."""
    import contextlib
    import io
    import os
    import signal

    import torch

    from llm_lib.model.gpt import GPT, GPTConfig
    from llm_lib.training import TrainingConfig, fit
    from llm_lib.training.distributed import Ranks
    from llm_lib.training.next_token import plan_windows

    model = GPT(GPTConfig(11, 8, 2, 2, 8, dropout=dropout)).double()
    config = TrainingConfig(steps=5, batch_size=8, folder=folder, progress=False)
    windows = plan_windows(torch.arange(500) * 7 % 11, 8, config, Ranks.current())

    def loss_at(learner, index):
        if index + 1 == stop_at:
            os.kill(os.getpid(), signal.SIGINT)
        x, y = windows[index]  # in float64, unlike in compute_loss
        return torch.nn.functional.cross_entropy(learner(x).flatten(0, 1), y.flatten())

    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.suppress(KeyboardInterrupt):
        fit(model, loss_at, config)
    return [[p.tolist() for p in model.parameters()], said.getvalue()]


@pytest.mark.skipif(sys.platform == "win32", reason="a Ctrl-C can't be sent like that there")
@pytest.mark.parametrize(("then", "now"), [(1, 2), (2, 1), (2, 4)])
def test_another_number_of_processes_takes_the_same_steps_and_says_so(tmp_path, then, now):
    # fails if the run takes other steps than one that never stopped (moments lost, windows dealt
    # twice), or if nobody, or each process, says that their number has changed
    alone, said = run_on_ranks(take_part, None, ranks=1)[0]
    assert said == ""
    folder = str(tmp_path)
    assert [said for _, said in run_on_ranks(take_part, folder, 3, ranks=then)] == [""] * then
    written = "1 process" if then == 1 else f"{then} processes"
    told = (
        f"the checkpoint of step 3 was written by {written}; this run goes on with {now}: "
        "the same training, but for rounding\n"
    )
    results = run_on_ranks(take_part, folder, ranks=now)
    assert [said for _, said in results] == [told] + [""] * (now - 1)
    for weights, _ in results:
        for ours, theirs in zip(weights, alone, strict=True):
            assert np.allclose(ours, theirs, rtol=0, atol=1e-9)


@pytest.mark.skipif(sys.platform == "win32", reason="a Ctrl-C can't be sent like that there")
def test_another_number_of_processes_is_refused_where_they_cannot_take_the_same_steps(tmp_path):
    # fails if such a run takes other steps than the one that it goes on with, or if the refusal
    # leaves one to find out how many there may be
    folder = str(tmp_path)
    run_on_ranks(take_part, folder, 3, 0.1)
    refusal = "step 3 was written by 2 processes, this run has 1, .* dropout: go on with 2, or"
    with pytest.raises(RuntimeError, match=refusal):
        run_on_ranks(take_part, folder, None, 0.1, ranks=1)
    assert run_on_ranks(take_part, folder, None, 0.1)[0][1] == ""
    with pytest.raises(
        RuntimeError, match="a batch_size of 8 can't be shared by 3 processes: take 2"
    ):
        run_on_ranks(take_part, folder, ranks=3)


def test_a_model_that_is_whole_is_gathered_already():
    # fails if saving copies a model for nothing
    model = GPT(GPTConfig(11, 8, 1, 2, 8))
    assert gather_model(model) is model
