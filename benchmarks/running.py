"""Runs one row after the other: each is printed as soon as it is done, and how long is left."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from benchmarks.table import (
    COLUMNS,
    Benchmark,
    Outcome,
    expect_widths,
    format_row,
    run,
    to_cells,
)


@dataclass
class Pace:
    """How long rows take, learned from those that were measured: others end too early."""

    clock: Callable[[], float] = time.monotonic
    seconds: float = 0
    weight: float = 0
    began: float = field(init=False, default=0)

    def begin(self) -> None:
        """Note that a row begins."""
        self.began = self.clock()

    def note(self, outcome: Outcome) -> None:
        """Note that the row that began is done."""
        if not outcome.problem:
            self.seconds += self.clock() - self.began
            self.weight += outcome.benchmark.weight

    def time_left(self, benchmarks: list[Benchmark]) -> str:
        """Say how long the rows that are left will take; empty where nothing is known yet."""
        if not self.weight:
            return ""
        left = self.seconds / self.weight * sum(benchmark.weight for benchmark in benchmarks)
        return f"about {left:.0f} s left" if left < 100 else f"about {left / 60:.0f} minutes left"


def run_rows(benchmarks: list[Benchmark], rounds: int, pace: Pace) -> tuple[list[Outcome], bool]:
    """Run rows and print each, with the progress on stderr.

    Returns their outcomes, and whether Ctrl-C has ended the run before all were done.
    """
    outcomes, widths = [], expect_widths(benchmarks)
    for head in (COLUMNS, ["-" * width for width in widths]):
        print(format_row(head, widths), flush=True)
    try:
        for place, benchmark in enumerate(benchmarks):
            parts = (f"{place + 1} of {len(benchmarks)}", pace.time_left(benchmarks[place:]))
            said = f"[{', '.join(filter(None, parts))}] {benchmark.name} …"
            print(said, file=sys.stderr, flush=True)
            pace.begin()
            outcomes.append(run(benchmark, rounds))
            pace.note(outcomes[-1])
            print(format_row(to_cells(outcomes[-1]), widths), flush=True)
    except KeyboardInterrupt:
        return outcomes, True
    return outcomes, False
