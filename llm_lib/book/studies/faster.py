"""Measures how many steps and seconds each change to a recipe takes to the same held-out loss.

    python -m llm_lib.book.studies.faster                  # what the file lacks: an hour on two
    cores python -m llm_lib.book.studies.faster --only Muon      # one change, anew
    python -m llm_lib.book.studies.faster --times          # seconds and the profile alone, anew
    python -m llm_lib.book.studies.faster --fair           # untouched text, AdamW's rates: half an
    hour

The goal is the baseline's loss after its 2,000 steps, in nats per *character*, so that recipes
with different vocabularies can be compared. `llm_lib/book/studies/faster.json` holds the results;
`load_faster` reads them.
"""

import argparse
import multiprocessing
import time
from collections.abc import Callable
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from llm_lib.book.corpus import load_corpus
from llm_lib.book.studies.decoding import processor
from llm_lib.book.studies.faster_changes import (
    BASELINE,
    CHANGES,
    NAMES,
    TIMED,
    parent_of,
    recipe_of,
)
from llm_lib.book.studies.faster_fair import add_run, fair_jobs
from llm_lib.book.studies.faster_log import goal_of, make_log, steps_to  # noqa: F401
from llm_lib.book.studies.faster_times import MULTIPLICATIONS, multiply, profile_step, ratio_of
from llm_lib.bpe import BPETokenizer
from llm_lib.dataset import ShuffledWindows
from llm_lib.files import read_json, write_json
from llm_lib.model.gpt import GPT, GPTConfig
from llm_lib.tokenizer import CharTokenizer, Tokenizer
from llm_lib.training import TrainingConfig, evaluate_loss, learning_rate_at
from llm_lib.training.loop import in_precision, make_optimizer
from llm_lib.training.muon import make_muon

FILE = Path(__file__).parent / "faster.json"
COMMAND = "python -m llm_lib.book.studies.faster"
N_CHARACTERS = 1_115_394  # as many as the text that nanoGPT's recipe is published for
CUT = N_CHARACTERS * 9 // 10  # what comes before is for training
HELD_OUT = 40_000  # characters of the last tenth: the same for every recipe
UNTOUCHED = 80_000  # characters that follow on all these: no recipe was chosen by their loss
LOOKS = (0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 1.0)  # shares of a run where the loss is taken


@cache
def study_text() -> tuple[str, str, str]:
    """Return (training, held-out, untouched text) from the first plays of the corpus."""
    text = load_corpus("shakespeare")
    untouched = text[N_CHARACTERS : N_CHARACTERS + UNTOUCHED]
    return text[:CUT], text[CUT : CUT + HELD_OUT], untouched


@cache
def tokenizer_for(vocab_size: int | None) -> Tokenizer:
    """Return one token per character, or a BPE learned from the training text alone."""
    if vocab_size is None:
        return CharTokenizer.from_text(load_corpus("shakespeare")[:N_CHARACTERS])
    return BPETokenizer.train([study_text()[0]], vocab_size)


@cache
def study_tokens(vocab_size: int | None) -> tuple[np.ndarray, ...]:
    """Return (training, held-out, untouched tokens) for a size of the vocabulary."""
    tokenizer = tokenizer_for(vocab_size)
    return tuple(np.array(tokenizer.encode(text), np.uint16) for text in study_text())


def characters_per_token() -> dict[str, float]:
    """Return how many characters of the held-out text a token holds, by size of the vocabulary."""
    return {str(size): round(HELD_OUT / len(study_tokens(size)[1]), 4) for size in vocabularies()}


def training_tokens() -> dict[str, int]:
    """Return how many tokens the training text has, by size of the vocabulary."""
    return {str(size): len(study_tokens(size)[0]) for size in vocabularies()}


def vocabularies() -> list[int]:
    """Return the sizes of the vocabularies that are learned."""
    return sorted({recipe_of(name)["vocab_size"] for name in NAMES} - {None})


def time_vocabularies() -> dict[str, float]:
    """Return the seconds that it takes to learn each vocabulary and to encode the text with it."""
    seconds, texts = {}, study_text()
    for size in vocabularies():
        start = time.process_time()
        tokenizer = BPETokenizer.train([texts[0]], size)
        for text in texts[:2]:
            tokenizer.encode(text)
        seconds[str(size)] = float(f"{time.process_time() - start:.3g}")
    return seconds


def loss_per_character(model: nn.Module, tokens: np.ndarray, characters: int) -> float:
    """Return the loss in nats per character: per token, times tokens per character."""
    per_token = evaluate_loss(model, tokens, 64, len(tokens))
    return round(per_token * len(tokens) / characters, 4)


def make_model(recipe: dict[str, Any]) -> GPT:
    """Build the untrained model of a recipe from torch's present random state."""
    names = {f.name for f in fields(GPTConfig)} - {"vocab_size"}
    sizes = {k: v for k, v in recipe.items() if k in names}
    model = GPT(GPTConfig(tokenizer_for(recipe["vocab_size"]).vocab_size, **sizes))
    if recipe.get("zero_outputs"):
        zero_outputs(model)
    return model


@torch.no_grad()
def zero_outputs(model: GPT) -> None:
    """Set matrices that write into the residual stream to 0, and the head if it is untied."""
    for name, parameter in model.named_parameters():
        if name.endswith(("out.weight", "down.weight", "head.weight")):
            parameter.zero_()


def make_config(recipe: dict[str, Any], seed: int = 0) -> TrainingConfig:
    """Return the training settings of a recipe."""
    names = {f.name for f in fields(TrainingConfig)}
    return TrainingConfig(**{k: v for k, v in recipe.items() if k in names}, seed=seed)


def rate_at(step: int, config: TrainingConfig, decay: str) -> float:
    """Return the rate of a step: warm-up, then a cosine or a straight line to the last rate.

    >>> config = TrainingConfig(steps=100, warmup_steps=10, learning_rate=1, min_learning_rate=0)
    >>> [round(rate_at(step, config, "linear"), 2) for step in (0, 9, 55, 100)]
    [0.1, 1.0, 0.5, 0.0]
    """
    if decay == "cosine" or step < config.warmup:
        return learning_rate_at(step, config)
    left = (config.steps - step) / (config.steps - config.warmup)
    return config.last_rate + (config.learning_rate - config.last_rate) * left


def make_step(recipe: dict, seed: int) -> tuple[GPT, Callable[[int], float]]:
    """Return an untrained model, and what takes its training step of a given number."""
    config, T = make_config(recipe, seed), recipe["context_length"]
    train_ids = study_tokens(recipe["vocab_size"])[0]
    windows = ShuffledWindows(train_ids, config.batch_size, T, seed)
    torch.manual_seed(seed)
    model = make_model(recipe)
    make = make_muon if config.optimizer == "muon" else make_optimizer
    optimizer = make(model, config)
    smoothing = recipe.get("label_smoothing", 0.0)

    def step(index: int) -> float:
        for group in optimizer.param_groups:
            group["lr"] = rate_at(index, config, recipe["decay"])
        with in_precision(config.precision, torch.device("cpu")):
            loss = batch_loss(model, *windows[index], smoothing)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), config.grad_clip)
        optimizer.step()
        optimizer.zero_grad()
        return float(loss.detach())

    return model, step


def batch_loss(model: nn.Module, x: Tensor, y: Tensor, smoothing: float = 0.0) -> Tensor:
    """Return the mean cross-entropy of a batch, in nats per token."""
    logits = model(x).float().flatten(0, 1)
    return F.cross_entropy(logits, y.flatten(), label_smoothing=smoothing)


def measure(
    name: str, seed: int, recipe: dict[str, Any] | None = None, untouched: bool = False
) -> dict[str, Any]:
    """Train one recipe; return its held-out loss per character at the `LOOKS` of its run.

    A row of the "curve" is [step, loss], and with `untouched` [step, loss, loss on that text].
    """
    torch.set_num_threads(1)
    recipe = recipe or recipe_of(name)
    texts = list(zip(study_tokens(recipe["vocab_size"])[1:], (HELD_OUT, UNTOUCHED), strict=True))
    texts = texts if untouched else texts[:1]
    model, step = make_step(recipe, seed)
    steps = recipe["steps"]
    looks, curve = {max(1, round(share * steps)) for share in LOOKS}, []
    for index in range(steps):
        step(index)
        if index + 1 in looks:
            curve.append([index + 1, *(loss_per_character(model, *text) for text in texts)])
    return {"change": name, "seed": seed, "steps": steps, "curve": curve}


def jobs() -> list[tuple[str, int]]:
    """Return (change, seed) of every run of the study, the baseline's first."""
    return [(change.name, seed) for change in CHANGES for seed in change.seeds]


def measure_fair(study: dict[str, Any], pool: Any, file: Path) -> dict[str, Any]:
    """Return the study with what it lacked of `faster_fair`, written to `file` after each run."""
    study = {"untouched": {"characters": UNTOUCHED, "runs": []}, "tried": []} | study
    waiting = [(job, pool.apply_async(measure, job)) for job in fair_jobs(study)]
    for job, result in waiting:
        run = result.get()
        print(f"{run['change']}, seed {run['seed']}: {run['curve'][-1]}", flush=True)
        add_run(study, job, run)
        write_json(file, study)
    return study


def measure_times() -> dict[str, dict]:
    """Time each recipe's step in alternation with its parent's."""
    torch.set_num_threads(1)
    times = {}
    for name in TIMED:
        _, ours = make_step(recipe_of(name), 0)
        _, theirs = make_step(recipe_of(parent_of(name) or "baseline"), 0)
        times[name] = ratio_of(ours, theirs)
        print(f"{name}: {times[name]['ratio']:.2f} times its parent's step", flush=True)
    return times


def measure_one_step() -> dict[str, Any]:
    """Return the baseline's step: its profile, its seconds, and the processor's speed beside it."""
    model, step = make_step(BASELINE, 0)
    x, y = ShuffledWindows(study_tokens(None)[0], BASELINE["batch_size"], 64, 0)[0]
    found = profile_step(model, make_config(BASELINE), x, y)
    timed = ratio_of(step, multiply)
    speed = timed["ratio"] * MULTIPLICATIONS / timed["seconds"]
    found |= {"seconds": timed["seconds"], "per_second": float(f"{speed:.3g}")}
    return found | {"parameters": model.count_parameters()}


def load_faster() -> dict[str, Any]:
    """Return what is on file."""
    return read_json(FILE)


def main(arguments: list[str] | None = None) -> int:
    """Measure what is missing from the record, and write it after each run."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=main.__doc__)
    parser.add_argument("--only", choices=NAMES, action="append", help="these changes, anew")
    parser.add_argument("--times", action="store_true", help="the times and the profile, anew")
    parser.add_argument("--fair", action="store_true", help="untouched text, a tuned AdamW")
    parser.add_argument("--processes", type=int, default=2, help="at once (default: 2)")
    parser.add_argument("--file", type=Path, default=FILE, help=f"default: {FILE.name}")
    options = parser.parse_args(arguments)
    only = options.only or []
    study = read_json(options.file) if options.file.exists() else {"runs": []}
    runs = [r for r in study["runs"] if (r["change"], r["seed"]) in jobs()]
    runs = [r for r in runs if r["change"] not in only]
    runs = [r for r in runs if r["steps"] == recipe_of(r["change"])["steps"]]
    done = {(r["change"], r["seed"]) for r in runs}
    study |= {"command": COMMAND, "characters": N_CHARACTERS, "held_out": HELD_OUT}
    for count in (characters_per_token, training_tokens):
        if count.__name__ not in study:
            study[count.__name__] = count()
    with multiprocessing.get_context("spawn").Pool(options.processes) as pool:
        waiting = [pool.apply_async(measure, job) for job in jobs() if job not in done]
        for result in waiting:
            runs.append(result.get())
            row = runs[-1]
            print(f"{row['change']}, seed {row['seed']}: {row['curve'][-1]}", flush=True)
            runs.sort(key=lambda r: (NAMES.index(r["change"]), r["seed"]))
            write_json(options.file, study | {"runs": runs})
        if options.fair:
            study = measure_fair(study | {"runs": runs}, pool, options.file)
    times = {name: row for name, row in study.get("times", {}).items() if name in TIMED}
    if options.times or set(only) & set(TIMED) or set(times) != set(TIMED):
        times = measure_times()
        study |= {"machine": processor(), "profile": measure_one_step()}
    if options.times or "vocabulary_seconds" not in study:
        study["vocabulary_seconds"] = time_vocabularies()
    log = make_log(runs, times, study["profile"]["seconds"])
    study |= {"goal": round(goal_of(runs), 4), "times": times, "log": log}
    write_json(options.file, study | {"runs": runs})
    for row in study["log"]:
        print(f"{row['change']}: {row['steps']} steps, {row['verdict']}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
