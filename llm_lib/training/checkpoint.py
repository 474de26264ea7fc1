"""Checkpoints: all that a training needs to go on, in one file, without pickling."""

import json
import os
import warnings
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save as safetensors_bytes
from torch import nn

from llm_lib.files import write_bytes
from llm_lib.model.config import GPTConfig
from llm_lib.pretrained.layouts import check_tensors, read_tensors

STATE_FILE = "training_state.safetensors"
SHARDED_FILE = "sharded_state.json"  # what names the parts of a state that is cut
RUN = ("config", "settings", "identity")  # what tells one training from another


def save_training_state(
    folder: str | os.PathLike,
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    settings: dict,
    state: dict,
    identity: dict | None = None,
) -> None:
    """Write everything that a training needs to go on into one file: weights, optimiser, step.

    identity: what it learns from and by which loss, in values that JSON can hold.
    The file appears whole or not at all. Raises OSError, saying whether the previous one is intact,
    if it can't be written, for instance on a full disk.
    """
    tensors = {f"model.{name}": t.contiguous() for name, t in model.state_dict().items()}
    for i, moments in optimizer.state_dict()["state"].items():  # none of a frozen parameter
        tensors |= {f"optimizer.{i}.{name}": t for name, t in moments.items()}
    run = describe_run(model, settings, identity) | {"state": state}
    metadata = {name: json.dumps(value) for name, value in run.items()}
    metadata["trained"] = json.dumps(_trained(optimizer))
    path = Path(folder) / STATE_FILE
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
        write_bytes(path, safetensors_bytes(tensors, metadata))
    except OSError as error:
        last = "the previous one is intact" if path.exists() else "there is no previous one"
        raise OSError(
            f"the checkpoint of step {state['step']} can't be written to {folder} ({error.strerror}"
            f"); {last}. Make room, then run the same again: it goes on from the last checkpoint"
        ) from error


def load_training_state(
    folder: str | os.PathLike,
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    settings: dict,
    identity: dict | None = None,
) -> dict:
    """Put a saved training state into `model` and `optimizer`; return its step and history.

    Raises ValueError if the file is not whole, or belongs to a run with other settings or another
    identity.
    """
    path = Path(folder) / STATE_FILE
    tensors, metadata = read_tensors(path)
    then = {name: json.loads(metadata[name]) for name in RUN if name in metadata}
    check_same_run(path, then, describe_run(model, settings, identity))
    weights = {n.removeprefix("model."): t for n, t in tensors.items() if n.startswith("model.")}
    check_tensors(weights, {n: t.shape for n, t in model.state_dict().items()}, path)
    model.load_state_dict(weights)
    saved = optimizer.state_dict()
    saved["state"] = _optimizer_moments(tensors, metadata, optimizer, path)
    optimizer.load_state_dict(saved)
    return json.loads(metadata["state"])


def describe_run(model: nn.Module, settings: dict, identity: dict | None) -> dict[str, Any]:
    """Return what tells one training from another, as it is kept beside its checkpoint."""
    config = getattr(model, "config", None)
    architecture = config.to_dict() if isinstance(config, GPTConfig) else {}  # others may have none
    run = {"config": architecture, "settings": settings, "identity": identity}
    return json.loads(json.dumps(run))  # as it will be read: a tuple becomes a list


def check_same_run(path: Path, then: dict[str, Any], now: dict[str, Any]) -> None:
    """Raise ValueError, naming what differs, unless a checkpoint is of the run that goes on.

    One from before runs had an identity is taken, with a warning: nobody can tell. None as identity
    asks for none.
    """
    then = {"config": now["config"], "settings": {}} | then  # of a cut model, older ones kept none
    for part in ("config", "settings"):  # a setting that has gone since then means nothing
        _compare(path, then[part], now[part], [*now[part]])
    known, asked = then.get("identity"), now["identity"]
    if known is not None and asked is not None:
        _compare(path, known, asked, [*asked, *known])
    elif asked:
        warnings.warn(
            f"{path} does not say what its training learned from, as older ones don't; it is taken "
            "for this one. If it was another, give another folder, or delete that file",
            stacklevel=2,
        )


def _compare(path: Path, then: dict, now: dict, keys: list[str]) -> None:
    for key in keys:
        if then.get(key) != now.get(key):
            raise ValueError(
                f"{path} belongs to a training with {key} = {then.get(key)!r}, this one has "
                f"{now.get(key)!r}: give another folder, or delete that file to start again"
            )


def _optimizer_moments(tensors: dict, metadata: dict, optimizer, path: Path) -> dict[int, dict]:
    """Return the optimiser's state by the numbers of its parameters.

    The tensors are copied: loaded ones map the file, which Windows would not let us replace while
    they are in use.
    """
    then, now = json.loads(metadata.get("trained", "null")), _trained(optimizer)
    if then is not None and then != now:
        raise ValueError(
            f"{path} belongs to a training of other parameters, {len(then)} tensors and not "
            f"{len(now)}: freeze the same ones, or give another folder"
        )
    moments: dict[int, dict] = {}
    for key, tensor in tensors.items():
        if key.startswith("optimizer."):
            _, number, name = key.split(".", 2)
            moments.setdefault(int(number), {})[name] = tensor.clone()
    return moments


def _trained(optimizer) -> list[int]:
    """Return the numbers of the parameters that are not frozen."""
    parameters = [p for group in optimizer.param_groups for p in group["params"]]
    return [i for i, parameter in enumerate(parameters) if parameter.requires_grad]
