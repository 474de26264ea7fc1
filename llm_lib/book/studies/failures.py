"""Trainings that go wrong on purpose, and a healthy one, for their loss curves.

    python -m llm_lib.book.studies.failures              # all of them, some minutes; shipped
    python -m llm_lib.book.studies.failures too_high     # some, printed only

Every run is the same small GPT on the same stories for the same number of steps, except for one
fault. `llm_lib/book/studies/failures.json` holds the results: "runs", which LossDoctor asks about,
"reference", a healthy one to compare with, and "examples", each once more with other dice.
"""

import argparse
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from llm_lib.book.small_world import SmallWorld
from llm_lib.bpe import BPETokenizer
from llm_lib.dataset import ShuffledWindows
from llm_lib.files import write_json
from llm_lib.model.block import Block
from llm_lib.model.gpt import GPT, GPTConfig
from llm_lib.tokenizer import END_OF_TEXT, Tokenizer
from llm_lib.training import TrainingConfig, compute_loss, evaluate_loss, fit
from llm_lib.training.recipe import join_documents

FILE = Path(__file__).parent / "failures.json"
SIZES = {"vocab_size": 512, "context_length": 32, "n_layer": 2, "n_head": 4, "n_embd": 64}
SWITCHES = {"position": "rotary", "tie_weights": False, "bias": False}
CONFIG = TrainingConfig(
    steps=300,
    batch_size=16,
    learning_rate=5e-3,
    min_learning_rate=5e-4,
    warmup_steps=20,
    progress=False,
)
EVERY = 10  # steps between two points of a curve


class PostNormBlock(Block):
    """The block of 2017: each sum is normalised, so nothing runs past the norms unchanged."""

    def forward(self, x: Tensor, **options: Any) -> Tensor:
        """Pass `x` (B, T, C) through; same shape out."""
        x = self.resid_pre(x)
        x = self.resid_mid(self.norm_1(x + self.attn_out(self.attention(x, **options))))
        x = self.norm_2(x + self.mlp_out(self.feed_forward(x)))
        return self.resid_post(x)


def make_post_norm(config: GPTConfig) -> GPT:
    """Return a GPT whose blocks normalise after each sum; its own last norm is the last block's."""
    model = GPT(config)
    model.blocks = nn.ModuleList(PostNormBlock(config) for _ in range(config.n_layer))
    model.initialize()
    return model


def story_tokens(
    n: int, split: str, tokenizer: Tokenizer, task: str = "story", seed: int = 0
) -> np.ndarray:
    """Return `n` texts of Small World as one row of ids."""
    world = SmallWorld(seed, split)
    return join_documents([world.example(task).text for _ in range(n)], tokenizer)


def make_tokenizer(vocab_size: int = 512, seed: int = 0) -> BPETokenizer:
    """Return a byte pair encoding of 1,000 stories and 1,000 translations of Small World."""
    world = SmallWorld(seed, "train")
    sample = [world.example(task).text for task in ("story", "translate") for _ in range(1000)]
    return BPETokenizer.train(sample, vocab_size, special_tokens=[END_OF_TEXT])


def record_run(
    model: nn.Module,
    batch_at: Callable[[int], tuple[Tensor, Tensor]],
    val_loss: Callable[[nn.Module], float],
    config: TrainingConfig = CONFIG,
) -> dict[str, list[float]]:
    """Train `model` on the batches `batch_at(step)`; return its curves, a point every ten steps.

    "train" is the mean over the last ten batches, before each was learned from; "val" is
    `val_loss(model)`. The first point is that of the untrained model.
    """
    losses = []

    def loss_at(model: nn.Module, step: int) -> Tensor:
        loss = compute_loss(model, *batch_at(step))
        losses.append(float(loss.detach()))
        return loss

    def evaluate(model: nn.Module) -> dict:
        return {"train": sum(losses[-EVERY:]) / EVERY, "val": val_loss(model)}

    with torch.no_grad():
        first = {"step": 0, "train": float(compute_loss(model, *batch_at(0)))}
    rows = [first | {"val": val_loss(model)}]
    rows += fit(model, loss_at, replace(config, eval_interval=EVERY), evaluate=evaluate).history
    return {name: [row[name] for row in rows] for name in rows[0]}


class Lab:
    """The texts and the model that all runs share, a method per run. `seed` varies all draws."""

    NAMES = (
        "healthy", "too_high", "no_warmup", "answer_in_input", "val_in_train", "too_little_data",
        "scrambled_targets", "not_shuffled",
    )  # fmt: skip

    def __init__(self, seed: int = 0) -> None:
        self.seed, self.tokenizer = seed, make_tokenizer()
        self.train = story_tokens(3000, "train", self.tokenizer)
        self.val = story_tokens(60, "held_out", self.tokenizer)
        self.config = GPTConfig(**SIZES, **SWITCHES)

    def unigram(self) -> float:
        """Return the loss of knowing only how often each token comes, in nats per token."""
        share = np.bincount(self.train) / len(self.train)
        share = share[share > 0]
        return round(float(-(share * np.log(share)).sum()), 3)

    def run(self, name: str) -> dict[str, list[float]]:
        """Return the curves of the run `name`; ValueError lists the names."""
        if name not in self.NAMES:
            raise ValueError(f"there is no run {name!r}; there are {', '.join(self.NAMES)}")
        return getattr(self, f"_{name}")()

    def _model(self, make=GPT, **changes) -> nn.Module:
        torch.manual_seed(self.seed)
        return make(GPTConfig(**(self.config.to_dict() | changes)))

    def _batches(self, tokens: np.ndarray) -> ShuffledWindows:
        return ShuffledWindows(tokens, CONFIG.batch_size, SIZES["context_length"], self.seed)

    def _record(self, model=None, batch_at=None, val=None, config=CONFIG) -> dict:
        val = self.val if val is None else val
        batch_at = batch_at or self._batches(self.train).__getitem__
        probe = lambda m: evaluate_loss(m, val, max_batches=6)  # noqa: E731
        return record_run(model or self._model(), batch_at, probe, config)

    def _healthy(self) -> dict:
        return self._record()

    def _too_high(self) -> dict:
        return self._record(config=replace(CONFIG, learning_rate=1.0, min_learning_rate=0.1))

    def _no_warmup(self) -> dict:
        """Post-norm and six blocks deep, where the first steps decide."""
        model = self._model(make_post_norm, n_layer=6)
        return self._record(model, config=replace(CONFIG, warmup_steps=0, learning_rate=1e-2))

    def _answer_in_input(self) -> dict:
        """Targets that were not shifted: each position is asked for its own token."""
        batches = self._batches(self.train)
        x, y = self.val[:-1], self.val[:-1]
        T = SIZES["context_length"]
        n = len(x) // T * T
        x, y = (torch.from_numpy(a[:n].astype(np.int64)).view(-1, T)[:96] for a in (x, y))

        @torch.no_grad()
        def probe(model):
            return float(compute_loss(model, x, y))

        return record_run(self._model(), lambda step: (batches[step][0],) * 2, probe)

    def _val_in_train(self) -> dict:
        """Little text, and the validation text is a part of it."""
        tokens = self.train[:4000]
        return self._record(batch_at=self._batches(tokens).__getitem__, val=tokens[:2500])

    def _too_little_data(self) -> dict:
        return self._record(batch_at=self._batches(self.train[:4000]).__getitem__)

    def _scrambled_targets(self) -> dict:
        """Targets flattened in another order than the logits, so that they belong elsewhere."""
        batches = self._batches(self.train)

        def batch_at(step):
            x, y = batches[step]
            return x, y.T.reshape(y.shape)

        return self._record(batch_at=batch_at)

    def _not_shuffled(self) -> dict:
        """First all stories, then all translations, and a test on both."""
        translate = story_tokens(3000, "train", self.tokenizer, "translate")
        T, half = SIZES["context_length"], CONFIG.steps // 2 * CONFIG.batch_size
        parts = [tokens[: half * T] for tokens in (self.train, translate)]
        text = torch.from_numpy(np.concatenate([*parts, self.val[:1]]).astype(np.int64))
        held_out = story_tokens(200, "held_out", self.tokenizer, "translate")
        val = np.concatenate([self.val[: 48 * T], held_out[: 48 * T + 1]])
        size = CONFIG.batch_size * T

        def batch_at(step):
            piece = text[step * size : (step + 1) * size + 1]
            return piece[:-1].view(-1, T), piece[1:].view(-1, T)

        return self._record(batch_at=batch_at, val=val)


def main(arguments: list[str] | None = None) -> int:
    """Run trainings that fail on purpose: `python -m llm_lib.book.studies.failures`."""
    parser = argparse.ArgumentParser(
        prog="python -m llm_lib.book.studies.failures", description=main.__doc__
    )
    parser.add_argument("names", nargs="*", help=f"some of {', '.join(Lab.NAMES)} (default: all)")
    parser.add_argument("--seed", type=int, default=0, help="of the random draws (default: 0)")
    parser.add_argument("--write", metavar="FILE", help=f"where to (default, if all: {FILE.name})")
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)  # the runs are small, and the sums are the same each time
    lab, runs = Lab(options.seed), {}
    for name in options.names or Lab.NAMES:
        started = time.perf_counter()
        try:
            curve = lab.run(name)
        except ValueError as error:
            print(f"error: {error}")
            return 1
        runs[name] = rounded(curve)
        ends = f"train {curve['train'][-1]:.2f}, val {curve['val'][-1]:.2f}"
        print(f"{name:<18} {ends}   ({time.perf_counter() - started:.0f} s)", flush=True)
    path = options.write or (None if options.names else FILE)
    if path:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        command = "python -m llm_lib.book.studies.failures"
        content = {"command": command, "seed": options.seed, "model": SIZES}
        content |= {"unigram": lab.unigram(), "runs": runs}
        if not options.names:  # to compare with: healthy, too, and never equal to one of the others
            content["reference"] = rounded(Lab(options.seed + 1).run("healthy"))
            # To show each once under its name. With seed 2, the run without warm-up stays at the
            # unigram entropy, where it looks like the one with mixed-up targets; with 3, it creeps.
            other = Lab(options.seed + 3)
            content["examples"] = {name: rounded(other.run(name)) for name in Lab.NAMES}
        write_json(path, content)
    return 0


def rounded(curve: dict[str, list[float]]) -> dict[str, list[float]]:
    """Return the numbers of a curve with three decimals, as the file has them."""
    return {name: [round(value, 3) for value in values] for name, values in curve.items()}


if __name__ == "__main__":
    raise SystemExit(main())
