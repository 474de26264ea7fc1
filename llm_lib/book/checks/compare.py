"""Says in a few words how an answer differs from what was expected."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np


def difference(expected: Any, got: Any, tolerance: float = 1e-4) -> str | None:
    """Return None if the two agree, else one short sentence saying where they do not.

    Numbers agree when they are within `tolerance`, absolute or relative. An array agrees with a
    tensor of the same shape and values, but not with a list.

    >>> difference([1, 2, 3], [1, 2, 4])
    'at [2]: expected 3, got 4'
    >>> difference(0.5, 0.50001)
    """
    if _is_array(expected):
        return _array_difference(expected, got, tolerance)
    if isinstance(expected, int | float) and not isinstance(expected, bool):
        return None if _same_number(expected, got, tolerance) else _versus(expected, got)
    if isinstance(expected, list | tuple):
        return _sequence_difference(expected, got, tolerance)
    if isinstance(expected, dict) and isinstance(got, dict):
        for key in expected:
            if key not in got:
                return f"the key {key!r} is missing"
            if problem := difference(expected[key], got[key], tolerance):
                return f"at key {key!r}: {problem}"
        extra = [key for key in got if key not in expected]
        return f"the key {extra[0]!r} should not be there" if extra else None
    return None if type(got) is type(expected) and got == expected else _versus(expected, got)


def name_mistakes(
    expected: Any, mistakes: dict[str, Any], tolerance: float = 1e-4
) -> Callable[[Any], str | None]:
    """Return a judge that accepts `expected`, and names common mistakes by their answers.

    `mistakes` maps a message to the wrong answer that should get it.
    """

    def accept(got: Any) -> str | None:
        problem = difference(expected, got, tolerance)
        if problem is None:
            return None
        for said, wrong in mistakes.items():
            if difference(wrong, got, tolerance) is None:
                return said
        return problem

    return accept


def judge(accept: Callable[[Any], str | None], got: Any) -> str | None:
    """Return what is wrong with the value, also where it can't be compared at all."""
    try:
        return accept(got)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # the reader's value may do anything when it is looked at
        kind = type(error).__name__
        return f"this can't be compared with what is right ({kind}): got {shorten(got)}"


def ordinal(i: int) -> str:
    """Return the word for place `i` of a list, counted from 0.

    >>> ordinal(2), ordinal(11)
    ('third', '12th')
    """
    words = "first second third fourth fifth sixth seventh eighth ninth tenth".split()
    return words[i] if i < len(words) else f"{i + 1}th"


def as_list(values: Any) -> Any:
    """Return a tensor, array or tuple as plain lists and numbers; all else as it is."""
    if hasattr(values, "tolist"):
        return values.tolist()
    return [as_list(v) for v in values] if isinstance(values, list | tuple) else values


def lists_like(expected: list) -> Callable[[Any], str | None]:
    """Return a judge that takes lists, tuples, arrays and tensors of the right numbers."""
    return lambda got: difference(expected, as_list(got))


def number_near(expected: float, tolerance: float = 1e-3) -> Callable[[Any], str | None]:
    """Return a judge that takes any kind of number close to `expected`, however small that is."""

    def accept(got: Any) -> str | None:
        value = as_list(got)
        while isinstance(value, list) and len(value) == 1:
            value = value[0]
        if isinstance(value, bool) or not isinstance(value, int | float):
            return f"expected a number, got {shorten(got)}"
        if math.isclose(value, expected, rel_tol=tolerance, abs_tol=1e-12):
            return None
        return f"expected {expected:.4g}, got {value:.4g}"

    return accept


def shorten(value: Any, limit: int = 80, *, quote: bool = True) -> str:
    """Describe a value in at most `limit` characters: an array by its shape or its few numbers.

    Never raises: a value that can't be written is named by its type.
    """
    try:
        return _write(value, limit, quote)
    except KeyboardInterrupt:
        raise
    except BaseException:  # someone else's repr or str may do anything
        return f"an object of type {type(value).__name__} that can't be shown"


def _write(value: Any, limit: int, quote: bool) -> str:
    if _is_array(value):
        if math.prod(value.shape) > 12:
            return f"shape {tuple(value.shape)}"
        array = _to_numpy(value)
        few = np.round(array.astype(float), 3) if array.dtype.kind in "buif" else array
        return f"{few.tolist()} with shape {tuple(array.shape)}"
    if callable(value):
        return f"the function {getattr(value, '__name__', type(value).__name__)}"
    if isinstance(value, float):
        value = float(f"{value:.4g}")
    text = "".join([repr(value) if quote else str(value)])  # a plain str, whatever they return
    return text if len(text) <= limit else text[: limit - 3] + "..."


def _is_array(value: Any) -> bool:
    return hasattr(value, "shape") and hasattr(value, "dtype")


def _to_numpy(value: Any) -> np.ndarray:
    if hasattr(value, "detach"):
        value = value.detach().cpu()
        if "bfloat16" in str(value.dtype):  # numpy has no such numbers
            value = value.float()
    return np.asarray(value)


def _versus(expected: Any, got: Any) -> str:
    return f"expected {shorten(expected)}, got {shorten(got)}"


def _same_number(expected: float, got: Any, tolerance: float) -> bool:
    if _is_array(got) and math.prod(got.shape) == 1:
        got = got.item()
    if isinstance(got, bool) or not isinstance(got, int | float):
        return False
    if isinstance(expected, int) and isinstance(got, int):
        return expected == got
    close = math.isclose(expected, got, rel_tol=tolerance, abs_tol=tolerance)
    return close or (math.isnan(expected) and math.isnan(got))


def _sequence_difference(expected: list | tuple, got: Any, tolerance: float) -> str | None:
    if not isinstance(got, list | tuple):
        return f"expected a {type(expected).__name__}, got {shorten(got)}"
    for i, (one, other) in enumerate(zip(expected, got, strict=False)):
        if problem := difference(one, other, tolerance):
            return f"at [{i}]: {problem}"
    if len(expected) != len(got):
        return f"expected {len(expected)} values, got {len(got)}"
    return None


def _array_difference(expected: Any, got: Any, tolerance: float) -> str | None:
    if not _is_array(got):
        kind = type(got).__name__
        return f"expected a tensor of shape {tuple(expected.shape)}, got a {kind}: {shorten(got)}"
    if tuple(expected.shape) != tuple(got.shape):
        return f"expected shape {tuple(expected.shape)}, got shape {tuple(got.shape)}"
    one, other = _to_numpy(expected), _to_numpy(got)
    if other.dtype.kind not in "buifc":
        return f"expected an array of numbers, got one of {other.dtype}"
    kind = complex if "c" in one.dtype.kind + other.dtype.kind else float
    one, other = one.astype(kind), other.astype(kind)
    wrong = ~np.isclose(other, one, rtol=tolerance, atol=tolerance, equal_nan=True)
    if not wrong.any():
        return None
    place = tuple(int(i) for i in np.argwhere(wrong)[0])
    number = f"expected {one[place]:.4g}, got {other[place]:.4g}"
    where = f" at {list(place)}" if place else ""
    share = f" ({wrong.sum()} of {wrong.size} values differ)" if wrong.size > 1 else ""
    return f"the shape is right, but{where} {number}{share}"
