"""What β holds in place: short stories preferred, and whether they keep what was asked for.

    python -m llm_lib.book.studies.preferring           # about fifteen minutes on two cores
    python -m llm_lib.book.studies.preferring --quick   # two steps of each training; printed only

Tuned Sprout learns by `configs/sprout_preferred.toml` that short stories are liked, with each β and
three seeds. `llm_lib/book/studies/preferring.json` holds how long held-out stories are then, drawn
at temperature 1, and the share of them that keeps name, animal and thing of its request. Beside
what tuned Sprout tells stand the `pairs` of that seed: how many they are, and of the chosen and of
the rejected answers the mean length and the share that keeps its request.
"""

import argparse
import copy
import json
import multiprocessing
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from llm_lib.book.recipes.tuning import TuningRecipe
from llm_lib.book.small_world import Example
from llm_lib.book.small_world.quality import check_story
from llm_lib.book.small_world.tasks import make_examples
from llm_lib.files import write_json
from llm_lib.finetuning.dpo import Preference
from llm_lib.finetuning.lora import add_lora
from llm_lib.finetuning.pairs import TASTES, PreferenceLoss, draw_preferences
from llm_lib.finetuning.rollouts import RolloutSettings
from llm_lib.generation import complete
from llm_lib.model.gpt import GPT
from llm_lib.pretrained.save_load import load_model
from llm_lib.tokenizer import Tokenizer
from llm_lib.training.config import TrainingConfig
from llm_lib.training.loop import fit

FILE = Path(__file__).parent / "preferring.json"
COMMAND = "python -m llm_lib.book.studies.preferring"
RECIPE = Path("configs/sprout_preferred.toml")
BETAS = (1.0, 0.3, 0.1)
SEEDS = (0, 1, 2)
STORIES = 240  # to measure a model with


def measure_stories(model: GPT, tokenizer: Tokenizer, n: int, seed: int) -> dict[str, float]:
    """Return the mean length of `n` held-out stories, and the share that keeps its request."""
    asked = make_examples(["story"], n, 4000, "held_out")
    questions = [e.question for e in asked]
    told = complete(model, tokenizer, questions, 160, temperature=1.0, seed=seed)
    kept = sum(check_story(story, e.facts).all for story, e in zip(told, asked, strict=True))
    words = sum(len(story.split()) for story in told)
    return {"words": round(words / n, 2), "kept": round(kept / n, 4)}


def draw_pairs(
    base: GPT, tokenizer: Tokenizer, recipe: TuningRecipe, seed: int
) -> tuple[list[Example], list[Preference]]:
    """Return what is asked with this seed, and the pairs of answers that the recipe learns from."""
    data = recipe.data
    asked = make_examples(data["tasks"], data["examples"], seed)
    settings = RolloutSettings(**recipe.rollouts, seed=seed)
    prompts = [e.prompt for e in asked]
    return asked, draw_preferences(base, prompts, tokenizer, TASTES[data["likes"]], settings)


def measure_pairs(asked: Sequence[Example], pairs: Sequence[Preference]) -> dict[str, float]:
    """Return the mean length of chosen and rejected stories, and the share that keeps its request.

    asked: what the pairs answer, each prompt once.
    """
    facts = {e.prompt: e.facts for e in asked}
    found: dict[str, float] = {"n": len(pairs)}
    for name in ("chosen", "rejected"):
        told = [(getattr(pair, name), facts[pair.prompt]) for pair in pairs]
        kept = sum(check_story(story, of).all for story, of in told)
        words = sum(len(story.split()) for story, _ in told)
        found[f"{name} words"] = round(words / len(pairs), 2)
        found[f"{name} kept"] = round(kept / len(pairs), 4)
    return found


def measure(recipe: TuningRecipe, seed: int, n: int) -> list[dict[str, Any]]:
    """Return what tuned Sprout tells, and what each training on one draw of pairs makes of it."""
    torch.set_num_threads(1)
    base, tokenizer = load_model(recipe.base)
    config = TrainingConfig(**recipe.training, seed=seed, progress=False)
    asked, pairs = draw_pairs(base, tokenizer, recipe, seed)
    before = measure_stories(base, tokenizer, n, seed) | {"pairs": measure_pairs(asked, pairs)}
    rows = [{"seed": seed, "beta": None} | before]
    for beta in BETAS:
        model = copy.deepcopy(base)
        torch.manual_seed(seed)  # LoRA begins at random
        add_lora(model, **recipe.lora)
        batch_size = config.batch_size
        fit(
            model, PreferenceLoss(model, pairs, tokenizer, batch_size=batch_size, beta=beta), config
        )
        rows.append({"seed": seed, "beta": beta} | measure_stories(model, tokenizer, n, seed))
    return rows


def load_preferring() -> dict[str, Any]:
    """Return the results that are on file."""
    return json.loads(FILE.read_text("utf-8"))


def shortened(recipe: TuningRecipe) -> TuningRecipe:
    """Return the recipe with two steps, from sixteen short stories."""
    return replace(
        recipe,
        data=recipe.data | {"examples": 16},
        rollouts=recipe.rollouts | {"max_new_tokens": 20},
        training=recipe.training | {"steps": 2, "eval_interval": 2, "batch_size": 4},
    )


def main(arguments: list[str] | None = None) -> int:
    """Prefer short stories with each β: `python -m llm_lib.book.studies.preferring`."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=main.__doc__)
    parser.add_argument("--quick", action="store_true", help="two steps of each training")
    parser.add_argument("--processes", type=int, default=2, help="at once (default: 2)")
    options = parser.parse_args(arguments)
    recipe, n = TuningRecipe.read(RECIPE), 4 if options.quick else STORIES
    if options.quick:
        recipe = shortened(recipe)
    rows = []
    with multiprocessing.get_context("spawn").Pool(options.processes) as pool:
        for result in [pool.apply_async(measure, (recipe, seed, n)) for seed in SEEDS]:
            rows += result.get()
            print(*rows[-len(BETAS) - 1 :], sep="\n", flush=True)
    if not options.quick:
        write_json(FILE, {"command": COMMAND, "stories": n, "rows": rows}, indent=1)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
