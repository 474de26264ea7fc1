"""The command that trains by a recipe: `python -m llm_lib.training configs/sprout.toml`.

`torchrun --nproc-per-node 2 -m llm_lib.training configs/sprout.toml` does so in two processes.
"""

import argparse
from pathlib import Path

import torch

from llm_lib.checkpoint import save_model
from llm_lib.training.config import TrainingConfig
from llm_lib.training.distributed import Ranks, local_processes, process_group
from llm_lib.training.next_token import plan_windows, train
from llm_lib.training.recipe import Recipe, prepare
from llm_lib.training.resuming import gather_model


def main(arguments: list[str] | None = None) -> int:
    """Train by a recipe file: `python -m llm_lib.training configs/sprout.toml`."""
    parser = argparse.ArgumentParser(prog="python -m llm_lib.training", description=main.__doc__)
    parser.add_argument("recipe", type=Path, help="a TOML file, see configs/")
    parser.add_argument("--folder", help="where to write (default: runs/<name of the recipe>)")
    parser.add_argument("--seed", type=int, help="another seed than the recipe's")
    parser.add_argument(
        "--threads", type=int, default=2, help="CPU threads of all processes here (default: 2)"
    )
    parser.add_argument("--device", help="cpu or cuda (default: cuda where there is one)")
    options = parser.parse_args(arguments)
    torch.set_num_threads(max(1, options.threads // local_processes()))
    ranks = Ranks()
    try:
        with process_group() as ranks:
            return _follow_recipe(options, ranks)
    except KeyboardInterrupt:
        if ranks.is_first:
            print("\nstopped; the checkpoint is intact. To go on, run the same command again.")
        return 130
    except (ValueError, TypeError, OSError) as error:
        print(f"error: {error}")
        return 1


def _follow_recipe(options: argparse.Namespace, ranks: Ranks) -> int:
    say = print if ranks.is_first else (lambda text: None)
    recipe = Recipe.read(options.recipe)
    if options.seed is not None:
        recipe.training["seed"] = options.seed
    folder = Path(options.folder or f"runs/{options.recipe.stem}")
    config = TrainingConfig(**recipe.training, folder=str(folder))
    ranks.share(config.batch_size)
    say(f"preparing the text and the tokenizer of {options.recipe}")
    model, tokenizer, train_tokens, val_tokens = prepare(recipe)
    say(f"{model.count_parameters():,} parameters, {len(train_tokens):,} training tokens")
    plan_windows(train_tokens, model.config.context_length, config, ranks)  # or fail: too short
    if ranks.is_first:
        folder.mkdir(parents=True, exist_ok=True)
        tokenizer.save(folder / "tokenizer.json")  # now, so that snapshots can be read meanwhile
    model.to(options.device or ("cuda" if torch.cuda.is_available() else "cpu"))
    result = train(model, train_tokens, val_tokens, config)
    model = gather_model(model)
    if ranks.is_first:
        save_model(model, tokenizer, folder / "model", log=result.history)
        say(f"validation loss {result.val_loss:.4f} after {result.seconds / 60:.1f} minutes")
        say(f"the model is in {folder / 'model'}")
    return 0
