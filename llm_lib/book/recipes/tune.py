"""Tunes the book's own models by their recipes: `python -m llm_lib.book.recipes.tune RECIPE`.

`torchrun --nproc-per-node 2 -m llm_lib.book.recipes.tune configs/sprout_tuned.toml` does so in two
processes.
"""

import argparse
from pathlib import Path

import torch

from llm_lib.book.recipes.tuning import TuningRecipe, tune
from llm_lib.finetuning.adapters import save_adapter
from llm_lib.finetuning.lora import merge_lora, remove_lora
from llm_lib.pretrained.save_load import save_model
from llm_lib.training.distributed import Ranks, local_processes, process_group
from llm_lib.training.resuming import gather_model


def main(arguments: list[str] | None = None) -> int:
    """Tune by a recipe file: `python -m llm_lib.book.recipes.tune configs/sprout_tuned.toml`."""
    program = "python -m llm_lib.book.recipes.tune"
    parser = argparse.ArgumentParser(prog=program, description=main.__doc__)
    parser.add_argument("recipe", type=Path, help="a TOML file, see configs/")
    parser.add_argument("--folder", help="where to write (default: runs/<name of the recipe>)")
    parser.add_argument(
        "--threads", type=int, default=2, help="CPU threads of all processes here (default: 2)"
    )
    parser.add_argument("--device", help="cpu or cuda (default: cuda where there is one)")
    options = parser.parse_args(arguments)
    torch.set_num_threads(max(1, options.threads // local_processes()))
    ranks = Ranks()
    try:
        with process_group() as ranks:
            return _follow(options, ranks)
    except KeyboardInterrupt:
        if ranks.is_first:
            print("\nstopped; the checkpoint is intact. To go on, run the same command again.")
        return 130
    except (ValueError, TypeError, OSError) as error:
        print(f"error: {error}")
        return 1


def _follow(options: argparse.Namespace, ranks: Ranks) -> int:
    recipe = TuningRecipe.read(options.recipe)
    folder = Path(options.folder or f"runs/{options.recipe.stem}")
    device = options.device or ("cuda" if torch.cuda.is_available() else "cpu")
    if ranks.is_first:
        print(f"tuning {recipe.base} by {options.recipe}")
    model, tokenizer, result = tune(recipe, str(folder), device)
    model = gather_model(model)
    if not ranks.is_first:
        return 0
    if recipe.lora is not None:
        save_adapter(model, folder / "adapter", base=recipe.base)
        print(f"the adapter is in {folder / 'adapter'}")
        remove_lora(merge_lora(model))
    save_model(model, tokenizer, folder / "model", log=result.history)
    print(f"the model is in {folder / 'model'}, after {result.seconds / 60:.1f} minutes")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
