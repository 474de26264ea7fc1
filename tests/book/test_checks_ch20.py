"""Tests of the checks for “Fine-tuning to classify”."""

import numpy as np
import pytest
import torch
from sklearn.metrics import balanced_accuracy_score

from llm_lib.book.exercises import check


def last_token(stream, ids, end):
    lengths = [row.tolist().index(end) if end in row else len(row) for row in ids]
    return torch.stack([row[n - 1] for row, n in zip(stream, lengths, strict=True)])


def count(ids, end):
    return (ids != end).sum(dim=1)


def freeze(model):
    for name, parameter in model.named_parameters():
        parameter.requires_grad_(name.startswith("head."))
    return model


def temper(p, T):
    raised = p.double() ** (1 / T)
    return (raised / raised.sum(dim=1, keepdim=True)).to(p)


def balanced(said, labels):
    shares = [np.mean([s == c for s, y in zip(said, labels, strict=True) if y == c])
              for c in sorted(set(labels))]  # fmt: skip
    return float(np.mean(shares))


def precision(said, labels):
    shares = []
    for c in sorted(set(labels)):
        right = [y == c for s, y in zip(said, labels, strict=True) if s == c]
        shares.append(np.mean(right) if right else 0.0)
    return float(np.mean(shares))


def with_absent(said, labels):
    n = len(set(said) | set(labels))
    return balanced(said, labels) * len(set(labels)) / n


RIGHT = {
    "20-last-token": last_token,
    "20-freeze": freeze,
    "20-temperature": temper,
    "20-balanced": balanced,
}
WRONG = {
    "the last column": ("20-last-token", lambda x, ids, end: x[:, -1]),
    "one column too far": (
        "20-last-token",
        lambda x, ids, end: x[torch.arange(len(x)), count(ids, end).clamp(max=x.shape[1] - 1)],
    ),
    "the mean of all columns": ("20-last-token", lambda x, ids, end: x.mean(dim=1)),
    "the mean of the tokens": (
        "20-last-token",
        lambda x, ids, end: torch.stack(
            [r[:m].mean(0) for r, m in zip(x, count(ids, end), strict=True)]
        ),
    ),
    "the first token": ("20-last-token", lambda x, ids, end: x[:, 0]),
    "nothing frozen": ("20-freeze", lambda model: model.requires_grad_(True)),
    "all frozen": ("20-freeze", lambda model: model.requires_grad_(False)),
    "the head left as it was": (
        "20-freeze",
        lambda model: model.backbone.requires_grad_(False) and model,
    ),
    "the head's weight alone": (
        "20-freeze",
        lambda model: (
            model.requires_grad_(False).head.weight.requires_grad_(True) is not None and model
        ),
    ),
    "nothing returned": ("20-freeze", lambda model: freeze(model) and None),
    "times T": ("20-temperature", lambda p, T: temper(p, 1 / T)),
    "probabilities divided": ("20-temperature", lambda p, T: p / T),
    "probabilities as scores": ("20-temperature", lambda p, T: (p / T).softmax(dim=1)),
    "no T": ("20-temperature", lambda p, T: p),
    "not to a sum of 1": ("20-temperature", lambda p, T: p ** (1 / T)),
    "accuracy": (
        "20-balanced",
        lambda said, labels: float(np.mean(np.array(said) == np.array(labels))),
    ),
    "precision": ("20-balanced", precision),
    "absent classes count": ("20-balanced", with_absent),
}


def test_balanced_accuracy_is_scikit_learns():
    # fails if what the exercise asks for is not what the field calls by this name
    generator = np.random.default_rng(0)
    labels, said = generator.integers(3, size=(2, 50)).tolist()
    assert balanced(said, labels) == pytest.approx(balanced_accuracy_score(labels, said))


def test_tempered_probabilities_are_those_of_the_scores():
    # fails if what the exercise asks for can't be had from probabilities alone
    scores = torch.randn(5, 4, generator=torch.Generator().manual_seed(0))
    expected = (scores / 0.7).softmax(dim=1)
    torch.testing.assert_close(temper(scores.softmax(dim=1), 0.7), expected)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("the last column", "padding"),
        ("one column too far", "one column behind"),
        ("the first token", "nothing but itself"),
        ("probabilities divided", "the probabilities are divided"),
        ("probabilities as scores", "probabilities are no scores"),
        ("no T", "they are what they were"),
        ("times T", "multiplied by T"),
    ],
)
def test_a_mistake_is_named(wrong, said):
    # fails if a usual mistake is only told that some number differs
    name, solution = WRONG[wrong]
    assert said in repr(check(name, solution))


@pytest.mark.parametrize(
    ("name", "right", "others"),
    [
        ("20-predict-step", "c", "ab"),
        ("20-predict-copies", "b", "acd"),
        ("20-predict-temperature", "a", "bc"),
        ("20-predict-six", 1.79, [0.69, 0.1667, 0]),
    ],
)
def test_each_wrong_answer_has_a_reason(name, right, others):
    # fails if a wrong answer is taken, or gets no reason of its own
    assert check(name, right)
    said = {repr(check(name, other)) for other in others}
    assert len(said) == len(others) and not any(check(name, other) for other in others)
