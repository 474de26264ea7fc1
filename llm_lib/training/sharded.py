"""One model cut over several processes, each of which holds a part of every tensor.

With `parallel = "fsdp"`, a process keeps its share of the weights, of their gradients and of
AdamW's moments, and gathers the weights of a block only while it computes with them (ZeRO,
Rajbhandari et al. 2020; PyTorch's FSDP2, after Zhao et al. 2023). A checkpoint is a folder to which
each process writes its own part, as safetensors, so that nothing is unpickled; another number of
processes, or one alone, can go on from it.
"""

import copy
import json
import shutil
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import torch
import torch.distributed as dist
import torch.distributed.checkpoint as dcp
from torch import Tensor, nn
from torch.distributed.checkpoint.api import CheckpointException
from torch.distributed.checkpoint.hf_storage import (
    HuggingFaceStorageReader,
    HuggingFaceStorageWriter,
)
from torch.distributed.checkpoint.state_dict import (
    StateDictOptions,
    get_model_state_dict,
    get_state_dict,
    set_state_dict,
)
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import fully_shard

from llm_lib.files import write_json
from llm_lib.training.activation_checkpointing import blocks_of
from llm_lib.training.checkpoint import SHARDED_FILE, check_same_run, describe_run
from llm_lib.training.distributed import Ranks

FLAT = StateDictOptions(flatten_optimizer_state_dict=True)  # a tensor a name, without nesting
FORMS: WeakKeyDictionary = WeakKeyDictionary()  # of each cut model: itself without its numbers


def shard_model(model: nn.Module) -> nn.Module:
    """Cut `model` in place over all processes, each block by itself; return it.

    All start with the weights of the first process. The parameters are other objects afterwards: an
    optimiser that was made before would move weights that nobody uses any more.
    """
    for tensor in (*model.parameters(), *model.buffers()):
        dist.broadcast(tensor.detach(), src=0)
    FORMS[model] = _without_numbers(model)
    # where the model is: without a mesh, torch would move it to an accelerator that it finds
    mesh = init_device_mesh(next(model.parameters()).device.type, (dist.get_world_size(),))
    for block in blocks_of(model):
        fully_shard(block, mesh=mesh)
    return fully_shard(model, mesh=mesh)


def gather_weights(model: nn.Module) -> dict[str, Tensor]:
    """Return all weights whole, on the CPU of the first process; all processes must call this.

    The other processes get an empty dict.
    """
    return get_model_state_dict(
        model, options=StateDictOptions(full_state_dict=True, cpu_offload=True)
    )


def gather_whole(model: nn.Module) -> nn.Module | None:
    """Return a copy of a cut model that is whole, on the CPU of the first process, else None.

    All processes must call this. It is what the model was before it was cut: a GPT, with LoRA or
    without, or any other. Raises ValueError for a model that `shard_model` has not cut.
    """
    if model not in FORMS:
        raise ValueError("only a model that shard_model has cut can be gathered")
    weights = gather_weights(model)
    if not Ranks.current().is_first:
        return None
    whole = copy.deepcopy(FORMS[model])
    whole.load_state_dict(weights, assign=True)
    return whole


def _without_numbers(model: nn.Module) -> nn.Module:
    """Return a copy of a model whose parameters have shapes and types, and take no memory."""
    empty = {
        id(p): nn.Parameter(torch.empty_like(p, device="meta"), requires_grad=p.requires_grad)
        for p in model.parameters()
    }
    return copy.deepcopy(model, empty)


def save_sharded_state(
    folder: str | Path,
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    settings: dict,
    state: dict,
    identity: dict | None = None,
) -> None:
    """Write what a training needs to go on, each process its part; all processes must call this.

    The parts go to a folder of their own. Only when all are there, the index is put in place of the
    last one's, and the last one's folder is deleted: there is always one that is whole. Raises
    OSError, saying whether the previous one is intact, if it can't be written.
    """
    ranks, folder = Ranks.current(), Path(folder)
    parts = folder / f"sharded_state-{state['step']:06d}"
    if ranks.is_first:
        shutil.rmtree(parts, ignore_errors=True)  # of a run that was killed while it wrote
    ranks.wait()
    tensors = _flatten(*get_state_dict(model, optimizer, options=FLAT))
    writer = HuggingFaceStorageWriter(str(parts), save_distributed=True)
    try:
        _in_group(dcp.save, tensors, storage_writer=writer)
    except (CheckpointException, OSError) as error:
        last = (
            "the previous one is intact"
            if (folder / SHARDED_FILE).exists()
            else "there is no other"
        )
        raise OSError(
            f"the checkpoint of step {state['step']} can't be written to {folder} "
            f"({str(error).splitlines()[-1]}); {last}. Make room, then run the same again: it goes "
            "on from the last checkpoint"
        ) from error
    if ranks.is_first:
        run = describe_run(model, settings, identity)
        index = {"parts": parts.name, "state": state} | run
        write_json(folder / SHARDED_FILE, index, indent=1)
        for old in set(folder.glob("sharded_state-*")) - {parts}:
            shutil.rmtree(old)
    ranks.wait()


def load_sharded_state(
    folder: str | Path,
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    settings: dict,
    identity: dict | None = None,
) -> dict:
    """Put a saved state into `model` and `optimizer`, whatever number of processes wrote it.

    Returns its step and history. Raises ValueError if a part is missing or damaged, or if it
    belongs to a run with other settings or another identity.
    """
    path = Path(folder) / SHARDED_FILE
    index = _read_index(path)
    check_same_run(path, index, describe_run(model, settings, identity))
    weights, moments = get_state_dict(model, optimizer, options=FLAT)
    tensors = _flatten(weights, moments)
    reader = HuggingFaceStorageReader(str(path.parent / index["parts"]))
    try:
        _in_group(dcp.load, tensors, storage_reader=reader)
    except (CheckpointException, OSError, RuntimeError, ValueError) as error:
        raise ValueError(
            f"the checkpoint {path.parent / index['parts']} is not whole, or of another model "
            f"({str(error).splitlines()[-1]}); give another folder, or delete {path} to start again"
        ) from error
    set_state_dict(
        model,
        optimizer,
        model_state_dict={name: tensors[f"model.{name}"] for name in weights},
        optim_state_dict={name: tensors.get(f"optimizer.{name}", v) for name, v in moments.items()},
        options=FLAT,
    )
    return index["state"]


def _in_group(save_or_load: Callable, tensors: dict[str, Tensor], **store: Any) -> None:
    """Save or load with the other processes, or alone, about which PyTorch need not warn."""
    alone = Ranks.current().world_size == 1
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="torch.distributed is disabled")
        save_or_load(tensors, **store, no_dist=alone)


def _flatten(weights: dict[str, Any], moments: dict[str, Any]) -> dict[str, Tensor]:
    """Return the tensors of a model and its optimiser under one name each."""
    named = {f"model.{name}": tensor for name, tensor in weights.items()}
    named |= {f"optimizer.{name}": value for name, value in moments.items()}
    return {name: value for name, value in named.items() if isinstance(value, Tensor)}


def _read_index(path: Path) -> dict:
    """Read the file that says which parts belong together."""
    try:
        index = json.loads(path.read_text("utf-8"))
        if not {"parts", "settings", "state"} <= set(index):
            raise ValueError("it should hold parts, settings and state")
    except (OSError, ValueError, TypeError) as error:
        raise ValueError(f"{path} can't be read: {error}") from error
    return index
