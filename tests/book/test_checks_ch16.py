"""Tests of the checks on faster generation: right answers, and likely wrong ones."""

import numpy as np
import torch

from llm_lib.book.exercises import check
from llm_lib.model.kv_cache import KVCache


def texts_that_fit(free, n_layer, n_head, n_kv_head, n_embd, n_positions, n_bytes):
    dtype = {4: torch.float32, 2: torch.bfloat16}[n_bytes]
    like = torch.zeros(1, dtype=dtype)
    cache = KVCache(n_layer, 1, n_kv_head, n_positions, n_embd // n_head, like)
    return free // (cache.keys.nbytes + cache.values.nbytes)


def verify(p, q, draft, luck):
    p, q = np.array(p), np.array(q)
    for i, x in enumerate(draft):
        if not luck[i] * q[i, x] < p[i, x]:
            left = np.clip(p[i] - q[i], 0, None)
            return [np.int64(i), left / left.sum()]
    return [len(draft), p[-1]]


def kept(old, new):
    """Return the longest k for which both begin with the same k tokens, one of `new` left over."""
    return max(k for k in range(len(new)) if old[:k] == new[:k] and k <= len(old))


RIGHT = {
    "16-kept": kept,
    "16-texts-that-fit": texts_that_fit,
    "16-verify": verify,
}


def no_replacement(p, q, draft, luck):
    n, _ = verify(p, q, draft, luck)
    return n, p[n]


WRONG = {
    "query heads": ("16-texts-that-fit", lambda f, a, b, c, d, e, g: f // (2 * a * d * e * g)),
    "keys only": (
        "16-texts-that-fit",
        lambda f, a, b, c, d, e, g: f // (a * c * d // b * e * g),
    ),
    "half a text": (
        "16-texts-that-fit",
        lambda f, a, b, c, d, e, g: f / (2 * a * c * (d // b) * e * g),
    ),
    "the whole text kept": ("16-kept", lambda a, b: kept(a, [*b, -1])),
    "all equal places": ("16-kept", lambda a, b: sum(x == y for x, y in zip(a, b[:-1]))),  # noqa: B905
    "the old length": ("16-kept", lambda a, b: min(len(a), len(b) - 1)),
    "drawn from p after a refusal": ("16-verify", no_replacement),
    "all or nothing": ("16-verify", lambda p, q, d, u: (len(d), p[-1])),
    "q and p mixed up": ("16-verify", lambda p, q, d, u: verify([*q, p[-1]], p[:-1], d, u)),
    "no pair": ("16-verify", lambda p, q, d, u: verify(p, q, d, u)[0]),
}


def test_explained_failure():
    # fails if a wrong explanation is taken, or goes without a word
    assert check("16-explain-failure", "c")
    for wrong, words in (("a", "costs passes"), ("b", "draws nothing"), ("d", "near tie")):
        assert words in repr(check("16-explain-failure", wrong))


def test_counts_are_spoken_of_as_whole_numbers():
    # fails if an integer is reported as 38.0
    said = repr(check("16-texts-that-fit", lambda *sizes: 7))
    assert "expected 38, got 7" in said
    assert "38.0" not in said
    assert check("16-texts-that-fit", lambda *sizes: float(texts_that_fit(*sizes)))


def test_a_wrong_number_of_reads_is_explained():
    # fails if 5,050 is not taken, or a near miss gets no word
    assert check("16-predict-reads", sum(range(1, 101)))
    for near, words in ((100, "whole text again"), (10000, "early steps"), (4950, "last step")):
        assert words in repr(check("16-predict-reads", near))
