"""The settings of a training, checked before it begins, and the rate of each step."""

import math
from dataclasses import asdict, dataclass

from llm_lib.arguments import check_choice, check_number, check_whole

PRECISIONS = ("float32", "bfloat16")  # of matrix products
OPTIMIZERS = ("adamw", "muon")
PARALLEL = ("ddp", "fsdp")  # how several processes share a training


@dataclass(frozen=True)
class TrainingConfig:
    """How to train. One step shows the model batch_size · accumulation_steps windows.

    The rate climbs linearly for `warmup_steps` to `learning_rate`, then falls along a cosine to
    `min_learning_rate`. `precision` "bfloat16" runs the matrix products in half precision, except
    on a GPU that can't compute it itself, and `compile` lets torch.compile fuse the rest, which
    takes up to a minute before the first step.
    With None, the warm-up takes 100 steps, or a tenth of a training below 1000, and the last rate
    is 1e-5, or a tenth of a `learning_rate` below 1e-4: `warmup` and `last_rate` say what they are.
    `optimizer` "muon" moves the matrices of the blocks by Muon, and all else by AdamW.
    Of several processes, with `parallel` "ddp" each holds the whole model, with "fsdp" a share of
    it (see `llm_lib.training.sharded`). With `activation_checkpointing`, each block keeps its input
    alone, and works out the rest again on the way back: less memory, a third more operations.
    `grad_clip` is the largest norm of a gradient; None lets every gradient pass.
    With a `folder`, a checkpoint is written there every `checkpoint_interval` steps, and a run
    that stopped goes on from it exactly; after each of the `snapshot_steps` the weights are kept.
    Raises ValueError, naming the field, for an invalid value.
    """

    steps: int = 1000
    batch_size: int = 16
    learning_rate: float = 1e-3
    min_learning_rate: float | None = None
    warmup_steps: int | None = None
    weight_decay: float = 0.1
    betas: tuple[float, float] = (0.9, 0.99)
    grad_clip: float | None = 1.0
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
    parallel: str = "ddp"
    optimizer: str = "adamw"
    activation_checkpointing: bool = False

    def __post_init__(self) -> None:
        self._set("betas", tuple(self.betas))
        self._set(
            "snapshot_steps",
            tuple(check_whole("each of snapshot_steps", n) for n in self.snapshot_steps),
        )
        counts = ("steps", "batch_size", "accumulation_steps", "eval_interval", "eval_batches")
        for name in (*counts, "checkpoint_interval"):
            self._set(name, check_whole(name, getattr(self, name)))
        self._set("seed", check_whole("seed", self.seed, 0))
        self._set("learning_rate", check_number("learning_rate", self.learning_rate, above=0))
        if self.grad_clip is not None:
            self._set("grad_clip", check_number("grad_clip", self.grad_clip, above=0))
        self._set("weight_decay", check_number("weight_decay", self.weight_decay, least=0))
        if self.warmup_steps is not None:
            self._set("warmup_steps", check_whole("warmup_steps", self.warmup_steps, 0))
        if (rate := self.min_learning_rate) is not None:
            rate = check_number("min_learning_rate", rate, least=0, most=self.learning_rate)
            self._set("min_learning_rate", rate)
        if len(self.betas) != 2 or not all(0 <= beta < 1 for beta in self.betas):
            raise ValueError(f"betas must be two numbers from 0 to below 1, got {self.betas!r}")
        check_choice("precision", self.precision, PRECISIONS)
        check_choice("parallel", self.parallel, PARALLEL)
        check_choice("optimizer", self.optimizer, OPTIMIZERS)
        check_choice("activation_checkpointing", self.activation_checkpointing, (False, True))
        if self.optimizer == "muon" and self.parallel == "fsdp":
            raise ValueError(
                'optimizer "muon" needs whole matrices, and with parallel "fsdp" a process holds '
                'a share of each: take "adamw", or parallel "ddp"'
            )

    @property
    def warmup(self) -> int:
        """How many steps the rate climbs: `warmup_steps`, or what follows from `steps`."""
        usual = min(100, self.steps // 10)
        return usual if self.warmup_steps is None else self.warmup_steps

    @property
    def last_rate(self) -> float:
        """The rate at the end: `min_learning_rate`, or what follows from `learning_rate`."""
        usual = min(1e-5, self.learning_rate / 10)
        return usual if self.min_learning_rate is None else self.min_learning_rate

    def to_dict(self) -> dict:
        """Return the fields as a plain dict, with a number for what follows from others."""
        return asdict(self) | {"warmup_steps": self.warmup, "min_learning_rate": self.last_rate}

    def _set(self, name: str, value) -> None:
        object.__setattr__(self, name, value)  # frozen for everyone else


def learning_rate_at(step: int, config: TrainingConfig) -> float:
    """Return the rate of a step: linear warm-up, then half a cosine down.

    >>> config = TrainingConfig(steps=100, warmup_steps=10, learning_rate=1, min_learning_rate=0)
    >>> [round(learning_rate_at(step, config), 3) for step in (0, 9, 55, 100)]
    [0.1, 1.0, 0.5, 0.0]
    """
    c = config
    if step < c.warmup:
        return c.learning_rate * (step + 1) / c.warmup
    done = min(1.0, (step - c.warmup) / max(1, c.steps - c.warmup))
    cosine = (1 + math.cos(math.pi * done)) / 2
    return c.last_rate + (c.learning_rate - c.last_rate) * cosine
