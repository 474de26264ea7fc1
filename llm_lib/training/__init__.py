"""Training: show the model windows of text, measure how wrong it is, move the weights a little.

Read `config`, what can be set; `loop`, the one loop; `adamw`, the optimiser from its equations;
`distributed`, several processes that train one model; `recipe`, a whole training in one file; and
`command`, which follows a recipe: `python -m llm_lib.training configs/sprout.toml`.
"""

from llm_lib.training.adamw import AdamW
from llm_lib.training.config import TrainingConfig
from llm_lib.training.loop import (
    TrainingResult,
    compute_loss,
    evaluate_loss,
    learning_rate_at,
    make_optimizer,
    train,
)

__all__ = [
    "AdamW",
    "TrainingConfig",
    "TrainingResult",
    "compute_loss",
    "evaluate_loss",
    "learning_rate_at",
    "make_optimizer",
    "train",
]
