"""Training: show the model windows of text, measure how wrong it is, move the weights a little.

From the command line, `python -m llm_lib.training configs/sprout.toml` follows a recipe, and
`torchrun --nproc-per-node 2 -m llm_lib.training configs/sprout.toml` does so in two processes.
"""

import argparse
import contextlib
import math
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from tqdm import tqdm

from llm_lib.checkpoint import load_training_state, save_model, save_training_state
from llm_lib.dataset import ShuffledWindows
from llm_lib.distributed import (
    Ranks,
    explain_lost_rank,
    local_processes,
    process_group,
    stop_after_step,
)


@dataclass(frozen=True)
class TrainingConfig:
    """How to train. One step shows the model batch_size · accumulation_steps windows.

    The rate climbs linearly for `warmup_steps` to `learning_rate`, then falls along a cosine to
    `min_learning_rate`. `precision` "bfloat16" runs the matrix products in half precision, and
    `compile` lets torch.compile fuse the rest, which takes up to a minute before the first step.
    With a `folder`, a checkpoint is written there every `checkpoint_interval` steps, and a run
    that stopped goes on from it exactly; after each of the `snapshot_steps` the weights are kept.
    Raises ValueError, naming the field, for a value that cannot be.
    """

    steps: int = 1000
    batch_size: int = 16
    learning_rate: float = 1e-3
    min_learning_rate: float = 1e-5
    warmup_steps: int = 100
    weight_decay: float = 0.1
    betas: tuple[float, float] = (0.9, 0.99)
    grad_clip: float = 1.0
    accumulation_steps: int = 1
    precision: str = "float32"
    eval_interval: int = 100
    eval_batches: int = 20
    checkpoint_interval: int = 500
    snapshot_steps: tuple[int, ...] = ()
    folder: str | None = None
    seed: int = 0
    progress: bool = True
    compile: bool = False

    def __post_init__(self) -> None:
        for name in ("betas", "snapshot_steps"):
            object.__setattr__(self, name, tuple(getattr(self, name)))
        least = dict.fromkeys(("warmup_steps", "seed"), 0)
        counts = ("steps", "batch_size", "accumulation_steps", "eval_interval", "eval_batches")
        for name in (*counts, "checkpoint_interval", *least):
            value, low = getattr(self, name), least.get(name, 1)
            if not isinstance(value, int) or isinstance(value, bool) or value < low:
                raise ValueError(f"{name} must be a whole number of at least {low}, got {value!r}")
        for name in ("learning_rate", "grad_clip", "min_learning_rate", "weight_decay"):
            value, zero = getattr(self, name), name in ("min_learning_rate", "weight_decay")
            number = isinstance(value, int | float) and math.isfinite(value)
            if not number or value < 0 or (value == 0 and not zero):
                limit = "0 or more" if zero else "above 0"
                raise ValueError(f"{name} must be {limit}, got {value!r}")
        if len(self.betas) != 2 or not all(0 <= beta < 1 for beta in self.betas):
            raise ValueError(f"betas must be two numbers from 0 to below 1, got {self.betas!r}")
        if self.precision not in ("float32", "bfloat16"):
            raise ValueError(f"precision must be 'float32' or 'bfloat16', got {self.precision!r}")


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
def evaluate_loss(model: nn.Module, tokens, batch_size: int = 16, max_batches: int = 20) -> float:
    """Return the mean loss over the first windows of `tokens`, always the same ones, in order."""
    T = model.config.context_length
    n_windows = min(batch_size * max_batches, (len(tokens) - 1) // T)
    if n_windows < 1:
        raise ValueError(f"{len(tokens)} validation tokens are too few for one window of {T} + 1")
    device, was_training = next(model.parameters()).device, model.training
    model.eval()
    text = torch.from_numpy(np.asarray(tokens[: n_windows * T + 1]).astype(np.int64)).to(device)
    x, y = text[:-1].view(n_windows, T), text[1:].view(n_windows, T)
    pairs = zip(x.split(batch_size), y.split(batch_size), strict=True)
    total = sum(float(compute_loss(model, a, b)) * len(a) for a, b in pairs)
    model.train(was_training)
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
    that one alone would have; the first of them evaluates, writes, and has the history.
    Raises ValueError for texts that are too short, and for a loss that is no number any more.
    """
    ranks, device = Ranks.current(), next(model.parameters()).device
    windows = _plan_windows(train_tokens, model.config.context_length, config, ranks)
    evaluate_loss(model, val_tokens, 1, 1)  # a validation text that is too short fails now
    optimizer = make_optimizer(model, config)
    step, result = _resume(model, optimizer, config)
    if ranks.mean(step, device=device) != [step]:
        raise ValueError(f"not every process finds the same checkpoint in {config.folder}")
    learner = ranks.join(model)
    if config.compile:
        learner = torch.compile(learner)
    started, model_was_training = time.perf_counter() - result.seconds, model.training
    model.train()
    quiet = not (config.progress and ranks.is_first)
    bar = tqdm(total=config.steps, initial=step, unit="step", disable=quiet)
    with bar, explain_lost_rank(), stop_after_step() as stop:
        while step < config.steps:
            # The dice of dropout depend on the step, as the batches do: a run can begin anywhere.
            torch.manual_seed(hash((config.seed, step, ranks.rank)))
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
    model.train(model_was_training)
    torch.manual_seed(config.seed)  # what comes next does not depend on the number of steps
    return result


def _plan_windows(tokens, context_length, config: TrainingConfig, ranks: Ranks) -> ShuffledWindows:
    """Return the batches of this process: all ranks together see what one alone would see."""
    size, share = ranks.share(config.batch_size), {"rank": ranks.rank}
    share["world_size"] = ranks.world_size
    return ShuffledWindows(tokens, size, context_length, config.seed, **share)


def _take_step(learner, optimizer, windows, step, config, device) -> float:
    """Move the weights once, and return the loss from before."""
    for group in optimizer.param_groups:
        group["lr"] = learning_rate_at(step, config)
    total, parts = 0.0, config.accumulation_steps
    for part in range(parts):
        x, y = windows[step * parts + part]
        is_last = part == parts - 1  # ranks need not send each other what is not complete yet
        with contextlib.nullcontext() if is_last else _no_sync(learner):
            loss = compute_loss(learner, x.to(device), y.to(device), config.precision)
            (loss / parts).backward()
        total += float(loss.detach()) / parts
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
    val_loss = evaluate_loss(model, val_tokens, config.batch_size, config.eval_batches)
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


def main(arguments: list[str] | None = None) -> int:
    """Train by a recipe file: `python -m llm_lib.training configs/sprout.toml`."""
    parser = argparse.ArgumentParser(prog="python -m llm_lib.training", description=main.__doc__)
    parser.add_argument("recipe", type=Path, help="a TOML file, see configs/")
    parser.add_argument("--folder", help="where to write (default: runs/<name of the recipe>)")
    parser.add_argument("--seed", type=int, help="another seed than the recipe's")
    parser.add_argument(
        "--threads", type=int, default=2, help="CPU threads of all processes here (default: 2)"
    )
    parser.add_argument("--device", help="cpu or cuda (default: cuda where there is one)")
    options = parser.parse_args(arguments)
    torch.set_num_threads(max(1, options.threads // local_processes()))
    ranks = Ranks()
    try:
        with process_group() as ranks:
            return _follow_recipe(options, ranks)
    except KeyboardInterrupt:
        if ranks.is_first:
            print("\nstopped; the checkpoint is whole. To go on, run the same command again.")
        return 130
    except (ValueError, TypeError, OSError) as error:
        print(f"error: {error}")
        return 1


def _follow_recipe(options: argparse.Namespace, ranks: Ranks) -> int:
    from llm_lib.recipe import Recipe, prepare  # to the right of this module; only for the command

    say = print if ranks.is_first else (lambda text: None)
    recipe = Recipe.read(options.recipe)
    if options.seed is not None:
        recipe.training["seed"] = options.seed
    folder = Path(options.folder or f"runs/{options.recipe.stem}")
    config = TrainingConfig(**recipe.training, folder=str(folder))
    ranks.share(config.batch_size)
    say(f"preparing the text and the tokenizer of {options.recipe}")
    model, tokenizer, train_tokens, val_tokens = prepare(recipe)
    say(f"{model.count_parameters():,} parameters, {len(train_tokens):,} training tokens")
    _plan_windows(train_tokens, model.config.context_length, config, ranks)  # or fail: too short
    if ranks.is_first:
        folder.mkdir(parents=True, exist_ok=True)
        tokenizer.save(folder / "tokenizer.json")  # now, so that snapshots can be read meanwhile
    model.to(options.device or ("cuda" if torch.cuda.is_available() else "cpu"))
    result = train(model, train_tokens, val_tokens, config)
    if ranks.is_first:
        save_model(model, tokenizer, folder / "model", log=result.history)
        say(f"validation loss {result.val_loss:.4f} after {result.seconds / 60:.1f} minutes")
        say(f"the model is in {folder / 'model'}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
