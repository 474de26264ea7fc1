"""Adapters on disk: the small change that LoRA has learned beside a base model.

An adapter is a folder with one file, `adapter.safetensors`: for each changed layer two thin
matrices, A (r, C_in) and B (C_out, r), of which the weight gets scale · B A more. It also holds a
mark of the base's weights, beside which alone the change means something, and, if it was told, the
name by which that base is loaded.
"""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import torch
from safetensors.torch import save as safetensors_bytes
from torch import Tensor, nn

from llm_lib.arguments import check_number
from llm_lib.files import ADAPTER_FILE, atomic_write
from llm_lib.pretrained.layouts import read_tensors

Weights = dict[str, Tensor]


def mark_weights(weights: Weights) -> str:
    """Return a mark of weights, the same for the same numbers: SHA-256, in hex."""
    digest = hashlib.sha256()
    for name, tensor in sorted(weights.items()):
        digest.update(name.encode())
        digest.update(tensor.detach().float().cpu().contiguous().numpy().data)
    return digest.hexdigest()


def adapted_layers(model: nn.Module) -> Iterator[tuple[str, nn.Module]]:
    """Return an iterator over the layers that have thin matrices beside them, and their names."""
    return ((name, part) for name, part in model.named_modules() if hasattr(part, "lora_a"))


@torch.no_grad()
def plain_weights(model: nn.Module) -> Weights:
    """Return the weights of a model as they are without LoRA, each change added to its weight."""
    weights = {
        name: tensor
        for name, tensor in model.state_dict().items()
        if not name.endswith((".lora_a", ".lora_b"))
    }
    for name, layer in adapted_layers(model):
        if layer.unmerged is None:  # else it has been added already
            weights[f"{name}.weight"] = layer.weight + layer.delta()
    return weights


def write_adapter(
    folder: Path, tensors: Weights, scales: dict[str, float], mark: str, base: str | None = None
) -> None:
    """Write `adapter.safetensors` into `folder`, whole or not at all.

    tensors: "<layer>.lora_a" and "<layer>.lora_b"; scales: α / r, by layer; mark: of the base's
    weights; base: by what name or folder `load_model` loads it.
    """
    metadata = {"scales": json.dumps(scales), "base": mark}
    if base is not None:
        metadata["base_name"] = str(base)
    folder.mkdir(parents=True, exist_ok=True)
    with atomic_write(folder / ADAPTER_FILE, "wb") as file:
        file.write(safetensors_bytes(tensors, metadata))


def read_adapter(path: Path, weights: Weights) -> tuple[Weights, dict[str, float]]:
    """Return an adapter's tensors and scales, for a base with these weights.

    Raises ValueError if the file is not whole, belongs to another base model, or does not fit it.
    """
    tensors, metadata = read_tensors(path)
    if not {"scales", "base"} <= set(metadata):
        raise ValueError(f"{path} is no adapter: it does not say its scales and its base")
    if metadata["base"] != mark_weights(weights):
        raise ValueError(
            f"{path} was learned beside another base model: its change means nothing here. Load "
            "the model that it was trained from"
        )
    scales = _read_scales(path, metadata["scales"])
    wanted = {f"{name}.lora_{part}" for name in scales for part in "ab"}
    if wanted != set(tensors):
        odd = sorted(wanted ^ set(tensors))[0]
        raise ValueError(f"{path} is not whole: {odd!r} is missing, or has no scale")
    for name in scales:
        _check_fit(path, name, tensors, weights)
    return {name: t.float() for name, t in tensors.items()}, scales


def _read_scales(path: Path, text: str) -> dict[str, float]:
    """Return α / r by layer; ValueError unless they are finite numbers."""
    try:
        scales = json.loads(text)
        return {name: check_number(f"the scale of {name}", scales[name]) for name in scales}
    except (ValueError, TypeError) as error:
        raise ValueError(f"{path} is no adapter: its scales are not numbers ({error})") from None


def _check_fit(path: Path, name: str, tensors: Weights, weights: Weights) -> None:
    """Raise ValueError unless A and B of a layer fit its weight (C_out, C_in)."""
    weight = weights.get(f"{name}.weight")
    if weight is None or weight.dim() != 2:
        raise ValueError(f"{path} changes {name!r}, which is no linear layer of the base")
    a, b = (tuple(tensors[f"{name}.lora_{part}"].shape) for part in "ab")
    C_out, C_in = weight.shape
    if len(a) != 2 or a != (a[0], C_in) or b != (C_out, a[0]):
        raise ValueError(
            f"{path}: A {a} and B {b} do not fit {name!r}, whose weight is {(C_out, C_in)}"
        )


def read_base_name(path: Path) -> str:
    """Return the name or folder of an adapter's base; ValueError if it does not say it."""
    _, metadata = read_tensors(path)
    if "base_name" not in metadata:
        raise ValueError(
            f"{path} does not say the name of its base: load that model, then use load_adapter"
        )
    return metadata["base_name"]


def add_change(weights: Weights, tensors: Weights, scales: dict[str, float]) -> Weights:
    """Return the base's weights with an adapter's change added; the others are the same tensors.

    >>> import torch
    >>> A, B = torch.ones(1, 2), torch.tensor([[1.0], [3.0]])
    >>> add_change({"up.weight": torch.zeros(2, 2)}, {"up.lora_a": A, "up.lora_b": B}, {"up": 0.5})
    {'up.weight': tensor([[0.5000, 0.5000],
            [1.5000, 1.5000]])}
    """
    changed = {
        f"{name}.weight": weights[f"{name}.weight"]
        + scale * (tensors[f"{name}.lora_b"] @ tensors[f"{name}.lora_a"])
        for name, scale in scales.items()
    }
    return {**weights, **changed}
