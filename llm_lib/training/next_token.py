"""Trains a model to predict the next token in windows of a text."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from llm_lib.arguments import check_whole
from llm_lib.dataset import ShuffledWindows
from llm_lib.dataset.token_row import Tokens
from llm_lib.model.embedding import check_token_ids
from llm_lib.model.gpt import without_dropout
from llm_lib.training.config import TrainingConfig
from llm_lib.training.distributed import Ranks
from llm_lib.training.identity import identify_tokens
from llm_lib.training.loop import TrainingResult, fit, in_precision


def compute_loss(model: nn.Module, x: Tensor, y: Tensor, precision: str | None = None) -> Tensor:
    """Return the mean cross-entropy of `model` on inputs x and targets y (B, T), nats per token.

    precision: "float32" or "bfloat16" for the matrix products; None leaves it as it is.
    """
    if precision is not None:
        with in_precision(precision, x.device):
            return compute_loss(model, x, y)
    logits = model(x)  # (B, T, V)
    return F.cross_entropy(logits.float().flatten(0, 1), y.flatten())


@torch.no_grad()
def evaluate_loss(
    model: nn.Module,
    tokens: Tokens,
    batch_size: int = 16,
    max_batches: int = 20,
    precision: str | None = None,
) -> float:
    """Return the mean loss over the first windows of `tokens`, always the same ones, in order.

    The model's mode is restored. Raises ValueError for a text that is too short.
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


def train(
    model: nn.Module, train_tokens: Tokens, val_tokens: Tokens, config: TrainingConfig
) -> TrainingResult:
    """Train `model` in place to predict the next token; return the history of its losses.

    Tokens are integer arrays. It is `fit`, with batches of windows in random order and with the
    loss on `val_tokens`, so it stops, goes on, and runs in several processes in the same way. Each
    process takes its share of every batch, and all end with the weights that one alone would have
    (with dropout, each draws its own).
    Raises ValueError for texts that are too short, and for a loss that is no longer a number.
    """
    T, device = model.config.context_length, next(model.parameters()).device
    windows = plan_windows(train_tokens, T, config, Ranks.current())
    evaluate_loss(model, val_tokens, 1, 1)  # a validation text that is too short fails now
    batches = DeviceBatches(windows, device, model.config.vocab_size)

    def loss_at(learner: nn.Module, index: int) -> Tensor:
        loss = compute_loss(learner, *batches[index])
        batches.prefetch(index + 1)
        return loss

    def evaluate(model: nn.Module) -> dict:
        val_loss = evaluate_loss(model, val_tokens, config.batch_size, config.eval_batches)
        return {"val_loss": round(val_loss, 6)}

    identity = {"loss": "next token"}
    if config.folder is not None:
        texts = {"data": train_tokens, "validation data": val_tokens}
        identity |= {name: identify_tokens(tokens) for name, tokens in texts.items()}
    result = fit(model, loss_at, config, evaluate=evaluate, identity=identity)
    for row in result.history:
        row["tokens"] = row["step"] * config.batch_size * config.accumulation_steps * T
    return result


def plan_windows(
    tokens: Tokens, context_length: int, config: TrainingConfig, ranks: Ranks
) -> ShuffledWindows:
    """Return the batches of this process: all ranks together see what one alone would see."""
    size, share = ranks.share(config.batch_size), {"rank": ranks.rank}
    share["world_size"] = ranks.world_size
    return ShuffledWindows(tokens, size, context_length, config.seed, **share)


class DeviceBatches:
    """Batches on the device of a model. A GPU gets the next one while it computes with this one."""

    def __init__(self, batches: Sequence, device: torch.device, vocab_size: int) -> None:
        """Take `batches`, which return tuples of ids on the CPU by index."""
        self.batches, self.device, self.vocab_size = batches, device, vocab_size
        self._ready: dict[int, tuple[Tensor, ...]] = {}

    def __getitem__(self, index: int) -> tuple[Tensor, ...]:
        """Return batch `index`, on the device."""
        return self._ready.pop(index) if index in self._ready else self._send(index)

    def prefetch(self, index: int) -> None:
        """Begin to copy batch `index`, the next to be used."""
        if self.device.type != "cpu":
            self._ready = {index: self._send(index)}

    def _send(self, index: int) -> tuple[Tensor, ...]:
        batch = self.batches[index]
        if self.device.type != "cpu":  # now: on a GPU, a wrong id would end the program
            for ids in batch:
                check_token_ids(ids, self.vocab_size)
        if self.device.type == "cuda":  # only pinned memory is copied in the background
            batch = tuple(tensor.contiguous().pin_memory() for tensor in batch)
        return tuple(tensor.to(self.device, non_blocking=True) for tensor in batch)
