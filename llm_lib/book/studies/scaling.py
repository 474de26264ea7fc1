"""Measures how the loss falls with model size, on one text and one budget of tokens.

    python -m llm_lib.book.studies.scaling           # 5 sizes, 2 seeds: under ten minutes, 2 cores
    python -m llm_lib.book.studies.scaling --quick   # 3 sizes, 1 seed, a tenth of the text; printed
    python -m llm_lib.book.studies.scaling --rates   # each size at higher and higher rates

`scaling.json` holds the results at the rates of a rule of thumb, `scaling_rates.json` those of a
search for each size's best rate. No text is read twice.
"""

import argparse
import math
import multiprocessing
import time
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

import numpy as np
import torch

from llm_lib.book.small_world import SmallWorld
from llm_lib.bpe import BPETokenizer
from llm_lib.files import write_json
from llm_lib.model.gpt import GPT, GPTConfig
from llm_lib.tokenizer import END_OF_TEXT
from llm_lib.training import TrainingConfig, evaluate_loss, train
from llm_lib.training.recipe import join_documents

FILE = Path(__file__).parent / "scaling.json"
RATES = Path(__file__).parent / "scaling_rates.json"
WIDTHS = (16, 24, 40, 64, 96)  # n_embd: each model has about twice the numbers of the last
SEEDS = (0, 1)
TOKENS = 300_000  # what every model reads, once
VOCAB_SIZE, CONTEXT_LENGTH, BATCH_SIZE = 512, 64, 16
COMMAND = "python -m llm_lib.book.studies.scaling"


def make_config(n_embd: int) -> GPTConfig:
    """Return the sizes of one model of the study: three blocks, and four heads."""
    return GPTConfig(
        vocab_size=VOCAB_SIZE,
        context_length=CONTEXT_LENGTH,
        n_layer=3,
        n_head=4,
        n_embd=n_embd,
        position="rotary",
        tie_weights=False,
        bias=False,
    )


def rate_for(n_embd: int) -> float:
    """Return the learning rate: narrow models tolerate larger steps, as 1/√n_embd."""
    return 6e-3 * math.sqrt(32 / n_embd)


@cache
def study_text(n_tokens: int = TOKENS) -> tuple[np.ndarray, np.ndarray]:
    """Return (training tokens, validation tokens): stories of Small World."""
    world = SmallWorld(0, "train")
    sample = [world.example("story").text for _ in range(1500)]
    tokenizer = BPETokenizer.train(sample, VOCAB_SIZE, special_tokens=[END_OF_TEXT])
    parts = [join_documents(sample, tokenizer)]
    while sum(map(len, parts)) < n_tokens + CONTEXT_LENGTH + 1:
        parts.append(join_documents([world.example("story").text for _ in range(500)], tokenizer))
    held_out = SmallWorld(0, "held_out")
    val = [held_out.example("story").text for _ in range(400)]
    return np.concatenate(parts)[: n_tokens + CONTEXT_LENGTH + 1], join_documents(val, tokenizer)


def measure(n_embd: int, seed: int, n_tokens: int = TOKENS, times: int = 1) -> dict:
    """Train one model on `n_tokens` tokens; return its sizes and its loss on held-out text.

    times: by how much its learning rate is larger than `rate_for` says.
    """
    torch.set_num_threads(1)
    tokens, val = study_text(n_tokens)
    steps, rate = n_tokens // (BATCH_SIZE * CONTEXT_LENGTH), times * rate_for(n_embd)
    torch.manual_seed(seed)
    model = GPT(make_config(n_embd))
    config = TrainingConfig(
        steps=steps,
        batch_size=BATCH_SIZE,
        learning_rate=rate,
        min_learning_rate=rate / 50,
        warmup_steps=max(1, steps // 20),
        eval_interval=steps,
        eval_batches=1,
        seed=seed,
        progress=False,
    )
    started = time.perf_counter()
    train(model, tokens, val, config)
    matrices = sum(p.numel() for p in model.blocks.parameters())
    return {
        "n_embd": n_embd,
        "seed": seed,
        "parameters": model.count_parameters(),
        "block_parameters": matrices,
        "learning_rate": round(rate, 6),
        "tokens": steps * BATCH_SIZE * CONTEXT_LENGTH,
        "val_loss": round(evaluate_loss(model, val, 16, 40), 4),
        "seconds": round(time.perf_counter() - started, 1),
    }


def fit_power_law(sizes: Iterable[float], losses: Iterable[float]) -> tuple[float, float]:
    """Return (a, alpha) of the law loss = a / size**alpha: a straight line through the logarithms.

    The line is that of least squares. Raises ValueError for fewer than two sizes, or numbers
    without a logarithm.

    >>> a, alpha = fit_power_law([10, 100, 1000], [8, 4, 2])
    >>> round(a, 6), round(2**(1 / alpha), 6)  # half the loss for ten times the size
    (16.0, 10.0)
    """
    x, y = np.asarray(list(sizes), float), np.asarray(list(losses), float)
    if x.shape != y.shape or len(set(x.tolist())) < 2:
        raise ValueError("a line needs a loss for each of at least two different sizes")
    if not (x > 0).all() or not (y > 0).all():
        raise ValueError("sizes and losses must be above 0 to have a logarithm")
    slope, height = np.polyfit(np.log(x), np.log(y), 1)
    return math.exp(height), -float(slope)


def search_rate(n_embd: int, seeds: Iterable[int], n_tokens: int = TOKENS) -> list[dict]:
    """Measure one width at 2, 4, 8, ... times its rate, up to the first that no longer helps.

    A rate helps if the mean loss of its seeds is lower than at half the rate.
    """
    rows, lowest, times = [], math.inf, 2
    while True:
        tried = [measure(n_embd, seed, n_tokens, times) for seed in seeds]
        rows += tried
        mean = sum(row["val_loss"] for row in tried) / len(tried)
        if mean >= lowest:
            return rows
        lowest, times = mean, 2 * times


def run_study(jobs: Iterable[tuple], measured: Callable, processes: int) -> list[dict]:
    """Return the rows of `measured(*job)` for each job, worked on by several processes."""
    rows = []
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        for result in [pool.apply_async(measured, job) for job in jobs]:
            found = result.get()
            for row in found if isinstance(found, list) else [found]:
                rows.append(row)
                print(
                    f"n_embd {row['n_embd']:3}, seed {row['seed']}, rate "
                    f"{row['learning_rate']:.4f}: loss {row['val_loss']:.4f}   "
                    f"({row['seconds']:.0f} s)",
                    flush=True,
                )
    return sorted(rows, key=lambda row: (row["n_embd"], row["learning_rate"], row["seed"]))


def main(arguments: list[str] | None = None) -> int:
    """Measure a scaling curve: `python -m llm_lib.book.studies.scaling`."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=main.__doc__)
    parser.add_argument("--quick", action="store_true", help="3 sizes, 1 seed, a tenth of the text")
    parser.add_argument("--rates", action="store_true", help="search each size's best rate")
    parser.add_argument("--processes", type=int, default=2, help="at once (default: 2)")
    parser.add_argument("--write", metavar="FILE", help=f"where to (default: {FILE.name})")
    options = parser.parse_args(arguments)
    widths, seeds, n_tokens = WIDTHS, SEEDS, TOKENS
    if options.quick:
        widths, seeds, n_tokens = WIDTHS[:3], SEEDS[:1], TOKENS // 10
    started = time.perf_counter()
    widest_first, file, command = sorted(widths, reverse=True), FILE, COMMAND
    if options.rates:
        file, command = RATES, f"{COMMAND} --rates"
        jobs = [(width, seeds, n_tokens) for width in widest_first]
        rows = run_study(jobs, search_rate, options.processes)
    else:
        jobs = [(width, seed, n_tokens) for width in widest_first for seed in seeds]
        rows = run_study(jobs, measure, options.processes)
        a, alpha = fit_power_law([r["parameters"] for r in rows], [r["val_loss"] for r in rows])
        print(f"loss = {a:.2f} / parameters^{alpha:.3f}")
    print(f"{(time.perf_counter() - started) / 60:.1f} minutes")
    path = options.write or (None if options.quick else file)
    if path:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        sizes = {"vocab_size": VOCAB_SIZE, "context_length": CONTEXT_LENGTH, "n_layer": 3}
        write_json(path, {"command": command, "tokens": n_tokens, **sizes, "runs": rows}, indent=1)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
