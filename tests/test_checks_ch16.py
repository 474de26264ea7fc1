"""Tests of the checks on faster generation: right answers, and likely wrong ones."""

import numpy as np
import torch

from llm_lib.attention import KVCache
from llm_lib.exercises import check


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


RIGHT = {
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
    "drawn from p after a refusal": ("16-verify", no_replacement),
    "all or nothing": ("16-verify", lambda p, q, d, u: (len(d), p[-1])),
    "q and p mixed up": ("16-verify", lambda p, q, d, u: verify([*q, p[-1]], p[:-1], d, u)),
    "no pair": ("16-verify", lambda p, q, d, u: verify(p, q, d, u)[0]),
}


def test_explained_failure():
    # fails if a wrong explanation is taken, or goes without a word
    assert check("16-explain-failure", "c")
    for wrong, words in (("a", "costs calls"), ("b", "no dice"), ("d", "near tie")):
        assert words in repr(check("16-explain-failure", wrong))


def test_counts_are_spoken_of_as_whole_numbers():
    # fails if an integer is reported as 38.0
    # fails if an integer is reported as 38.0, or probabilities instead of ids get no word
    said = repr(check("16-texts-that-fit", lambda *sizes: 7))
    assert "expected 38, got 7" in said
    assert "38.0" not in said
    assert check("16-texts-that-fit", lambda *sizes: float(texts_that_fit(*sizes)))
