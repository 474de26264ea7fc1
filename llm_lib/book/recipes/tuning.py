"""A recipe of tuning: a base model, what to learn from, and all settings, in one TOML file."""

import copy
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path

import torch

from llm_lib.arguments import check_choice, check_number, check_whole
from llm_lib.book.small_world import Example
from llm_lib.book.small_world.tasks import Marker, make_examples
from llm_lib.finetuning.lora import add_lora
from llm_lib.finetuning.pairs import TASTES, PreferenceLoss, draw_preferences
from llm_lib.finetuning.rollouts import GroupRewards, RolloutSettings, check_room
from llm_lib.finetuning.sft import AnswerBatches, AnswerLoss
from llm_lib.model.gpt import GPT
from llm_lib.pretrained.save_load import load_model
from llm_lib.tokenizer import Tokenizer
from llm_lib.training.config import TrainingConfig
from llm_lib.training.distributed import Ranks
from llm_lib.training.identity import hash_parts, identify_weights
from llm_lib.training.loop import TrainingResult, fit
from llm_lib.training.tables import read_recipe_file, read_table

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
        return read_recipe_file(path, lambda tables: read_table(cls, tables, "recipe"))

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


def tune(
    recipe: TuningRecipe, folder: str | None = None, device: str | torch.device = "cpu"
) -> tuple[GPT, Tokenizer, TrainingResult]:
    """Tune a base model by a recipe, on a device; return (model, tokenizer, history).

    With a `folder`, the training can be stopped, and goes on from there. Several processes share
    each batch, as in `fit`; with `parallel` "fsdp", the model stays cut.
    """
    model, tokenizer = load_model(recipe.base)
    config = TrainingConfig(**recipe.training, folder=folder)
    _check_processes(recipe, config)
    seed = recipe.data.get("seed", 0)
    examples = make_examples(recipe.data["tasks"], recipe.data["examples"], seed)
    reference = copy.deepcopy(model.to(device)).requires_grad_(False)
    if recipe.lora is not None:
        torch.manual_seed(seed)  # LoRA begins at random
        add_lora(model, **recipe.lora)
    learn = {"instruct": _learn_answers, "rewards": _learn_from_marks}
    learn |= {"preferences": _learn_what_is_liked}
    loss_at, evaluate = learn[recipe.kind](recipe, model, reference, tokenizer, examples, config)
    identity = None if folder is None else _identify(reference, examples)
    result = fit(model, loss_at, config, evaluate=evaluate, identity=identity)
    return model, tokenizer, result


def _identify(base: GPT, examples: Sequence[Example]) -> dict[str, str]:
    """Return what a tuning begins with, beside what its loss says of itself."""
    texts = [text for example in examples for text in (example.prompt, example.answer)]
    return {"base": f"weights {identify_weights(base)}", "examples": hash_parts(texts)}


def _check_processes(recipe: TuningRecipe, config: TrainingConfig) -> None:
    """Raise ValueError, before anything is drawn, for what several processes can't do."""
    Ranks.current().share(config.batch_size)
    if recipe.kind == "rewards" and config.parallel == "fsdp":
        raise ValueError(
            '[training] parallel must be "ddp" for the kind "rewards": a model that is cut over '
            "processes can't draw answers"
        )


def _learn_answers(recipe, model, reference, tokenizer, examples, config) -> tuple:
    """Return the loss of a batch of answered examples, and what measures it on held-out ones."""
    n = recipe.data.get("validation_examples", HELD_OUT)
    held_out = make_examples(recipe.data["tasks"], n, recipe.data.get("seed", 0), "held_out")
    make = {"batch_size": config.batch_size, "context_length": model.config.context_length}
    make["seed"] = config.seed
    loss_at = AnswerLoss(AnswerBatches(_pairs(examples), tokenizer, **make))
    alone = Ranks()  # whoever measures sees all of them
    measured = AnswerLoss(AnswerBatches(_pairs(held_out), tokenizer, **make, ranks=alone))
    return loss_at, lambda model: {"val_loss": round(measured.measure(model), 6)}


def _pairs(examples: Sequence[Example]) -> list[tuple[str, str]]:
    return [(example.prompt, example.answer) for example in examples]


def _learn_from_marks(recipe, model, reference, tokenizer, examples, config) -> tuple:
    """Return the loss of a batch of prompts, whose answers the model draws, and its report."""
    n = len(examples) // config.batch_size
    settings = RolloutSettings(**recipe.rollouts)
    check_room(model, [e.prompt for e in examples], tokenizer, settings.max_new_tokens)

    def prompts(index: int) -> list[str]:
        start = index % n * config.batch_size
        return [example.prompt for example in examples[start : start + config.batch_size]]

    held = reference if settings.kl_weight else None
    loss_at = GroupRewards(model, held, tokenizer, prompts, Marker(examples), settings)
    return loss_at, loss_at.report


def _learn_what_is_liked(recipe, model, reference, tokenizer, examples, config) -> tuple:
    """Return the loss of a batch of preferences among the base's own answers, and its report."""
    data, settings = recipe.data, RolloutSettings(**recipe.rollouts)
    preferences = draw_preferences(
        reference,
        [example.prompt for example in examples],
        tokenizer,
        TASTES[data["likes"]],
        settings,
        progress=config.progress and Ranks.current().is_first,
    )
    loss_at = PreferenceLoss(
        model,
        preferences,
        tokenizer,
        batch_size=config.batch_size,
        beta=data.get("beta", 0.1),
        seed=config.seed,
    )
    return loss_at, loss_at.report
