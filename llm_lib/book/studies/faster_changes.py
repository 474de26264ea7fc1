"""The recipes of the study on training faster: a baseline, and one change after the other.

Each change is tried on top of those kept before it. Whether it was kept is written down here after
it was measured; `llm_lib/book/studies/faster.json` holds the measurements (see `faster`).
"""

from dataclasses import dataclass, field
from typing import Any

# nanoGPT's recipe for a small model of characters on a processor: config/train_shakespeare_char.py
# with the sizes that its README gives for a CPU, and the defaults of its train.py for the rest.
BASELINE: dict[str, Any] = {
    "vocab_size": None,  # one token per character
    "context_length": 64,
    "n_layer": 4,
    "n_head": 4,
    "n_embd": 128,
    "bias": False,
    "init_std": 0.02,
    "batch_size": 12,
    "steps": 2000,
    "learning_rate": 1e-3,
    "min_learning_rate": 1e-4,
    "warmup_steps": 100,
    "decay": "cosine",
    "optimizer": "adamw",
}


@dataclass(frozen=True)
class Change:
    """One entry of the log: what is set differently, and whether it stayed.

    `settings` are fields of `GPTConfig` and `TrainingConfig`, and "decay" ("cosine", "linear"),
    "zero_outputs" (matrices that write into the stream, and an untied head, begin at 0),
    "label_smoothing". A `control` was measured to see what a part of other changes does alone.
    `seeds` are those of its runs.
    """

    name: str
    settings: dict[str, Any] = field(default_factory=dict)
    kept: bool = True
    control: bool = False
    seeds: tuple[int, ...] = (0, 1, 2)


# Settings that leave the work of a step as it was: rates, schedules, and where the weights begin.
SAME_WORK = {
    *("learning_rate", "min_learning_rate", "warmup_steps", "decay", "steps", "betas"),
    *("zero_outputs", "init_std"),
}
MUON_SCHEDULE = {"min_learning_rate": 0.0, "warmup_steps": 20, "decay": "linear"}
ONE_RUN = {"kept": False, "control": True, "seeds": (0,)}

CHANGES = [
    Change("baseline"),
    *(
        Change(
            f"baseline at {rate}",  # what another rate alone would bring
            {"learning_rate": rate, "min_learning_rate": rate / 10, "steps": steps},
            **ONE_RUN | {"seeds": seeds},
        )
        for rate, steps, seeds in (
            (0.002, 1000, (0,)), (0.003, 1400, (0, 1, 2)), (0.004, 1000, (0,)),
        )
    ),
    Change("BPE 1,024", {"vocab_size": 1024, "steps": 570}),
    Change(
        "BPE at 0.004",  # the best of those that `faster_fair` tries: AdamW tuned before Muon
        {"learning_rate": 4e-3, "min_learning_rate": 4e-4, "steps": 480},
        kept=False,
        control=True,
    ),
    Change(
        "shorter schedule", MUON_SCHEDULE | {"steps": 480}, kept=False, control=True
    ),  # at AdamW's published rate
    *(
        Change(
            f"shorter schedule at {rate}",  # and at higher ones
            MUON_SCHEDULE | {"learning_rate": rate, "steps": 300},
            **ONE_RUN,
        )
        for rate in (0.003, 0.006)
    ),
    Change("Muon", MUON_SCHEDULE | {"optimizer": "muon", "learning_rate": 3e-3, "steps": 195}),
    Change("RMSNorm", {"norm": "rms"}),
    Change("rotary", {"position": "rotary", "steps": 175}),
    Change("QK-norm", {"qk_norm": True, "steps": 160}),
    Change("ReLU²", {"mlp": "relu2", "steps": 150}),
    Change("zero outputs", {"zero_outputs": True, "init_std": None, "steps": 135}),
    Change(
        "twice the batch",
        {"batch_size": 24, "learning_rate": 1e-2, "warmup_steps": 10, "steps": 75},
    ),
    Change("two layers", {"n_layer": 2, "steps": 75}),
    Change("bfloat16", {"precision": "bfloat16"}),
    Change("AdamW again", {"optimizer": "adamw"}, kept=False),
    Change("dropout 0.1", {"dropout": 0.1}, kept=False),
    Change("label smoothing", {"label_smoothing": 0.1}, kept=False),
    Change(
        "one layer, BPE 2,048",
        {"n_layer": 1, "vocab_size": 2048, "learning_rate": 2e-2, "warmup_steps": 2,
         "betas": (0.9, 0.95), "steps": 60},
        seeds=(0, 1, 2, 3, 4),
    ),
]  # fmt: skip
NAMES = [change.name for change in CHANGES]


def change_named(name: str) -> Change:
    """Return the change of that name; ValueError names those that there are."""
    if name not in NAMES:
        raise ValueError(f"there is no change {name!r}; there are {', '.join(NAMES)}")
    return CHANGES[NAMES.index(name)]


def changes_work(name: str) -> bool:
    """Say whether a change makes a step do other work; if not, its step takes as long as before.

    >>> changes_work("Muon"), changes_work("shorter schedule")
    (True, False)
    """
    return not SAME_WORK.issuperset(change_named(name).settings)


# The baseline is timed beside itself: what its ratio is off 1 is the clock's own noise.
TIMED = [name for name in NAMES if name == "baseline" or changes_work(name)]


def parent_of(name: str) -> str | None:
    """Return the recipe that a change is tried on: the last one kept before it."""
    before = CHANGES[: NAMES.index(change_named(name).name)]
    return next((change.name for change in reversed(before) if change.kept), None)


def recipe_of(name: str) -> dict[str, Any]:
    """Return all settings of the baseline with every change kept before `name`, and itself."""
    recipe, change = dict(BASELINE), change_named(name)
    for earlier in CHANGES[: NAMES.index(name)]:
        if earlier.kept:
            recipe |= earlier.settings
    return recipe | change.settings
