"""Short stories preferred, and whether they keep what was asked for: two ways to choose pairs.

    python -m llm_lib.studies.preferring           # about four minutes on one core
    python -m llm_lib.studies.preferring --quick   # two steps of training; printed only

`llm_lib/studies/preferring.json` holds the results, each from 240 held-out stories, drawn three
times at temperature 1: tuned Sprout; what `configs/sprout_preferred.toml` makes of it without its
line `right_first`, so that the shorter story is always preferred; and preferred Sprout as shipped.
"""

import argparse
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

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
SEEDS = (0, 1, 2)  # of drawing


def measure_stories(model: GPT, tokenizer: Tokenizer, n: int) -> dict[str, Any]:
    """Return the mean length of `n` held-out stories, and the share that keeps its request.

    kept: one share a seed. words: their mean length over all seeds.
    """
    asked = make_examples(["story"], n, 4000, "held_out")
    told, kept = [], []
    for seed in SEEDS:
        texts = complete(
            model, tokenizer, [e.question for e in asked], 160, temperature=1.0, seed=seed
        )
        right = [check_story(t, e.facts).all for t, e in zip(texts, asked, strict=True)]
        kept.append(round(sum(right) / n, 4))
        told += texts
    words = sum(len(text.split()) for text in told) / len(told)
    return {"words": round(words, 2), "kept": kept}


def prefer_shorter(recipe: TuningRecipe, quick: bool) -> tuple[GPT, Tokenizer]:
    """Return what a recipe makes without `right_first`."""
    data, training = recipe.data | {"right_first": False}, recipe.training
    if quick:
        data, training = data | {"examples": 16}, training | {"steps": 2, "eval_interval": 2}
    return tune(replace(recipe, data=data, training=training))[:2]


def load_preferring() -> dict[str, Any]:
    """Return the results that are on file."""
    return json.loads(FILE.read_text("utf-8"))


def main(arguments: list[str] | None = None) -> int:
    """Measure what pairs chosen in two ways teach: `python -m llm_lib.studies.preferring`."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=main.__doc__)
    parser.add_argument("--quick", action="store_true", help="two steps of training, eight stories")
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)
    recipe, n = TuningRecipe.read(RECIPE), 8 if options.quick else 240
    models = {
        "tuned": load_model(recipe.base),
        "shorter": prefer_shorter(recipe, options.quick),
        "right, then shorter": load_model(RECIPE.stem),
    }
    found = {name: measure_stories(*pair, n) for name, pair in models.items()}
    results = {"command": COMMAND, "stories": n, "preferred": found}
    print(json.dumps(results, indent=1))
    if not options.quick:
        write_json(FILE, results, indent=1)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
