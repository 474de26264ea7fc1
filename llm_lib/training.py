"""Training: show the model windows of text, measure how wrong it is, move the weights a little.

From the command line, `python -m llm_lib.training configs/sprout.toml` follows a recipe.
"""

import argparse
import contextlib
import math
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from tqdm import tqdm

from llm_lib.checkpoint import load_training_state, save_model, save_training_state


@dataclass(frozen=True)
class TrainingConfig:
    """How to train. One step shows the model batch_size · accumulation_steps windows.

    The rate climbs linearly for `warmup_steps` to `learning_rate`, then falls along a cosine to
    `min_learning_rate`. `precision` "bfloat16" runs the matrix products in half precision.
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

    def __post_init__(self) -> None:
        whole = ("steps", "batch_size", "accumulation_steps", "eval_interval", "eval_batches")
        for name in (*whole, "checkpoint_interval"):
            value = getattr(self, name)
            if not isinstance(value, int) or value < 1:
                raise ValueError(f"{name} must be a whole number of at least 1, got {value!r}")
        for name in ("learning_rate", "grad_clip"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} must be above 0, got {getattr(self, name)!r}")
        if self.precision not in ("float32", "bfloat16"):
            raise ValueError(f"precision must be 'float32' or 'bfloat16', got {self.precision!r}")
        for name in ("betas", "snapshot_steps"):
            object.__setattr__(self, name, tuple(getattr(self, name)))


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


class ShuffledWindows:
    """Batches of windows from a token array: each epoch shows every window once, reshuffled.

    A batch depends on (seed, index) alone, so a training can go on from any step. Each epoch cuts
    the text at another offset. Raises ValueError if the text is shorter than one batch needs.
    """

    def __init__(self, tokens, batch_size: int, context_length: int, seed: int = 0) -> None:
        self.tokens = np.asarray(tokens)
        self.batch_size, self.context_length, self.seed = batch_size, context_length, seed
        self.n_windows = (len(self.tokens) - context_length) // context_length
        if self.n_windows < batch_size:
            raise ValueError(
                f"{len(self.tokens)} tokens are too few for a batch of {batch_size} windows of "
                f"{context_length}: at least {(batch_size + 1) * context_length} are needed"
            )
        self._epoch = -1

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        """Return batch `index` (any whole number): inputs and targets, both (B, T) int64."""
        epoch, slot = divmod(index, self.n_windows // self.batch_size)
        if epoch != self._epoch:
            rng = np.random.default_rng((self.seed, epoch))
            offset = rng.integers(self.context_length)
            self._starts = rng.permutation(self.n_windows) * self.context_length + offset
            self._epoch = epoch
        starts = self._starts[slot * self.batch_size : (slot + 1) * self.batch_size]
        windows = self.tokens[starts[:, None] + np.arange(self.context_length + 1)]  # (B, T + 1)
        windows = torch.from_numpy(windows.astype(np.int64))
        return windows[:, :-1], windows[:, 1:]


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
    """
    device = next(model.parameters()).device
    T = model.config.context_length
    windows = ShuffledWindows(train_tokens, config.batch_size, T, config.seed)
    evaluate_loss(model, val_tokens, 1, 1)  # a validation text that is too short fails now
    optimizer = make_optimizer(model, config)
    torch.manual_seed(config.seed)  # for dropout
    step, result = _resume(model, optimizer, config)
    started, model_was_training = time.perf_counter() - result.seconds, model.training
    bar = tqdm(total=config.steps, initial=step, unit="step", disable=not config.progress)
    with bar, _interrupt_after_step() as interrupted:
        while step < config.steps:
            model.train()
            loss = _take_step(model, optimizer, windows, step, config, device)
            step += 1
            bar.update()
            if step % config.eval_interval == 0 or step == config.steps:
                row = _evaluate(model, val_tokens, config, step, loss)
                result.history.append(row)
                bar.set_postfix(train=f"{row['train_loss']:.3f}", val=f"{row['val_loss']:.3f}")
            result.seconds = time.perf_counter() - started
            _save(model, optimizer, config, step, result, interrupted.is_set())
            if interrupted.is_set():
                raise KeyboardInterrupt(f"stopped after step {step}")
    model.train(model_was_training)
    return result


def _take_step(model, optimizer, windows, step, config, device) -> float:
    for group in optimizer.param_groups:
        group["lr"] = learning_rate_at(step, config)
    total = 0.0
    for part in range(config.accumulation_steps):
        x, y = windows[step * config.accumulation_steps + part]
        loss = compute_loss(model, x.to(device), y.to(device), config.precision)
        (loss / config.accumulation_steps).backward()
        total += float(loss.detach()) / config.accumulation_steps
    if not math.isfinite(total):
        raise ValueError(f"the loss became {total} at step {step}; try a lower learning_rate")
    nn.utils.clip_grad_norm_(model.parameters(), config.grad_clip)
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)
    return total


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
    free = ("folder", "progress", "checkpoint_interval", "snapshot_steps")
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


@contextlib.contextmanager
def _interrupt_after_step() -> Iterator[threading.Event]:
    """Let Ctrl-C set a flag, so that no step is cut in half; a second one stops at once."""
    interrupted = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield interrupted  # Python delivers signals to the main thread only
        return

    def on_interrupt(signum, frame):
        if interrupted.is_set():
            raise KeyboardInterrupt
        interrupted.set()

    before = signal.signal(signal.SIGINT, on_interrupt)
    try:
        yield interrupted
    finally:
        signal.signal(signal.SIGINT, before)


def main(arguments: list[str] | None = None) -> int:
    """Train by a recipe file: `python -m llm_lib.training configs/sprout.toml`."""
    from llm_lib.recipe import Recipe, prepare  # to the right of this module; only for the command

    parser = argparse.ArgumentParser(prog="python -m llm_lib.training", description=main.__doc__)
    parser.add_argument("recipe", type=Path, help="a TOML file, see configs/")
    parser.add_argument("--folder", help="where to write (default: runs/<name of the recipe>)")
    parser.add_argument("--seed", type=int, help="another seed than the recipe's")
    parser.add_argument("--threads", type=int, default=2, help="CPU threads (default: 2)")
    options = parser.parse_args(arguments)
    torch.set_num_threads(options.threads)
    try:
        recipe = Recipe.read(options.recipe)
        if options.seed is not None:
            recipe.training["seed"] = options.seed
        folder = Path(options.folder or f"runs/{options.recipe.stem}")
        print(f"preparing the text and the tokenizer of {options.recipe}")
        model, tokenizer, train_tokens, val_tokens = prepare(recipe)
        print(f"{model.count_parameters():,} parameters, {len(train_tokens):,} training tokens")
        config = TrainingConfig(**recipe.training, folder=str(folder))
        folder.mkdir(parents=True, exist_ok=True)
        tokenizer.save(folder / "tokenizer.json")  # now, so that snapshots can be read meanwhile
        result = train(model, train_tokens, val_tokens, config)
    except KeyboardInterrupt:
        print("\nstopped; the checkpoint is whole. To go on, run the same command again.")
        return 130
    except (ValueError, TypeError, OSError) as error:
        print(f"error: {error}")
        return 1
    save_model(model, tokenizer, folder / "model", log=result.history)
    print(f"validation loss {result.val_loss:.4f} after {result.seconds / 60:.1f} minutes")
    print(f"the model is in {folder / 'model'}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
