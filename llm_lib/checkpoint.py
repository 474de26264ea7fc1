"""Saves models and training states to disk and loads them, without unpickling anything.

A model is a folder: `config.json` (the fields of `GPTConfig`), `model.safetensors` (the weights)
and `tokenizer.json`; or an adapter alone, which names the model that it changes.
"""

import json
import os
import warnings
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save as safetensors_bytes
from torch import Tensor, nn

from llm_lib.adapter_file import add_change, plain_weights, read_adapter, read_base_name
from llm_lib.bpe import load_tokenizer
from llm_lib.files import ADAPTER_FILE, CONFIG_FILE, atomic_write, model_folder, write_json
from llm_lib.gpt import GPT, GPTConfig
from llm_lib.huggingface import from_huggingface, load_gpt2
from llm_lib.pretrained import (
    check_tensors,
    gpt_from_huggingface,
    gpt_to_huggingface,
    read_tensors,
)
from llm_lib.smollm2 import load_smollm2
from llm_lib.tokenizer import Tokenizer

__all__ = [
    "from_huggingface",
    "gpt_from_huggingface",
    "gpt_to_huggingface",
    "load_gpt2",
    "load_model",
    "load_smollm2",
    "save_model",
]
WEIGHTS_FILE, TOKENIZER_FILE = "model.safetensors", "tokenizer.json"  # beside CONFIG_FILE
CLASSIFIER_FILE = "classifier.json"  # the names of a classifier's classes; no other model has it
STATE_FILE = "training_state.safetensors"
RUN = ("config", "settings", "identity")  # what tells one training from another
SHARDED_FILE = "sharded_state.json"  # what names the parts of a state that is cut


def save_model(
    model: GPT,
    tokenizer: Tokenizer | None,
    folder: str | os.PathLike,
    *,
    dtype: torch.dtype | None = torch.float32,
    log: list[dict] | None = None,
) -> None:
    """Write `model`, its tokenizer and, if given, its training log into `folder`.

    `dtype` torch.float16 halves the file. Each file appears whole or not at all. LoRA is merged in
    what is written, and the model stays as it is; `llm_lib.tuning.save_adapter` writes it apart.
    Raises TypeError for anything but a GPT, and ValueError for what `load_model` would refuse:
    weights that its config does not describe, as those of a classifier's GPT, or not finite.
    """
    if not isinstance(model, GPT):
        raise TypeError(
            f"save_model writes a GPT, not a {type(model).__name__}; a Classifier is written by "
            "llm_lib.tuning.save_classifier"
        )
    tensors = weights_to_write(model, dtype)
    with torch.device("meta"):  # shapes alone
        expected = {name: t.shape for name, t in GPT(model.config).state_dict().items()}
    check_tensors(tensors, expected, "the model can't be read again")
    write_model(folder, tensors, model.config, tokenizer, log)


def weights_to_write(model: nn.Module, dtype: torch.dtype | None) -> dict[str, Tensor]:
    """Return the weights of a model as its file holds them: on the processor, LoRA merged."""
    weights = plain_weights(model).items()
    return {name: t.detach().cpu().to(dtype or t.dtype).contiguous() for name, t in weights}


def write_model(
    folder: str | os.PathLike,
    tensors: dict[str, Tensor],
    config: GPTConfig,
    tokenizer: Tokenizer | None = None,
    log: list[dict] | None = None,
) -> None:
    """Write the files of a model, each whole or not at all."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / CLASSIFIER_FILE).unlink(missing_ok=True)  # of another model, which is gone now
    _write_bytes(folder / WEIGHTS_FILE, safetensors_bytes(tensors))
    write_json(folder / CONFIG_FILE, config.to_dict(), indent=1)
    if tokenizer is not None:
        tokenizer.save(folder / TOKENIZER_FILE)
    if log is not None:
        write_json(folder / "training_log.json", {"evaluations": log}, indent=1)


def load_model(folder_or_name: str | os.PathLike) -> tuple[GPT, Tokenizer | None]:
    """Return (model, tokenizer) of a folder, or by name: "sprout", "echo", "smollm2" or "gpt2".

    Of an adapter, it is the base that the adapter names, with the change merged in. The model is in
    evaluation mode, in float32. Raises ValueError, naming the file and the field, for anything
    missing, damaged or of a size other than its config says, and for a classifier.
    """
    if folder_or_name == "smollm2":
        return load_smollm2()
    if folder_or_name == "gpt2":  # the only one that needs a network, once
        return load_gpt2()
    folder = model_folder(folder_or_name, also=", 'smollm2' or 'gpt2'")
    if (folder / CLASSIFIER_FILE).exists():
        raise ValueError(f"{folder} holds a classifier: llm_lib.tuning.load_classifier loads it")
    if not (folder / CONFIG_FILE).exists():
        return _load_adapted(folder / ADAPTER_FILE)
    model = GPT(read_config(folder / CONFIG_FILE))
    load_weights(model, folder / WEIGHTS_FILE)
    return model.eval(), read_tokenizer(folder)


def read_tokenizer(folder: Path) -> Tokenizer | None:
    """Return the tokenizer of a model's folder, or None if it has none."""
    file = folder / TOKENIZER_FILE
    return load_tokenizer(file) if file.exists() else None


def _load_adapted(path: Path) -> tuple[GPT, Tokenizer | None]:
    base = read_base_name(path)
    if base not in ("smollm2", "gpt2") and not (model_folder(base) / CONFIG_FILE).exists():
        raise ValueError(f"{path} names {base!r} as its base, which is an adapter, too")
    model, tokenizer = load_model(base)
    weights = model.state_dict()
    model.load_state_dict(add_change(weights, *read_adapter(path, weights)))
    return model, tokenizer


def read_config(path: Path) -> GPTConfig:
    """Read a `config.json`; ValueError names the file and what is wrong in it."""
    try:
        values = json.loads(Path(path).read_text("utf-8"))
        if not isinstance(values, dict):
            raise ValueError("it must hold one JSON object")
        return GPTConfig.from_dict(values)
    except (ValueError, TypeError) as error:
        raise ValueError(f"{path}: {error}") from error


def load_weights(model: GPT, path: Path) -> None:
    """Copy the weights of a file into `model`; ValueError names the first that does not fit."""
    tensors, _ = read_tensors(path)
    expected = model.state_dict()
    check_tensors(tensors, {name: t.shape for name, t in expected.items()}, path)
    model.load_state_dict({name: t.float() for name, t in tensors.items()})


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
        _write_bytes(path, safetensors_bytes(tensors, metadata))
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


def _write_bytes(path: Path, data: bytes) -> None:
    with atomic_write(path, "wb") as file:
        file.write(data)
