"""Prints one table: ``python -m benchmarks``. It reports, and never fails."""

from __future__ import annotations

import argparse
import os
import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

MIN_ROUNDS = 5
PEERS = ("torch", "transformers", "tokenizers", "tiktoken", "rustbpe", "llms-from-scratch")


def use_one_thread() -> None:
    """Keep every library to one thread; to be called before any of them is loaded."""
    for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS"):
        os.environ[variable] = "1"
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    os.environ["HF_HUB_OFFLINE"] = "1"


def parse(arguments: list[str] | None, names: list[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Compare the library's speed with its peers'."
    )
    parser.add_argument(
        "--rounds", type=int, default=7, help=f"how often, at least {MIN_ROUNDS} (default: 7)"
    )
    parser.add_argument(
        "--only", action="append", choices=names, help="run this row; may be given several times"
    )
    options = parser.parse_args(arguments)
    if options.rounds < MIN_ROUNDS:
        parser.error(f"--rounds should be at least {MIN_ROUNDS}; got {options.rounds}")
    return options


def machine() -> str:
    """Return the name of the processor and how many of it there are."""
    info, name = Path("/proc/cpuinfo"), platform.processor() or platform.machine()
    if info.exists():
        lines = info.read_text().splitlines()
        name = next((line.split(":")[1].strip() for line in lines if "model name" in line), name)
    return f"{name}, {os.cpu_count()} processors, {platform.system()}"


def versions() -> str:
    """Return the versions of Python and of the peers that are installed."""
    found = [f"Python {platform.python_version()}"]
    for package in PEERS:
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            found.append(f"{package} missing")
    return ", ".join(found)


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmarks that are asked for, and print the table."""
    use_one_thread()
    import torch

    from benchmarks import generating, on_gpu, page_training, tokenizing, training_step, windows
    from benchmarks.table import format_table, run

    groups = (tokenizing, windows, training_step, on_gpu, page_training, generating)
    benchmarks = [benchmark for group in groups for benchmark in group.BENCHMARKS]
    options = parse(arguments, [benchmark.name for benchmark in benchmarks])
    torch.set_num_threads(1)
    outcomes = []
    for benchmark in benchmarks:
        if not options.only or benchmark.name in options.only:
            print(f"{benchmark.name} …", file=sys.stderr, flush=True)
            outcomes.append(run(benchmark, options.rounds))
    print(machine(), versions(), sep="\n")
    print(
        f"one thread, processor time, medians of {options.rounds} rounds in which both take turns; "
        "ratio: what the peer took, divided by ours\n"
    )
    print(format_table(outcomes))
    return 0


if __name__ == "__main__":
    sys.exit(main())
