"""Checks of the chapter on multi-head attention."""

from collections.abc import Iterator

import torch
from torch import Tensor

from llm_lib.exercises import Case, exercise

# From a small case that fits on paper to one head, one token, and no square sizes to hide behind.
SHAPES = [(1, 2, 2, 2), (2, 3, 4, 2), (1, 5, 1, 3), (3, 1, 2, 4)]  # (B, T, H, D)


def _numbers(*shape: int) -> Tensor:
    """Return the numbers 0, 1, 2, ... in a shape, so that every place has its own value."""
    return torch.arange(float(torch.Size(shape).numel())).reshape(shape)


@exercise(
    "09-split-heads",
    hints=[
        "Each token's C numbers are cut into n_head slices of D = C / n_head: C becomes (H, D).",
        "After the cut the shape is (B, T, H, D). Which two dimensions must still change places?",
        (
            "`x.view(B, T, n_head, C // n_head)` cuts; `.transpose(1, 2)` swaps. A view straight "
            "to (B, H, T, D) has the right shape but mixes numbers of different tokens."
        ),
    ],
    why="Head h gets dimensions h·D to (h+1)·D of every token.",
)
def split_heads() -> Iterator[Case]:
    """Yield cases for `split_heads(x, n_head)`: (B, T, C) to (B, H, T, D)."""
    for B, T, H, D in SHAPES:
        x = _numbers(B, T, H * D)
        slices = [x[:, :, h * D : (h + 1) * D] for h in range(H)]  # H of (B, T, D)
        yield Case(f"x of shape {(B, T, H * D)}, n_head={H}", (x, H), torch.stack(slices, dim=1))


@exercise(
    "09-merge-heads",
    hints=[
        "This undoes the split: for each token, put the D numbers of its H heads side by side.",
        "The heads must first come back next to their D numbers: (B, H, T, D) to (B, T, H, D).",
        (
            "After `.transpose(1, 2)` the numbers don't lie in order in memory, so `.view` "
            "refuses: use `.reshape(B, T, H * D)`, or `.contiguous()` before `.view`."
        ),
    ],
    why="Merging is the exact inverse of splitting: no number is changed, only moved.",
)
def merge_heads() -> Iterator[Case]:
    """Yield cases for `merge_heads(x)`: (B, H, T, D) to (B, T, C)."""
    for B, T, H, D in SHAPES:
        x = _numbers(B, H, T, D)
        heads = [x[:, h] for h in range(H)]  # H of (B, T, D)
        yield Case(f"x of shape {(B, H, T, D)}", (x,), torch.cat(heads, dim=-1))
