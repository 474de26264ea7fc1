"""A model that is cut over two processes: the same numbers as one, and what a killed one leaves.

The processes are real, started by torchrun, and talk through gloo.
"""

import json
import os
import re
import signal
import sys

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from torch.nn import functional as F

from llm_lib.model.gpt import GPT, GPTConfig
from llm_lib.training import TrainingConfig, fit, sharded
from llm_lib.training.distributed import Ranks, process_group
from llm_lib.training.loop import make_optimizer
from llm_lib.training.next_token import plan_windows
from llm_lib.training.processes import run_on_ranks
from llm_lib.training.resuming import gather_model
from tests.training.test_distributed import torchrun

WAYS = [(parallel, again) for parallel in ("ddp", "fsdp") for again in (False, True)]
TOKENS = np.random.default_rng(0).integers(11, size=2000).astype(np.uint16)


def train(parallel, optimizer_of=None, lose_rank_at: int | None = None, identity=None, **settings):
    """Train a GPT in float64; return it whole on the first process, and the history."""
    ranks = Ranks.current()
    torch.manual_seed(ranks.rank)  # joined, all ranks start with the weights of the first
    model = GPT(GPTConfig(11, 8, 2, 2, 8)).double()
    settings = {"steps": 5, "batch_size": 8, "accumulation_steps": 2, "eval_interval": 1} | settings
    config = TrainingConfig(learning_rate=0.01, progress=False, parallel=parallel, **settings)
    windows = plan_windows(TOKENS, 8, config, ranks)

    def loss_at(learner, index):
        if index == lose_rank_at and ranks.rank == 1:
            os.kill(os.getpid(), signal.SIGKILL)
        x, y = windows[index]
        return F.cross_entropy(learner(x).flatten(0, 1), y.flatten())

    optimizer = optimizer_of and optimizer_of(model, config)
    result = fit(model, loss_at, config, optimizer=optimizer, identity=identity)
    return gather_model(model), result.history


def work(folder: str) -> None:
    """What each process does: train in all ways, make a mistake, and lose rank 1 in step 4."""
    with process_group() as ranks:
        for parallel, again in WAYS:
            model, history = train(parallel, activation_checkpointing=again)
            if ranks.is_first:
                save_file(model.state_dict(), f"{folder}/{parallel}-{again}.safetensors")
                print(json.dumps([row["train_loss"] for row in history]), flush=True)
        try:
            train("fsdp", optimizer_of=make_optimizer)
        except ValueError as error:
            print(error, flush=True)
        train("fsdp", folder=f"{folder}/run", checkpoint_interval=3, lose_rank_at=8)


@pytest.fixture(scope="module")
def two_processes(tmp_path_factory):
    """Return the folder in which two processes have worked, and what they printed."""
    folder = tmp_path_factory.mktemp("sharded")
    run = torchrun("-m", "tests.training.test_sharded", folder)
    out, _ = run.communicate(timeout=300)
    assert run.returncode != 0, "rank 1 was to be lost"
    return folder, out


@pytest.fixture(scope="module")
def alone():
    """Return the weights and losses of one process."""
    model, history = train("ddp")
    return model.state_dict(), [row["train_loss"] for row in history]


@pytest.mark.skipif(sys.platform == "win32", reason="a process can't be killed like that there")
@pytest.mark.parametrize(("parallel", "again"), WAYS)
def test_two_processes_take_the_same_steps_as_one(two_processes, alone, parallel, again):
    # fails if gradients are summed instead of averaged, clipped by a rank's own norm, exchanged
    # before they are complete, if each rank starts with weights of its own, or if a block that
    # works out its activations again (activation_checkpointing) takes other weights then
    folder, out = two_processes
    weights, losses = alone
    torch.testing.assert_close(
        load_file(folder / f"{parallel}-{again}.safetensors"), weights, rtol=0, atol=1e-9
    )
    assert out.count(json.dumps(losses)) == len(WAYS)


@pytest.mark.skipif(sys.platform == "win32", reason="a process can't be killed like that there")
def test_one_process_goes_on_from_what_two_have_left(two_processes, alone):
    # fails if a part is missing or half written, AdamW's moments are lost, or the number of
    # processes must stay
    folder, out = two_processes
    assert "SIGKILL" in out
    run = folder / "run"
    assert json.loads((run / "sharded_state.json").read_text())["state"]["step"] == 3
    parts = list((run / "sharded_state-000003").iterdir())
    assert len(parts) == 2 and all(len(load_file(part)) > 20 for part in parts)
    model, history = train("fsdp", folder=str(run))
    torch.testing.assert_close(model.state_dict(), alone[0], rtol=0, atol=1e-9)
    assert [row["train_loss"] for row in history] == alone[1]
    assert [path.name for path in run.iterdir() if path.is_dir()] == ["sharded_state-000005"]


@pytest.mark.skipif(sys.platform == "win32", reason="a process can't be killed like that there")
def test_an_optimizer_from_before_the_cut_is_refused(two_processes):
    # fails if it moves weights that nobody uses any more, and the loss stands still
    assert "the optimizer has none of the model's parameters" in two_processes[1]


def gather_tuned(kind):
    """Train a model that is no plain GPT, cut over the processes; return it whole, with a run."""
    import torch
    from torch.nn import functional as F

    from llm_lib.finetuning import Classifier, add_lora, train_only
    from llm_lib.model.gpt import GPT, GPTConfig
    from llm_lib.training import TrainingConfig, fit
    from llm_lib.training.resuming import gather_model

    torch.manual_seed(0)
    model = GPT(GPTConfig(11, 8, 2, 2, 8, position="rotary"))
    classifier = train_only(Classifier(model, 3), "last block")
    model = (add_lora(model, r=2) if kind == "lora" else classifier).eval()
    ids, targets = torch.arange(16).view(2, 8) % 11, torch.tensor([0, 2])

    def loss_at(learner, index):
        scores = learner(ids)
        return F.cross_entropy(scores if scores.dim() == 2 else scores[:, -1], targets)

    config = TrainingConfig(steps=3, learning_rate=0.1, parallel="fsdp", progress=False)
    fit(model, loss_at, config)
    with torch.no_grad():
        said = model(ids)
    whole = gather_model(model)
    if whole is None:
        return None
    learn = [n for n, p in whole.named_parameters() if p.requires_grad]
    with torch.no_grad():
        return [type(whole).__name__, whole.training, (whole(ids) - said).abs().max().item(), learn]


@pytest.mark.parametrize(
    ("kind", "name", "learn"),
    [
        ("lora", "GPT", r".*\.lora_[ab]"),
        ("classifier", "Classifier", r"gpt\.(head|blocks\.1|norm).*"),
    ],
)
def test_a_tuned_model_is_gathered_as_what_it_is(kind, name, learn):
    # fails if only a plain GPT can be gathered, once all is learned; if a weight or the angles of
    # its positions are lost; or if what is frozen is forgotten
    first, second = run_on_ranks(gather_tuned, kind)
    assert second is None
    assert first[:2] == [name, False] and first[2] < 1e-6
    assert first[3] and all(re.fullmatch(learn, name) for name in first[3])


def cut_beside_a_gpu():
    """Cut a model that is on the CPU, where torch finds a GPU; return where its parts are."""
    import torch

    from llm_lib.model.gpt import GPT, GPTConfig
    from llm_lib.training.sharded import shard_model

    torch._C._get_accelerator = lambda *_: torch.device("cuda")
    model = shard_model(GPT(GPTConfig(11, 8, 2, 2, 8)))
    return sorted({p.device_mesh.device_type for p in model.parameters()})


def test_a_model_on_the_cpu_stays_there_beside_a_gpu():
    # fails if the cut is left to torch, which takes an accelerator wherever it finds one
    assert run_on_ranks(cut_beside_a_gpu) == [["cpu"], ["cpu"]]


def test_a_model_that_was_cut_elsewhere_is_named():
    # fails if a KeyError is all that one is told
    with pytest.raises(ValueError, match="only a model that shard_model has cut"):
        sharded.gather_whole(GPT(GPTConfig(11, 8, 1, 2, 8)))


def test_an_index_of_another_run_is_refused(tmp_path):
    # fails if a cut model takes up what was learned by another loss, or an older checkpoint, whose
    # index says nothing of its model and loss, can't be gone on from
    once = {"folder": str(tmp_path), "steps": 1}
    train("fsdp", **once, identity={"data": "mine"})
    with pytest.raises(ValueError, match="with data = 'mine', this one has 'yours'"):
        train("fsdp", **once, identity={"data": "yours"})
    path = tmp_path / "sharded_state.json"
    index = json.loads(path.read_text())
    assert index["config"]["n_embd"] == 8
    path.write_text(json.dumps({k: v for k, v in index.items() if k not in ("config", "identity")}))
    with pytest.warns(UserWarning, match="does not say what its training learned from"):
        train("fsdp", **once, identity={"data": "yours"})


def test_a_damaged_or_foreign_checkpoint_is_refused(tmp_path):
    # fails if half of a checkpoint is loaded, or that of another run
    once = {"folder": str(tmp_path), "steps": 1}
    train("fsdp", **once)
    with pytest.raises(ValueError, match='was written with parallel = "fsdp", this run has "ddp"'):
        train("ddp", **once)
    with pytest.raises(ValueError, match="a training with seed = 0, this one has 1"):
        train("fsdp", **once, seed=1)
    part = next(tmp_path.glob("sharded_state-*/*"))
    whole = part.read_bytes()
    part.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ValueError, match="is not whole"):
        train("fsdp", **once)
    part.unlink()
    with pytest.raises(ValueError, match="is not whole"):
        train("fsdp", **once)
    (tmp_path / "sharded_state.json").write_text("{}")
    with pytest.raises(ValueError, match="it should hold parts, settings and state"):
        train("fsdp", **once)


def test_a_full_disk_leaves_the_previous_checkpoint(tmp_path, monkeypatch):
    # fails if the last whole checkpoint is lost, or the error does not say what to do
    train("fsdp", folder=str(tmp_path), steps=4, checkpoint_interval=2)
    index = (tmp_path / "sharded_state.json").read_text()
    model = GPT(GPTConfig(11, 8, 2, 2, 8))
    config = TrainingConfig(steps=9)

    def full(*args, **store):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(sharded, "_in_group", full)
    with pytest.raises(OSError, match=r"step 6 .* the previous one is intact\. Make room"):
        state = (tmp_path, model, make_optimizer(model, config), {}, {"step": 6})
        sharded.save_sharded_state(*state)
    assert (tmp_path / "sharded_state.json").read_text() == index
    assert (tmp_path / json.loads(index)["parts"]).is_dir()


if __name__ == "__main__":
    work(sys.argv[1])
