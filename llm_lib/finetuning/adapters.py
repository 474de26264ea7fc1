"""Adapters: what LoRA has learned, as a small file that belongs to one base model."""

import os
from pathlib import Path

import torch
from torch import Tensor, nn

from llm_lib.files import ADAPTER_FILE, MODELS_FOLDER
from llm_lib.finetuning.lora import (
    LoRALinear,
    lora_layers,
    remove_lora,
    replace_layer,
    unmerge_lora,
)
from llm_lib.pretrained.adapter_file import mark_weights, read_adapter, write_adapter


def save_adapter(
    model: nn.Module,
    folder: str | os.PathLike,
    *,
    base: str | None = None,
    dtype: torch.dtype = torch.float32,
) -> None:
    """Write what LoRA has learned into `folder`, with the mark of its base; whole or not at all.

    With the name or folder of its `base`, `load_model(folder)` gives the changed model. `dtype`
    torch.float16 halves the file. A strength that was set becomes part of the scale: what is loaded
    computes what this model does.
    Raises ValueError if there is no LoRA, if its strength is 0, or if it is merged: the base can't
    be told then.
    """
    layers = dict(lora_layers(model))
    if not layers:
        raise ValueError("the model has no LoRA to save: add_lora puts it there")
    if merged := [name for name, layer in layers.items() if layer.unmerged is not None]:
        raise ValueError(f"{merged[0]} is merged: unmerge_lora first, so that the base can be told")
    if idle := [name for name, layer in layers.items() if not layer.strength]:
        raise ValueError(
            f"{idle[0]} has strength 0, the base model: nothing of what it has learned would be "
            "there. set_strength(model, 1) first"
        )
    tensors = {
        f"{name}.{part}": getattr(layer, part).detach().to(dtype).contiguous()
        for name, layer in layers.items()
        for part in ("lora_a", "lora_b")
    }
    scales = {name: layer.strength * layer.scale for name, layer in layers.items()}
    write_adapter(Path(folder), tensors, scales, mark_weights(_base_weights(model)), base)


def load_adapter(model: nn.Module, folder_or_name: str | os.PathLike) -> nn.Module:
    """Put a saved adapter beside the weights of its base, in place of another; return the model.

    By the name of a shipped one, as "sprout_base-r4", or by its folder. Raises ValueError if there
    is none, if the file is not whole, or if it belongs to another base model.
    """
    path = adapter_path(folder_or_name)
    tensors, scales = read_adapter(path, _base_weights(model))
    remove_lora(unmerge_lora(model)).requires_grad_(False)
    linear = dict(model.named_modules())
    for name, scale in scales.items():
        r = len(tensors[f"{name}.lora_a"])
        layer = LoRALinear(linear[name], r, scale * r)
        for part in ("lora_a", "lora_b"):
            getattr(layer, part).data.copy_(tensors[f"{name}.{part}"])
        replace_layer(model, name, layer)
    return model


def adapter_path(folder_or_name: str | os.PathLike) -> Path:
    """Return the file of an adapter: by the name of a shipped one, or by its folder.

    Raises ValueError, listing what is shipped.

    >>> adapter_path("sprout_base-r4").parent.name
    'sprout_base-r4'
    """
    for folder in (MODELS_FOLDER / folder_or_name, Path(folder_or_name)):
        if (folder / ADAPTER_FILE).exists():
            return folder / ADAPTER_FILE
    shipped = sorted(path.parent.name for path in MODELS_FOLDER.glob(f"*/{ADAPTER_FILE}"))
    raise ValueError(
        f"there is no adapter {str(folder_or_name)!r}: {ADAPTER_FILE} does not exist there. Give "
        f"one of {shipped}, or the folder of a saved one"
    )


def _base_weights(model: nn.Module) -> dict[str, Tensor]:
    """Return the frozen weights as they were before anything was added or merged."""
    weights = model.state_dict()
    for name, layer in lora_layers(model):
        if layer.unmerged is not None:
            weights[f"{name}.weight"] = layer.unmerged
    return {n: t for n, t in weights.items() if not n.endswith((".lora_a", ".lora_b"))}
