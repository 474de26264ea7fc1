"""The command that trains: on a text of your own, or by a recipe that says all settings.

python -m llm_lib.training --text my.txt
python -m llm_lib.training my_recipe.toml
torchrun --nproc-per-node 2 -m llm_lib.training my_recipe.toml
"""

import argparse
from collections.abc import Mapping
from pathlib import Path

import torch

from llm_lib.pretrained.save_load import save_model
from llm_lib.training.config import TrainingConfig
from llm_lib.training.distributed import Ranks, local_processes, process_group
from llm_lib.training.next_token import plan_windows, train
from llm_lib.training.recipe import CORPORA, Corpus, Recipe, TextFile, prepare
from llm_lib.training.resuming import gather_model

# a small GPT for a text of one's own: some minutes on two cores
VOCAB_SIZE = 1024
MODEL = {"context_length": 128, "n_layer": 4, "n_head": 4, "n_embd": 128, "position": "rotary"}
TRAINING = {"steps": 2000, "batch_size": 16, "learning_rate": 2e-3, "eval_interval": 200}


def main(
    arguments: list[str] | None = None,
    corpora: Mapping[str, type[Corpus]] = CORPORA,
    program: str = "python -m llm_lib.training",
) -> int:
    """Train on a text of your own (--text my.txt), or by a recipe file.

    corpora: what the recipe's [corpus] may name.
    """
    parser = argparse.ArgumentParser(
        prog=program, description="Train on a text of your own, or by a recipe file."
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("recipe", type=Path, nargs="?", help="a TOML file, see configs/")
    what.add_argument("--text", type=Path, help="a text of your own, in UTF-8")
    parser.add_argument("--steps", type=int, help="how many steps, if not as many as usual")
    parser.add_argument("--folder", help="where to write (default: runs/<name of the file>)")
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
            return _follow_recipe(options, corpora, ranks)
    except KeyboardInterrupt:
        if ranks.is_first:
            print("\nstopped; the checkpoint is intact. To go on, run the same command again.")
        return 130
    except (ValueError, TypeError, OSError) as error:
        print(f"error: {error}")
        return 1


def _choose_recipe(options: argparse.Namespace, corpora: Mapping[str, type[Corpus]]) -> Recipe:
    if options.text is None:
        recipe = Recipe.read(options.recipe, corpora)
    else:
        recipe = Recipe(TextFile(str(options.text)), VOCAB_SIZE, dict(MODEL), dict(TRAINING))
    given = {"steps": options.steps, "seed": options.seed}
    recipe.training.update({name: value for name, value in given.items() if value is not None})
    return recipe


def _follow_recipe(
    options: argparse.Namespace, corpora: Mapping[str, type[Corpus]], ranks: Ranks
) -> int:
    say = print if ranks.is_first else (lambda text: None)
    recipe, file = _choose_recipe(options, corpora), options.text or options.recipe
    folder = Path(options.folder or f"runs/{file.stem}")
    config = TrainingConfig(**recipe.training, folder=str(folder))
    ranks.share(config.batch_size)
    say(f"preparing the text and the tokenizer of {file}")
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
