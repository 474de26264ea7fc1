"""Tests of chapter 02's checks: right answers by another way, and the usual wrong ones."""

import pytest
import torch
from torch.nn import functional as F

from llm_lib.book.checks import ch02
from llm_lib.book.exercises import check, find_exercise


def days(n, d, peak, share, devices):
    return 6 * n * d / (peak * share * devices) / 86_400


def targets(prompt, answer):
    return [-100 if i < len(prompt) else t for i, t in enumerate(prompt + answer)][1:]


def preference_loss(better, worse, better_ref, worse_ref, beta):
    ahead = beta * ((better - better_ref) - (worse - worse_ref))
    return -F.logsigmoid(torch.tensor(ahead, dtype=torch.float64)).item()


def appended(prompt, answer):
    prompt += answer  # changes the caller's list
    return targets(prompt[: -len(answer)], answer)


RIGHT = {"02-days": days, "02-targets": targets, "02-preference-loss": preference_loss}
WRONG = {
    "hours": ("02-days", lambda *a: days(*a) * 24),
    "no factor 6": ("02-days", lambda *a: days(*a) / 6),
    "one device": ("02-days", lambda n, d, peak, share, devices: days(n, d, peak, share, 1)),
    "at full speed": ("02-days", lambda n, d, peak, share, devices: days(n, d, peak, 1, devices)),
    "all tokens count": ("02-targets", lambda p, a: (p + a)[1:]),
    "the first of the answer is left out": ("02-targets", lambda p, a: [-100] * len(p) + a[1:]),
    "one target too many": ("02-targets", lambda p, a: [-100] * len(p) + a),
    "left out by value": (
        "02-targets",
        lambda p, a: [-100] * (len(p) - 1) + [-100 if t in p else t for t in a],
    ),
    "the prompt is changed": ("02-targets", appended),
    "the other way round": (
        "02-preference-loss",
        lambda b, w, br, wr, beta: preference_loss(w, b, wr, br, beta),
    ),
    "no copy": (
        "02-preference-loss",
        lambda b, w, br, wr, beta: preference_loss(b, w, 0, 0, beta),
    ),
    "no beta": (
        "02-preference-loss",
        lambda b, w, br, wr, beta: preference_loss(b, w, br, wr, 1),
    ),
    "the better answer alone": (
        "02-preference-loss",
        lambda b, w, br, wr, beta: preference_loss(b, 0, br, 0, beta),
    ),
}
SAID = [
    ("left out by value", "by position, not by value"),
    ("the other way round", "should the loss rise or fall"),
    ("no beta", "multiplied by beta"),
    ("one device", "All devices together"),
]


@pytest.mark.parametrize(("mistake", "said"), SAID)
def test_a_mistake_gets_its_own_hint(mistake, said):
    # fails if a usual mistake is answered with the hint for another one
    assert said in repr(check(*WRONG[mistake]))


def test_targets_are_those_that_torch_leaves_out():
    # fails if the cases ask for other targets than those that make the loss of the answer alone
    for case in ch02.targets():
        prompt, answer = case.arguments
        logits = torch.randn(len(prompt + answer) - 1, 10)
        mean = F.cross_entropy(logits[-len(answer) :], torch.tensor(answer))
        torch.testing.assert_close(F.cross_entropy(logits, torch.tensor(case.expected)), mean)


ANSWERS = [
    ("02-predict-order", "b", "ac"),
    ("02-predict-unseen", "b", "acd"),
    ("02-predict-forget", "c", "abd"),
    ("02-predict-judge", "b", "ac"),
    ("02-explain-forgetting", "b", "ac"),
    ("02-where-learned", "a", ["b", "c"]),
    ("02-predict-bill", 4, [2, 8]),
]


@pytest.mark.parametrize(("name", "right", "wrong"), ANSWERS)
def test_predictions(name, right, wrong):
    # fails if a wrong answer passes, or gets no word of its own
    assert check(name, right)
    for answer in wrong:
        result = check(name, answer)
        assert not result and find_exercise(name).feedback[answer] in repr(result)
