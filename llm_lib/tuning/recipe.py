"""A recipe of tuning: a base model, what to learn from, and all settings, in one TOML file."""

import copy
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from pathlib import Path

import torch
from torch import nn

from llm_lib.arguments import check_choice, check_number, check_whole
from llm_lib.checkpoint import load_model
from llm_lib.gpt import GPT
from llm_lib.tokenizer import Tokenizer
from llm_lib.training.config import TrainingConfig
from llm_lib.training.loop import TrainingResult, fit
from llm_lib.training.recipe import read_tables
from llm_lib.tuning.instruct import AnswerBatches, compute_answer_loss
from llm_lib.tuning.lora import add_lora
from llm_lib.tuning.pairs import TASTES, PreferenceLoss, draw_preferences
from llm_lib.tuning.rollouts import GroupRewards, RolloutSettings
from llm_lib.tuning.tasks import Marker, make_examples

KINDS = ("instruct", "preferences", "rewards")
DATA_KEYS = {"tasks", "examples", "validation_examples", "seed", "likes", "beta"}
LORA_KEYS = {"r", "alpha", "targets"}
HELD_OUT = 200  # examples to measure the loss on, if the recipe does not say


@dataclass(frozen=True)
class TuningRecipe:
    """What a recipe file says, checked. `lora` and `rollouts` may be left out.

    kind: "instruct" learns the answers of examples; "preferences" draws answers, and learns which
    of them are liked better (DPO); "rewards" draws answers and learns from marks (GRPO).
    base: a model by name or folder. data: which of Small World's tasks, and how many examples; for
    preferences also "likes", one of `TASTES`, and "beta".
    """

    kind: str
    base: str
    data: dict
    training: dict
    lora: dict | None = None
    rollouts: dict = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> "TuningRecipe":
        """Read a recipe; ValueError names the file and the table or key that is wrong."""
        tables = read_tables(path)
        known = {f.name for f in fields(cls)}
        if unknown := sorted(set(tables) - known):
            raise ValueError(f"{path}: unknown {unknown[0]!r}; known are {sorted(known)}")
        for name in ("kind", "base", "data", "training"):
            if name not in tables:
                raise ValueError(f"{path}: {name!r} is missing")
        try:
            return cls(**tables)
        except (ValueError, TypeError) as error:
            raise ValueError(f"{path}: {error}") from error

    def __post_init__(self) -> None:
        check_choice("kind", self.kind, KINDS)
        _check_keys("[data]", self.data, DATA_KEYS)
        if missing := sorted({"tasks", "examples"} - set(self.data)):
            raise ValueError(f"[data] needs {missing[0]!r}")
        for name in ("examples", "validation_examples"):
            if name in self.data:
                check_whole(f"[data] {name}", self.data[name])
        _check_keys("[lora]", self.lora or {}, LORA_KEYS)
        if self.rollouts and self.kind == "instruct":
            raise ValueError('[rollouts] are for the kinds "preferences" and "rewards"')
        if (self.kind == "preferences") != ("likes" in self.data):
            raise ValueError('[data] needs "likes" for the kind "preferences", and for no other')
        if self.kind == "preferences":
            check_choice("[data] likes", self.data["likes"], tuple(TASTES))
            check_number("[data] beta", self.data.get("beta", 0.1), above=0)
        RolloutSettings(**self.rollouts)
        _check_keys("[training]", self.training, {f.name for f in fields(TrainingConfig)})
        self._check_batch(TrainingConfig(**self.training).batch_size)

    def _check_batch(self, batch_size: int) -> None:
        """Raise ValueError if the examples, or those held out, are fewer than a batch has."""
        counts = {"examples": self.data["examples"]}
        if self.kind == "instruct":
            counts["validation_examples"] = self.data.get("validation_examples", HELD_OUT)
        for name, n in counts.items():
            if n < batch_size:
                raise ValueError(
                    f"[data] {name} must be at least batch_size, {batch_size}, got {n}"
                )


def _check_keys(table: str, given: dict, known: set[str]) -> None:
    if unknown := sorted(set(given) - known):
        raise ValueError(f"unknown key {unknown[0]!r} in {table}; known are {sorted(known)}")


def tune(recipe: TuningRecipe, folder: str | None = None) -> tuple[GPT, Tokenizer, TrainingResult]:
    """Tune a base model by a recipe; return (model, tokenizer, history).

    With a `folder`, the training can be stopped, and goes on from there.
    """
    model, tokenizer = load_model(recipe.base)
    config = TrainingConfig(**recipe.training, folder=folder)
    seed, tasks = recipe.data.get("seed", 0), recipe.data["tasks"]
    examples = make_examples(tasks, recipe.data["examples"], seed)
    reference = copy.deepcopy(model).requires_grad_(False)
    if recipe.lora is not None:
        torch.manual_seed(seed)  # LoRA begins at random
        add_lora(model, **recipe.lora)
    if recipe.kind == "preferences":
        loss_at = _learn_what_is_liked(recipe, model, reference, tokenizer, examples, config)
        return model, tokenizer, fit(model, loss_at, config, evaluate=loss_at.report)
    if recipe.kind == "rewards":
        loss_at = _learn_from_marks(recipe, model, reference, tokenizer, examples, config)
        return model, tokenizer, fit(model, loss_at, config, evaluate=loss_at.report)
    loss_at = _learn_answers(examples, tokenizer, model.config.context_length, config)
    n = recipe.data.get("validation_examples", HELD_OUT)
    held_out = make_examples(tasks, n, seed, "held_out")
    measured = _learn_answers(held_out, tokenizer, model.config.context_length, config)
    n_batches = len(held_out) // config.batch_size

    def evaluate(model: nn.Module) -> dict:
        losses = [float(measured(model, index)) for index in range(n_batches)]
        return {"val_loss": round(sum(losses) / len(losses), 6)}

    return model, tokenizer, fit(model, loss_at, config, evaluate=evaluate)


def _learn_answers(examples, tokenizer, context_length: int, config: TrainingConfig) -> Callable:
    """Return the loss of a batch of answered examples, by index."""
    batches = AnswerBatches(
        [(example.prompt, example.answer) for example in examples],
        tokenizer,
        batch_size=config.batch_size,
        context_length=context_length,
        seed=config.seed,
    )
    return lambda learner, index: compute_answer_loss(learner, *batches[index])


def _learn_from_marks(recipe, model, reference, tokenizer, examples, config) -> GroupRewards:
    """Return the loss of a batch of prompts, whose answers the model draws."""
    n = len(examples) // config.batch_size

    def prompts(index: int) -> list[str]:
        start = index % n * config.batch_size
        return [example.prompt for example in examples[start : start + config.batch_size]]

    settings = RolloutSettings(**recipe.rollouts)
    held = reference if settings.kl_weight else None
    return GroupRewards(model, held, tokenizer, prompts, Marker(examples), settings)


def _learn_what_is_liked(recipe, model, reference, tokenizer, examples, config) -> PreferenceLoss:
    """Return the loss of a batch of preferences among answers that the base model draws."""
    data, settings = recipe.data, RolloutSettings(**recipe.rollouts)
    preferences = draw_preferences(
        reference,
        [example.prompt for example in examples],
        tokenizer,
        TASTES[data["likes"]],
        settings,
        progress=config.progress,
    )
    return PreferenceLoss(
        model,
        preferences,
        tokenizer,
        batch_size=config.batch_size,
        beta=data.get("beta", 0.1),
        seed=config.seed,
    )
