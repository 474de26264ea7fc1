"""Learns to classify from 8 to 512 labelled texts: by counting words, from scratch, pretrained.

    python -m llm_lib.studies.few_labels           # about five minutes on one core
    python -m llm_lib.studies.few_labels --quick   # two sizes, one draw; printed only

Two data sets of real texts, `load_labelled`'s "questions" and "movie-reviews". For each number of
examples, five draws of them, the same for every way to learn; each is scored on the same texts,
which no draw can contain. `llm_lib/studies/few_labels.json` holds the accuracies.
"""

import argparse
import copy
import json
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from torch import Tensor, nn
from torch.nn import functional as F

from llm_lib.activations import hooked
from llm_lib.attention import padding_mask
from llm_lib.checkpoint import load_model
from llm_lib.classical.base import lower_words
from llm_lib.files import write_json
from llm_lib.generation.tokens import pad_left
from llm_lib.gpt import GPT
from llm_lib.labelled import load_labelled, split_examples
from llm_lib.training import TrainingConfig, fit
from llm_lib.tuning import Classifier, encode_labels, encode_texts

FILE = Path(__file__).parent / "few_labels.json"
COMMAND = "python -m llm_lib.studies.few_labels"
SIZES = (8, 16, 32, 64, 128, 256, 512)
TRAINED_SIZES = (8, 64, 512)  # where a network is trained for each draw
SEEDS = 5
TEXTS = {"questions": (560, 300), "movie-reviews": (280, 200)}  # to draw from, to test on
STEPS, BATCH = 60, 16
RATES = {"last block": 3e-4, "Sprout": 1e-3}

Scores = dict[str, list[float]]  # from the number of examples to one accuracy per draw


def split_texts(name: str) -> tuple[list, list]:
    """Return (examples to draw from, examples to test on) of a data set."""
    pool, test = split_examples(load_labelled(name), test_share=0.2, seed=0)
    n_pool, n_test = TEXTS[name]
    return pool[:n_pool], test[:n_test]


def draw(n_pool: int, n: int, seed: int) -> list[int]:
    """Return the places of `n` of the examples; a larger draw of one seed holds the smaller."""
    return np.random.default_rng(seed).permutation(n_pool)[:n].tolist()


def learning_curve(score: Callable, n_pool: int, sizes: Sequence[int], seeds: int) -> Scores:
    """Return what `score(places, seed)` says of each draw."""
    return {
        str(n): [round(score(draw(n_pool, n, seed), seed), 4) for seed in range(seeds)]
        for n in sizes
    }


def fit_regression(x: np.ndarray, y: np.ndarray, strength: float) -> LogisticRegression:
    """Return a logistic regression; a larger `strength` holds its weights back less."""
    return LogisticRegression(C=strength, max_iter=2000).fit(x, y)


def count_words(pool: list, test: list) -> Callable:
    """Return the score of TF-IDF, all of it learned from the draw, with logistic regression."""

    def score(places: list[int], seed: int) -> float:
        texts, labels = zip(*(pool[i] for i in places), strict=True)
        if len(set(labels)) == 1:
            return float(np.mean([label == labels[0] for _, label in test]))
        counter = TfidfVectorizer(analyzer=lower_words)
        model = fit_regression(counter.fit_transform(texts), np.array(labels), 10.0)
        seen = counter.transform([text for text, _ in test])
        return float(model.score(seen, [label for _, label in test]))

    return score


def probe(x: Tensor, x_test: Tensor, y: Tensor, y_test: Tensor) -> Callable:
    """Return the score of a probe: logistic regression on features (n, C) that are frozen.

    Each feature is scaled to mean 0 and standard deviation 1 over the examples of the draw.
    """

    def score(places: list[int], seed: int) -> float:
        if len(set(y[places].tolist())) == 1:
            return float((y_test == y[places[0]]).float().mean())
        model, at = fit_probe(x[places], y[places])
        return float(model.score(at(x_test), y_test.numpy()))

    return score


def fit_probe(x: Tensor, y: Tensor) -> tuple[LogisticRegression, Callable[[Tensor], np.ndarray]]:
    """Return the probe, and the function that scales features for it."""
    mean, spread = x.mean(0), x.std(0) + 1e-3

    def at(features: Tensor) -> np.ndarray:
        return ((features - mean) / spread).numpy()

    return fit_regression(at(x), y.numpy(), 0.01), at


@torch.no_grad()
def read_streams(model: GPT, texts: Sequence[str], tokenizer) -> tuple[list[Tensor], Tensor]:
    """Return the stream before the last block, (T, C) per text, and the last tokens after it."""
    last = model.config.n_layer - 1
    rows = sorted(range(len(texts)), key=lambda i: len(tokenizer.encode(texts[i])))
    before, after = [None] * len(texts), [None] * len(texts)
    for start in range(0, len(rows), 32):
        part, seen = rows[start : start + 32], {}
        ids, padding = encode_texts([texts[i] for i in part], tokenizer, 128)
        hooks = {
            f"blocks.{last}.residual_before": lambda x, seen=seen: seen.update(before=x),
            f"blocks.{last}.residual_after": lambda x, seen=seen: seen.update(after=x),
        }
        with hooked(model, hooks):
            model(ids, padding=padding, logits_to_keep=1)
        for row, i in enumerate(part):
            empty = 0 if padding is None else int(padding[row])
            before[i], after[i] = seen["before"][row, empty:].clone(), seen["after"][row, -1]
    return before, torch.stack(after)


class LastBlock(nn.Module):
    """The last block, the norm and a new head of a GPT, on streams that were read once."""

    def __init__(self, gpt: GPT, n_classes: int) -> None:
        super().__init__()
        self.block, self.norm = copy.deepcopy(gpt.blocks[-1]), copy.deepcopy(gpt.norm)
        self.rotary, self.layer = gpt.rotary, gpt.config.n_layer - 1
        self.head = nn.Linear(gpt.config.n_embd, n_classes, bias=False)
        nn.init.zeros_(self.head.weight)

    def forward(self, streams: Sequence[Tensor]) -> Tensor:
        """Return the scores (B, n_classes) of streams of any lengths."""
        longest = max(len(x) for x in streams)
        padding = torch.tensor([longest - len(x) for x in streams])
        x = torch.stack([F.pad(x, (0, 0, longest - len(x), 0)) for x in streams])
        mask = padding_mask(padding, longest, longest)
        x = self.block(x, rotary=self.rotary, cache=None, layer=self.layer, mask=mask)
        return self.head(self.norm(x[:, -1]))


def tune(model: nn.Module, read: Callable, y: Tensor, rate: float, seed: int) -> None:
    """Train `model` on batches of the examples: `read(places)` returns what it takes."""

    def loss_at(learner: nn.Module, step: int) -> Tensor:
        places = np.random.default_rng((seed, step)).integers(len(y), size=BATCH).tolist()
        return F.cross_entropy(learner(*read(places)), y[places])

    config = TrainingConfig(STEPS, BATCH, learning_rate=rate, weight_decay=0.0, progress=False)
    fit(model, loss_at, config)


def tuned_block(model: GPT, before: list, test: list, y: Tensor, y_test: Tensor) -> Callable:
    """Return the score of a tuned last block and head, the rest frozen."""

    def score(places: list[int], seed: int) -> float:
        learner = LastBlock(model, int(y.max()) + 1)
        drawn = [before[i] for i in places]
        read = lambda chosen: ([drawn[i] for i in chosen],)  # noqa: E731
        tune(learner, read, y[places], RATES["last block"], seed)
        with torch.no_grad():
            parts = [learner(test[i : i + 64]) for i in range(0, len(test), 64)]
        return float((torch.cat(parts).argmax(1) == y_test).float().mean())

    return score


def tuned_sprout(
    make: Callable[[int], GPT], tokenizer, pool: list, test: list, y: Tensor, y_test: Tensor
) -> Callable:
    """Return the score of a network of Sprout's size of which every weight learns."""
    rows = [tokenizer.encode(text)[-128:] for text, _ in pool]
    batches = [
        encode_texts([text for text, _ in test[i : i + 64]], tokenizer, 128)
        for i in range(0, len(test), 64)
    ]

    def score(places: list[int], seed: int) -> float:
        learner = Classifier(make(seed), int(y.max()) + 1)
        read = lambda chosen: pad_left([rows[places[i]] for i in chosen])  # noqa: E731
        tune(learner, read, y[places], RATES["Sprout"], seed)
        learner.eval()
        with torch.no_grad():
            parts = [learner(*batch) for batch in batches]
        return float((torch.cat(parts).argmax(1) == y_test).float().mean())

    return score


def untrained(config) -> Callable[[int], GPT]:
    """Return a function from a seed to a GPT that has read nothing."""

    def make(seed: int) -> GPT:
        torch.manual_seed(seed)
        return GPT(config)

    return make


def answers(x: Tensor, x_test: Tensor, y: Tensor, y_test: Tensor) -> dict:
    """Return the scores that one probe gives each test text, and the right classes."""
    places = draw(len(x), min(512, len(x)), 0)
    model, at = fit_probe(x[places], y[places])
    scores = model.decision_function(at(x_test)).round(2).tolist()
    return {"examples": len(places), "scores": scores, "labels": y_test.tolist()}


def measure(name: str, sizes: Sequence[int], trained: Sequence[int], seeds: int) -> dict:
    """Return all curves of one data set; networks are trained on the questions alone."""
    pool, test = split_texts(name)
    n, sizes = len(pool), [size for size in sizes if size <= len(pool)]
    classes = sorted({label for _, label in pool})
    y, y_test = (encode_labels([label for _, label in part], classes) for part in (pool, test))
    smollm2, tokenizer = load_model("smollm2")
    before, after = read_streams(smollm2, [text for text, _ in pool + test], tokenizer)
    x = smollm2.norm(after).detach()
    most = Counter(y.tolist()).most_common(1)[0][0]
    found = {"classes": classes, "pool": n, "test": len(test)}
    found["majority"] = round(float((y_test == most).float().mean()), 4)
    found["curves"] = curves = {
        "TF-IDF": learning_curve(count_words(pool, test), n, sizes, seeds),
        "SmolLM2, frozen": learning_curve(probe(x[:n], x[n:], y, y_test), n, sizes, seeds),
    }
    if name == "movie-reviews":
        return found
    found["probe"] = answers(x[:n], x[n:], y, y_test)
    sprout, tokenizer = load_model("sprout_base")
    score = tuned_sprout(untrained(sprout.config), tokenizer, pool, test, y, y_test)
    curves["from scratch"] = learning_curve(score, n, trained, seeds)
    block = tuned_block(smollm2, before[:n], before[n:], y, y_test)
    curves["SmolLM2, last block"] = learning_curve(block, n, trained, seeds)
    return found


def load_few_labels() -> dict:
    """Return the accuracies that are on file."""
    return json.loads(FILE.read_text("utf-8"))


def print_curves(name: str, found: dict) -> None:
    """Print the mean, lowest and highest accuracy of each way and number of examples."""
    print(f"{name}: the most frequent class {found['majority']:.0%}")
    for way, curve in found["curves"].items():
        for n, scores in curve.items():
            low, high = min(scores), max(scores)
            print(f"  {way:<20} {n:>4} {np.mean(scores):6.1%}  ({low:.1%} to {high:.1%})")


def main(arguments: list[str] | None = None) -> int:
    """Measure the learning curves: `python -m llm_lib.studies.few_labels`."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=main.__doc__)
    parser.add_argument("--quick", action="store_true", help="two sizes, one draw; printed only")
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)
    sizes, trained, seeds = (SIZES, TRAINED_SIZES, SEEDS)
    if options.quick:
        sizes, trained, seeds = (8, 64), (8,), 1
    results = {"command": COMMAND, "steps": STEPS, "batch": BATCH, "rates": RATES}
    for name in TEXTS:
        results[name] = measure(name, sizes, trained, seeds)
        print_curves(name, results[name])
    if not options.quick:
        write_json(FILE, results, indent=1)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
