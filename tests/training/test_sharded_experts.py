"""Experts, latents and memories in a training over two processes, whole and cut.

The processes are real, started by torchrun, and talk through gloo.
"""

import sys

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from torch.nn import functional as F

from llm_lib.model.gpt import GPT, GPTConfig
from llm_lib.training import TrainingConfig, fit
from llm_lib.training.distributed import Ranks, process_group
from llm_lib.training.next_token import plan_windows
from llm_lib.training.resuming import gather_model
from tests.training.test_distributed import torchrun

WAYS = [("ddp", False), ("fsdp", False), ("fsdp", True)]
TOKENS = np.random.default_rng(0).integers(11, size=2000).astype(np.uint16)
SWITCHES = {
    "position": "rotary",
    "experts": {"n_expert": 6, "n_active": 1, "n_shared": 1, "balance_bias": True},
    "latent": {"n_latent": 4, "n_rotary": 2},
    "delta_layers": [1],
}


def train(parallel, again):
    """Train in float64, one text a process, so that each meets other experts; return it whole."""
    ranks = Ranks.current()
    torch.manual_seed(0)
    model = GPT(GPTConfig(11, 8, 2, 2, 8, **SWITCHES)).double()
    settings = {"steps": 4, "batch_size": 2, "learning_rate": 0.01, "progress": False}
    config = TrainingConfig(parallel=parallel, activation_checkpointing=again, **settings)
    windows = plan_windows(TOKENS, 8, config, ranks)

    def loss_at(learner, index):
        x, y = windows[index]
        return F.cross_entropy(learner(x).flatten(0, 1), y.flatten())

    fit(model, loss_at, config)
    return gather_model(model)


def work(folder: str) -> None:
    """What each process does: train in all ways; the first one writes what came of it."""
    with process_group() as ranks:
        for parallel, again in WAYS:
            model = train(parallel, again)
            if ranks.is_first:
                save_file(model.state_dict(), f"{folder}/{parallel}-{again}.safetensors")


@pytest.fixture(scope="module")
def together(tmp_path_factory):
    """Return the folder in which two processes have worked."""
    folder = tmp_path_factory.mktemp("experts")
    run = torchrun("-m", "tests.training.test_sharded_experts", folder)
    out, _ = run.communicate(timeout=300)
    assert run.returncode == 0, out
    return folder


@pytest.mark.parametrize(("parallel", "again"), WAYS)
def test_two_processes_learn_what_one_does(together, parallel, again):
    # fails, or never ends, if processes whose tokens met other experts have other gradients to
    # share, or if experts are cut as if they were blocks
    wanted = train(parallel, again).state_dict()
    found = load_file(together / f"{parallel}-{again}.safetensors")
    assert found.keys() == wanted.keys()
    for name, tensor in wanted.items():
        assert torch.allclose(found[name], tensor, atol=1e-9), name


if __name__ == "__main__":
    work(sys.argv[1])
