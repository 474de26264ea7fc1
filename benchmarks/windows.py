"""Windows of a token file against the loader that one would write first."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from benchmarks.table import Benchmark, Race
from llm_lib.dataset import create_dataloader, read_token_file, write_token_file

N_TOKENS, VOCAB_SIZE = 1_000_000, 50_257
CONTEXT_LENGTH, BATCH_SIZE = 64, 32


class PlainDataset(Dataset):
    """Every window cut out in a loop and kept as two tensors: the plain way."""

    def __init__(self, tokens: list[int], context_length: int) -> None:
        """Cut `tokens` into windows of `context_length` that do not overlap."""
        self.inputs, self.targets = [], []
        for start in range(0, len(tokens) - context_length, context_length):
            window = torch.tensor(tokens[start : start + context_length + 1])
            self.inputs.append(window[:-1])
            self.targets.append(window[1:])

    def __len__(self) -> int:
        """Return the number of windows."""
        return len(self.inputs)

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        """Return window `index` as x and y, both (T,)."""
        return self.inputs[index], self.targets[index]


def run_through(loader: Iterable) -> None:
    """Take every batch once."""
    for _ in loader:
        pass


def prepare_windows() -> Race:
    """Show each window once, shuffled: from a file that stays on disk, and from memory."""
    ids = np.random.default_rng(0).integers(VOCAB_SIZE, size=N_TOKENS)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        path = Path(folder) / "tokens.bin"
        write_token_file(path, ids, vocab_size=VOCAB_SIZE)
        # On Linux and macOS an open file can still be read when its folder is gone.
        tokens = read_token_file(path)
        ours = create_dataloader(tokens, batch_size=BATCH_SIZE, context_length=CONTEXT_LENGTH)
    peer = DataLoader(
        PlainDataset(ids.tolist(), CONTEXT_LENGTH),
        batch_size=BATCH_SIZE,
        shuffle=True,
        drop_last=True,
        generator=torch.Generator().manual_seed(0),
    )
    if len(ours) != len(peer) or not all(
        torch.equal(mine, theirs)
        for mine, theirs in zip(next(iter(ours)), next(iter(peer)), strict=True)
    ):
        raise ValueError("the two give different batches")
    return Race(ours=lambda: run_through(ours), peer=lambda: run_through(peer))


BENCHMARKS = [
    Benchmark(
        "windows",
        f"1 M tokens, batches of {BATCH_SIZE} windows of {CONTEXT_LENGTH}, shuffled",
        "a plain Dataset in a DataLoader",
        prepare_windows,
        budget=7,
        note="ours reads a memory-mapped file, the peer has cut and kept every window beforehand; "
        "the budget was set against a published loader that works like this peer.",
    ),
]
