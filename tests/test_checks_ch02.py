"""Tests of the checks on how a model is made: right answers, and likely wrong ones."""

import pytest
import torch
from torch.nn import functional as F

from llm_lib.checks import ch02
from llm_lib.exercises import check


def test_days():
    # fails if hours or seconds pass as days, or the factor 6 may be left out
    def right(n, d, peak, share, devices):
        return 6 * n * d / (peak * share * devices) / 86_400

    assert check("02-days", right)
    assert not check("02-days", lambda *a: right(*a) * 24)
    assert not check("02-days", lambda *a: right(*a) / 6)
    assert not check("02-days", lambda n, d, peak, share, devices: right(n, d, peak, share, 1))


def test_targets_are_those_that_torch_leaves_out():
    # fails if the shift is wrong, or the prompt counts
    def right(prompt, answer):
        ids = prompt + answer
        return ids[:-1], [-100] * (len(prompt) - 1) + answer

    assert check("02-targets", right)
    assert not check("02-targets", lambda p, a: ((p + a)[:-1], (p + a)[1:]))
    assert not check("02-targets", lambda p, a: ((p + a)[:-1], [-100] * len(p) + a[1:]))
    for case in ch02.targets():
        inputs, targets = case.expected
        logits = torch.randn(len(inputs), 10)
        n = len(case.arguments[1])
        mean = F.cross_entropy(logits[-n:], torch.tensor(case.arguments[1]))
        torch.testing.assert_close(F.cross_entropy(logits, torch.tensor(targets)), mean)


def test_preference_loss_is_torchs_logsigmoid():
    # fails if a sign, beta or the copy is lost
    def right(better, worse, better_ref, worse_ref, beta):
        ahead = beta * ((better - better_ref) - (worse - worse_ref))
        return -F.logsigmoid(torch.tensor(ahead, dtype=torch.float64)).item()

    assert check("02-preference-loss", right)
    assert not check("02-preference-loss", lambda b, w, br, wr, beta: right(w, b, wr, br, beta))
    assert not check("02-preference-loss", lambda b, w, br, wr, beta: right(b, w, 0, 0, beta))
    assert not check("02-preference-loss", lambda b, w, br, wr, beta: right(b, w, br, wr, 1))


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("02-predict-tokens", "doubles", ["halves", "same"]),
        ("02-explain-forgetting", "b", ["a", "c"]),
    ],
)
def test_predictions(name, right, wrong):
    # fails if a wrong answer passes, or gets no word of its own
    assert check(name, right)
    for answer in wrong:
        assert not check(name, answer)
