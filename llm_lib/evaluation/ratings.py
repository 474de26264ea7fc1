"""Ratings from comparisons: Bradley–Terry scores on the scale of chess, with intervals.

`fit_scores` (`llm_lib.finetuning.dpo`) finds the scores. Elo's scale (1978) counts them in such
units that 400 points are odds of ten to one.
"""

import math
from collections.abc import Sequence

import numpy as np
from torch import Tensor

from llm_lib.arguments import check_whole
from llm_lib.finetuning.dpo import fit_scores

POINTS = 400 / math.log(10)  # of one unit of a Bradley–Terry score


def to_elo(scores: Sequence[float] | Tensor, mean: float = 1000.0) -> list[float]:
    """Return Bradley–Terry scores on Elo's scale, moved so that their mean is `mean`.

    >>> to_elo([math.log(10), 0.0])
    [1200.0, 800.0]
    """
    values = [float(score) for score in scores]
    middle = sum(values) / len(values)
    return [mean + POINTS * (value - middle) for value in values]


def elo_ratings(
    wins: Sequence[Sequence[int]], rounds: int = 200, seed: int = 0, mean: float = 1000.0
) -> list[tuple[float, float, float]]:
    """Return (rating, low, high) for each rival, with 95 % intervals from games drawn again.

    wins[i][j]: how often i was liked better than j. Each round draws as many games of each pair as
    it had, won with the share in which they were won. A round in which nobody beat one of the
    rivals has no finite scores and is left out: with many such, an interval is too narrow.
    Raises ValueError if `wins` itself has no finite scores, or if half of the rounds have none.
    """
    won = np.asarray(wins, dtype=np.int64)
    found = to_elo(fit_scores(won.tolist()), mean)
    low, high = np.quantile(_draw_ratings(won, rounds, seed, mean), (0.025, 0.975), axis=0)
    return [(r, float(a), float(b)) for r, a, b in zip(found, low, high, strict=True)]


def elo_difference(
    wins: Sequence[Sequence[int]], one: int, other: int, rounds: int = 200, seed: int = 0
) -> tuple[float, float, float]:
    """Return by how much `one` is rated above `other`, and the 95 % interval of that difference.

    From the same games drawn again as in `elo_ratings`, of which it raises the errors. The two
    ratings of a draw move together, so their own intervals don't tell this one.
    """
    won = np.asarray(wins, dtype=np.int64)
    found = to_elo(fit_scores(won.tolist()))
    drawn = _draw_ratings(won, rounds, seed, 0.0)
    low, high = np.quantile(drawn[:, one] - drawn[:, other], (0.025, 0.975))
    return found[one] - found[other], float(low), float(high)


def _draw_ratings(won: np.ndarray, rounds: int, seed: int, mean: float) -> np.ndarray:
    generator = np.random.default_rng(seed)
    drawn = []
    for _ in range(check_whole("rounds", rounds, least=20)):
        try:
            drawn.append(to_elo(fit_scores(_play_again(won, generator), 200), mean))
        except ValueError:
            continue
    if len(drawn) < rounds / 2:
        raise ValueError("too few games for an interval: in most draws somebody never loses")
    return np.array(drawn)


def _play_again(won: np.ndarray, generator: np.random.Generator) -> list[list[int]]:
    again = np.zeros_like(won)
    for i, j in zip(*np.triu_indices(len(won), 1), strict=True):
        games = int(won[i, j] + won[j, i])
        if games:
            again[i, j] = generator.binomial(games, won[i, j] / games)
            again[j, i] = games - again[i, j]
    return again.tolist()
