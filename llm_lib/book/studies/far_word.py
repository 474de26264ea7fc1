"""The opening question of the chapter on what came before attention, put to each way in turn.

“Mia had a kite that she lost. Tom found her …”: with other names and things, and with up to twelve
words before “found”. `python -m llm_lib.book.studies.far_word` trains a window, an RNN, one with
gates and one that looks back on such sentences alone, with three seeds, counts the same sentences,
and writes `studies/far_word.json` (some ten minutes on a core); `load_far_word` reads it.

A friend and a thing that are tested together never met in training, so nobody can know the
sentence's end by heart. Of the RNN that looks back, the file also holds where it looks, at the end
of the chapter's own sentence.
"""

import argparse
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from tqdm import tqdm

from llm_lib.before.rnn import RNN, unroll
from llm_lib.before.rnn_translator import AdditiveAttention
from llm_lib.before.window_model import WindowModel
from llm_lib.files import read_json, write_json

FILE = Path(__file__).parent / "far_word.json"
NAMES = """Mia Anna Nina Sara Maya Ella Zoe Emma Nora Alma Tom Ben Omar Theo Leo Ivan Noah Finn Jack
Sam""".split()
GIRLS = 10  # the first of them, of whom the sentence says "she"
THINGS = """kite drum lamp ball boat ring bell cup hat doll map coin flute basket spoon shell net
stone book clock""".split()
BETWEEN = """came by and ran up the hill with his dog then sat down there for long to rest or
look""".split()
FRAME = "had a that she lost . found her".split()
SENTENCE = "Mia had a kite that she lost . Tom found her".split()
WORDS = [*NAMES, *THINGS, *BETWEEN, *(word for word in FRAME if word not in BETWEEN)]
WINDOW, SIZE, STATE = 8, 32, 64
MOST = 12  # words put in between, in training
ASKED = (0, 3, 12)  # words put in between, in the test
BATCH, RATE = 64, 2e-3
KINDS = (("window", 1000), ("RNN", 1000), ("RNN", 8000), ("attention", 1000), ("GRU", 1000))
COUNTED = 1000  # batches that are counted
SEEDS = (0, 1, 2)
N_TEST = 1000
PLACE = {word: i for i, word in enumerate(WORDS)}


class Gated(nn.Module):
    """An RNN whose cell has gates: torch's GRU (Cho et al., 2014)."""

    def __init__(self, n_words: int, size: int, n_state: int) -> None:
        super().__init__()
        self.token_embedding = nn.Embedding(n_words, size)
        self.rnn = nn.GRU(size, n_state, batch_first=True)
        self.head = nn.Linear(n_state, n_words)

    def forward(self, ids: Tensor) -> Tensor:
        """Return logits (B, T, n_words) for the word after each of `ids` (B, T)."""
        return self.head(self.rnn(self.token_embedding(ids))[0])


class LookingBack(nn.Module):
    """An RNN whose last state looks back at all of them, by additive attention."""

    def __init__(self, n_words: int, size: int, n_state: int) -> None:
        super().__init__()
        self.rnn = RNN(n_words, size, n_state)
        self.attention = AdditiveAttention(n_state, n_state, n_state)
        self.head = nn.Linear(2 * n_state, n_words)

    def forward(self, ids: Tensor) -> Tensor:
        """Return logits (B, n_words) for the word after `ids` (B, T)."""
        states = unroll(self.rnn.cell, self.rnn.token_embedding(ids))
        last = states[:, -1]
        mix, _ = self.attention(last, states)
        return self.head(torch.cat((last, mix), dim=-1))

    @torch.no_grad()
    def weights(self, words: list[str]) -> list[float]:
        """Return the weight of each state, at the end of a sentence."""
        ids = torch.tensor([[PLACE[word] for word in words]])
        states = unroll(self.rnn.cell, self.rnn.token_embedding(ids))
        return self.attention(states[:, -1], states)[1][0].tolist()


def may_meet(friend: Tensor, thing: Tensor) -> Tensor:
    """Whether a friend and a thing, by their numbers from 0, meet in training: four of five do."""
    return (friend + thing) % 5 != 0


def draw(n: int, n_between: int, dice: torch.Generator, *, test: bool) -> tuple[Tensor, Tensor]:
    """Return n sentences (n, 11 + n_between) without their last word, and that word (n,)."""
    pairs = torch.cartesian_prod(torch.arange(len(NAMES)), torch.arange(len(THINGS)))
    pairs = pairs[may_meet(*pairs.T) != test]
    friend, thing = pairs[torch.randint(len(pairs), (n,), generator=dice)].T
    thing = thing + len(NAMES)
    name = torch.randint(GIRLS, (n,), generator=dice)
    between = torch.randint(len(BETWEEN), (n, n_between), generator=dice)
    had, a, that, she, lost, stop, found, her = (torch.full((n,), PLACE[w]) for w in FRAME)
    start = torch.stack((name, had, a, thing, that, she, lost, stop, friend), dim=1)
    between = between + len(NAMES) + len(THINGS)
    return torch.cat((start, between, torch.stack((found, her), dim=1)), dim=1), thing


def training_batch(dice: torch.Generator) -> tuple[Tensor, Tensor]:
    """Return a batch of sentences, with one number of words in between."""
    n_between = int(torch.randint(MOST + 1, (1,), generator=dice))
    return draw(BATCH, n_between, dice, test=False)


def make_model(kind: str, seed: int = 0) -> nn.Module:
    """Return an untrained model: "window", "RNN", "GRU" or "attention"."""
    torch.manual_seed(seed)
    if kind == "window":
        return WindowModel(len(WORDS), SIZE, WINDOW, 2 * STATE)
    return {"RNN": RNN, "GRU": Gated, "attention": LookingBack}[kind](len(WORDS), SIZE, STATE)


def last_logits(model: nn.Module, ids: Tensor) -> Tensor:
    """Return the logits (B, n_words) of the word after `ids` (B, T)."""
    if isinstance(model, LookingBack):
        return model(ids)
    # A window sees no more than its width: the rest needn't be computed.
    return model(ids[:, -WINDOW:] if isinstance(model, WindowModel) else ids)[:, -1]


def train(kind: str, steps: int, seed: int = 0) -> nn.Module:
    """Return a model, trained on the last word of sentences."""
    model, dice = make_model(kind, seed), torch.Generator().manual_seed(seed)
    optimizer = torch.optim.Adam(model.parameters(), lr=RATE)
    for step in range(steps):
        share = min(1, (step + 1) / 50) * (1 - step / steps)  # up, then down to 0
        optimizer.param_groups[0]["lr"] = RATE * share
        ids, right = training_batch(dice)
        loss = F.cross_entropy(last_logits(model, ids), right)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
    return model.eval()


def asked_sentences(n_between: int) -> tuple[Tensor, Tensor]:
    """Return the sentences of the test, the same for each way."""
    return draw(N_TEST, n_between, torch.Generator().manual_seed(100 + n_between), test=True)


@torch.no_grad()
def measure(model: nn.Module) -> list[float]:
    """Return the share of right first guesses for each number of words in between."""
    tests = map(asked_sentences, ASKED)
    return [(last_logits(model, x).argmax(dim=-1) == y).double().mean().item() for x, y in tests]


def measure_counts(seed: int = 0) -> list[float]:
    """Return the same for counts: what came most often after the longest run that is known."""
    dice = torch.Generator().manual_seed(seed)
    after: defaultdict[tuple[int, ...], Counter[int]] = defaultdict(Counter)
    for _ in range(COUNTED):
        ids, ends = training_batch(dice)
        for row, end in zip(ids.tolist(), ends.tolist(), strict=True):
            for width in range(WINDOW + 1):
                after[tuple(row[len(row) - width :])][end] += 1

    def guess(row: list[int]) -> int:
        runs = (tuple(row[len(row) - width :]) for width in range(WINDOW, -1, -1))
        return after[next(run for run in runs if run in after)].most_common(1)[0][0]

    tests = map(asked_sentences, ASKED)
    return [
        sum(guess(row) == end for row, end in zip(x.tolist(), y.tolist(), strict=True)) / len(y)
        for x, y in tests
    ]


def load_far_word() -> dict[str, Any]:
    """Return what is on file: "asked", numbers of words in between, and in "runs" each way.

    A way names its "kind" and its "steps"; "right" holds for each seed the share of right first
    guesses, for each number of words in between. "looks" holds for each seed the weights of the one
    that looks back, for the states of `SENTENCE`.
    """
    return read_json(FILE)


def main() -> None:
    """Count, train all models and write the file."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--threads", type=int, default=1)
    torch.set_num_threads(parser.parse_args().threads)
    counted = {"kind": "counts", "steps": COUNTED, "right": [measure_counts(s) for s in SEEDS]}
    results: dict[str, Any] = {"asked": list(ASKED), "runs": [counted]}
    for kind, steps in tqdm(KINDS, desc="far_word"):
        models = [train(kind, steps, seed) for seed in SEEDS]
        right = [measure(model) for model in models]
        if kind == "attention":
            results["looks"] = [[round(w, 4) for w in m.weights(SENTENCE)] for m in models]
        results["runs"].append({"kind": kind, "steps": steps, "right": right})
        tqdm.write(f"{kind}, {steps}: {right}")
        write_json(FILE, results)


if __name__ == "__main__":
    main()
