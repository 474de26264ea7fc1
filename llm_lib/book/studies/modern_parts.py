"""A small GPT becomes a modern one, part by part: what does each change do to the loss?

    python -m llm_lib.book.studies.modern_parts           # about four minutes on one core
    python -m llm_lib.book.studies.modern_parts --quick   # 10 steps, one seed; printed only

It has an eighth of GPT-2's width, 2 layers, and 128 tokens of context, with a window of 16 in one
layer; its other sizes stand to each other as GPT-2's: 12 heads, which then share 3 keys and values,
and a hidden width of 4 · n_embd, with SwiGLU two thirds of it. Each model reads as many pieces of
the Bible in Basic English. `modern_parts.json` holds, for each stage and seed, the loss on pieces
of the text's end, which no model trains on; `load_modern_parts` reads it.
"""

import argparse
import json
import time
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from tqdm import tqdm

from llm_lib.book.corpus import load_corpus
from llm_lib.bpe import BPETokenizer
from llm_lib.files import read_json, write_json
from llm_lib.model.config import GPTConfig
from llm_lib.model.experts import balance_loss
from llm_lib.model.gpt import GPT
from llm_lib.training.config import TrainingConfig
from llm_lib.training.loop import fit
from llm_lib.training.next_token import compute_loss, evaluate_loss

FILE = Path(__file__).parent / "modern_parts.json"
COMMAND = "python -m llm_lib.book.studies.modern_parts"
N_TRAIN, N_TEST = 1_800_000, 200_000  # characters of the text
VOCAB_SIZE, CONTEXT, WINDOW = 512, 128, 16
SEEDS = (0, 1, 2)
STEPS, BATCH = 300, 4
RATE = 6e-3  # for "GPT-2", seed 0, better than half of it and twice as much
WEIGHT = 0.01  # of the balance loss
N_BATCHES = 16  # of the held-out text, 16 windows each


def make_stages() -> dict[str, GPTConfig]:
    """Return the sizes and switches of each stage; each changes the one before it."""
    gpt2 = GPTConfig(VOCAB_SIZE, CONTEXT, n_layer=2, n_head=12, n_embd=96)
    switches = {"position": "rotary", "norm": "rms", "mlp": "swiglu", "bias": False}
    shared = replace(gpt2, n_hidden=256, **switches)
    grouped = replace(shared, n_kv_head=3)
    windowed = replace(grouped, window=[WINDOW, None])
    mixed = replace(windowed, experts={"n_expert": 8, "n_active": 2})
    return {
        "GPT-2": gpt2,
        "3 parts": shared,
        "GQA": grouped,
        "windows": windowed,
        "experts": mixed,
    }


@cache
def load_tokens() -> tuple[Tensor, Tensor]:
    """Return the ids of the text to train on, and of the text held out."""
    text = load_corpus("bible-bbe")
    trained, held_out = text[:N_TRAIN], text[-N_TEST:]
    tokenizer = BPETokenizer.train(trained[:200_000], VOCAB_SIZE)
    return tuple(torch.tensor(tokenizer.encode(part)) for part in (trained, held_out))


def train_model(stage: str, seed: int, steps: int = STEPS) -> GPT:
    """Return a trained model; of one seed, all stages read the same windows."""
    torch.manual_seed(seed)
    model, (ids, _) = GPT(make_stages()[stage]), load_tokens()

    def loss_at(learner: nn.Module, step: int) -> Tensor:
        dice = torch.Generator().manual_seed(10_000 * (seed + 1) + step)
        starts = torch.randint(len(ids) - CONTEXT, (BATCH, 1), generator=dice)
        windows = ids[starts + torch.arange(CONTEXT + 1)]
        loss = compute_loss(learner, windows[:, :-1], windows[:, 1:])
        return loss + WEIGHT * balance_loss(learner) if model.config.experts else loss

    config = TrainingConfig(
        steps=steps, learning_rate=RATE, eval_interval=steps, seed=seed, progress=False
    )
    fit(model, loss_at, config)
    return model.eval()


def measure(stage: str, seed: int, steps: int = STEPS) -> dict[str, Any]:
    """Train one model, and return what is written down of it."""
    _, held_out = load_tokens()
    started = time.process_time()
    model = train_model(stage, seed, steps)
    return {
        "seed": seed,
        "parameters": model.count_parameters(),
        "seconds": round(time.process_time() - started, 1),
        "loss": round(evaluate_loss(model, held_out, max_batches=N_BATCHES), 4),
    }


def load_modern_parts() -> dict[str, Any]:
    """Return what is on file: settings, and in "runs" for each stage one result per seed."""
    return read_json(FILE)


def main() -> None:
    """Train all models and write the file."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--quick", action="store_true", help="10 steps, one seed; printed only")
    options = parser.parse_args()
    torch.set_num_threads(1)
    if options.quick:
        print(json.dumps({stage: measure(stage, 0, 10) for stage in make_stages()}))
        return
    settings = {"steps": STEPS, "batch": BATCH, "context": CONTEXT, "window": WINDOW}
    runs: dict[str, list] = {stage: [] for stage in make_stages()}
    for seed, stage in tqdm([(s, k) for s in SEEDS for k in runs], desc="modern parts"):
        runs[stage].append(measure(stage, seed))
        tqdm.write(f"{stage}, seed {seed}: {runs[stage][-1]}")
        write_json(FILE, {"command": COMMAND, **settings, "runs": runs}, indent=1)


if __name__ == "__main__":
    main()
