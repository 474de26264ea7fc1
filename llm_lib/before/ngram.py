"""N-gram models: predict the next token by counting what followed the last few."""

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from math import exp, log
from typing import Any

import numpy as np

from llm_lib.arguments import check_number, check_whole
from llm_lib.tokenizer import check_ids


def count_runs(ids: Sequence[int], n: int) -> Counter[tuple[int, ...]]:
    """Count how often each run of n tokens comes.

    >>> count_runs([5, 7, 5, 7, 5, 2], 2)
    Counter({(5, 7): 2, (7, 5): 2, (5, 2): 1})
    """
    # n copies of the row, each one token further on, side by side
    return Counter(zip(*(ids[start:] for start in range(n)), strict=False))


class NGramModel:
    """Gives the next token a probability from how often it followed the last n - 1 tokens.

    Counts alone give 0 to everything that never occurred. So every context gets k · V counts
    besides its own, where V is the size of the vocabulary. Add-k smoothing shares them out evenly,
    k for each token. With `interpolate`, they are shared out as predicted by the model whose
    context is one token shorter (for a bigram: no context), which is smoothed in the same way:

        p_n(token | context) = (count + k · V · p_{n-1}(token | shorter)) / (total + k · V)

    The chain ends with p_0 = 1 / V (add-k: Lidstone 1920; interpolation: Jelinek and Mercer 1980,
    in the form of MacKay and Peto 1995).

    At the start of a text, the model uses the few tokens that there are. Raises ValueError for n
    below 1, k below 0, or an empty vocabulary.

    >>> model = NGramModel(2, vocab_size=3, k=1).fit([0, 1, 0, 1, 0, 2])
    >>> model.probability([0], 1)
    0.5
    >>> model.next_probabilities([0]).tolist() == [1 / 6, 3 / 6, 2 / 6]
    True
    """

    def __init__(self, n: int, vocab_size: int, *, k: float = 0.01, interpolate: bool = False):
        self.n, self.vocab_size = check_whole("n", n), check_whole("vocab_size", vocab_size)
        self.k, self.interpolate = check_number("k", k, least=0), interpolate
        self.counts: list[Counter[tuple[int, ...]]] = []  # of runs of 1, 2, ... n tokens
        self.totals: list[Counter[tuple[int, ...]]] = []  # of what comes before their last token

    def fit(self, ids: Iterable[int]) -> "NGramModel":
        """Count all contexts of 0 to n - 1 tokens in `ids`, replacing all earlier counts.

        Returns the model itself. Raises ValueError for an id outside the vocabulary, and if there
        are no ids.
        """
        ids = check_ids(ids, self.vocab_size)
        if not ids:
            raise ValueError("there are no tokens to count")
        self.counts = [count_runs(ids, length) for length in range(1, self.n + 1)]
        # A run at the very end of the text has no token after it, so it is no context.
        self.totals = [count_runs(ids[:-1], length) for length in range(self.n)]
        self.totals[0] = Counter({(): len(ids)})
        return self

    def shortened(self, n: int, **changes: Any) -> "NGramModel":
        """Return the model with a smaller (or the same) n that shares the counts of this one.

        `changes` may hold another k or interpolate. Raises ValueError if n is larger than this
        model's.
        """
        if n > self.n:
            raise ValueError(f"this model has counted runs of {self.n} tokens, not of {n}")
        settings = {"k": self.k, "interpolate": self.interpolate} | changes
        model = NGramModel(n, self.vocab_size, **settings)
        model.counts, model.totals = self.counts[:n], self.totals[:n]
        return model

    def count_parameters(self) -> int:
        """Return how many different runs have a count, which the model has to keep."""
        return sum(map(len, self.counts if self.interpolate else self.counts[-1:]))

    def probability(self, context: Sequence[int], token: int) -> float:
        """Return p(token | context), from the last n - 1 tokens of it.

        With k = 0, a context that never occurred gives 0: nothing is known.
        """
        context = self._last(context)
        longest = len(context)
        lengths = range(longest + 1) if self.interpolate else [longest]
        extra, p = self.k * self.vocab_size, 1 / self.vocab_size
        for length in lengths:
            key = context[longest - length :]
            count = self.counts[length].get((*key, token), 0)
            total = self.totals[length].get(key, 0) + extra
            p = (count + extra * p) / total if total else 0.0
        return p

    def next_probabilities(self, context: Sequence[int]) -> np.ndarray:
        """Return the probability of every token of the vocabulary, (V,), after `context`."""
        context = self._last(context)
        lengths = range(len(context) + 1) if self.interpolate else [len(context)]
        extra, p = self.k * self.vocab_size, np.full(self.vocab_size, 1 / self.vocab_size)
        for length in lengths:
            key = context[len(context) - length :]
            counts = [self.counts[length].get((*key, token), 0) for token in range(self.vocab_size)]
            total = self.totals[length].get(key, 0) + extra
            p = (np.array(counts) + extra * p) / total if total else 0 * p
        return p

    def log_probabilities(self, ids: Iterable[int]) -> np.ndarray:
        """Return ln p of each token of `ids` given those before it; -inf where p is 0."""
        ids = check_ids(ids, self.vocab_size)
        width = self.n - 1
        chances = [self.probability(ids[max(0, t - width) : t], i) for t, i in enumerate(ids)]
        return np.array([log(p) if p > 0 else -np.inf for p in chances])

    def loss(self, ids: Iterable[int]) -> float:
        """Return the mean surprise -ln p at the tokens of `ids`, in nats; inf if one had p = 0."""
        chances = self.log_probabilities(ids)
        if not len(chances):
            raise ValueError("there are no tokens to predict")
        return float(-chances.mean())

    def perplexity(self, ids: Iterable[int]) -> float:
        """Return e to the loss: among how many equally likely tokens the model seems to choose."""
        return exp(self.loss(ids))

    def sample(self, context: Sequence[int], n_tokens: int, seed: int = 0) -> list[int]:
        """Draw `n_tokens` tokens, each after the last n - 1; return them without the context.

        Ends early where nothing is known: with k = 0, after a context that never occurred.
        """
        ids, draw = list(context), random.Random(seed)
        for _ in range(n_tokens):
            p = self.next_probabilities(ids)
            if not p.sum() > 0:
                break
            ids.append(draw.choices(range(self.vocab_size), p)[0])
        return ids[len(context) :]

    def _last(self, context: Sequence[int]) -> tuple[int, ...]:
        """The last n - 1 tokens of a context, or all if there are fewer."""
        if not self.counts:
            raise ValueError("the model has counted nothing yet; call fit(ids) first")
        return tuple(context[-(self.n - 1) :]) if self.n > 1 else ()


def share_seen(train: Sequence[int], test: Sequence[int], n: int) -> float:
    """Return the share of the runs of n tokens in `test` that also occur in `train`.

    >>> share_seen([1, 2, 3, 1, 2], [1, 2, 4], 2)
    0.5
    """
    known, runs = count_runs(train, n), count_runs(test, n)
    if not runs:
        raise ValueError(f"the test text has fewer than {n} tokens")
    return sum(count for run, count in runs.items() if run in known) / runs.total()
