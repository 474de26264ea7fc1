"""The training loop: show batches, measure how wrong the model is, move the weights a little.

`fit` is the one loop behind every training. Whether it learns next tokens, translations or
preferred answers depends only on the loss that it is given.
"""

import contextlib
import math
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor, nn
from tqdm import tqdm

from llm_lib.arguments import check_choice, check_number
from llm_lib.model.gpt import GPT, without_dropout
from llm_lib.pretrained.adapter_file import adapted_layers
from llm_lib.training.activation_checkpointing import recompute_blocks
from llm_lib.training.config import PRECISIONS, TrainingConfig, learning_rate_at
from llm_lib.training.distributed import Ranks, explain_lost_rank, stop_after_step
from llm_lib.training.identity import identify_run
from llm_lib.training.muon import make_muon
from llm_lib.training.resuming import keep, resume

LossAt = Callable[[nn.Module, int], Tensor | tuple[Tensor, float]]


@dataclass
class TrainingResult:
    """What a training did: `history` has one row per evaluation, a dict of numbers."""

    history: list[dict] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def val_loss(self) -> float:
        """The last validation loss, in nats per token; ValueError if none was measured."""
        if not self.history or "val_loss" not in self.history[-1]:
            raise ValueError(
                "no validation loss was measured: give fit evaluate=…, a function of the model "
                'that returns {"val_loss": …}'
            )
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
    identity: Mapping | None = None,
) -> TrainingResult:
    """Train `model` in place on the loss that `loss_at` returns; return the history.

    loss_at(learner, index): the loss of batch `index`, a mean, from a forward pass of `learner`:
        the model, perhaps compiled, or joined with other processes. Step s takes the batches
        s · accumulation_steps and so on. If a batch depends only on its index, a run that was
        stopped and resumed ends with the same weights as one that wasn't. Where batches have
        different numbers of targets, it returns (mean, number of targets): a step then moves along
        the mean over all targets of its batches, on all processes, each of which counts alike.
    evaluate(model): numbers for the history, called every `eval_interval` steps and at the last
        step, without dropout or gradients, in the precision of the training.
    optimizer: by default `make_optimizer`. One with parameter groups of its own keeps the ratio of
        their rates: each follows the schedule, scaled by its "lr" over `config.learning_rate`.
    rate_at(step): the schedule, by default `learning_rate_at`.
    identity: what tells this run from others with the same settings, as {"data": "…", "beta": 0.1},
        so that a folder is not taken up by another run. The library's losses say it themselves
        (`loss_at.identity`), as does LoRA; give it for a loss or a schedule of your own.

    Frozen parameters stay as they are. Ctrl-C ends the step, writes the checkpoint (given a
    folder) and raises KeyboardInterrupt; the same call then goes on. Started by torchrun, all
    processes take part, and the first one writes and has the history; with `parallel` "fsdp", the
    model stays cut. A loss of your own deals its batch out, by `Ranks.current().deal(rows)`.
    The model's mode, the optimiser's rates and torch's global random state are restored.
    Raises ValueError if there is nothing to train, for a folder of another run, and for a loss or
    gradient that is no longer a number.
    """
    ranks, device = Ranks.current(), next(model.parameters()).device
    run = {} if config.folder is None else identify_run(model, loss_at, optimizer, identity)
    learner, optimizer, scales = _prepare(model, optimizer, config, ranks)
    rate_at = rate_at or (lambda step: learning_rate_at(step, config))
    state = resume(model, optimizer, config, ranks, run)
    step, result = state["step"], TrainingResult(state["history"], state["seconds"])
    started = time.perf_counter() - result.seconds
    show = config.progress and ranks.is_first
    bar = tqdm(total=config.steps, initial=step, unit="step", disable=not show)
    with bar, _training(model, optimizer, config), explain_lost_rank(), stop_after_step() as stop:
        while step < config.steps:  # dropout's seed depends on the step, as the batches do
            torch.manual_seed(seed_at(config.seed, step, ranks.rank))
            _set_rates(optimizer, scales, rate_at(step))
            loss = _take_step(learner, optimizer, loss_at, step, config, device)
            [stopping] = ranks.sum(float(stop.is_set()), device=device)
            step += 1
            bar.update()
            takes_part = ranks.is_first or config.parallel == "fsdp"  # a share alone says nothing
            if takes_part and (step % config.eval_interval == 0 or step == config.steps):
                row = {"step": step, "learning_rate": rate_at(step - 1)}
                row |= {"train_loss": round(loss, 6)} | _measure(model, evaluate, config, device)
                result.history.append(row)
                bar.set_postfix({k: f"{v:.3f}" for k, v in row.items() if k.endswith("_loss")})
            result.seconds = time.perf_counter() - started
            if takes_part:
                state = {"step": step, "history": result.history, "seconds": result.seconds}
                keep(model, optimizer, config, state, stopping > 0, run)
            if stopping:
                raise KeyboardInterrupt(f"stopped after step {step}")
    return result


def _take_step(learner, optimizer, loss_at: LossAt, step: int, config, device) -> float:
    """Move the weights once, and return the loss from before, over all ranks."""
    losses, counts, parts, ranks = [], [], config.accumulation_steps, Ranks.current()
    for part in range(parts):
        is_last = part == parts - 1  # ranks need not exchange gradients before they are complete
        with _exchange(learner, is_last):
            with in_precision(config.precision, device):
                loss, count = _with_count(loss_at(learner, step * parts + part))
            # in units of the first one's, so that parts of one size are divided once, and exactly
            unit = (counts or [count])[0] if ranks.world_size == 1 else 1
            (loss / (parts * unit / count)).backward()
        losses.append(loss.detach())  # not .item() yet, which would wait for the GPU
        counts.append(count)
    own = sum(float(loss) * count for loss, count in zip(losses, counts, strict=True))
    total, n_targets = ranks.sum(own, sum(counts), device=device)
    _scale_gradients(learner, parts * unit * ranks.world_size / n_targets)
    limit = math.inf if config.grad_clip is None else config.grad_clip
    norm = nn.utils.clip_grad_norm_(learner.parameters(), limit).detach()
    norm = norm.full_tensor() if hasattr(norm, "full_tensor") else norm  # each rank has a part
    mean = total / n_targets
    if not math.isfinite(mean) or not math.isfinite(norm):
        raise ValueError(_explain_breakdown(learner, mean, step, config))
    optimizer.step()
    learner.zero_grad(set_to_none=True)  # also where the optimiser has only some parameters
    return mean


def _with_count(loss: Tensor | tuple[Tensor, float]) -> tuple[Tensor, float]:
    """Return a batch's mean loss and its number of targets: 1 where it does not say, as all do."""
    mean, count = loss if isinstance(loss, tuple) else (loss, 1)
    return mean, check_number("the number of targets that a loss counts", count, above=0)


def _scale_gradients(learner: nn.Module, factor: float) -> None:
    """Multiply all gradients, unless it is by 1."""
    grads = [p.grad for p in learner.parameters() if p.grad is not None and factor != 1]
    for grad in grads:
        grad.mul_(factor)


def _measure(model, evaluate, config: TrainingConfig, device) -> dict:
    """Return what `evaluate` says of the model, as it is without dropout."""
    if evaluate is None:
        return {}
    with torch.no_grad(), without_dropout(model), in_precision(config.precision, device):
        return evaluate(model)


def in_precision(precision: str, device: torch.device) -> contextlib.AbstractContextManager:
    """Return a context in which matrix products are taken in "float32" or "bfloat16".

    Before the A100, NVIDIA's GPUs (such as a T4) only emulate bfloat16, which is slow: there, the
    products stay in float32, and a warning says so.
    """
    check_choice("precision", precision, PRECISIONS)
    enabled = precision == "bfloat16"
    if enabled and device.type == "cuda" and not computes_bfloat16():
        warnings.warn(
            "this GPU has no bfloat16 of its own and would emulate it, slowly: the matrix products "
            "stay in float32",
            stacklevel=2,
        )
        enabled = False
    return torch.autocast(device.type, dtype=torch.bfloat16, enabled=enabled)


def computes_bfloat16() -> bool:
    """Say whether the GPU computes bfloat16 itself, which is quick, and does not emulate it."""
    return torch.cuda.is_bf16_supported(including_emulation=False)


def seed_at(seed: int, step: int, rank: int = 0) -> int:
    """Return the seed of a step: a different number for each step, the same on every machine."""
    return int(np.random.SeedSequence((seed, step, rank)).generate_state(1, np.uint64)[0])


@contextlib.contextmanager
def _training(model: nn.Module, optimizer, config: TrainingConfig) -> Iterator[None]:
    """Train with dropout, then restore the model's mode, the rates and torch's random state."""
    device = next(model.parameters()).device
    again = recompute_blocks(model, config.activation_checkpointing)
    modes = [(module, module.training) for module in model.modules()]
    rates = [group["lr"] for group in optimizer.param_groups]
    model.train()
    try:
        with torch.random.fork_rng([device] if device.type == "cuda" else []), again:
            yield
    finally:
        for module, was_training in modes:
            module.training = was_training
        for group, rate in zip(optimizer.param_groups, rates, strict=True):
            group["lr"] = rate  # so that a second training begins where this one did


def _prepare(model: nn.Module, optimizer, config: TrainingConfig, ranks: Ranks) -> tuple:
    """Return what computes the loss, the model joined with the other ranks; optimiser and rates."""
    _check_trainable(model, config)
    if config.parallel == "ddp" or ranks.world_size == 1:
        learner = ranks.join(model)
    else:
        from llm_lib.training.sharded import shard_model  # takes seconds to load

        learner = shard_model(model)  # before the optimiser is made: it puts other weights there
    make = make_muon if config.optimizer == "muon" else make_optimizer
    optimizer = optimizer or make(model, config)
    own = {id(p) for p in model.parameters()}
    if not any(id(p) in own for group in optimizer.param_groups for p in group["params"]):
        raise ValueError(
            "the optimizer has none of the model's parameters: was it made for another model, or, "
            'with parallel="fsdp", before the model was cut? Leave it out, and fit makes one'
        )
    scales = [group["lr"] / config.learning_rate for group in optimizer.param_groups]
    return torch.compile(learner) if config.compile else learner, optimizer, scales


def _set_rates(optimizer: torch.optim.Optimizer, scales: list[float], rate: float) -> None:
    for group, scale in zip(optimizer.param_groups, scales, strict=True):
        group["lr"] = rate * scale


def _exchange(learner, now: bool) -> contextlib.AbstractContextManager:
    """Return a context in which a backward pass exchanges gradients between ranks, or doesn't."""
    if hasattr(learner, "set_requires_gradient_sync"):  # FSDP2 has a switch
        learner.set_requires_gradient_sync(now)
    return (
        learner.no_sync() if hasattr(learner, "no_sync") and not now else contextlib.nullcontext()
    )


def _check_trainable(model: nn.Module, config: TrainingConfig) -> None:
    if not any(parameter.requires_grad for parameter in model.parameters()):
        raise ValueError("there is nothing to train: every parameter has requires_grad = False")
    for name, layer in adapted_layers(model):
        if layer.unmerged is not None:
            raise ValueError(
                f"{name} is merged: what LoRA has learned is in its weight, which is frozen. To go "
                "on with LoRA, unmerge_lora(model); to train a plain model, "
                "remove_lora(model).requires_grad_(True)"
            )
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
        f"{config.warmup}), weights that start too large (init_std), or a grad_clip that "
        f"lets too much through (it is {config.grad_clip})"
    )
