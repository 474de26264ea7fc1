"""Labelled texts as rows of tokens or of vectors, in batches with little padding."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from llm_lib.finetuning import encode_labels


@dataclass
class Encoded:
    """Texts as rows of token ids (T,), or of their streams (T, C), and their labels (n,)."""

    rows: list[Tensor]
    labels: Tensor

    def batch(self, places: Sequence[int]) -> tuple[Tensor, Tensor]:
        """Return (rows (B, T, …), padding (B,)), filled up on the left."""
        rows = [self.rows[i] for i in places]
        longest = max(map(len, rows))
        padding = torch.tensor([longest - len(row) for row in rows])
        filled = rows[0].new_zeros(len(rows), longest, *rows[0].shape[1:])
        for row, place in zip(rows, filled, strict=True):
            place[longest - len(row) :] = row
        return filled, padding

    def by_length(self, size: int = 30) -> list[list[int]]:
        """Return the places of all texts in batches of similar length, so with little padding."""
        order = sorted(range(len(self.rows)), key=lambda i: len(self.rows[i]))
        return [order[i : i + size] for i in range(0, len(order), size)]


def encode(examples: Sequence, classes: list[str], tokenizer) -> Encoded:
    """Return examples (text, label) as token ids and places among the classes."""
    texts, labels = zip(*examples, strict=True)
    return Encoded(
        [torch.tensor(tokenizer.encode(t)) for t in texts], encode_labels(labels, classes)
    )


def batches(places: Sequence[int], steps: int, size: int, seed: int) -> list[list[int]]:
    """Return the places in random order, again and again, cut into `steps` batches."""
    rng, order = np.random.default_rng(seed), []
    while len(order) < steps * size:
        order += rng.permutation(places).tolist()
    return [order[i * size : (i + 1) * size] for i in range(steps)]


def renumber(parts: list[Encoded]) -> int:
    """Number the token ids that occur in texts from 0, in place, and return how many there are."""
    known = torch.cat([row for part in parts for row in part.rows]).unique()
    for part in parts:
        part.rows = [torch.searchsorted(known, row) for row in part.rows]
    return len(known)
