"""Adapters: what LoRA has learned, as a small file that belongs to one base model."""

import hashlib
import json
import os
from pathlib import Path

from safetensors.torch import save as safetensors_bytes
from torch import nn

from llm_lib.checkpoint import read_tensors
from llm_lib.files import atomic_write
from llm_lib.tuning.lora import LoRALinear, lora_layers, remove_lora, replace_layer, unmerge_lora

FILE = "adapter.safetensors"


def save_adapter(model: nn.Module, folder: str | os.PathLike) -> None:
    """Write what LoRA has learned into `folder`, with the mark of its base; whole or not at all.

    Raises ValueError if there is no LoRA, or if it is merged: the base can't be told then.
    """
    layers = dict(lora_layers(model))
    if not layers:
        raise ValueError("the model has no LoRA to save: add_lora puts it there")
    if merged := [name for name, layer in layers.items() if layer.unmerged is not None]:
        raise ValueError(f"{merged[0]} is merged: unmerge_lora first, so that the base can be told")
    tensors = {}
    for name, layer in layers.items():
        tensors[f"{name}.lora_a"] = layer.lora_a.detach().contiguous()
        tensors[f"{name}.lora_b"] = layer.lora_b.detach().contiguous()
    scales = {name: layer.scale for name, layer in layers.items()}
    metadata = {"scales": json.dumps(scales), "base": mark_base(model)}
    Path(folder).mkdir(parents=True, exist_ok=True)
    with atomic_write(Path(folder) / FILE, "wb") as file:
        file.write(safetensors_bytes(tensors, metadata))


def load_adapter(model: nn.Module, folder: str | os.PathLike) -> nn.Module:
    """Put a saved adapter beside the weights of its base, in place of another; return the model.

    Raises ValueError if the file is not whole, or belongs to another base model.
    """
    path = Path(folder) / FILE
    tensors, metadata = read_tensors(path)
    if not {"scales", "base"} <= set(metadata):
        raise ValueError(f"{path} is no adapter: it does not say its scales and its base")
    if metadata["base"] != mark_base(model):
        raise ValueError(
            f"{path} was learned beside another base model: its change means nothing here. Load "
            "the model that it was trained from"
        )
    scales = json.loads(metadata["scales"])
    wanted = {f"{name}.lora_{part}" for name in scales for part in "ab"}
    if wanted != set(tensors):
        odd = sorted(wanted ^ set(tensors))[0]
        raise ValueError(f"{path} is not whole: {odd!r} is missing, or has no scale")
    remove_lora(unmerge_lora(model)).requires_grad_(False)
    linear = dict(model.named_modules())
    for name, scale in scales.items():
        r = len(tensors[f"{name}.lora_a"])
        layer = LoRALinear(linear[name], r, scale * r)
        for part in ("lora_a", "lora_b"):
            getattr(layer, part).data.copy_(tensors[f"{name}.{part}"])
        replace_layer(model, name, layer)
    return model


def mark_base(model: nn.Module) -> str:
    """Return a mark of the frozen weights, the same for the same numbers: SHA-256, in hex."""
    digest, weights = hashlib.sha256(), model.state_dict()
    for name, layer in lora_layers(model):
        if layer.unmerged is not None:
            weights[f"{name}.weight"] = layer.unmerged
    for name, tensor in sorted(weights.items()):
        if not name.endswith((".lora_a", ".lora_b")):
            digest.update(name.encode())
            digest.update(tensor.detach().float().cpu().contiguous().numpy().data)
    return digest.hexdigest()
