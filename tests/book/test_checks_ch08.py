"""Tests of chapter 08's checks: right answers by another way, and the usual wrong ones."""

import math
from itertools import pairwise

import numpy as np
import pytest
import torch

from llm_lib.before.ngram import NGramModel
from llm_lib.before.rnn import RNNCell, unroll
from llm_lib.book.exercises import check


def states(x, w_x, w_h, b):
    cell = RNNCell(*w_x.shape)
    with torch.no_grad():
        cell.input_weight.copy_(w_x.T)
        cell.state_weight.copy_(w_h.T)
        cell.bias.copy_(b)
        return unroll(cell, x[None])[0]


def attention(state, annotations, w_q, w_k, v):
    scores = torch.einsum("sa,a->s", torch.tanh(annotations @ w_k + state @ w_q), v)
    return torch.einsum("s,se->e", torch.softmax(scores, 0), annotations)


RIGHT = {
    "08-perplexity": lambda p: float(np.exp(-np.log(p).mean())),
    "08-bigram": lambda ids, a, b, k, V: NGramModel(2, V, k=k).fit(ids).probability([a], b),
    "08-rnn-states": states,
    "08-additive-attention": attention,
}
OTHER_TYPES = {
    "a power": ("08-perplexity", lambda p: math.prod(p) ** (-1 / len(p))),
    "a tensor": ("08-perplexity", lambda p: torch.tensor(p).log().mean().neg().exp()),
    "a numpy number": ("08-perplexity", lambda p: np.exp(-np.log(p).mean())),
}


@pytest.mark.parametrize("way", OTHER_TYPES)
def test_right_numbers_of_any_type_pass(way):
    # fails if a right number is refused for its type
    assert check(*OTHER_TYPES[way])


def whole_count(ids, a, b, k, V):  # the last id counts as a context
    pairs = sum(ids[t : t + 2] == [a, b] for t in range(len(ids)))
    return (pairs + k) / (ids.count(a) + k * V)


def without_smoothing(ids, a, b, k, V):
    after = [y for x, y in pairwise(ids) if x == a]
    return after.count(b) / len(after)


def joint(ids, a, b, k, V):
    return sum(ids[t : t + 2] == [a, b] for t in range(len(ids))) / len(ids)


def other_way(x, w_x, w_h, b):
    return states(x, w_x, w_h.T, b)


def states_before(x, w_x, w_h, b):
    return torch.cat((torch.zeros(1, len(b)), states(x, w_x, w_h, b)[:-1]))


def no_memory(x, w_x, w_h, b):
    return torch.tanh(x @ w_x + b)


def without_overlaps(ids, a, b, k, V):  # counts in a string, which skips (2, 2) in 2 2 2
    pairs = "".join(map(str, ids)).count(f"{a}{b}")
    return (pairs + k) / (ids[:-1].count(a) + k * V)


WRONG = {
    "no overlaps": ("08-bigram", without_overlaps),
    "the loss": ("08-perplexity", lambda p: -sum(map(math.log, p)) / len(p)),
    "bits": ("08-perplexity", lambda p: math.exp(-sum(map(math.log2, p)) / len(p))),
    "the sum": ("08-perplexity", lambda p: math.exp(-sum(map(math.log, p)))),
    "the mean of 1/p": ("08-perplexity", lambda p: sum(1 / q for q in p) / len(p)),
    "the end as a context": ("08-bigram", whole_count),
    "no smoothing": ("08-bigram", without_smoothing),
    "the share of the pair": ("08-bigram", joint),
    "k once": ("08-bigram", lambda i, a, b, k, V: RIGHT["08-bigram"](i, a, b, k / V, V)),
    "transposed": ("08-rnn-states", other_way),
    "shifted": ("08-rnn-states", states_before),
    "no memory": ("08-rnn-states", no_memory),
    "the last state": ("08-rnn-states", lambda *a: states(*a)[-1]),
    "weights": (
        "08-additive-attention",
        lambda d, e, q, k, v: (torch.tanh(d @ q + e @ k) @ v).softmax(dim=0),
    ),
    "no tanh": (
        "08-additive-attention",
        lambda d, e, q, k, v: ((d @ q + e @ k) @ v).softmax(dim=0) @ e,
    ),
    "the average": ("08-additive-attention", lambda d, e, q, k, v: e.mean(dim=0)),
    "no softmax": (
        "08-additive-attention",
        lambda d, e, q, k, v: (torch.tanh(d @ q + e @ k) @ v) @ e,
    ),
}


TOLD = {
    "the end as a context": "the last id has nothing after it",
    "the loss": "that is the loss",
    "transposed": "is W_h transposed?",
    "shifted": "the states before each step",
}


@pytest.mark.parametrize("mistake", TOLD)
def test_a_usual_mistake_is_named(mistake):
    # fails if the report leaves the reader with two numbers where the mistake can be told
    assert TOLD[mistake] in repr(check(*WRONG[mistake]))


@pytest.mark.parametrize("mistake", [name for name in WRONG if name not in TOLD])
def test_no_mistake_is_named_for_another(mistake):
    # fails if a wrong function is told of a mistake that it does not make
    report = repr(check(*WRONG[mistake]))
    assert not any(said in report.split("hint")[0] for said in TOLD.values())


def test_predicted_mix_is_that_of_softmax():
    # fails if the registered answer is not what softmax gives, or a right type is refused
    states, scores = torch.eye(2).double(), torch.tensor([3.0, 1.0]).double().log()
    mix = scores.softmax(dim=0) @ states
    for answer in (mix[0].item(), 0.75, 3 / 4, np.float64(0.75), torch.tensor(0.75)):
        assert check("08-predict-mix", answer)
    assert not check("08-predict-mix", 0.7)
    assert "doesn't choose one" in repr(check("08-predict-mix", 1))
    assert "even mix" in repr(check("08-predict-mix", 0.5))
    assert "sum of both" in repr(check("08-predict-mix", 3))
    assert "second state" in repr(check("08-predict-mix", 0.25))
    assert "quotation marks" in repr(check("08-predict-mix", "3/4"))


def test_explained_failure():
    # fails if a wrong explanation is taken, or goes without a word
    assert check("08-explain-vanishing", "c")
    assert "one bit" in repr(check("08-explain-vanishing", "a"))
    assert "five tokens in between" in repr(check("08-explain-vanishing", "b"))
