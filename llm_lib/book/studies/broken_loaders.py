"""Five data loaders with one fault each, and the same loaders mended: what do their losses show?

    python -m llm_lib.book.studies.broken_loaders            # all of it, some ten minutes; shipped
    python -m llm_lib.book.studies.broken_loaders leaked     # some runs, printed only

Every run trains the same small GPT for the same number of steps, on messages to Congress. What
differs is what it is fed: see `Feeds`. Each is run with three seeds, which draw the first weights
and the order of the windows. `broken_loaders.json`, beside this file, holds the first seed's curves
and the ends of all, with a few windows as the loss compares them.
"""

import argparse
import re
import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from llm_lib.book.corpus import load_speeches
from llm_lib.book.studies.failures import CONFIG, SIZES, SWITCHES, record_run, rounded
from llm_lib.bpe import BPETokenizer
from llm_lib.files import read_json, write_json
from llm_lib.model.gpt import GPT, GPTConfig
from llm_lib.tokenizer import END_OF_TEXT
from llm_lib.training import compute_loss, evaluate_loss

FILE = Path(__file__).parent / "broken_loaders.json"
T = SIZES["context_length"]
B = CONFIG.batch_size
SEEDS = (0, 1, 2)
# each broken loader, and the run in which nothing but its fault is mended
MENDED = {
    "same_batch": "healthy",
    "shifted_twice": "healthy",
    "padding_counted": "padding_skipped",
    "wrapped_ids": "healthy",
    "leaked": "split_first",
}
RUNS = tuple(dict.fromkeys([*MENDED, *MENDED.values()]))
SKIPPED = -100  # a target that cross-entropy leaves out
N_TRAIN = 150  # messages to learn from, as in the chapter; the others are kept back
N_HELD_OUT = 96  # windows that a held-out loss is measured on
SHORT = 12_000, 10_800  # tokens of one message, for the leak: all, and what is learned from
STRIDE = 4  # between its windows
SHOWN = 12  # tokens of a window that are kept to be shown
MOST = 24  # tokens of a sentence that gets a window of its own

Batch = tuple[Tensor, Tensor]


@dataclass(frozen=True)
class Feed:
    """What one loader gives: rows of T + 1 ids for each step, and those of the held-out loss."""

    rows: np.ndarray  # (N, T + 1), all that training may see
    held_out: np.ndarray
    always_first: bool = False  # each step gets the first batch
    target: str = "next"  # "after next": shifted twice; "no padding": those are skipped

    def batch_at(self, step: int, seed: int) -> Batch:
        """Return x and y (B, T) of a step: the windows are shuffled anew for each epoch."""
        per_epoch = len(self.rows) // B
        epoch, k = divmod(0 if self.always_first else step, per_epoch)
        order = np.random.default_rng((seed, epoch)).permutation(len(self.rows))
        return self.pair(self.rows[order[k * B : (k + 1) * B]])

    def pair(self, rows: np.ndarray) -> Batch:
        """Return inputs and targets (B, T) of rows, as the loss compares them."""
        ids = torch.from_numpy(rows.astype(np.int64))
        x, y = ids[:, :-1], ids[:, 1:].clone()
        if self.target == "after next":  # the last position has none
            y = torch.cat([y[:, 1:], torch.full((len(y), 1), SKIPPED)], dim=1)
        elif self.target == "no padding":  # the first end is learned, the padding is not
            y[(x == PAD) & (y == PAD)] = SKIPPED
        return x, y


PAD = SIZES["vocab_size"] - 1  # the end-of-text token, which fills short rows, too


def windows_of(tokens: np.ndarray, stride: int = T) -> np.ndarray:
    """Return the windows of a text with one more token each, (N, T + 1)."""
    starts = np.arange(0, len(tokens) - T, stride)
    return np.asarray(tokens)[starts[:, None] + np.arange(T + 1)]


class Feeds:
    """The text that all runs share, and what each loader makes of it: a method per run."""

    @cached_property
    def _texts(self) -> list[str]:
        return [speech.text for speech in load_speeches()]

    @cached_property
    def tokenizer(self) -> BPETokenizer:
        """The chapter's tokenizer: 512 tokens, from every sixth message."""
        sample = (text for text in self._texts[::6])
        return BPETokenizer.train(sample, SIZES["vocab_size"], special_tokens=[END_OF_TEXT])

    @cached_property
    def _messages(self) -> list[np.ndarray]:
        return [self.tokenizer.encode_to_numpy(text) for text in self._texts]

    @cached_property
    def unseen(self) -> np.ndarray:
        """The messages that no run has learned from, as one row."""
        return np.concatenate(self._messages[N_TRAIN:])

    def feed(self, name: str) -> Feed:
        """Return what the loader of a run gives; ValueError lists the names."""
        if name not in RUNS:
            raise ValueError(f"there is no run {name!r}; there are {', '.join(RUNS)}")
        return getattr(self, f"_{name}")()

    @cached_property
    def _long(self) -> tuple[np.ndarray, np.ndarray]:
        unseen = windows_of(self.unseen)
        some = np.linspace(0, len(unseen) - 1, N_HELD_OUT).astype(int)
        return windows_of(np.concatenate(self._messages[:N_TRAIN])), unseen[some]

    def _healthy(self) -> Feed:
        return Feed(*self._long)

    def _same_batch(self) -> Feed:
        """A loader that is begun anew at each step, so that all of them get its first batch."""
        return Feed(*self._long, always_first=True)

    def _shifted_twice(self) -> Feed:
        """Targets that the loader shifts, and the model's loss again."""
        return Feed(*self._long, target="after next")

    def _wrapped_ids(self) -> Feed:
        """Ids up to 511 in a file of one byte each."""
        return Feed(*(rows.astype(np.uint8) for rows in self._long))

    @cached_property
    def _sentences(self) -> tuple[np.ndarray, np.ndarray]:
        texts = self._texts[:N_TRAIN], self._texts[N_TRAIN:]
        train, held_out = (self._pad(sentences_of(part)) for part in texts)
        some = np.linspace(0, len(held_out) - 1, N_HELD_OUT).astype(int)
        return train, held_out[some]

    def _pad(self, sentences: list[str]) -> np.ndarray:
        """Return a row for each short sentence, ended and filled by the end-of-text token."""
        encoded = map(self.tokenizer.encode, sentences)
        return np.array([ids + [PAD] * (T + 1 - len(ids)) for ids in encoded if len(ids) <= MOST])

    def _padding_counted(self) -> Feed:
        """One short sentence a window, and what fills it up counts in the loss."""
        return Feed(*self._sentences)

    def _padding_skipped(self) -> Feed:
        return Feed(*self._sentences, target="no padding")

    def _leaked(self) -> Feed:
        """Overlapping windows of one message, shuffled, and a tenth of them held out."""
        rows = windows_of(self._messages[100][: SHORT[0]], STRIDE)
        mixed = rows[np.random.default_rng(0).permutation(len(rows))]
        cut = len(rows) // 10
        return Feed(mixed[cut:], mixed[:cut][:N_HELD_OUT])

    def _split_first(self) -> Feed:
        """The same message, cut in two before it is cut into windows."""
        whole, cut = SHORT
        text = self._messages[100][:whole]
        return Feed(windows_of(text[:cut], STRIDE), windows_of(text[cut:]))

    def train(self, name: str, seed: int) -> tuple[dict[str, list[float]], float]:
        """Run one loader; return its curves, and the loss on unseen messages, fed rightly."""
        feed = self.feed(name)
        x, y = feed.pair(feed.held_out)

        def held_out_loss(model: GPT) -> float:
            with torch.no_grad():
                return float(compute_loss(model, x, y))

        torch.manual_seed(seed)
        model = GPT(GPTConfig(**SIZES, **SWITCHES))
        curve = record_run(model, lambda step: feed.batch_at(step, seed), held_out_loss)
        return rounded(curve), round(evaluate_loss(model, self.unseen, B, 40), 3)

    def sample(self, name: str) -> list[dict[str, Any]]:
        """Return three windows of seed 0 as the loss compares them: two of training, one held out.

        Each says its "step" (None: held out), its place in the batch and where its text begins.
        Of the leak, the second overlaps the third.
        """
        feed, first = self.feed(name), T - SHOWN - 8 if "padding" in name else 0
        second = next_to(feed) if name == "leaked" else (20, 0)
        rows = []
        for step, row in ((0, 0), second, (None, 0)):
            pair = feed.pair(feed.held_out) if step is None else feed.batch_at(step, 0)
            x, y = (ids[row, first : first + SHOWN].tolist() for ids in pair)
            at = {"step": step, "window": row, "first": first}
            rows.append(at | {"inputs": self._names(x), "targets": self._names(y)})
        return rows

    def _names(self, ids: list[int]) -> list[str | None]:
        """Return tokens as texts: None where a target is skipped."""
        return [None if i == SKIPPED else self._name(i) for i in ids]

    def _name(self, i: int) -> str:
        text = self.tokenizer.decode([i])
        return "".join(c if c.isprintable() or c == "\n" else f"\\x{ord(c):02x}" for c in text)


def sentences_of(texts: list[str]) -> list[str]:
    """Return the sentences of texts, without the line breaks in them."""
    found = (re.findall(r"[A-Z][^.!?]{20,}[.!?]", re.sub(r"\s+", " ", text)) for text in texts)
    return [sentence for each in found for sentence in each]


def next_to(feed: Feed) -> tuple[int, int]:
    """Return the first (step, row) of seed 0 that begins a stride before the held-out window."""
    text = feed.held_out[0][:-STRIDE]
    for step in range(CONFIG.steps):
        x, _ = feed.batch_at(step, 0)
        for row, ids in enumerate(x.numpy()):
            if (ids[STRIDE:] == text[: T - STRIDE]).all():
                return step, row
    raise ValueError("no window of the training begins one stride before the held-out one")


def load_broken_loaders() -> dict[str, Any]:
    """Return the study's file: "runs", "samples", a "reference" and what was trained."""
    return read_json(FILE)


def main(arguments: list[str] | None = None) -> int:
    """Train on broken loaders: `python -m llm_lib.book.studies.broken_loaders`."""
    parser = argparse.ArgumentParser(
        prog="python -m llm_lib.book.studies.broken_loaders", description=main.__doc__
    )
    parser.add_argument("names", nargs="*", help=f"some of {', '.join(RUNS)} (default: all)")
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)  # the runs are small, and the sums are the same each time
    feeds, runs = Feeds(), {}
    for name in options.names or RUNS:
        try:
            runs[name] = run_seeds(feeds, name)
        except ValueError as error:
            print(f"error: {error}")
            return 1
    if not options.names:
        content = {"command": "python -m llm_lib.book.studies.broken_loaders", "seeds": SEEDS}
        content |= {"model": SIZES, "steps": CONFIG.steps, "batch_size": B, "runs": runs}
        # to compare with: healthy, too, and never equal to the run that mends a loader
        content["reference"] = feeds.train("healthy", SEEDS[1])[0]
        write_json(FILE, content | {"samples": {name: feeds.sample(name) for name in RUNS}})
    return 0


def run_seeds(feeds: Feeds, name: str) -> dict[str, Any]:
    """Return the first seed's "curve", and the "ends" of all: train, val and unseen."""
    curves, unseen, started = [], [], time.perf_counter()
    for seed in SEEDS:
        curve, loss = feeds.train(name, seed)
        curves.append(curve)
        unseen.append(loss)
    ends = {part: [curve[part][-1] for curve in curves] for part in ("train", "val")}
    ends["unseen"] = unseen
    print(f"{name:<16} {ends}   ({time.perf_counter() - started:.0f} s)", flush=True)
    return {"curve": curves[0], "ends": ends}


if __name__ == "__main__":
    raise SystemExit(main())
