"""Turns a finished training run into the model folder that ships with the book.

`python -m llm_lib.studies.shipping configs/sprout.toml` reads `runs/sprout` and writes
`llm_lib/models/sprout`: the weights in float16, the tokenizer, the training log, samples written
during training, and measures of quality.
"""

import argparse
import base64
from pathlib import Path
from typing import Any

import numpy as np
import torch

from llm_lib.checkpoint import load_model, save_model
from llm_lib.evaluation import complete, evaluate_model, print_figures
from llm_lib.files import read_json, write_json
from llm_lib.heads import prefix_matching_score, stack_attention
from llm_lib.tokenizer import Tokenizer
from llm_lib.training import evaluate_loss
from llm_lib.training.recipe import Recipe, prepare

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


def main(arguments: list[str] | None = None) -> int:
    """Turn the run of a recipe into the folder that the book ships."""
    parser = argparse.ArgumentParser(
        prog="python -m llm_lib.studies.shipping", description=main.__doc__
    )
    parser.add_argument("recipe", type=Path, help="a TOML file, see configs/")
    parser.add_argument("--run", type=Path, help="default: runs/<name of the recipe>")
    parser.add_argument("--to", type=Path, help="default: llm_lib/models/<name of the recipe>")
    options = parser.parse_args(arguments)
    name = options.recipe.stem
    run, to = options.run or Path("runs") / name, options.to or Path("llm_lib/models") / name
    try:
        recipe = Recipe.read(options.recipe)
        model, tokenizer = load_model(run / "model")
        log = read_json(run / "model" / "training_log.json")["evaluations"]
    except (ValueError, OSError) as error:
        print(f"error: {error}\nFirst train: python -m llm_lib.training {options.recipe}")
        return 1
    save_model(model, tokenizer, to, dtype=torch.float16, log=log)
    if recipe.corpus["name"] == "small-world":
        model, _ = load_model(to)  # judged as shipped, rounded to float16
        _, _, _, val_tokens = prepare(recipe)
        per_step = recipe.training["batch_size"] * model.config.context_length
        write_json(to / "snapshots.json", replay_snapshots(run, tokenizer, val_tokens, per_step))
        figures = evaluate_model(model, tokenizer)
        figures["val_loss"] = round(evaluate_loss(model, val_tokens, 16, 40), 4)
        print_figures(figures)
    else:
        scores = prefix_matching_score(load_model(to)[0])
        figures = {"prefix_matching": [[round(x, 3) for x in row] for row in scores.tolist()]}
        print(f"prefix matching of each head: {figures['prefix_matching']}")
    write_json(to / "quality.json", figures, indent=1)
    size = (to / "model.safetensors").stat().st_size
    print(f"{to / 'model.safetensors'}: {size / 1e6:.2f} MB")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
