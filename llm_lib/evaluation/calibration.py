"""Calibration: whether a model that says 80 % is right in 80 of 100 cases."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from llm_lib.arguments import check_whole


@dataclass(frozen=True)
class Bin:
    """Answers of about the same confidence: how many, the mean confidence, the share of right."""

    count: int
    confidence: float
    accuracy: float


def calibration_bins(
    confidences: Sequence[float], right: Sequence[bool], bins: int = 10
) -> list[Bin]:
    """Return the answers in bins of equal width from 0 to 1, without the bins that are empty.

    Raises ValueError unless there are as many marks as confidences, and these are from 0 to 1.

    >>> calibration_bins([0.9, 0.95, 0.2], [True, False, False])[-1].accuracy
    0.5
    """
    check_whole("bins", bins)
    said, was = np.asarray(confidences, np.float64), np.asarray(right, np.float64)
    if said.ndim != 1 or said.shape != was.shape or not len(said):
        raise ValueError(f"each confidence needs its mark: there are {said.shape} and {was.shape}")
    if not ((said >= 0) & (said <= 1)).all():
        raise ValueError(f"confidences must be from 0 to 1, got {said.min()} to {said.max()}")
    place = np.minimum((said * bins).astype(int), bins - 1)
    chosen = [place == i for i in range(bins) if (place == i).any()]
    return [Bin(int(w.sum()), float(said[w].mean()), float(was[w].mean())) for w in chosen]


def expected_calibration_error(
    confidences: Sequence[float], right: Sequence[bool], bins: int = 10
) -> float:
    """Return the mean gap between confidence and accuracy over bins, each weighted by its count.

    Guo et al. (2017). A bin's gap is of means: within a bin, errors can cancel.

    >>> round(expected_calibration_error([0.9, 0.9], [True, False]), 3)
    0.4
    """
    found = calibration_bins(confidences, right, bins)
    gaps = sum(b.count * abs(b.confidence - b.accuracy) for b in found)
    return gaps / sum(b.count for b in found)
