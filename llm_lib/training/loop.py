"""The training loop: show batches, measure how wrong the model is, move the weights a little.

`fit` is the one loop behind every training. Whether it learns next tokens, translations or
preferred answers depends only on the loss that it is given.
"""

import contextlib
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from tqdm import tqdm

from llm_lib.arguments import check_choice
from llm_lib.checkpoint import STATE_FILE, load_training_state, save_model, save_training_state
from llm_lib.gpt import GPT, without_dropout
from llm_lib.training.config import PRECISIONS, TrainingConfig, learning_rate_at
from llm_lib.training.distributed import Ranks, explain_lost_rank, stop_after_step

LossAt = Callable[[nn.Module, int], Tensor]


@dataclass
class TrainingResult:
    """What a training did: `history` has one row per evaluation, a dict of numbers."""

    history: list[dict] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def val_loss(self) -> float:
        """The last validation loss, in nats per token."""
        return self.history[-1]["val_loss"]


def make_optimizer(
    model: nn.Module,
    config: TrainingConfig,
) -> torch.optim.AdamW:
    """Return AdamW (Loshchilov and Hutter 2019); only matrices decay, not biases and norms."""
    matrices = [p for p in model.parameters() if p.dim() >= 2]
    others = [p for p in model.parameters() if p.dim() < 2]
    groups = [
        {"params": matrices, "weight_decay": config.weight_decay},
        {"params": others, "weight_decay": 0.0},
    ]
    rate, betas = config.learning_rate, config.betas
    return torch.optim.AdamW(groups, lr=rate, betas=betas, fused=True)


def fit(
    model: nn.Module,
    loss_at: LossAt,
    config: TrainingConfig,
    *,
    evaluate: Callable[[nn.Module], dict] | None = None,
    optimizer: torch.optim.Optimizer | None = None,
    rate_at: Callable[[int], float] | None = None,
) -> TrainingResult:
    """Train `model` in place on the loss that `loss_at` returns; return the history.

    loss_at(learner, index): the loss of batch `index`, a mean, from a forward pass of `learner`:
        the model, perhaps compiled, or joined with other processes. Step s takes the batches
        s · accumulation_steps and so on. If a batch depends only on its index, a run that was
        stopped and resumed ends with the same weights as one that wasn't.
    evaluate(model): numbers for the history, called every `eval_interval` steps and at the last
        step, without dropout or gradients, in the precision of the training.
    optimizer: by default `make_optimizer`. One with parameter groups of its own keeps the ratio of
        their rates: each follows the schedule, scaled by its "lr" over `config.learning_rate`.
    rate_at(step): the schedule, by default `learning_rate_at`.

    Frozen parameters stay as they are. Ctrl-C ends the step, writes the checkpoint (given a
    folder) and raises KeyboardInterrupt; the same call then goes on. Started by torchrun, every
    process takes part: gradients are averaged, and the first one evaluates, writes, and has the
    history. The model's mode and torch's global random state are restored.
    Raises ValueError if there is nothing to train, if the folder's checkpoint is of another run,
    and for a loss or gradient that is no longer a number.
    """
    ranks, device = Ranks.current(), next(model.parameters()).device
    _check_trainable(model, config)
    optimizer = optimizer or make_optimizer(model, config)
    scales = [group["lr"] / config.learning_rate for group in optimizer.param_groups]
    rate_at = rate_at or (lambda step: learning_rate_at(step, config))
    step, result = _resume(model, optimizer, config, ranks)
    learner = torch.compile(ranks.join(model)) if config.compile else ranks.join(model)
    started = time.perf_counter() - result.seconds
    show = config.progress and ranks.is_first
    bar = tqdm(total=config.steps, initial=step, unit="step", disable=not show)
    with bar, _training_mode(model, device), explain_lost_rank(), stop_after_step() as stop:
        while step < config.steps:
            # Dropout's seed depends on the step, as the batches do, so a run can begin anywhere.
            torch.manual_seed(dice_at(config.seed, step, ranks.rank))
            for group, scale in zip(optimizer.param_groups, scales, strict=True):
                group["lr"] = rate_at(step) * scale
            loss = _take_step(learner, optimizer, loss_at, step, config, device)
            loss, stopping = ranks.mean(loss, float(stop.is_set()), device=device)
            step += 1
            bar.update()
            if ranks.is_first and (step % config.eval_interval == 0 or step == config.steps):
                row = {"step": step, "learning_rate": rate_at(step - 1)}
                row |= {"train_loss": round(loss, 6)} | _measure(model, evaluate, config, device)
                result.history.append(row)
                bar.set_postfix({k: f"{v:.3f}" for k, v in row.items() if k.endswith("_loss")})
            result.seconds = time.perf_counter() - started
            if ranks.is_first:
                _save(model, optimizer, config, step, result, stopping > 0)
            if stopping:
                raise KeyboardInterrupt(f"stopped after step {step}")
    return result


def _take_step(learner, optimizer, loss_at: LossAt, step: int, config, device) -> float:
    """Move the weights once, and return the loss from before."""
    losses, parts = [], config.accumulation_steps
    for part in range(parts):
        is_last = part == parts - 1  # ranks need not exchange gradients before they are complete
        with contextlib.nullcontext() if is_last else _no_sync(learner):
            with in_precision(config.precision, device):
                loss = loss_at(learner, step * parts + part)
            (loss / parts).backward()
        losses.append(loss.detach())  # not .item() yet, which would wait for the GPU
    total = sum(float(loss) / parts for loss in losses)
    limit = math.inf if config.grad_clip is None else config.grad_clip
    norm = nn.utils.clip_grad_norm_(learner.parameters(), limit)
    if not math.isfinite(total) or not math.isfinite(norm):
        raise ValueError(_explain_breakdown(learner, total, step, config))
    optimizer.step()
    learner.zero_grad(set_to_none=True)  # also where the optimiser has only some parameters
    return total


def _measure(model, evaluate, config: TrainingConfig, device) -> dict:
    """Return what `evaluate` says of the model, as it is without dropout."""
    if evaluate is None:
        return {}
    with torch.no_grad(), without_dropout(model), in_precision(config.precision, device):
        return evaluate(model)


def in_precision(precision: str, device: torch.device) -> contextlib.AbstractContextManager:
    """Return a context in which matrix products are taken in "float32" or "bfloat16"."""
    check_choice("precision", precision, PRECISIONS)
    enabled = precision == "bfloat16"
    return torch.autocast(device.type, dtype=torch.bfloat16, enabled=enabled)


def dice_at(seed: int, step: int, rank: int = 0) -> int:
    """Return the seed of a step: a different number for each step, the same on every machine."""
    return int(np.random.SeedSequence((seed, step, rank)).generate_state(1, np.uint64)[0])


@contextlib.contextmanager
def _training_mode(model: nn.Module, device: torch.device) -> Iterator[None]:
    """Train with dropout, then restore the model's mode and torch's random state."""
    modes = [(module, module.training) for module in model.modules()]
    model.train()
    try:
        with torch.random.fork_rng([device] if device.type == "cuda" else []):
            yield
    finally:
        for module, was_training in modes:
            module.training = was_training


def _no_sync(learner) -> contextlib.AbstractContextManager:
    return learner.no_sync() if hasattr(learner, "no_sync") else contextlib.nullcontext()


def _check_trainable(model: nn.Module, config: TrainingConfig) -> None:
    if not any(parameter.requires_grad for parameter in model.parameters()):
        raise ValueError("there is nothing to train: every parameter has requires_grad = False")
    if config.snapshot_steps and not isinstance(model, GPT):
        raise ValueError(f"snapshot_steps are for a GPT, not for a {type(model).__name__}")


def _explain_breakdown(learner, loss: float, step: int, config: TrainingConfig) -> str:
    """Describe a loss or gradient that is not a number, and what to try."""
    what = "the gradient is not finite" if math.isfinite(loss) else f"the loss became {loss}"
    broken = [n for n, p in learner.named_parameters() if not p.isfinite().all()]
    if broken and step == 0:
        return f"{what} at step 0: the weights {broken[0]!r} were not finite before the training"
    checkpoint = "" if config.folder is None else "; the last checkpoint is as it was"
    return (
        f"{what} at step {step}{checkpoint}. Likely causes: a learning_rate that is too high (it "
        f"is {config.learning_rate:g}: try a third), a warm-up that is too short (warmup_steps is "
        f"{config.warmup_steps}), weights that start too large (init_std), or a grad_clip that "
        f"lets too much through (it is {config.grad_clip})"
    )


def _same_run(config: TrainingConfig) -> dict:
    """The settings that must agree for a run to go on."""
    free = ("folder", "progress", "checkpoint_interval", "snapshot_steps", "compile")
    return {k: v for k, v in asdict(config).items() if k not in free}


def _resume(model, optimizer, config: TrainingConfig, ranks: Ranks) -> tuple[int, TrainingResult]:
    """Return the step to go on with, and what was measured before it."""
    state = {"step": 0, "history": [], "seconds": 0.0}
    if config.folder is not None and (Path(config.folder) / STATE_FILE).exists():
        state = load_training_state(config.folder, model, optimizer, _same_run(config))
    step = state["step"]
    if ranks.mean(step, device=next(model.parameters()).device) != [step]:
        raise ValueError(f"not every process finds the same checkpoint in {config.folder}")
    return step, TrainingResult(state["history"], state["seconds"])


def _save(model, optimizer, config, step, result, now) -> None:
    if config.folder is None:
        return
    if now or step % config.checkpoint_interval == 0 or step == config.steps:
        state = {"step": step, "history": result.history, "seconds": result.seconds}
        save_training_state(config.folder, model, optimizer, _same_run(config), state)
    if step in config.snapshot_steps:
        save_model(model, None, Path(config.folder) / "snapshots" / f"{step:06d}")
