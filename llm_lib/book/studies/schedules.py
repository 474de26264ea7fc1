"""Measures the pretraining chapter's peak rate, and what warm-up, rate decay and clipping do.

    python -m llm_lib.book.studies.schedules              # all of it: some minutes on two cores
    python -m llm_lib.book.studies.schedules --quick      # a twentieth of the steps; printed only

Every run is the chapter's small GPT on its stories. `llm_lib/book/studies/schedules.json` holds the
results: each of a group's runs with several seeds.
"""

import argparse
import multiprocessing
import time
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from llm_lib.book.small_world import SmallWorld
from llm_lib.bpe import BPETokenizer
from llm_lib.dataset import ShuffledWindows
from llm_lib.files import write_json
from llm_lib.model.gpt import GPT, GPTConfig
from llm_lib.tokenizer import END_OF_TEXT
from llm_lib.training import TrainingConfig, compute_loss, evaluate_loss, learning_rate_at
from llm_lib.training.loop import make_optimizer
from llm_lib.training.recipe import join_documents

FILE = Path(__file__).parent / "schedules.json"
COMMAND = "python -m llm_lib.book.studies.schedules"
SIZES = {"vocab_size": 512, "context_length": 64, "n_head": 4, "n_embd": 64}
SWITCHES = {"position": "rotary", "tie_weights": False, "bias": False}
CONFIG = TrainingConfig(
    steps=500,
    batch_size=8,
    learning_rate=2e-2,
    min_learning_rate=2e-4,
    warmup_steps=30,
    progress=False,
)
SEEDS = (0, 1, 2)
PEAKS = (6e-4, 2e-3, 6e-3, 2e-2, 6e-2, 2e-1)
BARE = {"learning_rate": 2e-2, "min_learning_rate": 2e-2, "warmup_steps": 0, "grad_clip": None}
WARM, DECAY, CLIP = {"warmup_steps": 50}, {"min_learning_rate": 0.0}, {"grad_clip": 1.0}
VERSIONS = {
    "0.005": {"learning_rate": 5e-3, "min_learning_rate": 5e-3},
    "0.005, rate decay": {"learning_rate": 5e-3} | DECAY,
    "0.02": {},
    "0.02, warm-up": WARM,
    "0.02, clipping": CLIP,
    "0.02, rate decay": DECAY,
    "0.02, all three": WARM | CLIP | DECAY,
}
EVERY = 10  # steps that make one point of a curve


def peak_jobs() -> list[dict[str, Any]]:
    """Return the runs that differ in their peak rate alone, with every seed."""
    return [
        {"group": "peak", "seed": seed, "learning_rate": rate, "min_learning_rate": rate / 100}
        for rate in PEAKS
        for seed in SEEDS
    ]


def part_jobs() -> list[dict[str, Any]]:
    """Return the runs that differ in what they do about long steps, with five seeds each."""
    return [
        {"group": "parts", "version": name, "seed": seed, **BARE, **settings}
        for name, settings in VERSIONS.items()
        for seed in range(5)
    ]


@cache
def study_text() -> tuple[np.ndarray, np.ndarray]:
    """Return (training tokens, held-out tokens) of the chapter: stories of Small World."""

    def stories(n: int, split: str) -> list[str]:
        world = SmallWorld(0, split)
        return [world.example("story").text for _ in range(n)]

    told = stories(2000, "train")
    tokenizer = BPETokenizer.train(told[:1000], 512, special_tokens=[END_OF_TEXT])
    return tuple(join_documents(t, tokenizer) for t in (told, stories(200, "held_out")))


def measure(job: dict[str, Any], shrink: int = 1) -> dict[str, Any]:
    """Train one model; return the job with its curve and its loss on held-out text.

    "train" holds the mean loss of every ten batches, before each was learned from. shrink: divides
    the numbers of steps.
    """
    torch.set_num_threads(1)
    names = ("learning_rate", "min_learning_rate", "warmup_steps", "grad_clip")
    config = replace(CONFIG, **{name: job[name] for name in names if name in job})
    config = replace(config, steps=max(20, config.steps // shrink))
    train_ids, val_ids = study_text()
    windows = ShuffledWindows(train_ids, config.batch_size, SIZES["context_length"], job["seed"])
    torch.manual_seed(job["seed"])
    model = GPT(GPTConfig(n_layer=2, **SIZES, **SWITCHES))
    losses = descend(model, windows, config)
    curve = [float(np.mean(losses[i : i + EVERY])) for i in range(0, len(losses), EVERY)]
    val = evaluate_loss(model, val_ids, 16, 16)
    return job | {"train": [round(x, 3) for x in curve], "val_loss": round(val, 4)}


def descend(model: nn.Module, windows: ShuffledWindows, config: TrainingConfig) -> list[float]:
    """Train for `config.steps`, with their rates; return each loss."""
    optimizer, losses = make_optimizer(model, config), []
    for step in range(config.steps):
        for group in optimizer.param_groups:
            group["lr"] = learning_rate_at(step, config)
        loss = compute_loss(model, *windows[step])
        loss.backward()
        if config.grad_clip is not None:
            nn.utils.clip_grad_norm_(model.parameters(), config.grad_clip)
        optimizer.step()
        optimizer.zero_grad()
        losses.append(float(loss.detach()))
    return losses


def main(arguments: list[str] | None = None) -> int:
    """Measure peak rates, and each precaution against long steps."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=main.__doc__)
    parser.add_argument("--quick", action="store_true", help="a twentieth of the steps")
    parser.add_argument("--processes", type=int, default=2, help="at once (default: 2)")
    parser.add_argument("--write", metavar="FILE", help=f"where to (default: {FILE.name})")
    options = parser.parse_args(arguments)
    started, runs = time.perf_counter(), []
    jobs = [*peak_jobs(), *part_jobs()]
    with multiprocessing.get_context("spawn").Pool(options.processes) as pool:
        shrink = 20 if options.quick else 1
        for result in [pool.apply_async(measure, (job, shrink)) for job in jobs]:
            runs.append(result.get())
            row = {k: v for k, v in runs[-1].items() if k != "train"}
            print(", ".join(f"{name} {value}" for name, value in row.items()), flush=True)
    print(f"{(time.perf_counter() - started) / 60:.1f} minutes")
    path = options.write or (None if options.quick else FILE)
    if path:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        write_json(path, {"command": COMMAND, "every": EVERY, "runs": runs})
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
