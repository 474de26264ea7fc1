"""Compares what a reader's functions return with what they should, and names known mistakes."""

import sys
from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor

from llm_lib.book.my_gpt.reader import MistakeError, ReaderFile


def want(is_right: bool, message: str) -> None:
    """Raise MistakeError with a message unless something holds."""
    if not is_right:
        raise MistakeError(message)


def same(
    got: Any,
    right: Tensor,
    what: str,
    wrongs: Mapping[str, Tensor] | None = None,
    tolerance: float = 1e-4,
) -> None:
    """Compare tensors; `wrongs` has the results of known mistakes, by what to say of them.

    Raises MistakeError: for another kind or shape, with the known mistake that gives the same
    numbers, or with the place that differs most.
    """
    want(isinstance(got, Tensor), f"{what} should be a tensor, yours is {type(got).__name__}")
    shapes = f"{what} should have shape {tuple(right.shape)}, yours is {tuple(got.shape)}"
    want(got.shape == right.shape, shapes)
    if _close(got, right, tolerance):
        return
    for says, wrong in (wrongs or {}).items():
        if wrong.shape == got.shape and _close(got, wrong, tolerance):
            raise MistakeError(f"{what}: {says}")
    if got.isnan().any() and not right.isnan().any():
        raise MistakeError(
            f"{what}: NaN, which is no number: is something divided by 0, or read from a wrong "
            "place?"
        )
    gap = (got.double() - right.double()).abs()
    place = tuple(int(i) for i in torch.unravel_index(gap.argmax(), gap.shape))
    numbers = f"yours is {got[place].item():.4f}, it should be {right[place].item():.4f}"
    raise MistakeError(f"{what}: at {list(place)} {numbers}")


def _close(a: Tensor, b: Tensor, tolerance: float) -> bool:
    return torch.allclose(a.double(), b.double(), rtol=tolerance, atol=tolerance, equal_nan=True)


def returns_soon(function: Callable[[], Any], what: str, steps: int = 200_000) -> Any:
    """Call a function; MistakeError if it has not come back after that many lines of Python."""
    left = steps

    def trace(frame: Any, event: str, argument: Any) -> Callable:
        nonlocal left
        left -= 1
        if left < 0:
            raise MistakeError(f"{what} does not come back: does its loop end?")
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        return function()
    finally:
        sys.settrace(before)


def small_model(my: ReaderFile, **more: Any) -> Any:
    """Return a small model of the reader's with random weights, those of norms included."""
    torch.manual_seed(0)
    sizes = {"vocab_size": 300, "n_embd": 16, "n_head": 2, "n_layer": 2}
    model = my.GPT(my.GPTConfig(**sizes | more))
    with torch.no_grad():
        for weight in model.parameters():
            if weight.dim() == 1:
                weight.uniform_(0.5, 1.5)
    return model.eval()
