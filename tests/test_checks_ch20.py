"""Tests of the checks for “Fine-tuning to classify”."""

import numpy as np
import pytest

from llm_lib.exercises import check


def perplexity(losses):
    return float(np.prod(np.exp(losses)) ** (1 / len(losses)))


def worst(losses, n):
    return int(np.argmax(np.convolve(losses, np.ones(n), "valid")))


RIGHT = {"20-perplexity": perplexity, "20-worst": worst}
WRONG = {
    "the mean of perplexities": ("20-perplexity", lambda x: float(np.mean(np.exp(x)))),
    "in bits": ("20-perplexity", lambda x: float(2 ** np.mean(x))),
    "the largest loss": ("20-worst", lambda x, n: int(np.argmax(x))),
    "the last stretch left out": ("20-worst", lambda x, n: worst(x[:-1], n)),
    "the last of equal ones": ("20-worst", lambda x, n: len(x) - n - worst(x[::-1], n)),
}


@pytest.mark.parametrize(
    ("name", "right", "others"),
    [
        ("20-predict-sure", "b", "ac"),
        ("20-predict-even", 50, [0.02]),
        ("20-explain-units", "c", "ab"),
    ],
)
def test_each_wrong_answer_has_a_reason(name, right, others):
    # fails if a wrong answer is taken, or gets no reason of its own
    assert check(name, right)
    said = {repr(check(name, other)) for other in others}
    assert len(said) == len(others) and not any(check(name, other) for other in others)
