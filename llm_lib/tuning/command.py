"""The command that tunes by a recipe: `python -m llm_lib.tuning configs/sprout_tuned.toml`."""

import argparse
from pathlib import Path

import torch

from llm_lib.checkpoint import save_model
from llm_lib.tuning.adapters import save_adapter
from llm_lib.tuning.lora import merge_lora, remove_lora
from llm_lib.tuning.recipe import TuningRecipe, tune


def main(arguments: list[str] | None = None) -> int:
    """Tune by a recipe file: `python -m llm_lib.tuning configs/sprout_tuned.toml`."""
    parser = argparse.ArgumentParser(prog="python -m llm_lib.tuning", description=main.__doc__)
    parser.add_argument("recipe", type=Path, help="a TOML file, see configs/")
    parser.add_argument("--folder", help="where to write (default: runs/<name of the recipe>)")
    parser.add_argument("--threads", type=int, default=2, help="CPU threads (default: 2)")
    options = parser.parse_args(arguments)
    torch.set_num_threads(max(1, options.threads))
    try:
        return _follow(options)
    except KeyboardInterrupt:
        print("\nstopped; the checkpoint is intact. To go on, run the same command again.")
        return 130
    except (ValueError, TypeError, OSError) as error:
        print(f"error: {error}")
        return 1


def _follow(options: argparse.Namespace) -> int:
    recipe = TuningRecipe.read(options.recipe)
    folder = Path(options.folder or f"runs/{options.recipe.stem}")
    print(f"tuning {recipe.base} by {options.recipe}")
    model, tokenizer, result = tune(recipe, str(folder))
    if recipe.lora is not None:
        save_adapter(model, folder / "adapter", base=recipe.base)
        print(f"the adapter is in {folder / 'adapter'}")
        remove_lora(merge_lora(model))
    save_model(model, tokenizer, folder / "model", log=result.history)
    print(f"the model is in {folder / 'model'}, after {result.seconds / 60:.1f} minutes")
    return 0
