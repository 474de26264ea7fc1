"""The probe is scikit-learn's logistic regression, and refuses what it can't learn from."""

import pytest
import torch
from sklearn.linear_model import LogisticRegression

from llm_lib.finetuning.probe import fit_probe


def clouds(n: int, n_classes: int, size: int = 6, seed: int = 0):
    """Return points around a centre for each class, which overlap, and their classes."""
    draw = torch.Generator().manual_seed(seed)
    labels = torch.randint(n_classes, (n,), generator=draw)
    centres = torch.randn(n_classes, size, generator=draw)
    return centres[labels] + torch.randn(n, size, generator=draw), labels


@pytest.mark.parametrize("l2", [0.1, 10.0])
def test_it_is_scikit_learns(l2):
    # fails if the loss is a mean, the bias is held back, or the search ends too early
    x, labels = clouds(80, 4)
    probe = fit_probe(x, labels, 4, l2)
    other = LogisticRegression(C=1 / l2, tol=1e-8, max_iter=5000).fit(x.double(), labels)
    expected = torch.tensor(other.predict_proba(x.double()))
    torch.testing.assert_close(probe(x).softmax(1), expected, atol=1e-4, rtol=0)
    assert probe.accuracy(x, labels) == pytest.approx(other.score(x.double(), labels))


def test_a_class_without_examples_is_never_said():
    # fails if a class that no example has gets the best score
    x, labels = clouds(30, 2)
    assert fit_probe(x, labels, 5)(x).argmax(1).max() <= 1


@pytest.mark.parametrize(
    ("features", "labels", "words"),
    [
        (torch.ones(3, 2), torch.zeros(2).long(), r"labels \(n,\).*got \(3, 2\) and \(2,\)"),
        (torch.ones(3), torch.zeros(3).long(), r"features should be \(n, C\)"),
        (torch.ones(0, 2), torch.zeros(0).long(), "with n at least 1"),
        (torch.ones(2, 2) / 0, torch.tensor([0, 1]), "finite"),
        (torch.ones(2, 2), torch.tensor([0, 3]), "labels should be from 0 to 2; got 3"),
    ],
)
def test_bad_input_is_named(features, labels, words):
    with pytest.raises(ValueError, match=words):
        fit_probe(features, labels, 3)


def test_the_penalty_is_checked():
    with pytest.raises(ValueError, match="l2 must be above 0, got 0"):
        fit_probe(*clouds(4, 2), 2, l2=0)
