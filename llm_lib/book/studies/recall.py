"""Recall: what stood behind this key? Asked of five small models, which differ in attention alone.

    python -m llm_lib.book.studies.recall           # about eight minutes on one core
    python -m llm_lib.book.studies.recall --quick   # 20 steps, one seed; printed only

A text is 2 to 24 pairs of a key and a value, then questions: a key again, whose value is to be
said. Each model has two layers of one kind: attention to all, within a window of eight, linear
attention, the gated delta rule, or one layer of that rule and one of attention. Each token is mixed
with the one before it first, as such layers do in published models by a short convolution; so every
model sees a pair at once. `recall.json` holds, for each kind and seed, the share of values right by
the number of pairs, and the seconds of its training; `load_recall` reads it.
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

from llm_lib.files import read_json, write_json
from llm_lib.model.attention import merge_heads, split_heads
from llm_lib.model.config import GPTConfig
from llm_lib.model.gpt import GPT
from llm_lib.model.linear_attention import chunked_linear_attention
from llm_lib.training.config import TrainingConfig
from llm_lib.training.loop import fit

FILE = Path(__file__).parent / "recall.json"
COMMAND = "python -m llm_lib.book.studies.recall"
N_KEYS, N_VALUES, N_QUESTIONS, MOST_PAIRS = 40, 10, 8, 24
MARK = N_KEYS + N_VALUES  # stands between pairs and questions
WINDOW = 8
KINDS = {
    "full": {},
    "window": {"window": WINDOW},
    "linear": {},
    "delta": {"delta_layers": (0, 1)},
    "hybrid": {"delta_layers": (0,)},
}
PAIRS = (2, 4, 8, 12, 16, 24)
SEEDS = (0, 1, 2)
STEPS, BATCH, RATE, N_TEST = 700, 64, 3e-3, 300


class LinearAttention(nn.Module):
    """Linear attention with the feature map elu + 1, divided by the sum of its weights.

    That is Katharopoulos et al. 2020; it stands in the place of `CausalSelfAttention`.
    """

    def __init__(self, n_embd: int, n_head: int) -> None:
        super().__init__()
        self.n_head = n_head
        self.qkv = nn.Linear(n_embd, 3 * n_embd, bias=False)
        self.out = nn.Linear(n_embd, n_embd, bias=False)

    def forward(self, x: Tensor, **options: Any) -> Tensor:
        """Mix the positions of `x` (B, T, C); same shape out. Options are left unused."""
        q, k, v = split_heads(self.qkv(x), 3 * self.n_head).chunk(3, dim=1)
        q, k = F.elu(q) + 1, F.elu(k) + 1
        v = torch.cat((v, torch.ones_like(v[..., :1])), dim=-1)  # the last channel sums weights
        z, _ = chunked_linear_attention(q, k, v)
        return self.out(merge_heads(z[..., :-1] / z[..., -1:]))


class WithTokenBefore(nn.Module):
    """A layer that reads each token mixed with the one before it, by a learned share a channel."""

    def __init__(self, layer: nn.Module, n_embd: int) -> None:
        super().__init__()
        self.layer = layer
        self.share = nn.Parameter(torch.full((n_embd,), 0.5))

    def forward(self, x: Tensor, **options: Any) -> Tensor:
        """Return what the layer makes of `x` (B, T, C); same shape out."""
        before = F.pad(x, (0, 0, 1, 0))[:, :-1]
        return self.layer(x + self.share * before, **options)


def make_model(kind: str, seed: int = 0) -> GPT:
    """Return an untrained model of one of `KINDS`."""
    sizes = {"n_layer": 2, "n_head": 2, "n_embd": 32, "position": "rotary", "norm": "rms"}
    config = GPTConfig(MARK + 1, 2 * (MOST_PAIRS + N_QUESTIONS), bias=False, **sizes, **KINDS[kind])
    torch.manual_seed(seed)
    model = GPT(config)
    for block in model.blocks:
        if kind == "linear":
            block.attention = LinearAttention(config.n_embd, config.n_head)
        block.attention = WithTokenBefore(block.attention, config.n_embd)
    model.initialize()
    return model


def draw_texts(n: int, n_pairs: int, dice: torch.Generator) -> tuple[Tensor, Tensor]:
    """Return texts and their targets, (n, T) both; a target is -100 where nothing is asked."""
    keys = torch.rand(n, N_KEYS, generator=dice).argsort(dim=1)[:, :n_pairs]
    values = N_KEYS + torch.randint(N_VALUES, (n, n_pairs), generator=dice)
    asked = torch.randint(n_pairs, (n, N_QUESTIONS), generator=dice)
    pairs = torch.stack((keys, values), dim=2).flatten(1)
    questions = torch.stack((keys.gather(1, asked), values.gather(1, asked)), dim=2).flatten(1)
    ids = torch.cat((pairs, torch.full((n, 1), MARK), questions), dim=1)
    targets = torch.full_like(ids, -100)
    targets[:, 2 * n_pairs + 1 :: 2] = ids[:, 2 * n_pairs + 2 :: 2]
    return ids[:, :-1], targets[:, :-1]


def train_model(kind: str, seed: int = 0, steps: int = STEPS) -> GPT:
    """Return a model that has learned from texts of 2 to 24 pairs."""
    model = make_model(kind, seed)

    def loss_at(learner: nn.Module, step: int) -> Tensor:
        dice = torch.Generator().manual_seed(10_000 * (seed + 1) + step)
        n_pairs = int(torch.randint(2, MOST_PAIRS + 1, (1,), generator=dice))
        ids, targets = draw_texts(BATCH, n_pairs, dice)
        return F.cross_entropy(learner(ids).flatten(0, 1), targets.flatten(), ignore_index=-100)

    config = TrainingConfig(
        steps=steps, learning_rate=RATE, eval_interval=steps, seed=seed, progress=False
    )
    fit(model, loss_at, config)
    return model.eval()


@torch.no_grad()
def share_right(model: GPT, n_pairs: int) -> float:
    """Return the share of values that are said right, of new texts with so many pairs."""
    ids, targets = draw_texts(N_TEST, n_pairs, torch.Generator().manual_seed(77 + n_pairs))
    asked = targets >= 0
    return (model(ids).argmax(dim=-1) == targets)[asked].double().mean().item()


def measure(kind: str, seed: int, steps: int = STEPS) -> dict[str, Any]:
    """Train one model, and return what is written down of it."""
    started = time.process_time()
    model = train_model(kind, seed, steps)
    seconds = time.process_time() - started
    return {
        "seed": seed,
        "parameters": model.count_parameters(),
        "seconds": round(seconds, 1),
        "right": [round(share_right(model, n), 4) for n in PAIRS],
    }


def load_recall() -> dict[str, Any]:
    """Return what is on file: "pairs", and in "runs" for each of `KINDS` one result per seed."""
    return read_json(FILE)


def main() -> None:
    """Train all models and write the file."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--quick", action="store_true", help="20 steps, one seed; printed only")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    if options.quick:
        print(json.dumps({kind: measure(kind, 0, 20) for kind in KINDS}))
        return
    settings = {"pairs": list(PAIRS), "steps": STEPS, "batch": BATCH, "window": WINDOW}
    runs: dict[str, list] = {kind: [] for kind in KINDS}
    for seed, kind in tqdm([(s, k) for s in SEEDS for k in KINDS], desc="recall"):
        runs[kind].append(measure(kind, seed))
        tqdm.write(f"{kind}, seed {seed}: {runs[kind][-1]['right']}")
        write_json(FILE, {"command": COMMAND, **settings, "runs": runs}, indent=1)


if __name__ == "__main__":
    main()
