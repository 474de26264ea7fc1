"""Saves models to disk and loads them, without unpickling anything.

A model is a folder: `config.json` (the fields of `GPTConfig`), `model.safetensors` (the weights)
and `tokenizer.json`; or an adapter alone, which names the model that it changes.
"""

import json
import os
from pathlib import Path

import torch
from safetensors.torch import save as safetensors_bytes
from torch import Tensor, nn

from llm_lib.bpe import load_tokenizer
from llm_lib.files import ADAPTER_FILE, CONFIG_FILE, model_folder, write_bytes, write_json
from llm_lib.model.gpt import GPT, GPTConfig
from llm_lib.pretrained.adapter_file import add_change, plain_weights, read_adapter, read_base_name
from llm_lib.pretrained.gguf import load_smollm2
from llm_lib.pretrained.huggingface import from_huggingface, load_gpt2
from llm_lib.pretrained.layouts import (
    check_tensors,
    gpt_from_huggingface,
    gpt_to_huggingface,
    read_tensors,
)
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
    what is written, and the model stays as it is; `llm_lib.finetuning.save_adapter` writes it
    apart. Raises TypeError for anything but a GPT, and ValueError for what `load_model` would
    refuse: weights that its config does not describe, as those of a classifier's GPT, or not
    finite.
    """
    if not isinstance(model, GPT):
        raise TypeError(
            f"save_model writes a GPT, not a {type(model).__name__}; a Classifier is written by "
            "llm_lib.finetuning.save_classifier"
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
    write_bytes(folder / WEIGHTS_FILE, safetensors_bytes(tensors))
    write_json(folder / CONFIG_FILE, config.to_dict(), indent=1)
    if tokenizer is not None:
        tokenizer.save(folder / TOKENIZER_FILE)
    if log is not None:
        write_json(folder / "training_log.json", {"evaluations": log}, indent=1)


def load_model(
    folder_or_name: str | os.PathLike,
    *,
    dtype: torch.dtype = torch.float32,
    device: str | torch.device = "cpu",
) -> tuple[GPT, Tokenizer | None]:
    """Return (model, tokenizer) of a folder, or by name: "sprout", "echo", "smollm2" or "gpt2".

    The folder is one that `save_model` wrote, or one from Hugging Face's Hub (`from_huggingface`
    says which models). Of an adapter, it is the base that the adapter names, with the change merged
    in. The model is in evaluation mode. Raises ValueError, naming the file and the field, for
    anything missing, damaged or of a size other than its config says, and for a classifier.
    """
    model, tokenizer = _load(folder_or_name)
    return model.to(device=device, dtype=dtype), tokenizer


def _load(folder_or_name: str | os.PathLike) -> tuple[GPT, Tokenizer | None]:
    if folder_or_name == "smollm2":
        return load_smollm2()
    if folder_or_name == "gpt2":  # the only one that needs a network, once
        return load_gpt2()
    folder = model_folder(folder_or_name, also=", 'smollm2' or 'gpt2'")
    if (folder / CLASSIFIER_FILE).exists():
        raise ValueError(
            f"{folder} holds a classifier: llm_lib.finetuning.load_classifier loads it"
        )
    if not (folder / CONFIG_FILE).exists():
        return _load_adapted(folder / ADAPTER_FILE)
    if _is_from_huggingface(folder / CONFIG_FILE):
        return from_huggingface(folder)
    model = GPT(read_config(folder / CONFIG_FILE))
    load_weights(model, folder / WEIGHTS_FILE)
    return model.eval(), read_tokenizer(folder)


def _is_from_huggingface(config: Path) -> bool:
    """Whether a config names its kind of model, as ours, which has one kind, need not."""
    try:
        return "model_type" in json.loads(config.read_text("utf-8"))
    except (ValueError, TypeError):
        return False  # what is wrong with it is told where it is read


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
