"""The bottleneck, turned: how large the state is, what cell, how long it trains, and attention.

`python -m llm_lib.book.studies.bottleneck_sizes` trains each kind of translator with three seeds
and writes `studies/bottleneck_sizes.json` (some six minutes on a core); `load_sizes` reads it. The
task and the training are those of the study of the bottleneck. The seeds of a kind train side by
side, as one stack: each weight has one axis more, and none of them meets another.
"""

import argparse
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from tqdm import tqdm

from llm_lib.book.studies.bottleneck import LENGTHS, LONGEST, N_TEST, TRAINING, WORDS
from llm_lib.files import read_json, write_json

FILE = Path(__file__).parent / "bottleneck_sizes.json"
CELLS = {"tanh": 1, "GRU": 3}  # of how many matrices each is made
STATES = (8, 16, 64)  # numbers of the one state that the decoder gets
WITH_ATTENTION = 16  # numbers of each state, where there is attention
STEPS = (500, 2000, 8000)  # batches of a training
SHORT_ONLY = {("GRU", 64, False), ("GRU", WITH_ATTENTION, True)}  # the longest would take minutes
SEEDS = 3  # translators of a kind
V = len(WORDS)


def draw(*shape: int, std: float) -> nn.Parameter:
    """Return weights from a normal distribution."""
    return nn.Parameter(std * torch.randn(*shape))


class Cells(nn.Module):
    """A stack of R cells, tanh or GRU: from inputs (R, B, C) and states (R, B, H) to states.

    A state is only turned at first, and keeps its length, as in `llm_lib.before.RNNCell`.
    """

    def __init__(self, cell: str, n_input: int, size: int, n_runs: int) -> None:
        super().__init__()
        self.size, n = size, CELLS[cell]
        self.gated = cell == "GRU"
        self.input_weight = draw(n_runs, n_input, n * size, std=n_input**-0.5)
        turns = torch.empty(n_runs, n, size, size)
        for turn in turns.view(-1, size, size):
            nn.init.orthogonal_(turn)
        self.state_weight = nn.Parameter(turns.transpose(1, 2).flatten(2))  # (R, H, n * H)
        self.bias = nn.Parameter(torch.zeros(n_runs, 1, n * size))

    def take_in(self, x: Tensor) -> Tensor:
        """Return what inputs (R, B, C) add to the states, before anything bends it."""
        return torch.baddbmm(self.bias, x, self.input_weight)

    def forward(self, taken: Tensor, state: Tensor) -> Tensor:
        """Return the next states, from what `take_in` gave."""
        if not self.gated:
            return torch.baddbmm(taken, state, self.state_weight).tanh()
        gates, new = taken.split([2 * self.size, self.size], dim=-1)
        kept, mixed = (state @ self.state_weight).split([2 * self.size, self.size], dim=-1)
        reset, update = (gates + kept).sigmoid().chunk(2, dim=-1)
        return torch.lerp((new + reset * mixed).tanh(), state, update)

    def unroll(self, x: Tensor) -> list[Tensor]:
        """Return the states after each word of `x`, (R, B, S, C), from zeros."""
        R, B, S, C = x.shape
        taken = self.take_in(x.reshape(R, B * S, C)).view(R, B, S, -1)
        states = [x.new_zeros(R, B, self.size)]
        for t in range(S):
            states.append(self(taken[:, :, t], states[-1]))
        return states[1:]


class Translators(nn.Module):
    """A stack of translators of one kind, which read and write the words of their own sentences.

    cell: one of `CELLS`; size: how many numbers a state has. Without attention, the decoder gets
    the last state of the encoder, and nothing else.
    """

    def __init__(self, cell: str, size: int, *, attention: bool = False, n_runs: int = SEEDS):
        super().__init__()
        self.attention = attention
        context = 2 * size if attention else 0
        self.read = draw(n_runs, V, size, std=1.0)
        self.forwards = Cells(cell, size, size, n_runs)
        self.write = draw(n_runs, V + 1, size, std=1.0)  # the last one starts a sentence
        self.decoder = Cells(cell, size + context, size, n_runs)
        self.head = draw(n_runs, size + context, V, std=(size + context) ** -0.5)
        self.head_bias = nn.Parameter(torch.zeros(n_runs, 1, V))
        if attention:
            self.backwards = Cells(cell, size, size, n_runs)
            self.query = draw(n_runs, size, size, std=size**-0.5)
            self.key = draw(n_runs, context, size, std=context**-0.5)
            self.score = draw(n_runs, size, 1, std=size**-0.5)

    def look(self, state: Tensor, source: Tensor, keys: Tensor) -> Tensor:
        """Return additive attention's mix of the source (R, B, S, 2 * H), for each state."""
        mixed = torch.tanh((state @ self.query)[:, :, None] + keys)  # (R, B, S, H)
        weights = (mixed @ self.score[:, None])[..., 0].softmax(dim=-1)  # (R, B, S)
        return (weights[:, :, None] @ source)[:, :, 0]

    def forward(self, ids: Tensor, right: Tensor | None = None) -> Tensor:
        """Return logits (R, B, S, V) for sentences `ids` (R, B, S).

        After each word the decoder reads that of `right` (R, B, S) or, without it, its own.
        """
        run = torch.arange(len(ids))[:, None]  # whose row of a table
        x = self.read[run[:, :, None], ids]
        forth = self.forwards.unroll(x)
        state, word, logits = forth[-1], torch.full_like(ids[:, :, 0], V), []
        if self.attention:
            back = self.backwards.unroll(x.flip(2))[::-1]
            source = torch.stack([torch.cat(two, -1) for two in zip(forth, back, strict=True)], 2)
            keys = source @ self.key[:, None]
        for t in range(ids.shape[2]):
            context = [self.look(state, source, keys)] if self.attention else []
            seen = torch.cat([self.write[run, word], *context], dim=-1)
            state = self.decoder(self.decoder.take_in(seen), state)
            out = torch.cat([state, *context], dim=-1)
            logits.append(torch.baddbmm(self.head_bias, out, self.head))
            word = logits[-1].argmax(dim=-1) if right is None else right[:, :, t]
        return torch.stack(logits, dim=2)


def clip_each(parameters: list[nn.Parameter], most: float = 1.0) -> None:
    """Shorten the gradient of each translator of a stack that is longer than `most`."""
    grads = [p.grad for p in parameters]
    lengths = torch.stack([g.flatten(1).norm(dim=1) for g in grads]).norm(dim=0)  # (R,)
    factors = (most / (lengths + 1e-6)).clamp(max=1)
    for grad in grads:
        grad.mul_(factors.view(-1, *[1] * (grad.dim() - 1)))


def train(model: Translators, steps: int, seed: int = 0) -> Translators:
    """Train a stack of translators in so many steps, each on random sentences of its own."""
    parameters, rate = list(model.parameters()), TRAINING["rate"]
    optimizer = torch.optim.Adam(parameters, lr=rate)
    generator, n_runs = torch.Generator().manual_seed(seed), len(model.read)
    for step in range(steps):
        share = min(1, (step + 1) / 50) * (1 - step / steps)  # up, then down to 0
        optimizer.param_groups[0]["lr"] = rate * share
        length = int(torch.randint(2, LONGEST + 1, (1,), generator=generator))
        shape = (n_runs, TRAINING["batch_size"], length)
        ids = torch.randint(V, shape, generator=generator)
        right = ids.flip(2)
        loss = n_runs * F.cross_entropy(model(ids, right).flatten(0, 2), right.flatten())
        optimizer.zero_grad()
        loss.backward()
        clip_each(parameters)
        optimizer.step()
    return model.eval()


@torch.no_grad()
def measure(model: Translators, length: int) -> list[float]:
    """Return the share of words that each writes right, on new sentences."""
    generator = torch.Generator().manual_seed(100 + length)
    ids = torch.randint(V, (N_TEST, length), generator=generator).expand(len(model.read), -1, -1)
    right = model(ids).argmax(dim=-1) == ids.flip(2)
    return right.double().mean(dim=(1, 2)).tolist()


def run(cell: str, size: int, attention: bool, steps: int) -> dict[str, Any]:
    """Train one kind of translator with each seed; return what is written down of it."""
    torch.manual_seed(0)
    model = train(Translators(cell, size, attention=attention), steps)
    by_length = [measure(model, length) for length in LENGTHS]
    right = [[round(share, 4) for share in seed] for seed in zip(*by_length, strict=True)]
    return {"cell": cell, "size": size, "attention": attention, "steps": steps, "right": right}


def kinds() -> Iterator[tuple[str, int, bool, int]]:
    """Yield (cell, size, attention, steps) of each kind, the short trainings first."""
    states = [(size, False) for size in STATES] + [(WITH_ATTENTION, True)]
    for steps, cell, (size, attention) in product(STEPS, CELLS, states):
        if steps < max(STEPS) or (cell, size, attention) not in SHORT_ONLY:
            yield cell, size, attention, steps


def load_sizes() -> dict[str, Any]:
    """Return what is on file: "lengths" of sentences, and in "runs" one result per kind.

    A result names its "cell", "size", "steps" and whether it has "attention"; "right" holds, for
    each seed, the share of words right at each length.
    """
    return read_json(FILE)


def main() -> None:
    """Train all translators and write the file."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--threads", type=int, default=1)
    torch.set_num_threads(parser.parse_args().threads)
    results: dict[str, Any] = {"lengths": list(LENGTHS), "runs": []}
    for kind in tqdm(list(kinds()), desc="bottleneck_sizes"):
        results["runs"].append(run(*kind))
        tqdm.write(f"{kind}: {results['runs'][-1]['right'][0]}")
        write_json(FILE, results)


if __name__ == "__main__":
    main()
