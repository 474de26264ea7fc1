"""Makes the adapters of rank 1, 2, 4, 8 and 16 with which base Sprout answers, as they are shipped.

    python -m llm_lib.book.studies.adapting             # minutes on two cores
    python -m llm_lib.book.studies.adapting --ranks 4   # one of them

Each is tuned by `configs/sprout_adapter.toml`, with its own rank, and written in float16 to
`llm_lib/book/models/sprout_base-r<rank>`; `load_adapter(model, "sprout_base-r4")` reads it.
"""

import argparse
from dataclasses import replace
from pathlib import Path

import torch

from llm_lib.book.recipes.tuning import TuningRecipe, tune
from llm_lib.files import MODELS_FOLDER, write_json
from llm_lib.finetuning import save_adapter

RECIPE = Path("configs/sprout_adapter.toml")
RANKS = (1, 2, 4, 8, 16)


def make_adapter(recipe: TuningRecipe, r: int, folder: Path) -> list[dict]:
    """Tune with a change of rank `r` by a recipe, write the adapter; return the training log."""
    recipe = replace(recipe, lora={**(recipe.lora or {}), "r": r})
    model, _, result = tune(recipe)
    save_adapter(model, folder, base=recipe.base, dtype=torch.float16)
    write_json(folder / "training_log.json", {"evaluations": result.history}, indent=1)
    return result.history


def main(arguments: list[str] | None = None) -> int:
    """Make the adapters that the book ships."""
    parser = argparse.ArgumentParser(
        prog="python -m llm_lib.book.studies.adapting", description=main.__doc__
    )
    parser.add_argument("--ranks", type=int, nargs="+", default=RANKS, help="default: all five")
    parser.add_argument("--to", type=Path, default=MODELS_FOLDER, help="where the folders appear")
    parser.add_argument("--threads", type=int, default=2, help="CPU threads (default: 2)")
    options = parser.parse_args(arguments)
    torch.set_num_threads(max(1, options.threads))
    try:
        recipe = TuningRecipe.read(RECIPE)
        for r in options.ranks:
            log = make_adapter(recipe, r, options.to / f"{Path(recipe.base).name}-r{r}")
            print(f"r = {r}: validation loss {log[-1]['val_loss']:.3f}")
    except (ValueError, TypeError, OSError) as error:
        print(f"error: {error}")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
