"""Summarises a text by picking its most central sentence."""

import re
from collections import Counter
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from llm_lib.arguments import check_number, check_whole
from llm_lib.book.classical.base import TaskModel, lower_words


class SentenceRanker(TaskModel):
    """Returns the sentence that is most like all the others, weighted by how central those are.

    Sentences are compared by the words they share, and rare words count most. Each sentence then
    votes for those like it, with as much weight as it receives itself, as pages do in PageRank
    (TextRank: Mihalcea and Tarau 2004; LexRank: Erkan and Radev 2004). It learns only which words
    are rare, and never looks at the summaries of the examples. `grade` is `rouge_1`, so a summary
    may be partly right.

    Raises ValueError if `damping` is not between 0 and 1, or `n_rounds` is below 1.

    >>> model = SentenceRanker().fit([("Mia met a fox. The fox saw the hen. The hen was Tom.", "")])
    >>> model.predict("Mia met a fox. The fox saw the hen. The hen was Tom.")
    'The fox saw the hen.'
    """

    def __init__(self, damping: float = 0.85, n_rounds: int = 50):
        self.damping = check_number("damping", damping, above=0, below=1)
        self.n_rounds = check_whole("n_rounds", n_rounds)

    def _fit(self, examples: list[tuple[str, Any]]) -> None:
        self.vectorizer = TfidfVectorizer(analyzer=lower_words)
        self.vectorizer.fit([s for text, _ in examples for s in split_sentences(text)])

    def rank(self, text: str) -> list[tuple[str, float]]:
        """Return each sentence with its share of the votes; the shares sum to 1."""
        sentences = split_sentences(text)
        vectors = self.vectorizer.transform(sentences)
        likeness = (vectors @ vectors.T).toarray()  # (S, S), the cosine of each pair
        np.fill_diagonal(likeness, 0)
        sums = likeness.sum(axis=1, keepdims=True)
        n = len(sentences)
        votes = np.divide(likeness, sums, out=np.full((n, n), 1 / n), where=sums > 0)
        shares = np.full(n, 1 / n)
        for _ in range(self.n_rounds):
            shares = (1 - self.damping) / n + self.damping * shares @ votes
        return [(s, float(share)) for s, share in zip(sentences, shares, strict=True)]

    def _predict(self, text: str) -> str:
        return max(self.rank(text), key=lambda pair: pair[1])[0] if text.strip() else ""

    def grade(self, prediction: str, answer: str) -> float:
        """Return how far the words of the two summaries agree: `rouge_1`."""
        return rouge_1(prediction, answer)


def split_sentences(text: str) -> list[str]:
    """Cut text after each full stop, question mark or exclamation mark, and a quote that follows.

    >>> split_sentences('"No," said Mia. "Go home!" It rained.')
    ['"No," said Mia.', '"Go home!"', 'It rained.']
    """
    return [s for s in re.split(r'(?<=[.!?])\s+|(?<=[.!?]")\s+', text.strip()) if s]


def rouge_1(candidate: str, reference: str) -> float:
    """Return the overlap of two texts in words, from 0 to 1, whatever their order.

    It is the F1 score: with c words in common, 2c / (words of one + words of the other). Case and
    punctuation don't count (ROUGE-1: Lin 2004).

    >>> rouge_1("Mia lost a kite.", "Mia found a red kite.")  # three in common, of 4 and 5
    0.6666666666666666
    """
    one, other = (Counter(re.findall(r"\w+", text.lower())) for text in (candidate, reference))
    if not one and not other:
        return 1.0
    return 2 * (one & other).total() / (one.total() + other.total())
