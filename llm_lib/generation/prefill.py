"""Reading a prompt: room for what will be written, the logits that are needed, and no others."""

import torch
from torch import Tensor, nn

from llm_lib.model.gpt import GPT, without_dropout
from llm_lib.model.kv_cache import KVCache

LARGE = 2**17  # numbers in a matrix that has to be fetched from memory: half a megabyte


@torch.no_grad()
def read(
    model: nn.Module,
    ids: Tensor,
    cache: KVCache | None = None,
    padding: Tensor | None = None,
    keep: int = 1,
) -> Tensor:
    """Return the model's logits (B, T, V), or only (B, keep, V), for the last of `ids` (B, T).

    It reads without dropout or gradients, and leaves the model in its mode. A model that is not
    ours may lack the option to compute no more than `keep`, and the one for padding.
    """
    options = {} if padding is None else {"padding": padding}
    if _is_called_as_gpt(model):
        options["logits_to_keep"] = keep
    with without_dropout(model):
        return model(ids, cache, **options)


def make_cache(
    model: nn.Module, batch_size: int, n_positions: int, windows_alone: bool = False
) -> KVCache:
    """Return a cache of the model's own, with room for `n_positions` or more.

    With `windows_alone`, it may forget what a model with windows no longer sees.
    """
    if not _is_called_as_gpt(model):
        return model.new_cache(batch_size)
    options = {"windows_alone": True} if windows_alone and model.config.window is not None else {}
    return model.new_cache(batch_size, n_positions, **options)


def _is_called_as_gpt(model) -> bool:
    return isinstance(model, GPT) and type(model).forward is GPT.forward
