"""A probe: logistic regression on frozen features, which tells what can be read in them.

The model does not learn. If so small a classifier finds the class in a model's numbers, they hold
it in a form that is easy to read; what a probe misses may still be there, in another form.
"""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from llm_lib.arguments import check_number, check_whole


@dataclass(frozen=True)
class Probe:
    """A fitted probe: scores are `features @ weight + bias`, with `weight` (C, n_classes)."""

    weight: Tensor
    bias: Tensor

    def __call__(self, features: Tensor) -> Tensor:
        """Return the scores (n, n_classes) of features (n, C), on the processor."""
        return features.to(self.weight) @ self.weight + self.bias

    def accuracy(self, features: Tensor, labels: Tensor) -> float:
        """Return the share of features (n, C) whose best score is that of their label (n,)."""
        return (self(features).argmax(1) == labels.cpu()).double().mean().item()


def fit_probe(
    features: Tensor, labels: Tensor, n_classes: int, l2: float = 1.0, max_steps: int = 1000
) -> Probe:
    """Return the probe that minimises the summed cross-entropy and `l2` / 2 times its weights².

    features: (n, C), best with a mean near 0 and numbers of one size: the penalty is the same for
        all of them. labels: (n,), from 0. scikit-learn's `LogisticRegression(C=1 / l2)` is the
        same; the biases are free in both.

    Raises ValueError for shapes that do not fit, a label out of range, or features that are not
    finite.

    >>> probe = fit_probe(torch.tensor([[-1.0], [1.0]]), torch.tensor([0, 1]), n_classes=2)
    >>> probe(torch.tensor([[-3.0], [0.5]])).argmax(1).tolist()
    [0, 1]
    """
    _check(features, labels, check_whole("n_classes", n_classes, 2))
    check_number("l2", l2, above=0)
    x, labels = features.detach().cpu().double(), labels.cpu()  # a small problem, in float64
    free = {"dtype": torch.float64, "requires_grad": True}
    weight = torch.zeros(x.shape[1], n_classes, **free)
    bias = torch.zeros(n_classes, **free)
    search = torch.optim.LBFGS(
        (weight, bias),
        max_iter=max_steps,
        tolerance_grad=1e-6,
        tolerance_change=1e-12,
        line_search_fn="strong_wolfe",
    )

    def loss() -> Tensor:
        search.zero_grad()
        errors = F.cross_entropy(x @ weight + bias, labels, reduction="sum")
        total = errors + l2 / 2 * weight.square().sum()
        total.backward()
        return total

    search.step(loss)
    return Probe(weight.detach(), bias.detach())


def _check(features: Tensor, labels: Tensor, n_classes: int) -> None:
    """Raise ValueError, saying what is wrong, unless features and labels fit each other."""
    if features.ndim != 2 or labels.shape != features.shape[:1] or not len(features):
        raise ValueError(
            "features should be (n, C) and labels (n,), with n at least 1; "
            f"got {tuple(features.shape)} and {tuple(labels.shape)}"
        )
    if not features.isfinite().all():
        raise ValueError("features should be finite numbers")
    if not 0 <= labels.min() <= labels.max() < n_classes:
        wrong = next(label for label in labels.tolist() if not 0 <= label < n_classes)
        raise ValueError(f"labels should be from 0 to {n_classes - 1}; got {wrong}")
