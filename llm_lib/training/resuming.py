"""What a training leaves in its folder while it runs, and how it goes on from there."""

from pathlib import Path

import torch
from torch import nn

from llm_lib.pretrained.save_load import save_model
from llm_lib.training.checkpoint import (
    SHARDED_FILE,
    STATE_FILE,
    load_training_state,
    save_training_state,
)
from llm_lib.training.config import TrainingConfig
from llm_lib.training.distributed import Ranks, count_processes

FREE = (
    "folder", "progress", "checkpoint_interval", "snapshot_steps", "compile", "parallel",
    "activation_checkpointing",
)  # fmt: skip


def resume(
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    config: TrainingConfig,
    ranks: Ranks,
    identity: dict | None = None,
) -> dict:
    """Load the checkpoint of the folder, if it has one; return its step, history and seconds.

    identity: what tells this run from others with the same settings, see
        `llm_lib.training.identity`.
    Another number of processes takes the same steps, and one sentence says so. Raises ValueError
    where it doesn't, with dropout; if the checkpoint belongs to another run, was written with the
    other kind of `parallel`, or if the processes of this run don't find the same one.
    """
    state = {"step": 0, "history": [], "seconds": 0.0}
    kind = None if config.folder is None else _find_checkpoint(Path(config.folder), config)
    if kind is not None:
        load = load_training_state
        if kind == "fsdp":
            from llm_lib.training.sharded import load_sharded_state as load
        state = load(config.folder, model, optimizer, _settings(config), identity)
    if ranks.mean(state["step"], device=next(model.parameters()).device) != [state["step"]]:
        raise ValueError(f"not every process finds the same checkpoint in {config.folder}")
    _compare_processes(model, state, ranks)
    return state


def keep(
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    config: TrainingConfig,
    state: dict,
    stopping: bool,
    identity: dict | None = None,
) -> None:
    """Write the checkpoint and the snapshot that are due after a step, if any.

    With `parallel` "fsdp" all processes must call this, else the first one alone.
    """
    if config.folder is None:
        return
    step, ranks = state["step"], Ranks.current()
    if stopping or step % config.checkpoint_interval == 0 or step == config.steps:
        save = save_training_state
        if config.parallel == "fsdp":
            from llm_lib.training.sharded import save_sharded_state as save
        state = state | {"world_size": ranks.world_size}
        save(config.folder, model, optimizer, _settings(config), state, identity)
    if step in config.snapshot_steps:
        whole = gather_model(model)
        if ranks.is_first:
            save_model(whole, None, Path(config.folder) / "snapshots" / f"{step:06d}")


def gather_model(model: nn.Module) -> nn.Module | None:
    """Return the model whole: itself, or, if it is cut over processes, a copy on the first one.

    All processes must call this; the others get None.
    """
    if not hasattr(model, "unshard"):  # which FSDP2 adds
        return model
    from llm_lib.training.sharded import gather_whole

    return gather_whole(model)


def _settings(config: TrainingConfig) -> dict:
    """Return the settings that must agree for a run to go on."""
    return {k: v for k, v in config.to_dict().items() if k not in FREE}


def _find_checkpoint(folder: Path, config: TrainingConfig) -> str | None:
    """Return the kind of checkpoint that lies in `folder`; ValueError if it is of the other."""
    files = {"ddp": folder / STATE_FILE, "fsdp": folder / SHARDED_FILE}
    if files[config.parallel].exists():
        return config.parallel
    for kind, file in files.items():
        if file.exists():
            raise ValueError(
                f'{file} was written with parallel = "{kind}", this run has "{config.parallel}": '
                "go on with that, or give another folder"
            )
    return None


def _compare_processes(model: nn.Module, state: dict, ranks: Ranks) -> None:
    """Say that another number of processes goes on; refuse it where each draws its own dropout."""
    then, now = state.get("world_size", ranks.world_size), ranks.world_size
    if then == now:
        return
    found = f"the checkpoint of step {state['step']} was written by {count_processes(then)}"
    shares = [getattr(m, name, 0) for m in model.modules() for name in ("dropout", "p")]
    if any(isinstance(share, float) and share > 0 for share in shares):
        raise ValueError(
            f"{found}, this run has {now}, and each draws its own dropout: go on with {then}, or "
            "give another folder"
        )
    if ranks.is_first:
        print(f"{found}; this run goes on with {now}: the same training, but for rounding")
