"""Turns a finished training run into the model folder that ships with the book.

`python -m llm_lib.book.studies.shipping configs/sprout.toml` reads `runs/sprout` and writes
`llm_lib/book/models/sprout`: the weights in float16, the tokenizer, the training log, samples
written during training, and measures of quality. A recipe of tuning will do as well; what was
learned with LoRA is shipped as an adapter.
"""

import argparse
import base64
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tqdm import tqdm

from llm_lib.book.recipes.corpora import Repeats, read_recipe
from llm_lib.book.recipes.tuning import TuningRecipe
from llm_lib.book.small_world.quality import N_MEASURES, evaluate_model
from llm_lib.book.small_world.table import format_figures
from llm_lib.files import read_json, write_json
from llm_lib.finetuning import load_adapter, save_adapter
from llm_lib.generation import complete
from llm_lib.interp.heads import prefix_matching_score, stack_attention
from llm_lib.model.gpt import GPT
from llm_lib.pretrained.save_load import load_model, save_model
from llm_lib.tokenizer import Tokenizer
from llm_lib.training import evaluate_loss
from llm_lib.training.recipe import Recipe, prepare
from llm_lib.training.tables import read_tables

# a held-out pair of kind and object, and the beginning of a story
PROMPTS = ("User: Write a story about Mia the fox and a kite.\nBot:", "Once there was a")
ATTENTION_TEXT = (
    "By the lake lived Mia, a brave fox. Mia had a kite. One morning, the kite was gone."
)


def replay_snapshots(
    run: Path, tokenizer: Tokenizer, val_tokens: np.ndarray, tokens_per_step: int
) -> dict[str, Any]:
    """Return each snapshot of a run with its loss, samples and attention weights.

    Attention weights on one text are bytes (255 = 1.0) in base64, of shape (L, H, T, T).
    """
    ids = torch.tensor([tokenizer.encode(ATTENTION_TEXT)])
    rows = []
    for folder in sorted((run / "snapshots").iterdir()):
        model, _ = load_model(folder)
        weights = (stack_attention(model, ids)[:, :, 0] * 255).round().to(torch.uint8)
        rows.append(
            {
                "step": int(folder.name),
                "tokens": int(folder.name) * tokens_per_step,
                "val_loss": round(evaluate_loss(model, val_tokens, 16, 8), 4),
                "samples": complete(model, tokenizer, list(PROMPTS), 100),
                "attention": base64.b64encode(weights.numpy().tobytes()).decode(),
            }
        )
    tokens = [tokenizer.decode([i]) for i in ids[0].tolist()]
    shape = list(weights.shape)
    return {
        "vocab_size": tokenizer.vocab_size,
        "prompts": PROMPTS,
        "tokens": tokens,
        "attention_shape": shape,
        "snapshots": rows,
    }


def ship_trained(recipe: Recipe, run: Path, to: Path) -> dict[str, Any]:
    """Write what a training has made, with its samples; return its figures, judged as shipped."""
    trained, tokenizer = load_model(run / "model")
    save_model(trained, tokenizer, to, dtype=torch.float16, log=read_log(run))
    model, _ = load_model(to)  # rounded to float16
    if isinstance(recipe.corpus, Repeats):
        scores = prefix_matching_score(model)
        return {"prefix_matching": [[round(x, 3) for x in row] for row in scores.tolist()]}
    _, _, _, val_tokens = prepare(recipe)
    if (run / "snapshots").exists():
        per_step = recipe.training["batch_size"] * model.config.context_length
        write_json(to / "snapshots.json", replay_snapshots(run, tokenizer, val_tokens, per_step))
    figures = evaluate_with_bar(model, tokenizer)
    return {**figures, "val_loss": round(evaluate_loss(model, val_tokens, 16, 40), 4)}


def ship_tuned(recipe: TuningRecipe, run: Path, to: Path) -> dict[str, Any]:
    """Write what tuning has made, whole or as an adapter; return its figures, judged as shipped."""
    model, tokenizer = load_model(run / "model")
    if recipe.lora is None:
        save_model(model, tokenizer, to, dtype=torch.float16, log=read_log(run))
    else:
        model = load_adapter(load_model(recipe.base)[0], run / "adapter")
        save_adapter(model, to, base=recipe.base, dtype=torch.float16)
        write_json(to / "training_log.json", {"evaluations": read_log(run)}, indent=1)
    return evaluate_with_bar(*load_model(to))


def read_log(run: Path) -> list[dict]:
    """Return the rows of a run's training log."""
    return read_json(run / "model" / "training_log.json")["evaluations"]


def evaluate_with_bar(model: GPT, tokenizer: Tokenizer) -> dict[str, Any]:
    """Return every figure of quality, and show how far the work is."""
    with tqdm(total=N_MEASURES, unit="measure") as bar:
        return evaluate_model(model, tokenizer, report=bar.update)


def main(arguments: list[str] | None = None) -> int:
    """Turn the run of a recipe into the folder that the book ships."""
    parser = argparse.ArgumentParser(
        prog="python -m llm_lib.book.studies.shipping", description=main.__doc__
    )
    parser.add_argument("recipe", type=Path, help="a TOML file, see configs/")
    parser.add_argument("--run", type=Path, help="default: runs/<name of the recipe>")
    parser.add_argument("--to", type=Path, help="default: llm_lib/book/models/<name of the recipe>")
    options = parser.parse_args(arguments)
    name, tuned = options.recipe.stem, False
    run, to = options.run or Path("runs") / name, options.to or Path("llm_lib/book/models") / name
    try:
        tuned = "kind" in read_tables(options.recipe)
        recipe = TuningRecipe.read(options.recipe) if tuned else read_recipe(options.recipe)
        figures = (ship_tuned if tuned else ship_trained)(recipe, run, to)
    except (ValueError, OSError) as error:
        command = f"python -m llm_lib.book.recipes.{'tune' if tuned else 'train'} {options.recipe}"
        print(f"error: {error}\nFirst train: {command}")
        return 1
    write_json(to / "quality.json", figures, indent=1)
    print(format_figures({name: figures}) if "stories" in figures else figures)
    [file] = to.glob("*.safetensors")
    print(f"{file}: {file.stat().st_size / 1e6:.2f} MB")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
