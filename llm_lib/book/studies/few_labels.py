"""Classifies texts from 8 to 512 labelled examples: by counted words, and by a frozen model.

    python -m llm_lib.book.studies.few_labels           # about five minutes on one core
    python -m llm_lib.book.studies.few_labels --quick   # two sizes, one draw; printed only

The texts are questions of six classes, and sentences of movie reviews, which are for or against.
For each number of examples, five draws of them, the same for both ways to learn; each is scored on
the same texts, which no draw can contain. `llm_lib/book/studies/few_labels.json` holds the
accuracies, and what both ways say of six sentences of our own.
"""

import argparse
import json
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from torch import Tensor

from llm_lib.book.classical.base import lower_words
from llm_lib.book.labelled import load_labelled, split_examples
from llm_lib.files import write_json
from llm_lib.finetuning import encode_labels, read_features
from llm_lib.pretrained.save_load import load_model

FILE = Path(__file__).parent / "few_labels.json"
COMMAND = "python -m llm_lib.book.studies.few_labels"
TEXTS = ("questions", "movie-reviews")
SIZES = (8, 16, 32, 64, 128, 256, 512)
SEEDS = 5
N_POOL, N_TEST = 560, 300  # to draw from, to test on
OURS = (  # sentences of our own in the manner of reviews, written before any model read them
    ("A warm, funny film, with two actors at their best.", "positive"),
    ("The story is dull, and the jokes are worse.", "negative"),
    ("It could have been a disaster, and it is anything but.", "positive"),
    ("Great actors, a great city, and two hours that I want back.", "negative"),
    ("Slow, sad, hardly a word spoken, and I would not cut a minute.", "positive"),
    ("You will laugh, though never where the film wants you to.", "negative"),
)

Scores = dict[str, list[float]]  # from the number of examples to one accuracy per draw


def split_texts(name: str) -> tuple[list, list]:
    """Return (texts to draw from, texts to test on)."""
    pool, test = split_examples(load_labelled(name), test_share=0.2, seed=0)
    return pool[:N_POOL], test[:N_TEST]


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


def answers(x: Tensor, x_test: Tensor, y: Tensor, y_test: Tensor) -> dict:
    """Return the scores that one probe gives each test text, and the right classes."""
    places = draw(len(x), min(512, len(x)), 0)
    model, at = fit_probe(x[places], y[places])
    scores = model.decision_function(at(x_test)).round(2).tolist()
    return {"examples": len(places), "scores": scores, "labels": y_test.tolist()}


def judge_ours(pool: list, x: Tensor, y: Tensor, x_ours: Tensor, y_ours: Tensor) -> list[dict]:
    """Return our own sentences, and in how many of the draws each way has them right.

    x, y: the features and classes of the pool; of its texts, only those of a draw are looked at.
    """
    found = []
    for i, (text, label) in enumerate(OURS):
        words = count_words(pool, [(text, label)])
        vectors = probe(x, x_ours[i : i + 1], y, y_ours[i : i + 1])
        right = {
            f"{way}, {n}": int(sum(learning_curve(score, len(pool), [n], SEEDS)[str(n)]))
            for way, score, n in (("TF-IDF", words, 512), ("SmolLM2, frozen", vectors, 32))
        }
        found.append({"text": text, "label": label, "right": right})
    return found


def measure(name: str, sizes: Sequence[int], seeds: int) -> dict:
    """Return both curves, and the answers of one probe."""
    pool, test = split_texts(name)
    n, classes = len(pool), sorted({label for _, label in pool})
    y, y_test = (encode_labels([label for _, label in part], classes) for part in (pool, test))
    model, tokenizer = load_model("smollm2")
    texts = [text for text, _ in (*pool, *test, *OURS)]
    with torch.no_grad():
        x, x_ours = model.norm(read_features(model, texts, tokenizer)).split(
            [len(pool + test), len(OURS)]
        )
    most = Counter(y.tolist()).most_common(1)[0][0]
    ours = {}
    if name == "movie-reviews":
        y_ours = encode_labels([label for _, label in OURS], classes)
        ours = {"ours": judge_ours(pool, x[:n], y, x_ours, y_ours)}
    return {
        "classes": classes,
        "pool": n,
        "test": len(test),
        "majority": round(float((y_test == most).float().mean()), 4),
        "curves": {
            "TF-IDF": learning_curve(count_words(pool, test), n, sizes, seeds),
            "SmolLM2, frozen": learning_curve(probe(x[:n], x[n:], y, y_test), n, sizes, seeds),
        },
        "probe": answers(x[:n], x[n:], y, y_test),
        **ours,
    }


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
    """Measure the learning curves: `python -m llm_lib.book.studies.few_labels`."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=main.__doc__)
    parser.add_argument("--quick", action="store_true", help="two sizes, one draw; printed only")
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)
    sizes, seeds = ((8, 64), 1) if options.quick else (SIZES, SEEDS)
    results = {"command": COMMAND} | {name: measure(name, sizes, seeds) for name in TEXTS}
    for name in TEXTS:
        print_curves(name, results[name])
    if not options.quick:
        write_json(FILE, results, indent=1)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
