"""Reading a prompt: room for what will be written, the logits that are needed, and no others."""

from contextlib import nullcontext

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.overrides import TorchFunctionMode

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
    ours = _is_called_as_gpt(model)
    if ours:
        options["logits_to_keep"] = keep
    with without_dropout(model), OneDNN() if ours and OneDNN.pays(ids) else nullcontext():
        return model(ids, cache, **options)


def make_cache(model: nn.Module, batch_size: int, n_positions: int):
    """Return a cache of the model's own, with room for `n_positions` or more."""
    room = (n_positions,) if _is_called_as_gpt(model) else ()
    return model.new_cache(batch_size, *room)


def _is_called_as_gpt(model) -> bool:
    return isinstance(model, GPT) and type(model).forward is GPT.forward


class OneDNN(TorchFunctionMode):
    """Inside `with OneDNN():`, large products of linear layers are done by oneDNN, not by MKL.

    Torch brings both. On processors that are not Intel's, MKL leaves the wide (512-bit) vectors
    unused, and oneDNN is twice as fast; on Intel's they are alike. The numbers differ in the last
    digits. For inference alone: nothing is kept for gradients.
    """

    LEAST = 16  # rows of x; for fewer, the way there and back takes longer than it saves

    @classmethod
    def pays(cls, ids: Tensor) -> bool:
        """Whether a product for all of `ids` could be done here, and have enough rows."""
        can = torch.backends.mkldnn.is_available() and ids.device.type == "cpu"
        return can and ids.numel() >= cls.LEAST and not torch.is_grad_enabled()

    def __torch_function__(self, func, types, args=(), kwargs=None):
        """Stand in for a call of `func`, a function of torch."""
        if func is F.linear and len(args) > 1 and self._is_large(*args[:2]):
            x, *weights = args
            return func(x.to_mkldnn(), *weights, **(kwargs or {})).to_dense()
        return func(*args, **(kwargs or {}))

    def _is_large(self, x: Tensor, weight: Tensor) -> bool:
        rows = x.numel() // x.shape[-1]
        both = x.dtype == weight.dtype == torch.float32
        return both and weight.numel() >= LARGE and rows >= self.LEAST
