"""The place of the norm: narrow translators with 2 and 12 layers, post-norm and pre-norm.

`python -m llm_lib.book.studies.variations` trains all of it again and writes
`studies/variations.json` (some minutes on two cores); `load_variations` reads the file.
"""

import argparse
from dataclasses import fields
from pathlib import Path

import torch
from tqdm import tqdm

from llm_lib.book.translation import LumiTask, encode_pairs, lumi_tokenizer
from llm_lib.book.translation.translator import share_right, train_translator, translation_loss
from llm_lib.files import read_json, write_json
from llm_lib.model.transformer import Transformer, TransformerConfig

FILE = Path(__file__).parent / "variations.json"
MODEL = {"context_length": 24, "position": "sinusoidal"}
N_PAIRS, N_HELD_OUT = 20_000, 500
SEEDS = (0, 1, 2)

# Narrow models with 2 or 12 layers in the encoder and as many in the decoder. All reach the same
# learning rate; with warm-up they take 60 steps to get there.
NARROW = {"n_embd": 32, "n_hidden": 64, "n_head": 2, "dropout": 0.0}
NARROW |= {"batch_size": 32, "steps": 120, "rate": 2e-3}
VARIATIONS = {
    f"{order}-norm, {n} layers, {start}": NARROW
    | {"n_layer": n, "norm_first": order == "pre", "warmup_steps": 60 if start == "warm-up" else 1}
    for n, order, start in (
        (2, "post", "no warm-up"),
        (12, "post", "no warm-up"),
        (12, "pre", "no warm-up"),
        (12, "post", "warm-up"),
        (2, "pre", "no warm-up"),
    )
}


def run_variation(changes: dict, seed: int = 0, steps: int | None = None) -> dict:
    """Train one translator and return its losses and its scores on held-out sentences.

    `changes` are settings of `TransformerConfig` and `train_translator`, one of `VARIATIONS`.
    """
    sizes = {field.name for field in fields(TransformerConfig)}
    model_settings = MODEL | {k: v for k, v in changes.items() if k in sizes}
    training = {k: v for k, v in changes.items() if k not in sizes}
    training |= {"label_smoothing": 0.1, "steps": steps or training["steps"]}
    torch.manual_seed(seed)
    model = Transformer(TransformerConfig(lumi_tokenizer().vocab_size, **model_settings))
    losses = train_translator(
        model, LumiTask(seed=0).pairs(N_PAIRS), seed=seed, progress=False, **training
    )
    held_out = LumiTask(seed=0, split="held_out").pairs(N_HELD_OUT)
    source, target = encode_pairs(held_out)
    with torch.no_grad():
        loss = translation_loss(model(source, target[:, :-1]), target[:, 1:]).item()
    return {
        "parameters": sum(p.numel() for p in model.parameters()),
        "losses": [round(value, 4) for value in losses],
        "held_out_loss": round(loss, 4),
        "right": round(share_right(model, held_out), 4),
    }


def load_variations() -> dict[str, list[dict]]:
    """Return what is on file: for each of `VARIATIONS` one result per seed."""
    return read_json(FILE)


def main() -> None:
    """Run all variations and write the file."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--threads", type=int, default=2)
    torch.set_num_threads(parser.parse_args().threads)
    results: dict[str, list[dict]] = {name: [] for name in VARIATIONS}
    FILE.parent.mkdir(parents=True, exist_ok=True)
    for seed, name in tqdm([(s, n) for s in SEEDS for n in VARIATIONS], desc="variations"):
        run = run_variation(VARIATIONS[name], seed)
        results[name].append(run)
        tqdm.write(f"{name}: {run['right']:.3f} right, loss {run['held_out_loss']}")
        write_json(FILE, results)


if __name__ == "__main__":
    main()
