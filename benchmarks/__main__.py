"""Prints one table: ``python -m benchmarks``.

Each row is printed when it is done, and the whole table at the end. The exit status is 1 if a row
failed, or its two sides gave different answers, and 130 after Ctrl-C; a budget that is missed is
reported, and no failure.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from benchmarks.record import MIN_ROUNDS, to_record
from benchmarks.running import Pace, run_rows
from benchmarks.table import FAILED, NOT_COMPARABLE, Benchmark, format_table
from llm_lib import __version__
from llm_lib.files import write_json

STOPPED = 130  # the exit status that shells give to what Ctrl-C has ended
PEERS = ("torch", "transformers", "tokenizers", "tiktoken", "rustbpe", "llms-from-scratch")


def use_one_thread() -> None:
    """Keep every library to one thread; to be called before any of them is loaded."""
    for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS"):
        os.environ[variable] = "1"
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    os.environ["HF_HUB_OFFLINE"] = "1"
    import torch

    torch.set_num_threads(1)


def load_benchmarks() -> list[Benchmark]:
    """Return all rows, in the order of the table."""
    names = ("tokenizing", "windows", "training_step", "on_gpu", "page_training", "generating")
    groups = [import_module(f"benchmarks.{name}") for name in (*names, "time_to_quality")]
    return [benchmark for group in groups for benchmark in group.BENCHMARKS]


def parse(arguments: list[str] | None, names: list[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Compare the library's speed with its peers'."
    )
    parser.add_argument(
        "--rounds",
        type=int,
        default=7,
        help=f"how often (default: 7); fewer than {MIN_ROUNDS} only show that all runs",
    )
    parser.add_argument(
        "--only",
        action="append",
        choices=names,
        metavar="ROW",
        help=f"run this row; may be given several times: {', '.join(names)}",
    )
    parser.add_argument(
        "--json",
        type=Path,
        metavar="FILE",
        help="write what comes out to a file, too, for python -m benchmarks.compare",
    )
    options = parser.parse_args(arguments)
    if options.rounds < 1:
        parser.error(f"--rounds should be at least 1; got {options.rounds}")
    if options.json and (fault := find_fault(options.json)):
        parser.error(f"--json can't write {options.json}: {fault}")
    return options


def find_fault(path: Path) -> str:
    """Say why a file can't be written; empty if it can. Better now than after the last row."""
    if path.is_dir():
        return "it is a folder"
    if not path.parent.is_dir():
        return f"there is no folder {path.parent}"
    return "" if os.access(path.parent, os.W_OK) else f"the folder {path.parent} is read-only"


def machine() -> str:
    """Return the name of the processor and how many of it there are."""
    info, name = Path("/proc/cpuinfo"), platform.processor() or platform.machine()
    if info.exists():
        lines = info.read_text().splitlines()
        name = next((line.split(":")[1].strip() for line in lines if "model name" in line), name)
    return f"{name}, {os.cpu_count()} processors, {platform.system()}"


def versions() -> dict[str, str]:
    """Return the versions of Python, of the library, and of the peers that are installed."""
    found = {"Python": platform.python_version(), "llm-lib": __version__}
    for package in PEERS:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "missing"
    return found


def describe(rounds: int) -> str:
    """Return what a figure is worth nothing without: on what it was measured, and how."""
    lines = [machine(), ", ".join(f"{name} {number}" for name, number in versions().items())]
    lines.append(
        f"one thread, processor time, medians of {rounds} round{'s' * (rounds > 1)} in which both "
        "take turns; ratio: what the peer took, divided by ours"
    )
    if rounds < MIN_ROUNDS:
        lines.append(f"A SMOKE RUN: fewer than {MIN_ROUNDS} rounds are no measurement.")
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmarks that are asked for, print the table, and return the exit status."""
    use_one_thread()
    benchmarks = load_benchmarks()
    options = parse(arguments, [benchmark.name for benchmark in benchmarks])
    only = options.only or [benchmark.name for benchmark in benchmarks]
    chosen = [benchmark for benchmark in benchmarks if benchmark.name in only]
    print(describe(options.rounds), end="\n\n", flush=True)
    outcomes, stopped = run_rows(chosen, options.rounds, Pace())
    if outcomes:
        print("", describe(options.rounds), "", format_table(outcomes), sep="\n")
    if stopped:
        print(f"STOPPED: {len(outcomes)} of {len(chosen)} rows were done")
    failed = any(outcome.kind in (FAILED, NOT_COMPARABLE) for outcome in outcomes)
    if options.json and outcomes:
        record = to_record(outcomes, machine(), versions(), options.rounds, stopped)
        failed |= not save(options.json, record)
    return STOPPED if stopped else int(failed)


def save(path: Path, record: dict[str, Any]) -> bool:
    """Write the file of a run, and return whether that went well; if not, say why."""
    try:
        write_json(path, record, indent=1)
    except OSError as error:
        print(f"{path} was not written: {error.strerror}", file=sys.stderr)
        return False
    return True


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        sys.exit(STOPPED)
