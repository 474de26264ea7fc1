"""Training: show the model windows of text, measure how wrong it is, move the weights a little."""

import contextlib
import math
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from tqdm import tqdm

from llm_lib.arguments import check_whole
from llm_lib.checkpoint import load_training_state, save_model, save_training_state
from llm_lib.dataset import ShuffledWindows
from llm_lib.gpt import without_dropout
from llm_lib.training.config import TrainingConfig
from llm_lib.training.distributed import (
    Ranks,
    explain_lost_rank,
    stop_after_step,
)


@dataclass
class TrainingResult:
    """What a training did: `history` has one row per evaluation, a dict of numbers."""

    history: list[dict] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def val_loss(self) -> float:
        """The last validation loss, in nats per token."""
        return self.history[-1]["val_loss"]


def learning_rate_at(step: int, config: TrainingConfig) -> float:
    """Return the rate of a step: linear warm-up, then half a cosine down.

    >>> config = TrainingConfig(steps=100, warmup_steps=10, learning_rate=1, min_learning_rate=0)
    >>> [round(learning_rate_at(step, config), 3) for step in (0, 9, 55, 100)]
    [0.1, 1.0, 0.5, 0.0]
    """
    c = config
    if step < c.warmup_steps:
        return c.learning_rate * (step + 1) / c.warmup_steps
    done = min(1.0, (step - c.warmup_steps) / max(1, c.steps - c.warmup_steps))
    cosine = (1 + math.cos(math.pi * done)) / 2
    return c.min_learning_rate + (c.learning_rate - c.min_learning_rate) * cosine


def compute_loss(model: nn.Module, x: Tensor, y: Tensor, precision: str = "float32") -> Tensor:
    """Return the mean cross-entropy of `model` on inputs x and targets y (B, T), nats per token."""
    enabled = precision == "bfloat16"
    with torch.autocast(x.device.type, dtype=torch.bfloat16, enabled=enabled):
        logits = model(x)  # (B, T, V)
    return F.cross_entropy(logits.float().flatten(0, 1), y.flatten())


@torch.no_grad()
def evaluate_loss(
    model: nn.Module,
    tokens,
    batch_size: int = 16,
    max_batches: int = 20,
    precision: str = "float32",
) -> float:
    """Return the mean loss over the first windows of `tokens`, always the same ones, in order.

    The model is left in the mode that it was in. Raises ValueError for a text that is too short.
    """
    check_whole("batch_size", batch_size)
    check_whole("max_batches", max_batches)
    T = model.config.context_length
    n_windows = min(batch_size * max_batches, (len(tokens) - 1) // T)
    if n_windows < 1:
        raise ValueError(f"{len(tokens)} validation tokens are too few for one window of {T} + 1")
    device = next(model.parameters()).device
    text = torch.from_numpy(np.asarray(tokens[: n_windows * T + 1]).astype(np.int64)).to(device)
    x, y = text[:-1].view(n_windows, T), text[1:].view(n_windows, T)
    pairs = zip(x.split(batch_size), y.split(batch_size), strict=True)
    with without_dropout(model):
        total = sum(float(compute_loss(model, a, b, precision)) * len(a) for a, b in pairs)
    return total / n_windows


def make_optimizer(model: nn.Module, config: TrainingConfig) -> torch.optim.AdamW:
    """Return AdamW (Loshchilov and Hutter 2019); only matrices decay, not biases and norms."""
    matrices = [p for p in model.parameters() if p.dim() >= 2]
    others = [p for p in model.parameters() if p.dim() < 2]
    groups = [
        {"params": matrices, "weight_decay": config.weight_decay},
        {"params": others, "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=config.learning_rate, betas=config.betas, fused=True)


def train(model: nn.Module, train_tokens, val_tokens, config: TrainingConfig) -> TrainingResult:
    """Train `model` in place and return the history of its losses.

    Tokens are integer arrays. Ctrl-C ends the step, writes the checkpoint (given a folder) and
    raises KeyboardInterrupt; the same call then goes on and ends with the same weights.
    Started by torchrun, each process takes its share of every batch, and all end with the weights
    that one alone would have (with dropout, each draws its own); the first of them evaluates,
    writes, and has the history. The model is left in the mode that it was in, and the global dice
    of torch as they were.
    Raises ValueError for texts that are too short, and for a loss that is no number any more.
    """
    ranks, device = Ranks.current(), next(model.parameters()).device
    windows = plan_windows(train_tokens, model.config.context_length, config, ranks)
    evaluate_loss(model, val_tokens, 1, 1)  # a validation text that is too short fails now
    optimizer = make_optimizer(model, config)
    step, result = _resume(model, optimizer, config)
    if ranks.mean(step, device=device) != [step]:
        raise ValueError(f"not every process finds the same checkpoint in {config.folder}")
    learner = ranks.join(model)
    if config.compile:
        learner = torch.compile(learner)
    started = time.perf_counter() - result.seconds
    quiet = not (config.progress and ranks.is_first)
    bar = tqdm(total=config.steps, initial=step, unit="step", disable=quiet)
    training = _training_mode(model, device)
    with bar, training, explain_lost_rank(), stop_after_step() as stop:
        while step < config.steps:
            # The dice of dropout depend on the step, as the batches do: a run can begin anywhere.
            torch.manual_seed(dice_at(config.seed, step, ranks.rank))
            loss = _take_step(learner, optimizer, windows, step, config, device)
            loss, stopping = ranks.mean(loss, float(stop.is_set()), device=device)
            step += 1
            bar.update()
            if ranks.is_first and (step % config.eval_interval == 0 or step == config.steps):
                row = _evaluate(model, val_tokens, config, step, loss)
                result.history.append(row)
                bar.set_postfix(train=f"{row['train_loss']:.3f}", val=f"{row['val_loss']:.3f}")
            result.seconds = time.perf_counter() - started
            if ranks.is_first:
                _save(model, optimizer, config, step, result, stopping > 0)
            if stopping:
                raise KeyboardInterrupt(f"stopped after step {step}")
    return result


def dice_at(seed: int, step: int, rank: int = 0) -> int:
    """Return what the dice of a step start from: another number for each, the same everywhere."""
    return int(np.random.SeedSequence((seed, step, rank)).generate_state(1, np.uint64)[0])


@contextlib.contextmanager
def _training_mode(model: nn.Module, device: torch.device) -> Iterator[None]:
    """Let dropout work for a while, and leave the model's mode and torch's dice as they were."""
    modes = [(module, module.training) for module in model.modules()]
    model.train()
    try:
        with torch.random.fork_rng([device] if device.type == "cuda" else []):
            yield
    finally:
        for module, was_training in modes:
            module.training = was_training


def plan_windows(tokens, context_length, config: TrainingConfig, ranks: Ranks) -> ShuffledWindows:
    """Return the batches of this process: all ranks together see what one alone would see."""
    size, share = ranks.share(config.batch_size), {"rank": ranks.rank}
    share["world_size"] = ranks.world_size
    return ShuffledWindows(tokens, size, context_length, config.seed, **share)


def _take_step(learner, optimizer, windows, step, config, device) -> float:
    """Move the weights once, and return the loss from before."""
    for group in optimizer.param_groups:
        group["lr"] = learning_rate_at(step, config)
    losses, parts = [], config.accumulation_steps
    for part in range(parts):
        x, y = windows[step * parts + part]
        is_last = part == parts - 1  # ranks need not send each other what is not complete yet
        with contextlib.nullcontext() if is_last else _no_sync(learner):
            loss = compute_loss(learner, x.to(device), y.to(device), config.precision)
            (loss / parts).backward()
        losses.append(loss.detach())  # and don't ask for the number yet: a GPU would be waited for
    total = sum(float(loss) / parts for loss in losses)
    norm = nn.utils.clip_grad_norm_(learner.parameters(), config.grad_clip)
    if not math.isfinite(total) or not math.isfinite(norm):
        raise ValueError(_explain_breakdown(learner, total, step, config))
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)
    return total


def _no_sync(learner) -> contextlib.AbstractContextManager:
    return learner.no_sync() if hasattr(learner, "no_sync") else contextlib.nullcontext()


def _explain_breakdown(learner, loss: float, step: int, config: TrainingConfig) -> str:
    """Return what is known about a loss or gradient that is not a number, and what to try."""
    what = "the gradient is not finite" if math.isfinite(loss) else f"the loss became {loss}"
    broken = [n for n, p in learner.named_parameters() if not p.isfinite().all()]
    if broken and step == 0:
        return f"{what} at step 0: the weights {broken[0]!r} were not finite before the training"
    checkpoint = "" if config.folder is None else "; the last checkpoint is as it was"
    return (
        f"{what} at step {step}{checkpoint}. Likely causes: a learning_rate that is too high (it "
        f"is {config.learning_rate:g}: try a third), a warm-up that is too short (warmup_steps is "
        f"{config.warmup_steps}), weights that start too large (init_std), or a grad_clip that "
        f"lets too much through (it is {config.grad_clip:g})"
    )


def _evaluate(model, val_tokens, config, step, train_loss) -> dict:
    size, batches = config.batch_size, config.eval_batches
    val_loss = evaluate_loss(model, val_tokens, size, batches, config.precision)
    tokens = step * config.batch_size * config.accumulation_steps * model.config.context_length
    return {
        "step": step,
        "tokens": tokens,
        "learning_rate": learning_rate_at(step - 1, config),
        "train_loss": round(train_loss, 6),
        "val_loss": round(val_loss, 6),
    }


def _same_run(config: TrainingConfig) -> dict:
    """The settings that must agree for a run to go on."""
    free = ("folder", "progress", "checkpoint_interval", "snapshot_steps", "compile")
    return {k: v for k, v in asdict(config).items() if k not in free}


def _resume(model, optimizer, config) -> tuple[int, TrainingResult]:
    if config.folder is None or not (Path(config.folder) / "training_state.safetensors").exists():
        return 0, TrainingResult()
    state = load_training_state(config.folder, model, optimizer, _same_run(config))
    return state["step"], TrainingResult(state["history"], state["seconds"])


def _save(model, optimizer, config, step, result, now) -> None:
    if config.folder is None:
        return
    if now or step % config.checkpoint_interval == 0 or step == config.steps:
        state = {"step": step, "history": result.history, "seconds": result.seconds}
        save_training_state(config.folder, model, optimizer, _same_run(config), state)
    if step in config.snapshot_steps:
        save_model(model, None, Path(config.folder) / "snapshots" / f"{step:06d}")
