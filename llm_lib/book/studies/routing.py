"""Routing: which experts get the tokens, with no remedy, with a balance loss, and with biases.

    python -m llm_lib.book.studies.routing           # about three minutes on one core
    python -m llm_lib.book.studies.routing --quick   # 20 steps, one seed; printed only

Small models read the Bible in Basic English by characters. Each has two layers, with four experts
in each of which one reads a token; "dense" has one feed-forward network a layer instead, as wide as
one expert. `routing.json` holds, for each way and seed, the share of tokens that each expert of
each layer got, every ten steps, the loss on held-out text at the end, and the seconds of its
training; `load_routing` reads it.
"""

import argparse
import json
import time
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from tqdm import tqdm

from llm_lib.book.corpus import load_corpus
from llm_lib.files import read_json, write_json
from llm_lib.model.config import GPTConfig
from llm_lib.model.experts import adjust_balance, balance_loss, routers, share_of_tokens
from llm_lib.model.gpt import GPT
from llm_lib.tokenizer import CharTokenizer
from llm_lib.training.config import TrainingConfig
from llm_lib.training.loop import fit

FILE = Path(__file__).parent / "routing.json"
COMMAND = "python -m llm_lib.book.studies.routing"
N_EXPERT, LENGTH, BATCH, RATE, STEPS = 4, 128, 16, 3e-3, 240
WEIGHT, BIAS_RATE = 0.01, 0.01  # of the balance loss; how far a bias moves in a step
WAYS = ("none", "loss", "bias", "dense")
SEEDS = (0, 1, 2)
EVERY = 10  # steps between two records of the shares
N_TRAIN, N_HELD_OUT = 1_900_000, 51_200  # characters


def load_text() -> tuple[Tensor, Tensor, int]:
    """Return the ids to train on, those held out, and the size of the vocabulary."""
    text = load_corpus("bible-bbe")[: N_TRAIN + N_HELD_OUT]
    tokenizer = CharTokenizer("".join(sorted(set(text))))
    ids = torch.tensor(tokenizer.encode(text))
    return ids[:N_TRAIN], ids[N_TRAIN:], tokenizer.vocab_size


def make_model(way: str, vocab_size: int, seed: int = 0) -> GPT:
    """Return an untrained model; of one expert a token, the weight must not be divided by itself.

    Divided by their sum, one weight is always 1, and the router gets no gradient.
    """
    experts = None
    if way != "dense":
        bias = way == "bias"
        experts = {"n_expert": N_EXPERT, "n_active": 1, "normalize": False, "balance_bias": bias}
    sizes = {"n_layer": 2, "n_head": 4, "n_embd": 64, "position": "rotary", "norm": "rms"}
    torch.manual_seed(seed)
    return GPT(GPTConfig(vocab_size, LENGTH, bias=False, experts=experts, **sizes))


def read_shares(model: GPT) -> list[list[float]]:
    """Return the share of tokens that each expert of each layer got in the last pass."""
    return [
        [round(share, 3) for share in share_of_tokens(router.last[1], N_EXPERT).tolist()]
        for router in routers(model)
    ]


def train_model(
    way: str, text: Tensor, vocab_size: int, seed: int = 0, steps: int = STEPS
) -> tuple[GPT, list]:
    """Return a trained model, and the shares of its experts every ten steps."""
    model, shares = make_model(way, vocab_size, seed), []

    def loss_at(learner: nn.Module, step: int) -> Tensor:
        if step and way == "bias":
            adjust_balance(learner, BIAS_RATE)
        dice = torch.Generator().manual_seed(10_000 * (seed + 1) + step)
        starts = torch.randint(len(text) - LENGTH, (BATCH, 1), generator=dice)
        windows = text[starts + torch.arange(LENGTH + 1)]
        loss = F.cross_entropy(learner(windows[:, :-1]).flatten(0, 1), windows[:, 1:].flatten())
        if way != "dense" and step % EVERY == 0:
            shares.append(read_shares(model))
        return loss + WEIGHT * balance_loss(learner) if way == "loss" else loss

    config = TrainingConfig(
        steps=steps, learning_rate=RATE, eval_interval=steps, seed=seed, progress=False
    )
    fit(model, loss_at, config)
    return model, shares


@torch.no_grad()
def held_out_loss(model: GPT, text: Tensor) -> float:
    """Return the mean loss of text that was not trained on, in nats a character."""
    windows = text[: len(text) // LENGTH * LENGTH].view(-1, LENGTH)
    logits = [model.eval()(part[:, :-1]) for part in windows.split(50)]
    return F.cross_entropy(torch.cat(logits).flatten(0, 1), windows[:, 1:].flatten()).item()


def measure(way: str, seed: int, steps: int = STEPS) -> dict[str, Any]:
    """Train one model, and return what is written down of it."""
    text, held_out, vocab_size = load_text()
    started = time.process_time()
    model, shares = train_model(way, text, vocab_size, seed, steps)
    return {
        "seed": seed,
        "parameters": model.count_parameters(),
        "seconds": round(time.process_time() - started, 1),
        "loss": round(held_out_loss(model, held_out), 4),
        "shares": shares,
    }


def load_routing() -> dict[str, Any]:
    """Return what is on file: "every", and in "runs" for each of `WAYS` one result per seed."""
    return read_json(FILE)


def main() -> None:
    """Train all models and write the file."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--quick", action="store_true", help="20 steps, one seed; printed only")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    if options.quick:
        print(json.dumps({way: measure(way, 0, 20) for way in WAYS}))
        return
    settings = {"experts": N_EXPERT, "steps": STEPS, "every": EVERY, "weight": WEIGHT}
    runs: dict[str, list] = {way: [] for way in WAYS}
    for seed, way in tqdm([(s, w) for s in SEEDS for w in WAYS], desc="routing"):
        runs[way].append(measure(way, seed))
        tqdm.write(f"{way}, seed {seed}: {runs[way][-1]['loss']}")
        write_json(FILE, {"command": COMMAND, **settings, "runs": runs})


if __name__ == "__main__":
    main()
