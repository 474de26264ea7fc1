"""The three runs that the pretraining chapter opens with: A too fast, B well, C a wrong target.

    python -m llm_lib.book.studies.three_runs    # some minutes on one core

Each is the chapter's small GPT and its third version of the loop, on the chapter's batches.
`llm_lib/book/studies/three_runs.json` holds their losses as the chapter draws them: the first, then
means of ten; and each run's held-out loss, with the next tokens as targets.
"""

import argparse
import math
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from llm_lib.book.studies.schedules import SIZES, SWITCHES, study_text
from llm_lib.dataset import ShuffledWindows
from llm_lib.files import write_json
from llm_lib.model.gpt import GPT, GPTConfig
from llm_lib.training import TrainingConfig, compute_loss, evaluate_loss, learning_rate_at

FILE = Path(__file__).parent / "three_runs.json"
COMMAND = "python -m llm_lib.book.studies.three_runs"
STEPS, EVERY, BATCH = 500, 10, 8
RUNS = {  # the peak rate, and whether the targets are the next tokens
    "A": (1.0, True),
    "B": (0.02, True),
    "C": (0.02, False),
}


def to_points(losses: Sequence[float], every: int = EVERY) -> tuple[list[int], list[float]]:
    """Return steps and losses as a chart draws them: the first, then the mean of each `every`.

    >>> to_points([5.0, 3.0, 2.0, 2.0], every=2)
    ([0, 1, 3], [5.0, 4.0, 2.0])
    """
    whole = [losses[i : i + every] for i in range(0, len(losses) - every + 1, every)]
    points = [losses[0], *(sum(some) / every for some in whole)]
    return to_steps(points, every), points


def to_steps(points: Sequence[float], every: int = EVERY) -> list[int]:
    """Return at which steps such points stand: 0, then the middle of each `every`.

    >>> to_steps([5.0, 4.0, 2.0])
    [0, 5, 15]
    """
    return [0, *(i * every + every // 2 for i in range(len(points) - 1))]


def measure(rate: float, is_next: bool, steps: int = STEPS) -> dict[str, Any]:
    """Train one model; return its losses and its loss on held-out stories."""
    torch.set_num_threads(1)
    train_ids, val_ids = study_text()
    torch.manual_seed(0)
    model = GPT(GPTConfig(n_layer=2, **SIZES, **SWITCHES))
    settings = {"betas": (0.9, 0.99), "weight_decay": 0.1}
    optimizer = torch.optim.AdamW(model.parameters(), lr=rate, **settings)
    config = TrainingConfig(
        steps=steps, learning_rate=rate, min_learning_rate=0.0, warmup_steps=steps // 10
    )
    windows = ShuffledWindows(train_ids, BATCH, SIZES["context_length"])
    losses = []
    for step in range(steps):
        x, y = windows[step]
        for group in optimizer.param_groups:
            group["lr"] = learning_rate_at(step, config)
        loss = compute_loss(model, x, y if is_next else x)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        losses.append(float(loss.detach()))
    _, points = to_points(losses)
    held_out = evaluate_loss(model, val_ids, max_batches=8)
    return {"train": [round(x, 3) for x in points], "held_out": round(held_out, 2)}


def levels() -> dict[str, float]:
    """Return the two landmarks: the losses of knowing nothing, and of the tokens' frequencies."""
    ids, _ = study_text()
    share = np.bincount(ids, minlength=SIZES["vocab_size"]) / len(ids)
    used = share[share > 0]
    unigram = float(-(used * np.log(used)).sum())
    return {"ln V": round(math.log(SIZES["vocab_size"]), 3), "unigram entropy": round(unigram, 3)}


def main(arguments: list[str] | None = None) -> int:
    """Train the chapter's runs A, B and C."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=main.__doc__)
    parser.add_argument("--steps", type=int, default=STEPS, help=f"default: {STEPS}")
    parser.add_argument("--write", metavar="FILE", help=f"where to (default: {FILE.name})")
    options = parser.parse_args(arguments)
    started, runs = time.perf_counter(), {}
    for name, (rate, is_next) in RUNS.items():
        runs[name] = measure(rate, is_next, options.steps)
        print(name, f"ends at {runs[name]['train'][-1]}, held out {runs[name]['held_out']}")
    print(f"{time.perf_counter() - started:.0f} seconds")
    path = options.write or (FILE if options.steps == STEPS else None)
    if path:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        record = {"command": COMMAND, "every": EVERY, "levels": levels(), "runs": runs}
        write_json(path, record)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
