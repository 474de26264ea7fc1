"""One vector, an even mix or attention: three translators of sentences that get longer.

`python -m llm_lib.book.studies.bottleneck` trains each with several seeds and writes
`studies/bottleneck.json` (some 15 minutes on two cores); `load_bottleneck` reads how much they
get right, `load_translators` two of them with their weights, for the walkthrough of that name.
"""

import argparse
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from tqdm import tqdm

from llm_lib.before.rnn_translator import (
    AdditiveAttention,
    EvenAttention,
    NoAttention,
    RNNTranslator,
)
from llm_lib.book.small_world import lumi_dictionary
from llm_lib.files import read_json, write_json

FILE = Path(__file__).parent / "bottleneck.json"
WORDS = """fox bear hen duck goat cat dog frog wolf lion pig mole crow swan deer kite drum lamp ball
boat""".split()
SIZE, LONGEST = 16, 8  # numbers of a state; words of a sentence in training
TRAINING = {"steps": 2000, "batch_size": 64, "rate": 8e-3}
KINDS = ("one state", "even mix", "attention")
SEEDS = (0, 1, 2, 3, 4)
LONG, LONG_SEEDS = 8000, (0, 1)  # steps of a longer training, of one state alone
LENGTHS = (2, 3, 4, 5, 6, 7, 8, 10, 12)
N_TEST = 1000
SENTENCE = "fox mole cat lion dog deer bear wolf".split()  # what the walkthrough begins with


def make_translator(kind: str, seed: int = 0) -> RNNTranslator:
    """Return an untrained translator of one of `KINDS`."""
    torch.manual_seed(seed)
    mixes = {"one state": NoAttention, "even mix": EvenAttention}
    attention = mixes[kind]() if kind in mixes else AdditiveAttention(SIZE, 2 * SIZE, SIZE)
    return RNNTranslator(len(WORDS), SIZE, attention)


def draw_sentences(n: int, length: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Return random sentences and their translations, (n, length): each word's, in reverse."""
    ids = torch.randint(len(WORDS), (n, length), generator=generator)
    return ids, ids.flip(1)


def train(
    kind: str, seed: int = 0, *, planned: int = TRAINING["steps"], steps: int | None = None
) -> tuple[RNNTranslator, list[float]]:
    """Return a translator, trained as `planned`, and its losses; `steps` stops it early."""
    model, rate = make_translator(kind, seed), TRAINING["rate"]
    optimizer = torch.optim.Adam(model.parameters(), lr=rate)
    generator, losses = torch.Generator().manual_seed(seed), []
    for step in range(steps or planned):
        share = min(1, (step + 1) / 50) * (1 - step / planned)  # up, then down to 0
        optimizer.param_groups[0]["lr"] = rate * share
        length = int(torch.randint(2, LONGEST + 1, (1,), generator=generator))
        ids, right = draw_sentences(TRAINING["batch_size"], length, generator)
        logits, _ = model(ids, right)
        loss = F.cross_entropy(logits.flatten(0, 1), right.flatten())
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        losses.append(loss.item())
    return model.eval(), losses


@torch.no_grad()
def measure(model: RNNTranslator, length: int, seed: int = 100) -> list[float]:
    """Return the share of words right at each place of the translation, on new sentences."""
    generator = torch.Generator().manual_seed(seed + length)
    ids, right = draw_sentences(N_TEST, length, generator)
    return (model(ids)[0].argmax(dim=-1) == right).double().mean(dim=0).tolist()


def run(
    kind: str, seed: int = 0, planned: int = TRAINING["steps"]
) -> tuple[RNNTranslator, dict[str, Any]]:
    """Train one translator; return it, and what is written down of it."""
    model, losses = train(kind, seed, planned=planned)
    places = {length: measure(model, length) for length in LENGTHS}
    return model, {
        "losses": [round(loss, 4) for loss in losses[:: len(losses) // 100]],
        "right": [round(sum(p) / len(p), 4) for p in places.values()],
        "right_at": [round(p, 4) for p in places[LONGEST]],
    }


def load_bottleneck() -> dict[str, Any]:
    """Return what is on file: "lengths", and in "runs" for each of `KINDS` one result per seed.

    "long" holds those of one state, trained for `LONG` steps. A result holds "right", the share of
    words right at each length, and "right_at", the same at each place of the longest sentences
    that were trained on.
    """
    return {name: part for name, part in read_json(FILE).items() if name != "weights"}


def load_translators() -> dict[str, Any]:
    """Return words and weights of two trained translators, as the walkthrough takes them."""
    lumi = lumi_dictionary()
    weights = read_json(FILE)["weights"]
    return {
        "words": SENTENCE,
        "english": WORDS,
        "lumi": [lumi[word] for word in WORDS],
        "one_state": weights["one state"],
        "attention": weights["attention"],
    }


def load_translator(kind: str) -> RNNTranslator:
    """Return one of the two translators on file, "one state" or "attention"."""
    model = make_translator(kind)
    weights = read_json(FILE)["weights"][kind]
    model.load_state_dict({name: torch.tensor(values) for name, values in weights.items()})
    return model.eval()


def _written(model: RNNTranslator) -> dict[str, list]:
    """Return a model's weights as lists, rounded: a page has to load them."""
    return {
        name: (weights.double() * 1000).round().div(1000).tolist()
        for name, weights in model.state_dict().items()
    }


def main() -> None:
    """Train all translators and write the file."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--threads", type=int, default=1)
    torch.set_num_threads(parser.parse_args().threads)
    results: dict[str, Any] = {"lengths": list(LENGTHS), "runs": {}, "long": [], "weights": {}}
    jobs = [(kind, seed) for seed in SEEDS for kind in KINDS]
    for kind, seed in tqdm(jobs, desc="bottleneck"):
        model, result = run(kind, seed)
        results["runs"].setdefault(kind, []).append(result)
        if seed == SEEDS[0] and kind != "even mix":
            results["weights"][kind] = _written(model)
        tqdm.write(f"{kind}, seed {seed}: {result['right']}")
        write_json(FILE, results)
    for seed in LONG_SEEDS:
        results["long"].append(run("one state", seed, LONG)[1])
        write_json(FILE, results)


if __name__ == "__main__":
    main()
