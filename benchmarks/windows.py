"""Windows of a token file against a published loader, and against the one that one writes first."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from benchmarks.probe import ask_process
from benchmarks.table import Benchmark, NotComparableError, Race
from llm_lib.dataset import WindowLoader, create_dataloader, read_token_file, write_token_file

N_TOKENS, VOCAB_SIZE = 4_000_000, 50_257
CONTEXT_LENGTH, BATCH_SIZE = 64, 32
LONG_CONTEXT, SMALL_BATCH = 256, 8
PEER = "llms-from-scratch, GPTDatasetV1"
BYTES_PER_TOKEN = 4  # the most that a token may take in memory

# Runs in a process of its own, so that nothing else counts. The first call loads the libraries.
# Linux counts the peak of memory anew when "5" is written to clear_refs. Pages of a mapped file
# that were read count as well, though the system can take them back at any time.
MEMORY_PROBE = """
import re, sys
from pathlib import Path
from benchmarks.windows import BATCH_SIZE, CONTEXT_LENGTH, run_through
from llm_lib.dataset import create_dataloader, read_token_file
def measure(name):
    return int(re.search(name + r":\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])
def load(tokens):
    return create_dataloader(tokens, batch_size=BATCH_SIZE, context_length=CONTEXT_LENGTH)
run_through(load(range(10_000)))
Path("/proc/self/clear_refs").write_text("5")
before = measure("VmRSS")
run_through(load(read_token_file(sys.argv[1])))
print((measure("VmHWM") - before) * 1024)
"""


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


class ReadyIds:
    """Stands in for a tokenizer where the ids are there already."""

    def __init__(self, ids: list[int]) -> None:
        """Keep the ids."""
        self.ids = ids

    def encode(self, text: str, **options: object) -> list[int]:
        """Return the ids, whatever the text."""
        return self.ids


def published_dataset(ids: list[int], context_length: int) -> Dataset:
    """Cut windows with the loader of Raschka's *Build a Large Language Model (From Scratch)*."""
    from llms_from_scratch.ch02 import GPTDatasetV1

    return GPTDatasetV1("", ReadyIds(ids), context_length, context_length)


def run_through(loader: Iterable) -> None:
    """Take every batch once."""
    for _ in loader:
        pass


def random_ids() -> np.ndarray:
    """Return N_TOKENS ids to cut."""
    return np.random.default_rng(0).integers(VOCAB_SIZE, size=N_TOKENS)


def our_loader(ids: np.ndarray, context_length: int, batch_size: int) -> WindowLoader:
    """Return a loader of a file that stays on disk."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        path = Path(folder) / "tokens.bin"
        write_token_file(path, ids, vocab_size=VOCAB_SIZE)
        # On Linux and macOS an open file can still be read when its folder is gone.
        tokens = read_token_file(path)
        return create_dataloader(tokens, batch_size=batch_size, context_length=context_length)


def same_windows(ours: Iterable, theirs: Iterable) -> bool:
    """Whether both give the same windows in an epoch, in whatever order."""
    both = []
    for loader in (ours, theirs):
        rows = torch.cat([torch.cat([x, y], dim=1) for x, y in loader]).to(torch.int32).numpy()
        both.append(rows[np.lexsort(rows.T[:4])])
    return np.array_equal(*both)


def prepare(make_dataset, context_length: int = CONTEXT_LENGTH, batch_size: int = BATCH_SIZE):
    """Show each window once, shuffled: ours from a file on disk, the peer's from memory."""
    ids = random_ids()
    dataset = make_dataset(ids.tolist(), context_length)
    ours = our_loader(ids, context_length, batch_size)
    if not same_windows(
        create_dataloader(ids, batch_size=1024, context_length=context_length, drop_last=False),
        DataLoader(dataset, batch_size=1024),
    ):
        raise NotComparableError("the two give different windows")
    peer = DataLoader(dataset, batch_size=batch_size, shuffle=True, drop_last=True)
    if len(ours) != len(peer):
        raise NotComparableError("the two give different numbers of batches")
    return Race(ours=lambda: run_through(ours), peer=lambda: run_through(peer))


def prepare_memory() -> Race:
    """Measure what an epoch adds to the peak of memory, against BYTES_PER_TOKEN for each token."""
    if not Path("/proc/self/clear_refs").exists():
        raise ModuleNotFoundError("the peak of memory is measured on Linux only")
    return Race(ours=peak_memory, peer=lambda: BYTES_PER_TOKEN * 10 * N_TOKENS)


def peak_memory() -> int:
    """Return how many bytes an epoch of a file of 10 · N_TOKENS takes, in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tokens.bin"
        ids = random_ids()
        write_token_file(path, (ids for _ in range(10)), vocab_size=VOCAB_SIZE)
        return ask_process(MEMORY_PROBE, str(path))


WORK = f"{N_TOKENS // 10**6} M tokens, shuffled, batches of"
BENCHMARKS = [
    Benchmark(
        "windows",
        f"{WORK} {BATCH_SIZE} windows of {CONTEXT_LENGTH}",
        PEER,
        lambda: prepare(published_dataset),
        budget=7,
        note="ours reads a memory-mapped file, the peer has cut and kept every window beforehand; "
        "requirements-bench.txt brings this peer.",
    ),
    Benchmark(
        "windows-long",
        f"{WORK} {SMALL_BATCH} windows of {LONG_CONTEXT}",
        PEER,
        lambda: prepare(published_dataset, LONG_CONTEXT, SMALL_BATCH),
        note="the longer the windows, the more of the time goes into copying them, on both sides.",
    ),
    Benchmark(
        "windows-plain",
        f"{WORK} {BATCH_SIZE} windows of {CONTEXT_LENGTH}",
        "a plain Dataset in a DataLoader",
        lambda: prepare(PlainDataset),
        note="needs no package; the peer works like the published one.",
    ),
    Benchmark(
        "windows-memory",
        f"{10 * N_TOKENS // 10**6} M tokens, an epoch, peak of memory",
        f"{BYTES_PER_TOKEN} bytes a token",
        prepare_memory,
        budget=1,
        memory=True,
        note="pages of the file that were read count too: 2 bytes a token.",
    ),
]
