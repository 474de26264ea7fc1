"""Races between the library and a peer: running them, and printing what came out.

A race is about time, or about memory. In both, the ratio is the peer's divided by ours.
"""

from __future__ import annotations

import gc
import math
import statistics
import time
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

NO_BUDGET = "no budget yet for this row"
COLUMNS = ("name", "work", "peer", "ours", "peer's", "in", "ratio", "budget", "")
NUMBERS = (3, 4, 6)  # the columns that line up on the right
EXPECTED = {3: 9, 4: 9, 5: 5, 6: 6}  # how wide columns may become
PROBLEMS = SKIPPED, NOT_COMPARABLE, FAILED = "SKIPPED", "NOT COMPARABLE", "FAILED"
MAX_REASON = 200  # characters


class SkippedError(Exception):
    """A row can't be run here: the processor or a tool that it needs is missing."""


class NotComparableError(ValueError):
    """The two sides give different answers, so that their times say nothing."""


def do_nothing() -> None:
    """Do nothing: what most races do before a run."""


@dataclass(frozen=True)
class Race:
    """Two functions that do the same work, ready to run as often as one likes.

    reset: called before each run of `ours`, and not timed.
    peer_runs: how often the peer would have to run for the same work, where once takes long enough.
    bound: the part of `ours` that no way of writing it can leave out.
    """

    ours: Callable[[], Any]
    peer: Callable[[], Any]
    reset: Callable[[], None] = do_nothing
    peer_runs: float = 1
    bound: Callable[[], Any] | None = None


@dataclass(frozen=True)
class Benchmark:
    """A row of the table.

    prepare: loads, builds, and compares the answers of both sides once; returns the race. It
        raises NotComparableError where they differ, as a round may, too; ModuleNotFoundError where
        a package is missing, and SkippedError where the machine can't do it.
    budget: how many times the library's time or memory the peer's should be, at least.
    note: a remark below the table.
    bound: what the race's bound is, in words; a row that misses its budget says how far it goes.
    memory: the two functions of the race return how many bytes they took; they are not timed.
    reported: the two return how many seconds they took, since not all of it is in this process.
    units: how many tokens a run works through; the table then shows tokens a second.
    weight: how long the row takes, in those of a usual one; the time left is told by it.
    rounds: how often at the most, where a run takes minutes; else what the command line says.
    """

    name: str
    work: str
    peer: str
    prepare: Callable[[], Race]
    budget: float | None = None
    note: str = ""
    bound: str = ""
    memory: bool = False
    reported: bool = False
    units: int | None = None
    rounds: int | None = None
    weight: float = 1


@dataclass(frozen=True)
class Outcome:
    """What came out: the seconds or bytes of each round, or the reason why there are none.

    problem: one of SKIPPED, NOT_COMPARABLE and FAILED, a colon, and the reason, in one line.
    bound: the seconds of the race's bound, where it has one.
    """

    benchmark: Benchmark
    ours: list[float] = field(default_factory=list)
    peer: list[float] = field(default_factory=list)
    problem: str = ""
    bound: list[float] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """What kind of problem there is; empty for a row that was measured."""
        return self.problem.partition(":")[0]

    @property
    def ratio(self) -> float:
        """What the peer took, divided by ours: the median over the rounds, each a pair."""
        return paired_ratio(self.ours, self.peer)


def paired_ratio(mine: list[float], theirs: list[float]) -> float:
    """Return the median of the ratios theirs / mine of the rounds."""
    return statistics.median(b / a for a, b in zip(mine, theirs, strict=True))


def run(
    benchmark: Benchmark, rounds: int = 5, clock: Callable[[], float] = time.process_time
) -> Outcome:
    """Prepare a race and run it; what goes wrong is told in the outcome, never raised.

    The traceback of what nobody has foreseen stands on stderr. The two take turns, and who begins
    changes from round to round.
    """
    try:
        return _run(benchmark, min(rounds, benchmark.rounds or rounds), clock)
    except (ModuleNotFoundError, SkippedError) as error:
        return Outcome(benchmark, problem=f"{SKIPPED}: {in_one_line(error)}")
    except NotComparableError as error:
        return Outcome(benchmark, problem=f"{NOT_COMPARABLE}: {in_one_line(error)}")
    except Exception as error:  # whatever it is, the other rows stand
        traceback.print_exception(error)
        kind = type(error).__name__
        return Outcome(benchmark, problem=f"{FAILED}: {in_one_line(f'{kind}: {error}')}")


def in_one_line(message: object) -> str:
    """Return a message without line breaks, and cut where it is very long."""
    line = " ".join(str(message).split()).removesuffix(":")
    return line if len(line) <= MAX_REASON else f"{line[:MAX_REASON]}…"


def _run(benchmark: Benchmark, rounds: int, clock: Callable[[], float]) -> Outcome:
    race, outcome = benchmark.prepare(), Outcome(benchmark)
    for number in range(rounds):
        turns = [(race.ours, outcome.ours, 1), (race.peer, outcome.peer, race.peer_runs)]
        race.reset()
        told = benchmark.memory or benchmark.reported
        for work, taken, runs in reversed(turns) if number % 2 else turns:
            taken.append(runs * (work() if told else time_once(work, clock)))
        if race.bound is not None:
            outcome.bound.append(time_once(race.bound, clock))
    for taken in (*outcome.ours, *outcome.peer, *outcome.bound):
        if not 0 < taken < math.inf:
            raise ArithmeticError(f"a run took {taken:g}, of which there is no ratio")
    return outcome


def time_once(work: Callable[[], Any], clock: Callable[[], float]) -> float:
    """Return the seconds that one call takes by `clock`."""
    gc.collect()  # or one side would clear up after the other
    start = clock()
    work()
    return clock() - start


def verdict(outcome: Outcome) -> str:
    """Say whether the budget was met; if not, how far one could come, where that was measured."""
    budget = outcome.benchmark.budget
    if budget is None or outcome.problem:
        return ""
    if outcome.ratio >= budget:
        return "met"
    if not outcome.bound:
        return "missed"
    limit = paired_ratio(outcome.bound, outcome.peer)
    return f"missed; {outcome.benchmark.bound} would give {limit:.2f}"


def to_cells(outcome: Outcome) -> list[str]:
    """Return a row of the table as texts, one for each of COLUMNS."""
    benchmark = outcome.benchmark
    budget = NO_BUDGET if benchmark.budget is None else f"at least {benchmark.budget:g}"
    start = [benchmark.name, benchmark.work, benchmark.peer]
    if outcome.problem:
        return [*start, "", "", "", "", budget, outcome.problem]
    unit, size = ("MB", 1e-6) if benchmark.memory else ("ms", 1e3)
    medians = [statistics.median(side) for side in (outcome.ours, outcome.peer)]
    taken = [f"{median * size:.1f}" for median in medians]
    if benchmark.units is not None:
        unit, taken = "tok/s", [f"{benchmark.units / median:,.0f}" for median in medians]
    return [*start, *taken, unit, f"{outcome.ratio:.2f}", budget, verdict(outcome)]


def find_widths(rows: Iterable[list[str]]) -> list[int]:
    """Return how wide each column is."""
    return [max(map(len, column)) for column in zip(*rows, strict=True)]


def expect_widths(benchmarks: Iterable[Benchmark]) -> list[int]:
    """Return how wide the columns may become, before anything is measured."""
    rows = [to_cells(Outcome(benchmark, problem=SKIPPED)) for benchmark in benchmarks]
    widths = find_widths([list(COLUMNS), *rows])
    return [max(width, EXPECTED.get(place, 0)) for place, width in enumerate(widths)]


def format_row(cells: Iterable[str], widths: list[int], numbers: tuple[int, ...] = NUMBERS) -> str:
    """Return one line of a table; the columns `numbers` line up on the right."""
    padded = (
        cell.rjust(width) if place in numbers else cell.ljust(width)
        for place, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )
    return "  ".join(padded).rstrip()


def format_rows(rows: Iterable[list[str]], numbers: tuple[int, ...] = NUMBERS) -> list[str]:
    """Return a table's lines, the first of which is its head, with a rule below it."""
    head, *others = rows
    widths = find_widths([head, *others])
    rule = ["-" * width for width in widths]
    return [format_row(row, widths, numbers) for row in (head, rule, *others)]


def format_table(outcomes: Iterable[Outcome]) -> str:
    """Return all outcomes as one table in plain text, with the notes below it."""
    outcomes = list(outcomes)
    lines = format_rows([list(COLUMNS), *(to_cells(outcome) for outcome in outcomes)])
    notes = [f"{o.benchmark.name}: {o.benchmark.note}" for o in outcomes if o.benchmark.note]
    notes += count_rows(outcomes)
    return "\n".join([*lines, *([""] if notes else []), *notes])


def count_rows(outcomes: list[Outcome]) -> list[str]:
    """Return a line for each kind of row that is not as it should be, with the names of all."""
    # so that nobody takes a table with holes for a whole one
    kinds = {kind: [o for o in outcomes if o.kind == kind] for kind in PROBLEMS}
    kinds["BUDGET MISSED"] = [o for o in outcomes if verdict(o).startswith("missed")]
    return [
        f"{kind}: {len(found)} of {len(outcomes)} rows: "
        + ", ".join(outcome.benchmark.name for outcome in found)
        for kind, found in kinds.items()
        if found
    ]
