"""Short stories preferred, and whether they keep what was asked for: two ways to choose pairs.

    python -m llm_lib.studies.preferring           # about ten minutes on one core
    python -m llm_lib.studies.preferring --quick   # two steps of each training; printed only

`llm_lib/studies/preferring.json` holds the results, with three seeds: `configs/sprout_preferred.toml`
as it is shipped, and without its line `right_first`, so that the shorter story is always preferred.
Each is asked for 240 held-out stories, as is tuned Sprout, drawn at temperature 1.
"""

import argparse
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from tqdm import tqdm

from llm_lib.checkpoint import load_model
from llm_lib.evaluation import check_story, complete
from llm_lib.files import write_json
from llm_lib.gpt import GPT
from llm_lib.tokenizer import Tokenizer
from llm_lib.tuning.recipe import TuningRecipe, tune
from llm_lib.tuning.tasks import make_examples

FILE = Path(__file__).parent / "preferring.json"
COMMAND = "python -m llm_lib.studies.preferring"
RECIPE = Path("configs/sprout_preferred.toml")
SEEDS = (0, 1, 2)
WAYS = {"shorter": False, "right, then shorter": True}  # which story is preferred: right_first


def measure_stories(model: GPT, tokenizer: Tokenizer, n: int, seed: int) -> dict[str, float]:
    """Return the mean length of `n` held-out stories, and the share that keeps its request."""
    asked = make_examples(["story"], n, 4000, "held_out")
    told = complete(model, tokenizer, [e.question for e in asked], 160, temperature=1.0, seed=seed)
    kept = sum(check_story(text, e.facts).all for text, e in zip(told, asked, strict=True))
    return {"words": sum(len(text.split()) for text in told) / n, "kept": round(kept / n, 4)}


def seeded(recipe: TuningRecipe, seed: int, right_first: bool, quick: bool) -> TuningRecipe:
    """Return a recipe with another seed for all that is drawn, and with or without `right_first`."""
    data = recipe.data | {"seed": seed, "right_first": right_first}
    training = recipe.training | {"seed": seed, "progress": False}
    if quick:
        data, training = data | {"examples": 16}, training | {"steps": 2, "eval_interval": 2}
    return replace(
        recipe, data=data, training=training, rollouts=recipe.rollouts | {"seed": 1000 * seed}
    )


def measure(recipe: TuningRecipe, quick: bool = False) -> dict[str, list[dict[str, float]]]:
    """Return what tuned Sprout and each way of choosing pairs come to, one row a seed."""
    n = 8 if quick else 240
    base = load_model(recipe.base)
    found = {"tuned": [measure_stories(*base, n, seed) for seed in SEEDS]}
    for way, seed in tqdm([(way, seed) for way in WAYS for seed in SEEDS], desc="preferring"):
        model, tokenizer, _ = tune(seeded(recipe, seed, WAYS[way], quick))
        found.setdefault(way, []).append(measure_stories(model, tokenizer, n, seed))
    return found


def load_preferring() -> dict[str, Any]:
    """Return the results that are on file."""
    return json.loads(FILE.read_text("utf-8"))


def main(arguments: list[str] | None = None) -> int:
    """Train on pairs chosen in two ways: `python -m llm_lib.studies.preferring`."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=main.__doc__)
    parser.add_argument("--quick", action="store_true", help="two steps of each training")
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)
    found = measure(TuningRecipe.read(RECIPE), options.quick)
    results = {"command": COMMAND, "stories": 8 if options.quick else 240, "ways": found}
    print(json.dumps(results, indent=1))
    if not options.quick:
        write_json(FILE, results, indent=1)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
