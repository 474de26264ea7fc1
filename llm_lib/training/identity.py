"""What makes a training the one that it is: what it learns from, its loss, and its adapters.

A training's folder is taken up again by the same call. Weights and settings alone don't tell two
trainings apart that learn from other data, by another loss, or by a LoRA of another alpha: their
tensors have the same shapes. So each checkpoint keeps an identity: a dict whose names say what a
part is, and whose values are short.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import torch
from torch import nn

from llm_lib.dataset.token_row import Tokens
from llm_lib.pretrained.adapter_file import adapted_layers, mark_weights, plain_weights

PIECES, PIECE = 4096, 4096  # of a text longer than both together, evenly spread pieces are hashed
DIGITS = 12  # of a hash are enough, and can be compared by eye


def identify_run(
    model: nn.Module,
    loss_at: Any,
    optimizer: torch.optim.Optimizer | None = None,
    identity: Mapping | None = None,
) -> dict[str, Any]:
    """Return the identity of a training: what its parts say of themselves, and what was given.

    optimizer: one that was given, and does not follow from the settings. Raises TypeError for an
    `identity` that JSON can't hold.
    """
    told = getattr(loss_at, "identity", None)
    parts = {**(told if isinstance(told, Mapping) else {}), **identify_adapters(model)}
    if optimizer is not None:
        rates = [group["lr"] for group in optimizer.param_groups]
        parts["optimizer"] = f"{type(optimizer).__name__}, learning rates {rates}"
    try:
        return json.loads(json.dumps(parts | dict(identity or {})))
    except TypeError as error:
        raise TypeError(f"identity holds numbers, texts, lists and dicts alone: {error}") from None


def identify_adapters(model: nn.Module) -> dict[str, Any]:
    """Return rank and alpha of each kind of layer that has LoRA, as one entry, or none.

    The rank can be seen in a checkpoint, but alpha scales what is computed, and is in no tensor.
    """
    kinds: dict[str, set] = {}
    for name, layer in adapted_layers(model):
        r, kind = len(layer.lora_a), re.sub(r"\b\d+\b", "*", name)  # the same in all blocks
        kinds.setdefault(kind, set()).add(f"r={r}, alpha={layer.scale * layer.strength * r:g}")
    return {"lora": {kind: sorted(found) for kind, found in kinds.items()}} if kinds else {}


def identify_tokens(tokens: Tokens) -> str:
    """Return how many tokens a text has, and a hash of them; of a very long one, of a sample.

    >>> identify_tokens([5, 6, 7])
    '3 tokens, 58b7f38ead2b'
    """
    return f"{len(tokens):,} tokens, {hash_parts(_pieces(tokens))}"


def identify_weights(model: nn.Module) -> str:
    """Return a short mark of what a model computes with: its weights, LoRA's change added."""
    return mark_weights(plain_weights(model))[:DIGITS]


def hash_parts(parts: Iterable[Any]) -> str:
    """Return a hash of texts and arrays of whole numbers: the same for the same, in this order."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else np.asarray(part).astype("<i8").tobytes()
        digest.update(len(data).to_bytes(8, "little") + data)  # so that no two run into each other
    return digest.hexdigest()[:DIGITS]


def _pieces(tokens: Tokens) -> Iterator[np.ndarray]:
    """Yield all of `tokens`, or evenly spread pieces with the first and the last."""
    if len(tokens) <= PIECES * PIECE:
        starts = range(0, len(tokens), PIECE)
    else:
        starts = np.linspace(0, len(tokens) - PIECE, PIECES).astype(int).tolist()
    return (np.asarray(tokens[start : start + PIECE]) for start in starts)
