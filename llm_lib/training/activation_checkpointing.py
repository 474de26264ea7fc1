"""Activation checkpointing: the backward pass works out a block's activations a second time.

A training keeps what each layer has computed, since the gradients need it. Where that does not fit
into memory, a block can keep its input alone and run forward once more on the way back, for a third
more operations (Chen et al. 2016).
"""

import contextlib
import functools
from collections.abc import Iterator

from torch import nn
from torch.utils.checkpoint import checkpoint


def blocks_of(model: nn.Module) -> list[nn.Module]:
    """Return the blocks of a model: the members of its module lists, but not those within a block.

    A block may hold a list of experts, which are no blocks.
    """
    if isinstance(model, nn.ModuleList):
        return list(model)
    return [block for part in model.children() for block in blocks_of(part)]


@contextlib.contextmanager
def recompute_blocks(model: nn.Module, enabled: bool = True) -> Iterator[None]:
    """Let each block of `model` keep its input alone while the context lasts.

    Losses and gradients stay as they are, to the last bit; dropout draws the same zeros again.
    Raises ValueError if the model has no blocks.
    """
    blocks = blocks_of(model) if enabled else []
    if enabled and not blocks:
        raise ValueError(
            f"activation_checkpointing works block by block, and a {type(model).__name__} has none"
        )
    for block in blocks:  # of the object, so that its parameters keep their names
        block.forward = functools.partial(checkpoint, block.forward, use_reentrant=False)
    try:
        yield
    finally:
        for block in blocks:
            del block.forward
