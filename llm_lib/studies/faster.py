"""Measures how many steps and seconds each change to a recipe takes to the same held-out loss.

    python -m llm_lib.studies.faster                  # what the file lacks: an hour on two cores
    python -m llm_lib.studies.faster --only Muon      # one change, anew
    python -m llm_lib.studies.faster --times          # seconds and the profile alone, anew

The goal is the baseline's loss after its 2,000 steps, in nats per *character*, so that recipes
with different vocabularies can be compared. `llm_lib/studies/faster.json` holds the results;
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

from llm_lib.bpe import BPETokenizer
from llm_lib.corpus import load_corpus
from llm_lib.dataset import ShuffledWindows
from llm_lib.files import read_json, write_json
from llm_lib.gpt import GPT, GPTConfig
from llm_lib.studies.faster_changes import BASELINE, CHANGES, NAMES, change_named, recipe_of
from llm_lib.tokenizer import CharTokenizer, Tokenizer
from llm_lib.training import TrainingConfig, evaluate_loss, learning_rate_at
from llm_lib.training.loop import make_optimizer
from llm_lib.training.muon import make_muon

FILE = Path(__file__).parent / "faster.json"
COMMAND = "python -m llm_lib.studies.faster"
N_CHARACTERS = 1_115_394  # as many as the text that nanoGPT's recipe is published for
HELD_OUT = 40_000  # characters of the last tenth: the same for every recipe
SEEDS = (0, 1, 2)
MORE_SEEDS = (3, 4)  # for the baseline and the last recipe
LOOKS = (0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 1.0)  # shares of a run where the loss is taken


@cache
def study_text() -> tuple[str, str]:
    """Return (training text, held-out text): the first plays of the corpus, cut at nine tenths."""
    text = load_corpus("shakespeare")[:N_CHARACTERS]
    cut = N_CHARACTERS * 9 // 10
    return text[:cut], text[cut : cut + HELD_OUT]


@cache
def tokenizer_for(vocab_size: int | None) -> Tokenizer:
    """Return one token per character, or a BPE learned from the training text alone."""
    if vocab_size is None:
        return CharTokenizer.from_text(load_corpus("shakespeare")[:N_CHARACTERS])
    return BPETokenizer.train([study_text()[0]], vocab_size)


@cache
def study_tokens(vocab_size: int | None) -> tuple[np.ndarray, np.ndarray]:
    """Return (training tokens, held-out tokens) for a size of the vocabulary."""
    tokenizer = tokenizer_for(vocab_size)
    return tuple(np.array(tokenizer.encode(text), np.uint16) for text in study_text())


def loss_per_character(model: nn.Module, held_out: np.ndarray) -> float:
    """Return the loss in nats per character: per token, times tokens per character."""
    per_token = evaluate_loss(model, held_out, 64, len(held_out))
    return per_token * len(held_out) / HELD_OUT


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
    if decay == "cosine" or step < config.warmup_steps:
        return learning_rate_at(step, config)
    left = (config.steps - step) / (config.steps - config.warmup_steps)
    return config.min_learning_rate + (config.learning_rate - config.min_learning_rate) * left


def make_step(recipe: dict[str, Any], seed: int) -> tuple[GPT, Callable[[int], float]]:
    """Return an untrained model and a function that takes its training step of a given number."""
    config = make_config(recipe, seed)
    train_ids, _ = study_tokens(recipe["vocab_size"])
    windows = ShuffledWindows(train_ids, config.batch_size, recipe["context_length"], seed)
    torch.manual_seed(seed)
    model = make_model(recipe)
    optimizer = (make_muon if config.optimizer == "muon" else make_optimizer)(model, config)
    smoothing = recipe.get("label_smoothing", 0.0)

    def step(index: int) -> float:
        for group in optimizer.param_groups:
            group["lr"] = rate_at(index, config, recipe["decay"])
        loss = batch_loss(model, *windows[index], smoothing)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), config.grad_clip)
        optimizer.step()
        optimizer.zero_grad()
        return float(loss.detach())

    return model, step


def batch_loss(model: nn.Module, x: Tensor, y: Tensor, smoothing: float = 0.0) -> Tensor:
    """Return the mean cross-entropy of a batch, in nats per token."""
    return F.cross_entropy(model(x).flatten(0, 1), y.flatten(), label_smoothing=smoothing)


def measure(name: str, seed: int, recipe: dict[str, Any] | None = None) -> dict[str, Any]:
    """Train one recipe; return its held-out loss per character at the `LOOKS` of its run."""
    torch.set_num_threads(1)
    recipe = recipe or recipe_of(name)
    _, held_out = study_tokens(recipe["vocab_size"])
    model, step = make_step(recipe, seed)
    steps = recipe["steps"]
    looks, curve = {max(1, round(share * steps)) for share in LOOKS}, []
    for index in range(steps):
        step(index)
        if index + 1 in looks:
            curve.append([index + 1, round(loss_per_character(model, held_out), 4)])
    return {"change": name, "seed": seed, "steps": steps, "curve": curve}


def steps_to(goal: float, curve: list[list[float]]) -> float | None:
    """Return the step at which a curve of [step, loss] first reaches `goal`, between its points.

    None if it never does.

    >>> steps_to(2.0, [[100, 3.0], [200, 1.0]])
    150.0
    """
    before = None
    for step, loss in curve:
        if loss <= goal:
            if before is None:
                return float(step)
            share = (before[1] - goal) / (before[1] - loss)
            return before[0] + share * (step - before[0])
        before = (step, loss)
    return None


def goal_of(runs: list[dict]) -> float:
    """Return the goal: the baseline's mean loss after its last step."""
    return float(np.mean([run["curve"][-1][1] for run in runs if run["change"] == "baseline"]))


def jobs() -> list[tuple[str, int]]:
    """Return (change, seed) of every run of the study, the baseline's first."""
    last = [change.name for change in CHANGES if change.kept][-1]
    more = {"baseline", last}
    return [(n, s) for n in NAMES for s in (*SEEDS, *(MORE_SEEDS if n in more else ()))]


def load_faster() -> dict[str, Any]:
    """Return what is on file."""
    return read_json(FILE)
