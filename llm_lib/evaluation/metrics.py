"""Perplexity and bits per byte: the loss in units that are easier to compare."""

import math
from collections.abc import Sequence

import numpy as np

from llm_lib.bpe import BPETokenizer


def perplexity(loss: float) -> float:
    """Return e to the power of a loss in nats per token: a guess among so many even choices.

    >>> round(perplexity(math.log(10)), 6)
    10.0
    """
    return math.exp(loss)


def bits_per_byte(loss: float, n_tokens: int, n_bytes: int) -> float:
    """Return a loss in nats per token as bits per byte of the text that the tokens spell.

    n_tokens, n_bytes: how many tokens the loss averages, and the length of their text in UTF-8.

    Raises ValueError if there are no tokens or no bytes.

    >>> bits_per_byte(math.log(256), n_tokens=100, n_bytes=100)  # bytes, each guessed evenly
    8.0
    >>> bits_per_byte(math.log(256), n_tokens=100, n_bytes=400)  # four bytes a token
    2.0
    """
    if n_tokens < 1 or n_bytes < 1:
        raise ValueError(f"n_tokens and n_bytes must be above 0, got {n_tokens!r} and {n_bytes!r}")
    return loss / math.log(2) * n_tokens / n_bytes


def count_bytes(ids: Sequence[int] | np.ndarray, tokenizer: BPETokenizer) -> int:
    """Return how many bytes of text `ids` spell. A special token spells nothing, so it counts 0.

    >>> from llm_lib.bpe import BPETokenizer
    >>> tokenizer = BPETokenizer.train("a kite, a kite", 260)
    >>> count_bytes(tokenizer.encode("a café"), tokenizer)
    7
    """
    special = set(tokenizer.special_tokens.values())
    sizes = np.zeros(tokenizer.vocab_size, np.int64)
    for i, token in tokenizer.vocab.items():
        sizes[i] = 0 if i in special else len(token)
    return int(sizes[np.asarray(ids, np.int64)].sum())
