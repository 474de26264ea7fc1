"""Times token n of a text with and without the cache, and how fast memory can be read.

    python -m llm_lib.book.studies.token_times           # SmolLM2: some minutes on one core
    python -m llm_lib.book.studies.token_times --quick   # Sprout, once; printed only

Both sides call the same code, `llm_lib.generation.prefill.read`: with the cache on one token that
has n - 1 before it, without on all n. They take turns, and of some rounds the fastest counts: what
else the machine does can slow a pass, but not quicken it. `token_times.json` holds milliseconds of
one processor core.
"""

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from llm_lib.book.studies.decoding import processor
from llm_lib.files import read_json, write_json
from llm_lib.generation.prefill import read
from llm_lib.pretrained.save_load import load_model

FILE = Path(__file__).parent / "token_times.json"
COMMAND = "python -m llm_lib.book.studies.token_times"
PLACES = (1, 2, 8, 16, 32, 64, 96, 128, 160, 192, 224, 256)  # n, the tokens of the text so far
ROUNDS = 5
ROWS, COLUMNS = 131_072, 1024  # of the matrix that is read: half a gigabyte, as SmolLM2's weights


def milliseconds(work: Callable[[], Any]) -> float:
    """Return the milliseconds of the processor that `work` takes, once."""
    start = time.process_time()
    work()
    return 1000 * (time.process_time() - start)


def passes(model: Any, n: int) -> dict[str, Callable[[], Any]]:
    """Return the two ways to get the logits for the token after `n`, ready to be timed."""
    ids = torch.ones(1, n, dtype=torch.int64)
    cache = model.new_cache(1, n)
    if n > 1:
        read(model, ids[:, :-1], cache)

    def with_cache() -> Any:
        cache.length = n - 1  # forget the last one again
        return read(model, ids[:, -1:], cache)

    return {"with": with_cache, "without": lambda: read(model, ids)}


def time_places(model: Any, rounds: int, places: tuple[int, ...] = PLACES) -> list[dict]:
    """Return for each n the milliseconds of the fastest round, with and without the cache."""
    ways = {n: passes(model, n) for n in places}
    best = {n: {"n": n, "with": float("inf"), "without": float("inf")} for n in places}
    for _ in range(rounds):
        for n, way in ways.items():
            for name, work in way.items():
                best[n][name] = min(best[n][name], round(milliseconds(work), 3))
    return list(best.values())


def bytes_per_second(rounds: int, rows: int = ROWS) -> float:
    """Return how fast one core reads a matrix that no cache of the processor holds.

    The fastest of a product with a vector and a sum of all numbers, in several rounds.
    """
    matrix, vector = torch.ones(rows, COLUMNS), torch.ones(COLUMNS)
    works = (lambda: matrix @ vector, matrix.sum)
    best = min(milliseconds(work) for _ in range(rounds) for work in works)
    return float(f"{1000 * matrix.nbytes / best:.4g}")


def measure(name: str, rounds: int = ROUNDS, rows: int = ROWS) -> dict:
    """Return all times of one model, by its name, and what its passes have to read."""
    model, _ = load_model(name)
    places = tuple(n for n in PLACES if n <= model.config.context_length)
    return {
        "weight_bytes": sum(p.nbytes for p in model.parameters()),
        "cache_bytes": model.new_cache(1, 1).nbytes,  # of one token
        "bytes_per_second": bytes_per_second(rounds, rows),
        "rounds": rounds,
        "places": time_places(model, rounds, places),
    }


def load_token_times() -> dict:
    """Return the times that are on file."""
    return read_json(FILE)


def main(arguments: list[str] | None = None) -> int:
    """Time token n with and without the cache: `python -m llm_lib.book.studies.token_times`."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=main.__doc__)
    parser.add_argument("--quick", action="store_true", help="Sprout, once")
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)
    name = "sprout" if options.quick else "smollm2"
    machine = f"one core of {processor()}, torch {torch.__version__.split('+')[0]}"
    found = measure(name, 1, 1024) if options.quick else measure(name)
    results = {"command": COMMAND, "machine": machine, "model": name} | found
    print(json.dumps(results, indent=1))
    if not options.quick:
        write_json(FILE, results, indent=1)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
