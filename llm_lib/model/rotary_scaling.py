"""Rotary positions for texts longer than those of the training: which frequencies are slowed down.

A model knows the angles that it was trained with. Pairs that went round many times have met all of
them; a pair so slow that it never came round would, further on, meet angles that it never saw. So
these are slowed down by a factor, and the quick ones, which tell neighbours apart, are left alone.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from llm_lib.arguments import check_choice, check_number, check_whole

KINDS = ("linear", "llama3", "yarn")


@dataclass(frozen=True)
class RotaryScaling:
    """How rotary frequencies are changed for a context `factor` times as long as the training's.

    A pair of frequency f goes round f · `trained_length` / 2π times in a text of that length.

    "linear": all are divided by the factor (Chen et al. 2023); `trained_length` is not needed.
    "llama3": those of at most `slow` rounds are divided, those of at least `fast` stay, and between
    the two the share that stays grows evenly with the rounds (as published with Llama 3.1, where
    they are 1 and 4).
    "yarn": the same with 1 and 32, but the share grows evenly with the pair's number, as in the
    code that was published with the paper, not with the rounds, as in its text (Peng et al. 2024).
    Queries and keys are then both multiplied by `magnitude`, 0.1 ln(factor) + 1 if it is not given:
    over more keys, attention has to be sharper.

    Raises ValueError, naming the field, for an invalid value.

    >>> RotaryScaling("linear", 4.0).scale(torch.tensor([1.0, 0.1]), base=100.0).tolist()
    [0.25, 0.025...]
    """

    kind: str
    factor: float
    trained_length: int | None = None
    slow: float = 1.0
    fast: float | None = None
    magnitude: float | None = None

    def __post_init__(self) -> None:
        check_choice("rope_scaling's kind", self.kind, KINDS)
        check_number("rope_scaling's factor", self.factor, least=1)
        if self.kind == "linear":
            self._refuse(("trained_length", "fast", "magnitude"))
            return
        check_whole("rope_scaling's trained_length", self.trained_length)
        if self.fast is None:
            object.__setattr__(self, "fast", 4.0 if self.kind == "llama3" else 32.0)
        check_number("rope_scaling's slow", self.slow, above=0)
        check_number("rope_scaling's fast", self.fast, above=self.slow)
        if self.kind == "llama3":
            self._refuse(("magnitude",))
        elif self.magnitude is None:
            object.__setattr__(self, "magnitude", yarn_magnitude(self.factor))
        else:
            check_number("rope_scaling's magnitude", self.magnitude, above=0)

    def _refuse(self, names: tuple[str, ...]) -> None:
        for name in names:
            if getattr(self, name) is not None:
                raise ValueError(f"rope_scaling of kind {self.kind!r} has no {name}")

    def scale(self, frequency: Tensor, base: float) -> Tensor:
        """Return the changed frequencies of all pairs; `frequency` is (D/2,), the largest first."""
        if self.kind == "linear":
            return frequency / self.factor
        rounds = frequency * self.trained_length / (2 * math.pi)
        if self.kind == "llama3":
            kept = ((rounds - self.slow) / (self.fast - self.slow)).clamp(0, 1)
        else:
            kept = self._yarn_kept(len(frequency), base)
        return kept * frequency + (1 - kept) * frequency / self.factor

    def _yarn_kept(self, n_pairs: int, base: float) -> Tensor:
        """Return the share of each frequency that stays: 1 up to pair `first`, 0 from `last` on."""

        def pair_with(rounds: float) -> float:
            """Solve base^(-j / n_pairs) · trained_length / 2π = rounds for j."""
            return n_pairs * math.log(self.trained_length / (2 * math.pi * rounds), base)

        first = max(math.floor(pair_with(self.fast)), 0)
        last = min(math.ceil(pair_with(self.slow)), 2 * n_pairs - 1)  # twice: as published
        j = torch.arange(n_pairs, dtype=torch.float64)
        return 1 - ((j - first) / max(last - first, 1e-3)).clamp(0, 1)


def yarn_magnitude(factor: float, weight: float = 1.0) -> float:
    """Return 0.1 · weight · ln(factor) + 1, what YaRN multiplies queries and keys by.

    >>> yarn_magnitude(math.e**10)
    2.0
    """
    return 0.1 * weight * math.log(factor) + 1.0
