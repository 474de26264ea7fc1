"""Who saw whom? Four ways to write positions, in a text that moves and stretches.

`python -m llm_lib.book.studies.who_saw` trains a layer of attention for each way, three times, and
writes `studies/who_saw.json` (half a minute on a core); `load_readers` reads its weights. A text is
*fox saw … bear who?*, with some other words in the gap, and the answer is the first animal.
"""

import argparse
from itertools import permutations
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from llm_lib.files import read_json, write_json
from llm_lib.model.embedding import (
    RotaryEmbedding,
    position_angles,
    rotate_pairs,
    sinusoidal_positions,
)

FILE = Path(__file__).parent / "who_saw.json"
ANIMALS = "fox bear wolf hen duck goat cat dog frog lion".split()
BETWEEN = "then soon there again today still".split()  # what may stand in the gap
WORDS = [*ANIMALS, "saw", "who?", *BETWEEN]
N, SAW, WHO = len(ANIMALS), len(ANIMALS), len(ANIMALS) + 1
SCHEMES = ("none", "learned", "sinusoidal", "rotary")
SEEDS = (0, 1, 2)
SIZE, LONG = 16, 64  # channels, positions
STARTS, GAPS = 16, 8  # in training: starts below the one, gaps below the other
STEPS, BATCH, RATE = 800, 128, 0.01


class Reader(nn.Module):
    """One layer of attention, in which the last word asks; positions as one of `SCHEMES` says."""

    def __init__(self, scheme: str) -> None:
        super().__init__()
        self.scheme = scheme
        self.token = nn.Embedding(len(WORDS), SIZE)
        if scheme == "learned":
            self.table = nn.Embedding(LONG, SIZE)
        self.query, self.key, self.value = (nn.Linear(SIZE, SIZE, bias=False) for _ in range(3))
        self.answer = nn.Linear(SIZE, N)
        self.rotary = RotaryEmbedding(SIZE, LONG)

    def places(self) -> Tensor | None:
        """Return what is added at each position, (LONG, SIZE), if anything is."""
        if self.scheme == "learned":
            return self.table.weight
        return sinusoidal_positions(LONG, SIZE) if self.scheme == "sinusoidal" else None

    def look(self, texts: Tensor, start: int) -> tuple[Tensor, Tensor]:
        """Return the last word's weights (B, T), and the vectors (B, T, SIZE) that it sees."""
        x, T = self.token(texts), texts.shape[1]
        places = self.places()
        if places is not None:
            x = x + places[start : start + T]
        q, k = self.query(x[:, -1:]), self.key(x)
        if self.scheme == "rotary":
            q, k = self.rotary(q, start + T - 1), self.rotary(k, start)
        return (q @ k.transpose(-2, -1) / SIZE**0.5).softmax(dim=-1)[:, 0], x

    def forward(self, texts: Tensor, start: int) -> Tensor:
        """Return the logits of the animals (B, N), for texts (B, T) that begin at `start`."""
        weights, x = self.look(texts, start)
        return self.answer((weights[:, None] @ self.value(x))[:, 0])


def draw_texts(n: int, gap: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Return n random texts with so many words in the gap, (n, gap + 4), and the answers."""
    first = torch.randint(N, (n,), generator=generator)
    second = (first + torch.randint(1, N, (n,), generator=generator)) % N
    between = torch.randint(WHO + 1, len(WORDS), (n, gap), generator=generator)
    saw, who = torch.full((n, 1), SAW), torch.full((n, 1), WHO)
    return torch.cat([first[:, None], saw, between, second[:, None], who], dim=1), first


def train(scheme: str, seed: int, steps: int = STEPS) -> Reader:
    """Train a reader on starts and gaps by chance."""
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    reader = Reader(scheme)
    optimizer = torch.optim.Adam(reader.parameters(), lr=RATE)
    for _ in range(steps):
        start = int(torch.randint(STARTS, (1,), generator=generator))
        gap = int(torch.randint(GAPS, (1,), generator=generator))
        texts, first = draw_texts(BATCH, gap, generator)
        loss = F.cross_entropy(reader(texts, start), first)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return reader.eval()


@torch.no_grad()
def share_right(reader: Reader, start: int, gap: int) -> float:
    """Return the share of right answers among 500 new texts."""
    texts, first = draw_texts(500, gap, torch.Generator().manual_seed(99))
    return (reader(texts, start).argmax(dim=-1) == first).double().mean().item()


def all_texts(gap: int) -> Tensor:
    """Return a text for each two different animals, (90, gap + 4); all have the same gap."""
    between = [WHO + 1 + i % len(BETWEEN) for i in range(gap)]
    pairs = permutations(range(N), 2)
    return torch.tensor([[a, SAW, *between, b, WHO] for a, b in pairs])


@torch.no_grad()
def count_right(reader: Reader, start: int, gap: int) -> int:
    """Return how many of `all_texts` are answered right."""
    texts = all_texts(gap)
    return int((reader(texts, start).argmax(dim=-1) == texts[:, 0]).sum())


@torch.no_grad()
def count_right_at(reader: Reader, positions: Tensor) -> int:
    """Return how many of `all_texts` a rotary reader answers right, its words at `positions`."""
    texts = all_texts(len(positions) - 4)
    x = reader.token(texts)
    angles = positions[:, None] * position_angles(2, SIZE)[1].float()  # (T, SIZE/2)
    q, k = (rotate_pairs(f(x), angles.cos(), angles.sin()) for f in (reader.query, reader.key))
    weights = (q[:, -1:] @ k.transpose(-2, -1) / SIZE**0.5).softmax(dim=-1)
    answers = reader.answer((weights @ reader.value(x))[:, 0]).argmax(dim=-1)
    return int((answers == texts[:, 0]).sum())


def written(reader: Reader) -> dict[str, list]:
    """Return a reader's weights as lists, rounded: a page has to load them."""
    names = ("token.weight", "query.weight", "key.weight", "value.weight", "answer.weight")
    state, names = reader.state_dict(), [*names, "answer.bias"]
    kept = names + (["table.weight"] if reader.scheme == "learned" else [])
    return {n: (state[n].double() * 1000).round().div(1000).tolist() for n in kept}


def load_readers() -> dict[str, Any]:
    """Return "words", and in "readers" for each of `SCHEMES` the weights of each seed."""
    return read_json(FILE)


def load_reader(scheme: str, seed: int = 0) -> Reader:
    """Return one of the readers on file."""
    reader = Reader(scheme)
    weights = load_readers()["readers"][scheme][seed]
    reader.load_state_dict({n: torch.tensor(w) for n, w in weights.items()}, strict=False)
    return reader.eval()


def main() -> None:
    """Train all readers and write the file."""
    argparse.ArgumentParser(description=main.__doc__).parse_args()
    torch.set_num_threads(1)
    readers: dict[str, list] = {}
    for scheme in SCHEMES:
        for seed in SEEDS:
            reader = train(scheme, seed)
            readers.setdefault(scheme, []).append(written(reader))
            near, moved, wide = (
                share_right(reader, *place) for place in ((5, 3), (40, 3), (5, 16))
            )
            print(f"{scheme:<10} seed {seed}: {near:.0%}, moved {moved:.0%}, stretched {wide:.0%}")
    animals = {"words": WORDS, "animals": N, "starts": STARTS, "gaps": GAPS, "readers": readers}
    write_json(FILE, animals)


if __name__ == "__main__":
    main()
