"""Training: show the model batches, measure how wrong it is, move the weights a little.

Read `config`, what can be set; `loop`, which trains anything; `next_token`, which trains a language
model with it; `adamw`, the optimiser from its equations; `distributed`, several processes that
train one model; `checkpoint`, what a stopped training goes on from; `identity`, what tells two
trainings apart; `recipe`, a whole training in one TOML file, which `tables` reads; and `command`,
which follows a recipe, or trains on a text: `python -m llm_lib.training --text my.txt`.
"""

from llm_lib.training.adamw import AdamW
from llm_lib.training.config import TrainingConfig, learning_rate_at
from llm_lib.training.loop import TrainingResult, fit, make_optimizer
from llm_lib.training.next_token import compute_loss, evaluate_loss, train

__all__ = [
    "AdamW",
    "TrainingConfig",
    "TrainingResult",
    "compute_loss",
    "evaluate_loss",
    "fit",
    "learning_rate_at",
    "make_optimizer",
    "train",
]
