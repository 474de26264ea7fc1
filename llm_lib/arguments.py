"""Argument checks with one wording: what is wrong, what is allowed, what was given."""

import math
from numbers import Integral, Real
from typing import Any


def check_whole(name: str, value: Any, least: int = 1, most: int | None = None) -> int:
    """Return `value` as an int; ValueError, naming it, unless it is whole and within the limits.

    numpy's whole numbers are accepted. True and 3.0 are not: whoever passes one has mixed up the
    arguments.

    >>> check_whole("steps", 0)
    Traceback (most recent call last):
    ValueError: steps must be a whole number of at least 1, got 0
    """
    whole = isinstance(value, Integral) and not isinstance(value, bool)
    if not whole or value < least or (most is not None and value > most):
        limits = f"of at least {least}" if most is None else f"from {least} to {most}"
        raise ValueError(f"{name} must be a whole number {limits}, got {value!r}")
    return int(value)


def check_number(
    name: str,
    value: Any,
    *,
    least: float | None = None,
    above: float | None = None,
    most: float | None = None,
    below: float | None = None,
) -> float:
    """Return `value`; ValueError, naming it, unless it is a finite number within the limits.

    >>> check_number("dropout", 1.0, least=0, below=1)
    Traceback (most recent call last):
    ValueError: dropout must be at least 0 and below 1, got 1.0
    """
    number = isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value)
    if (
        not number
        or (least is not None and value < least)
        or (above is not None and value <= above)
        or (most is not None and value > most)
        or (below is not None and value >= below)
    ):
        limits = {"at least": least, "above": above, "at most": most, "below": below}
        said = " and ".join(f"{how} {limit}" for how, limit in limits.items() if limit is not None)
        raise ValueError(f"{name} must be {said or 'a number'}, got {value!r}")
    return value if isinstance(value, int | float) else float(value)  # numpy's become Python's


def check_choice(name: str, value: Any, allowed: tuple) -> None:
    """Raise ValueError, naming the value, unless it is one of those allowed."""
    if value not in allowed:
        raise ValueError(f"{name} must be one of {allowed}, got {value!r}")


def check_matrix(name: str, value: Any, shape: tuple[int, int], reach: float) -> list[list[float]]:
    """Return a matrix (a list, array or tensor) as lists of floats.

    Raises ValueError, naming it, unless it has `shape` and its numbers lie from -reach to reach.

    >>> check_matrix("scores", [[1, 2]], (1, 2), reach=9)
    [[1.0, 2.0]]
    >>> check_matrix("scores", [[1, 2]], (2, 2), reach=9)
    Traceback (most recent call last):
    ValueError: scores should be 2 rows of 2 numbers; got [[1, 2]]
    """
    n_rows, n_columns = shape
    plain = value.tolist() if hasattr(value, "tolist") else value
    rows = plain if isinstance(plain, list | tuple) else []
    rows = [row.tolist() if hasattr(row, "tolist") else row for row in rows]
    fits = [isinstance(row, list | tuple) and len(row) == n_columns for row in rows]
    if len(rows) != n_rows or not all(fits):
        raise ValueError(f"{name} should be {n_rows} rows of {n_columns} numbers; got {value!r}")
    return [
        [
            float(check_number(f"{name}[{i}][{j}]", number, least=-reach, most=reach))
            for j, number in enumerate(row)
        ]
        for i, row in enumerate(rows)
    ]
