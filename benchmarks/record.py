"""What came out of a run, as a JSON file has it: written, and read with every fault named."""

from __future__ import annotations

import math
import os
import statistics
from typing import Any

from benchmarks.table import Outcome, verdict
from llm_lib.files import list_field, read_json

MIN_ROUNDS = 5  # fewer are no measurement
HEAD = {"machine": str, "versions": dict, "rounds": int, "stopped": bool}
ROW = {"name": str, "work": str, "peer": str, "verdict": str, "problem": str}


def to_record(
    outcomes: list[Outcome], machine: str, versions: dict[str, str], rounds: int, stopped: bool
) -> dict[str, Any]:
    """Return what the file of a run holds.

    stopped: whether Ctrl-C has ended it, so that rows are missing.
    """
    head = {"machine": machine, "versions": versions, "rounds": rounds, "stopped": stopped}
    return head | {"rows": [to_row(outcome) for outcome in outcomes]}


def to_row(outcome: Outcome) -> dict[str, Any]:
    """Return one row; medians are in seconds or bytes, and None where nothing was measured."""
    benchmark, measured = outcome.benchmark, not outcome.problem
    return {
        "name": benchmark.name,
        "work": benchmark.work,
        "peer": benchmark.peer,
        "rounds": len(outcome.ours),
        "in": "bytes" if benchmark.memory else "seconds",
        "median_ours": statistics.median(outcome.ours) if measured else None,
        "median_peer": statistics.median(outcome.peer) if measured else None,
        "ratio": outcome.ratio if measured else None,
        "budget": benchmark.budget,
        "verdict": verdict(outcome),
        "problem": outcome.problem,
    }


def read_record(path: str | os.PathLike) -> dict[str, Any]:
    """Read the file of a run. Raises ValueError, naming file and field, if it is another file."""
    try:
        record = read_json(path)
    except OSError as error:
        raise ValueError(f"{path} can't be read: {error.strerror}") from None
    try:
        check_fields(record, HEAD)
        for row in list_field(dict, record, "rows"):
            check_fields(row, ROW)
            check_ratio(row)
    except ValueError as error:
        message = f"{path} does not come from python -m benchmarks --json FILE: {error}"
        raise ValueError(message) from None
    return record


def check_fields(data: dict[str, Any], kinds: dict[str, type]) -> None:
    """Raise ValueError, naming the field, unless all are there and of their kinds."""
    for field, kind in kinds.items():
        value = data.get(field)
        if not isinstance(value, kind):
            raise ValueError(
                f"field {field!r} should be of type {kind.__name__}; got {value!r:.60}"
            )


def check_ratio(row: dict[str, Any]) -> None:
    """Raise ValueError unless a row has a ratio, or a problem instead."""
    ratio = row.get("ratio")
    measured = isinstance(ratio, int | float) and 0 < ratio < math.inf
    if not (ratio is None if row["problem"] else measured):
        wanted = "null, since it has a problem" if row["problem"] else "a number above 0"
        raise ValueError(f"the ratio of row {row['name']!r} should be {wanted}; got {ratio!r:.60}")
