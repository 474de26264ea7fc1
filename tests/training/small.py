"""A training that takes a second, for the tests to change and to interrupt."""

import numpy as np
import torch

from llm_lib.model.gpt import GPT, GPTConfig
from llm_lib.training import TrainingConfig, TrainingResult, train

TOKENS = np.random.default_rng(0).integers(11, size=2000).astype(np.uint16)
FAST = {"steps": 12, "batch_size": 4, "eval_interval": 5, "eval_batches": 2, "warmup_steps": 3}


def make(dropout: float = 0.0) -> GPT:
    """Return a new GPT, always the same one."""
    torch.manual_seed(0)
    return GPT(GPTConfig(11, 8, 2, 2, 8, dropout=dropout))


def run(folder=None, dropout=0.0, **changes) -> tuple[GPT, TrainingResult]:
    """Train the model of `make`; return it and what was measured."""
    model = make(dropout)
    settings = FAST | {"folder": folder and str(folder), "progress": False} | changes
    return model, train(model, TOKENS, TOKENS[:200], TrainingConfig(**settings))


def weights(model) -> torch.Tensor:
    """Return all weights of a model in one row."""
    return torch.cat([p.detach().flatten() for p in model.parameters()])
