"""Two processes that train one model: the same gradients as one, and what a killed one leaves.

The processes are real, started by torchrun as in the README, and talk through gloo.
"""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file

from llm_lib.book.recipes.corpora import BOOK_CORPORA
from llm_lib.dataset import read_token_file, write_token_file
from llm_lib.model.gpt import GPT, GPTConfig
from llm_lib.training import TrainingConfig, loop
from llm_lib.training.command import main
from llm_lib.training.distributed import Ranks, explain_lost_rank
from llm_lib.training.next_token import compute_loss, plan_windows
from llm_lib.training.processes import run_on_ranks

ROOT = Path(__file__).resolve().parents[2]
TOKENS = np.random.default_rng(0).integers(11, size=2000).astype(np.uint16)
RECIPE = """
[corpus]
name = "repeats"
tokens = 4_000
validation_tokens = 400
min_length = 4
max_length = 8
[tokenizer]
vocab_size = 16
[model]
context_length = 16
n_layer = 1
n_head = 2
n_embd = 8
[training]
steps = 300
batch_size = 4
accumulation_steps = 2
learning_rate = 0.01
warmup_steps = 10
eval_interval = 50
checkpoint_interval = 20
progress = false
"""
# Run by each of two processes: one step on its share of the batch, then the training goes on.
WORKER = """
import sys
import torch
from safetensors.torch import save_file
from llm_lib.training.distributed import process_group
from llm_lib.book.recipes.corpora import BOOK_CORPORA
from llm_lib.training.command import main
from tests.training.test_distributed import take_one_step
with process_group() as ranks:
    gradients = take_one_step(ranks)
    save_file(gradients, f"{sys.argv[1]}/gradients-{ranks.rank}.safetensors")
    failed = main([f"{sys.argv[1]}/tiny.toml", "--folder", f"{sys.argv[1]}/run"], BOOK_CORPORA)
raise SystemExit(failed)
"""


def take_one_step(ranks: Ranks) -> dict[str, torch.Tensor]:
    """Return by how much one step of plain gradient descent at rate 1 lowers each weight."""
    torch.manual_seed(ranks.rank)  # joined, all ranks start with the weights of the first
    model = GPT(GPTConfig(11, 8, 2, 2, 8))
    learner = ranks.join(model)
    before = {name: p.detach().clone() for name, p in model.named_parameters()}
    config = TrainingConfig(
        batch_size=8, accumulation_steps=2, learning_rate=1, warmup_steps=0, grad_clip=1e9
    )
    windows = plan_windows(TOKENS, 8, config, ranks)
    sgd = torch.optim.SGD(model.parameters(), 1.0)
    loss_at = lambda learner, index: compute_loss(learner, *windows[index])  # noqa: E731
    loop._take_step(learner, sgd, loss_at, 0, config, torch.device("cpu"))
    return {name: before[name] - p.detach() for name, p in model.named_parameters()}


def torchrun(*command) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2"]
        + [str(word) for word in command],
        env=os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def wait_for(path: Path, process: subprocess.Popen) -> None:
    while not path.exists() and process.poll() is None:
        time.sleep(0.01)
    assert path.exists(), process.communicate()[0]


def losses(folder: Path) -> list[float]:
    rows = json.loads((folder / "model" / "training_log.json").read_text())["evaluations"]
    assert [row["step"] for row in rows] == [50, 100, 150, 200, 250, 300]
    return [row[kind] for row in rows for kind in ("train_loss", "val_loss")]


@pytest.mark.skipif(sys.platform == "win32", reason="a process can't be killed like that there")
def test_two_processes_train_like_one_even_when_one_is_killed(tmp_path):
    # fails if ranks see other windows than one process would, gradients are summed instead of
    # averaged, a killed process hangs the other or leaves half a checkpoint, or the run that
    # follows does not go on from it
    psutil = pytest.importorskip("psutil")
    (tmp_path / "tiny.toml").write_text(RECIPE)
    (tmp_path / "worker.py").write_text(WORKER)
    command = (
        "-m",
        "llm_lib.book.recipes.train",
        tmp_path / "tiny.toml",
        "--folder",
        tmp_path / "run",
    )
    run = torchrun(*command)
    wait_for(tmp_path / "run" / "training_state.safetensors", run)
    psutil.Process(run.pid).children()[1].send_signal(signal.SIGKILL)
    out, _ = run.communicate(timeout=60)
    assert run.returncode != 0
    assert "another process of this training has ended" in out
    with safe_open(tmp_path / "run" / "training_state.safetensors", "pt") as state:
        assert 20 <= json.loads(state.metadata()["state"])["step"] < 300
    assert not (tmp_path / "run" / "model").exists()

    again = torchrun(tmp_path / "worker.py", tmp_path)
    out, _ = again.communicate(timeout=300)
    assert again.returncode == 0, out
    alone = take_one_step(Ranks())
    for rank in (0, 1):
        torch.testing.assert_close(load_file(tmp_path / f"gradients-{rank}.safetensors"), alone)
    assert (
        main([str(tmp_path / "tiny.toml"), "--folder", str(tmp_path / "alone")], BOOK_CORPORA) == 0
    )
    assert losses(tmp_path / "run") == pytest.approx(losses(tmp_path / "alone"), abs=2e-3)


def test_shards_are_dealt_to_ranks_without_gaps_or_doubles(tmp_path):
    # fails if two ranks read the same window, or the ranks together see another batch than one
    write_token_file(tmp_path / "text", np.arange(1000), vocab_size=1000, shard_size=130)
    shards, config = read_token_file(tmp_path / "text"), TrainingConfig(batch_size=6)
    whole = plan_windows(shards, 10, config, Ranks())
    parts = [plan_windows(shards, 10, config, Ranks(rank, 3)) for rank in range(3)]
    for number in (0, 7, 20):  # the last one in the second epoch
        dealt = torch.cat([part[number][0] for part in parts])
        assert dealt.sort(dim=0).values.tolist() == whole[number][0].sort(dim=0).values.tolist()
        assert [len(part[number][0]) for part in parts] == [2, 2, 2]


@pytest.mark.parametrize("world_size", [2, 4])
def test_an_epoch_of_token_files_shows_each_window_once_over_all_ranks(tmp_path, world_size):
    # fails if ranks read a shard each and so see parts of different lengths, if a window is shown
    # twice or left out, or if one that crosses from shard to shard is cut
    write_token_file(tmp_path / "text", np.arange(970), vocab_size=970, shard_size=130)
    shards, config = read_token_file(tmp_path / "text"), TrainingConfig(batch_size=8)
    ranks = [
        plan_windows(shards, 10, config, Ranks(rank, world_size)) for rank in range(world_size)
    ]
    assert {len(rank.sampler) for rank in ranks} == {12}  # batches: 96 windows of 10, at any shift
    for epoch in (0, 1):
        numbers = range(12 * epoch, 12 * epoch + 12)
        shown = torch.cat([rank[number][0] for number in numbers for rank in ranks])
        shift = ranks[0].sampler.shift  # an epoch begins at a place of its own
        assert shown[:, 0].sort().values.tolist() == [*range(shift, shift + 960, 10)]
        assert torch.equal(shown, shown[:, :1] + torch.arange(10))


@pytest.mark.parametrize(("processes", "fewer"), [(3, "2 processes"), (24, "16 processes")])
def test_a_batch_that_cannot_be_shared_is_refused(processes, fewer):
    # fails if a rank gets fewer windows, and its gradient counts too much, or if the advice is no
    # number that the batch divides into
    with pytest.raises(ValueError, match=f"of 16 .* {processes} processes: take {fewer}, or"):
        Ranks(0, processes).share(16)


def step_on_targets(parallel):
    """Take a step of two batches whose targets are 1, 5, 2 and 4; return loss and weights."""
    import torch
    from torch.nn import functional as F

    from llm_lib.model.gpt import GPT, GPTConfig
    from llm_lib.training import TrainingConfig, fit
    from llm_lib.training.distributed import Ranks
    from llm_lib.training.resuming import gather_model

    torch.manual_seed(0)
    model, ranks = GPT(GPTConfig(11, 8, 2, 2, 8)).double(), Ranks.current()
    x, y = torch.randint(11, (2, 4, 8))
    for row, n in enumerate((1, 5, 2, 4)):
        y[row, n:] = -100

    def loss_at(learner, index):
        rows = ranks.deal([2 * index, 2 * index + 1])
        logits, targets = learner(x[rows]).flatten(0, 1), y[rows].flatten()
        return F.cross_entropy(logits, targets), int((targets >= 0).sum())

    settings = {"steps": 1, "accumulation_steps": 2, "learning_rate": 0.1, "warmup_steps": 0}
    config = TrainingConfig(**settings, parallel=parallel, progress=False)
    make_sgd = torch.optim.SGD if parallel == "ddp" else None  # FSDP has parameters of its own
    sgd = make_sgd and make_sgd(model.parameters(), 0.1)
    history = fit(model, loss_at, config, optimizer=sgd).history
    whole = gather_model(model)
    return [
        history and history[0]["train_loss"],
        whole and [p.tolist() for p in whole.parameters()],
    ]


@pytest.mark.parametrize("parallel", ["ddp", "fsdp"])
def test_targets_count_alike_on_whatever_process_they_stand(parallel):
    # fails if the gradients of two processes are averaged as means, so that the one target of one
    # counts as much as the five of the other
    [(loss, weights)] = run_on_ranks(step_on_targets, parallel, ranks=1)
    (told, first), (_, second) = run_on_ranks(step_on_targets, parallel)
    assert told == pytest.approx(loss, abs=2e-6)
    for shared in (first, second) if parallel == "ddp" else (first,):
        for ours, theirs in zip(shared, weights, strict=True):
            assert np.allclose(ours, theirs, rtol=0, atol=1e-9)


def change_buffers():
    """Change what rank 1 has in its buffers; return what is left of that after a forward pass."""
    import torch
    from torch import nn

    from llm_lib.model.gpt import GPT, GPTConfig
    from llm_lib.training.distributed import Ranks

    ranks, left = Ranks.current(), []
    for model, x, name in (
        (GPT(GPTConfig(11, 8, 1, 2, 8, position="rotary")), torch.zeros(1, 8).long(), "rotary.cos"),
        (nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2)), torch.ones(3, 2), "1.running_mean"),
    ):
        buffer = model.get_buffer(name)
        buffer += 5 * ranks.rank  # as if it had been made otherwise
        learner = ranks.join(model)
        joined = bool((buffer.abs() < 3).all())
        buffer += 5 * ranks.rank
        learner.eval()(x)
        left.append([joined, bool((buffer.abs() < 3).all())])
    return left


def test_constants_are_sent_once_and_what_is_learned_at_each_step():
    # fails if the angles of rotary positions are sent at each forward pass, if ranks begin with
    # other ones, or if a model's running means part ways
    rotary, norm = run_on_ranks(change_buffers)[1]
    assert rotary == [True, False]
    assert norm == [True, True]


def test_other_errors_are_not_blamed_on_a_lost_rank():
    # fails if a mistake in the code is told as a lost connection
    with pytest.raises(RuntimeError, match="shapes do not fit"), explain_lost_rank():
        raise RuntimeError("shapes do not fit")
    with pytest.raises(ConnectionError, match="run the same command again"), explain_lost_rank():
        raise RuntimeError("[tcp/pair.cc:537] Read error: Connection reset by peer")
