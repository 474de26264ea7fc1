"""Prints how each row's ratio has changed: ``python -m benchmarks.compare BEFORE.json AFTER.json``.

The files are those of ``python -m benchmarks --json FILE``.
"""

from __future__ import annotations

import argparse
import sys
from typing import Any

from benchmarks.record import MIN_ROUNDS, read_record
from benchmarks.table import format_rows

COLUMNS = ("name", "before", "after", "change", "")


def compare_rows(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> list[list[str]]:
    """Return a line of cells for each row of either run, in the order of the later one."""
    old, new = ({row["name"]: row for row in rows} for rows in (before, after))
    return [compare_row(name, old.get(name), new.get(name)) for name in {**new, **old}]


def compare_row(name: str, old: dict[str, Any] | None, new: dict[str, Any] | None) -> list[str]:
    """Return the cells of one row: both ratios, the change, and what is to be known about it."""
    ratios = [row["ratio"] if row else None for row in (old, new)]
    cells = [name, *("" if ratio is None else f"{ratio:.2f}" for ratio in ratios)]
    if old is None or new is None:
        return [*cells, "", f"only {'after' if old is None else 'before'}"]
    if None in ratios:
        problems = [row["problem"] or "measured" for row in (old, new)]
        return [*cells, "", ", then ".join(dict.fromkeys(problems))]
    words = [row["verdict"].partition(";")[0] for row in (old, new)]
    remarks = []
    if words[0] != words[1]:
        remarks.append("budget " + ", then ".join(word or "none" for word in words))
    remarks += [f"another {what}" for what in ("work", "peer") if old[what] != new[what]]
    return [*cells, f"{ratios[1] / ratios[0] - 1:+.0%}", "; ".join(remarks)]


def describe_runs(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """Return what each run was, and what else than the library has changed between them."""
    lines = []
    for when, record in (("before", before), ("after", after)):
        few = f", a smoke run: under {MIN_ROUNDS} are no measurement"
        few = few if record["rounds"] < MIN_ROUNDS else ""
        cut = ", stopped before all rows were done" if record["stopped"] else ""
        lines.append(f"{when}: {record['machine']}, rounds: {record['rounds']}{few}{cut}")
    if before["machine"] != after["machine"]:
        lines.append("The machines differ: so may the ratios, without any change in the code.")
    for name in {**before["versions"], **after["versions"]}:
        old, new = (record["versions"].get(name, "missing") for record in (before, after))
        if old != new:
            lines.append(f"{name}: {old}, then {new}")
    return lines


def main(arguments: list[str] | None = None) -> int:
    """Print the comparison; a file that can't be read ends it with status 2 and a sentence."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.compare",
        description="Print how each row's ratio has changed between two runs.",
    )
    for when in ("before", "after"):
        said = f"what python -m benchmarks --json FILE wrote {when}"
        parser.add_argument(when, metavar=f"{when.upper()}.json", help=said)
    options = parser.parse_args(arguments)
    try:
        before, after = read_record(options.before), read_record(options.after)
    except ValueError as error:
        parser.error(str(error))
    rows = compare_rows(before["rows"], after["rows"])
    lines = [*describe_runs(before, after), "", *format_rows([list(COLUMNS), *rows], (1, 2, 3))]
    print("\n".join(lines))
    return 0


if __name__ == "__main__":
    sys.exit(main())
