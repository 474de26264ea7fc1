"""Classifies with SmolLM2: its last block trained, all of it, none of it; and from random weights.

    python -m llm_lib.book.studies.how_much_to_train                 # all: 40 minutes on a core
    python -m llm_lib.book.studies.how_much_to_train --only scratch  # one way; the others stay
    python -m llm_lib.book.studies.how_much_to_train --quick         # one draw; printed only

The texts, draws and test texts are those of `few_labels`, which has counted words and the frozen
model's last block. Each way's learning rate, and the frozen model's block, is chosen on other
texts, once for all sizes. `llm_lib/book/studies/how_much_to_train.json` holds the accuracies.
"""

import argparse
import copy
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from llm_lib.book.labelled import load_labelled, split_examples
from llm_lib.book.studies.encoded_texts import Encoded, batches, encode, renumber
from llm_lib.book.studies.few_labels import (
    N_POOL,
    SEEDS,
    SIZES,
    TEXTS,
    draw,
    learning_curve,
    probe,
    split_texts,
)
from llm_lib.files import read_json, write_json
from llm_lib.finetuning import Classifier, encode_labels, read_features, train_only
from llm_lib.finetuning.classify import read_stream
from llm_lib.model.attention import padding_mask
from llm_lib.model.gpt import GPT, without_dropout
from llm_lib.pretrained.save_load import load_model
from llm_lib.training import TrainingConfig, fit
from llm_lib.training.loop import in_precision

FILE = Path(__file__).parent / "how_much_to_train.json"
COMMAND = "python -m llm_lib.book.studies.how_much_to_train"
N_CHOOSING = 150  # texts on which the rates are compared: neither drawn nor tested on
SEED_CHOOSING, SIZE_CHOOSING = 100, 64
BLOCKS = (10, 15, 20, 25, 30)  # after which a frozen SmolLM2 is read


@dataclass(frozen=True)
class Way:
    """How to learn from labels: `rates` are tried, and the best one is taken for all sizes.

    SmolLM2's matrix products are taken in bfloat16, as in its own training: that is twice as quick.
    """

    name: str
    rates: tuple[float, ...]
    steps: int
    batch: int
    sizes: tuple[int, ...] = SIZES[:5]  # larger ones would take more steps than these
    draws: int = SEEDS
    texts: tuple[str, ...] = TEXTS
    precision: str = "float32"


WAYS = {
    "last-block": Way(
        "last block trained",
        (3e-4, 1e-3, 3e-3),
        steps=40,
        batch=16,
        precision="bfloat16",
    ),
    "all": Way(
        "everything trained",
        (3e-5, 1e-4, 3e-4),
        steps=32,
        batch=8,
        sizes=(32, 128),  # each draw takes minutes
        draws=3,
        texts=("movie-reviews",),
        precision="bfloat16",
    ),
    "scratch": Way("from scratch", (3e-4, 1e-3, 3e-3), steps=80, batch=16),
}
FROZEN = Way("frozen, best block", (), 0, 0, sizes=SIZES, texts=("movie-reviews",))


class LastBlock(nn.Module):
    """The last block, norm and head of a `Classifier`, from the stream in front of that block.

    All before it is frozen, so its stream is worked out once for each text, and not in each step.
    """

    def __init__(self, model: Classifier) -> None:
        super().__init__()
        gpt = model.gpt
        self.block, self.norm, self.head = gpt.blocks[-1], gpt.norm, gpt.head
        self.rotary = gpt.rotary

    def forward(self, stream: Tensor, padding: Tensor) -> Tensor:
        """Return the scores (B, n_classes) of streams (B, T, C), as the `Classifier` would."""
        mask = padding_mask(padding, stream.shape[1])
        read = self.block.attention(self.block.norm_1(stream), rotary=self.rotary, mask=mask)
        x = (stream + read)[:, -1]  # the only column that the head reads
        x = x + self.block.feed_forward(self.block.norm_2(x))
        return self.head(self.norm(x))


@torch.no_grad()
def to_streams(gpt: GPT, texts: Encoded, precision: str = "float32") -> Encoded:
    """Return the same texts as the streams that go into the last block."""
    streams, layer = list(texts.rows), gpt.config.n_layer - 1
    for places in texts.by_length():
        ids, padding = texts.batch(places)
        with in_precision(precision, ids.device):
            found = read_stream(gpt, ids, padding, [layer])[layer]
        for i, stream, n in zip(places, found, padding.tolist(), strict=True):
            streams[i] = stream[n:].clone()
    return Encoded(streams, texts.labels)


def train(
    model: nn.Module, texts: Encoded, places: Sequence[int], way: Way, rate: float, seed: int
) -> float:
    """Train a model in place on the texts at `places`; return its loss in the last five steps."""
    taken, losses = batches(places, way.steps, way.batch, seed), []

    def loss_at(learner: nn.Module, step: int) -> Tensor:
        i = taken[step]
        loss = F.cross_entropy(learner(*texts.batch(i)), texts.labels[i])
        losses.append(loss.item())
        return loss

    config = TrainingConfig(
        steps=way.steps,
        learning_rate=rate,
        weight_decay=0.0,
        precision=way.precision,
        seed=seed,
        progress=False,
    )
    fit(model, loss_at, config)
    return float(np.mean(losses[-5:]))


@torch.no_grad()
def accuracy(model: nn.Module, texts: Encoded, precision: str = "float32") -> float:
    """Return the share of texts whose class a model gets right."""
    right = 0
    with without_dropout(model), in_precision(precision, texts.labels.device):
        for places in texts.by_length():
            said = model(*texts.batch(places)).argmax(dim=1)
            right += int((said == texts.labels[places]).sum())
    return right / len(texts.rows)


def split_for(name: str) -> tuple[list, list, list]:
    """Return (texts to draw from, texts to choose a rate on, texts to test on)."""
    pool, test = split_texts(name)
    rest = split_examples(load_labelled(name), test_share=0.2, seed=0)[0][N_POOL:]
    return pool, rest[:N_CHOOSING], test


def starts(key: str, smollm2: GPT, n_classes: int, n_vocab: int) -> Callable[[int], nn.Module]:
    """Return what makes the model that a way begins with, from the seed of a draw."""
    if key == "scratch":
        config = load_model("sprout_base")[0].config
        config = replace(config, vocab_size=n_vocab)

        def fresh(seed: int) -> nn.Module:
            torch.manual_seed(seed)
            return Classifier(GPT(config), n_classes)

        return fresh
    if key == "all":
        return lambda seed: train_only(Classifier(smollm2, n_classes), "all")
    first = LastBlock(train_only(Classifier(smollm2, n_classes), "last block"))
    return lambda seed: copy.deepcopy(first)


def measure(key: str, name: str, smollm2: GPT, tokenizer, way: Way) -> dict:
    """Return the accuracies of one way on one kind of text, and the rate with which."""
    began, parts = time.process_time(), split_for(name)
    classes = sorted({label for _, label in parts[0]})
    pool, choosing, test = (encode(part, classes, tokenizer) for part in parts)
    if key == "last-block":
        pool, choosing, test = (
            to_streams(smollm2, part, way.precision) for part in (pool, choosing, test)
        )
    n_vocab = smollm2.config.vocab_size
    if key == "scratch":  # a token that no text has would learn nothing
        n_vocab = renumber([pool, choosing, test])
    start = starts(key, smollm2, len(classes), n_vocab)

    def learn(n: int, seed: int, rate: float, asked: Encoded) -> tuple[float, float]:
        model = start(seed)
        loss = train(model, pool, draw(len(pool.rows), n, seed), way, rate, seed)
        right = accuracy(model, asked, way.precision)
        print(
            f"{name}, {way.name}, {n} labels, draw {seed}, {rate:g}: {right:.1%}, {loss:.3f}",
            flush=True,
        )
        return round(right, 4), round(loss, 3)

    tried = {rate: learn(SIZE_CHOOSING, SEED_CHOOSING, rate, choosing) for rate in way.rates}
    rate = max(way.rates, key=lambda rate: tried[rate][0])
    found = {str(n): [learn(n, seed, rate, test) for seed in range(way.draws)] for n in way.sizes}
    return {
        "settings": {"rate": rate, "steps": way.steps, "batch": way.batch},
        "tried": {f"{rate:g}": right for rate, (right, _) in tried.items()},
        "curve": {n: [right for right, _ in runs] for n, runs in found.items()},
        "last_loss": {n: max(loss for _, loss in runs) for n, runs in found.items()},
        "minutes": round((time.process_time() - began) / 60, 1),
    }


def choose_block(features: dict[int, Tensor], labels: Tensor, drawn: int, tested: int) -> dict:
    """Return the accuracies of a head on a frozen model, read after the best block for choosing.

    features: from a number of blocks to all texts' vectors (n, C). The first `drawn` of the texts
    are to draw from, those from `tested` on are to test on, and those between are to choose on.
    """

    def curve(block: int, asked: slice, sizes: Sequence[int]) -> dict[str, list[float]]:
        x = features[block]
        score = probe(x[:drawn], x[asked], labels[:drawn], labels[asked])
        return learning_curve(score, drawn, sizes, SEEDS)

    choosing, size = slice(drawn, tested), SIZE_CHOOSING
    tried = {b: float(np.mean(curve(b, choosing, [size])[str(size)])) for b in features}
    block = max(tried, key=tried.__getitem__)
    return {
        "settings": {"block": block},
        "tried": {str(b): round(right, 4) for b, right in tried.items()},
        "curve": curve(block, slice(tested, None), SIZES),
    }


@torch.no_grad()
def measure_frozen(name: str, smollm2: GPT, tokenizer) -> dict:
    """Return what `choose_block` says of SmolLM2's vectors of the last token."""
    pool, choosing, test = split_for(name)
    texts, labels = zip(*pool, *choosing, *test, strict=True)
    features = {b: read_features(smollm2, texts, tokenizer, layer=b) for b in BLOCKS}
    features[BLOCKS[-1]] = smollm2.norm(features[BLOCKS[-1]])  # as `few_labels` reads it
    y = encode_labels(labels, sorted(set(labels)))
    return choose_block(features, y, len(pool), len(pool) + len(choosing))


def load_how_much() -> dict:
    """Return what is on file: by kind of text, and by way to learn."""
    return read_json(FILE)


def print_way(name: str, way: Way, found: dict) -> None:
    """Print the accuracies of one way, and what was chosen for it."""
    print(f"{name}, {way.name}: {found['settings']}, tried {found['tried']}, "
          f"last loss {found['last_loss']}, {found['minutes']} minutes")  # fmt: skip
    for n, scores in found["curve"].items():
        print(f"  {n:>4} {np.mean(scores):6.1%}  ({min(scores):.1%} to {max(scores):.1%})")


def keep(way: Way, found: dict[str, dict]) -> None:
    """Write what was found of one way; the other ways on file stay."""
    results = read_json(FILE) if FILE.exists() else {"command": COMMAND}
    for name, one in found.items():
        results.setdefault(name, {})[way.name] = one
    write_json(FILE, results, indent=1)


def main(arguments: list[str] | None = None) -> int:
    """Measure the learning curves: `python -m llm_lib.book.studies.how_much_to_train`."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=main.__doc__)
    parser.add_argument("--only", choices=[*WAYS, "frozen"], help="one way; others stay")
    parser.add_argument("--quick", action="store_true", help="one size, one draw; printed only")
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)
    smollm2, tokenizer = load_model("smollm2")
    if options.only in (None, "frozen") and not options.quick:
        keep(FROZEN, {name: measure_frozen(name, smollm2, tokenizer) for name in FROZEN.texts})
    for key in WAYS if options.only is None else {options.only} & set(WAYS):
        way = WAYS[key]
        if options.quick:
            way = replace(way, sizes=(32,), draws=1, steps=2, rates=way.rates[:1])
        found = {name: measure(key, name, smollm2, tokenizer, way) for name in way.texts}
        for name, one in found.items():
            print_way(name, way, one)
        if not options.quick:
            keep(way, found)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
