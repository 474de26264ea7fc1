"""Rounds weights to few bits, in blocks: each block of 32 has a scale and a minimum of its own.

That is how a file of type Q4_1 keeps a matrix: a code of 4 bits for each weight, and two float16
for each 32 of them, 5 bits per weight in all.
"""

from copy import deepcopy
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from llm_lib.arguments import check_whole

MOST_BITS = 8  # a code fits into one byte


@dataclass(frozen=True)
class QuantizedBlocks:
    """A tensor in blocks: weight = minimum + scale · code.

    codes: (n_blocks, block), whole numbers from 0 to 2^bits - 1. scale, minimum: (n_blocks, 1), in
    float16. shape: that of the tensor.
    """

    codes: Tensor
    scale: Tensor
    minimum: Tensor
    bits: int
    shape: torch.Size


def quantize_blocks(
    weight: Tensor,
    bits: int = 4,
    block: int = 32,
) -> QuantizedBlocks:
    """Round `weight` to codes of `bits` bits (1 to 8), in blocks of neighbours along its rows.

    In each block, the codes are spread evenly from its least to its largest number. With `block`
    equal to `weight.numel()` there is one scale for the whole tensor.
    Raises TypeError for what is no tensor of floats, and ValueError if the blocks do not divide it,
    or if a number is not finite or too large for the float16 of a scale.

    >>> rounded = quantize_blocks(torch.tensor([0.0, 1.0, 2.0, 6.0]), bits=2, block=4)
    >>> rounded.codes.tolist(), rounded.scale.item(), rounded.minimum.item()
    ([[0, 0, 1, 3]], 2.0, 0.0)
    """
    bits = check_whole("bits", bits, 1, MOST_BITS)
    blocks = _cut_blocks(weight, check_whole("block", block))
    least, largest = blocks.aminmax(dim=1, keepdim=True)
    minimum = least.half()
    scale = ((largest - least) / (2**bits - 1)).half()
    _check_finite(minimum, scale)
    step = scale.float().masked_fill(scale == 0, 1)  # if all are alike
    steps = (blocks - minimum.float()) / step
    codes = steps.round_().clamp_(0, 2**bits - 1).to(torch.uint8)
    return QuantizedBlocks(codes, scale, minimum, bits, weight.shape)


def dequantize_blocks(quantized: QuantizedBlocks) -> Tensor:
    """Return the weights that the codes stand for, in float32 and in their old shape.

    >>> dequantize_blocks(quantize_blocks(torch.tensor([0.0, 1.0, 2.0, 6.0]), bits=2, block=4))
    tensor([0., 0., 2., 6.])
    """
    q = quantized
    return (q.codes * q.scale.float() + q.minimum.float()).reshape(q.shape)


@torch.no_grad()
def round_matrices(model: nn.Module, bits: int = 4, block: int | None = 32) -> nn.Module:
    """Return a copy of `model` whose matrices are rounded to `bits` bits; vectors stay as they are.

    With `block` None, each matrix has one scale. Errors are those of `quantize_blocks`.
    """
    rounded = deepcopy(model)
    for parameter in rounded.parameters():
        if parameter.dim() > 1:
            size = parameter.numel() if block is None else block
            parameter.copy_(dequantize_blocks(quantize_blocks(parameter, bits, size)))
    return rounded


def _cut_blocks(weight: Tensor, block: int) -> Tensor:
    """Return the numbers of `weight` in float32, a block a row: (n_blocks, block)."""
    if not isinstance(weight, Tensor) or not weight.is_floating_point():
        kind = weight.dtype if isinstance(weight, Tensor) else type(weight).__name__
        raise TypeError(f"weight must be a tensor of floats, got {kind}")
    if weight.numel() % block or not weight.numel():
        raise ValueError(
            f"blocks of {block} do not divide a weight of shape {tuple(weight.shape)}, which has "
            f"{weight.numel()} numbers"
        )
    return weight.detach().float().reshape(-1, block)


def _check_finite(minimum: Tensor, scale: Tensor) -> None:
    """Raise ValueError if a block's numbers are not finite, or overflow in float16."""
    if not (torch.isfinite(minimum).all() and torch.isfinite(scale).all()):
        raise ValueError("weight must hold finite numbers that fit into float16, at most 65,504")
