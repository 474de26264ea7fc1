"""Text classification that counts words and ignores their order."""

from collections import Counter
from functools import partial
from math import log
from typing import Any

from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from llm_lib.arguments import check_number, check_whole
from llm_lib.book.classical.base import TaskModel, lower_words


class NaiveBayes(TaskModel):
    """Asks how often each word comes with each label, as if words did not depend on each other.

    The label with the highest log P(label) + Σ log P(word | label) wins. `smoothing` is added to
    the count of each word, so that none is impossible; words that no example had are ignored. The
    "naive" assumption is false, but the answer is often right all the same (Maron 1961; McCallum
    and Nigam 1998).

    Raises ValueError if `smoothing` is not above 0.

    >>> model = NaiveBayes().fit([("free kite", "spam"), ("see you", "fine"), ("you too", "fine")])
    >>> model.predict("free ball")
    'spam'
    """

    def __init__(self, smoothing: float = 1.0):
        self.smoothing = check_number("smoothing", smoothing, above=0)

    def _fit(self, examples: list[tuple[str, Any]]) -> None:
        self.n_texts = Counter(label for _, label in examples)
        self.counts = {label: Counter() for label in self.n_texts}
        for text, label in examples:
            self.counts[label].update(lower_words(text))
        self.vocabulary = set().union(*self.counts.values())
        self.totals = {
            label: counts.total() + self.smoothing * len(self.vocabulary)
            for label, counts in self.counts.items()
        }

    def log_probability(self, word: str, label: str) -> float:
        """Return log P(word | label), in nats. Raises KeyError for a label it has not seen."""
        return log((self.counts[label][word] + self.smoothing) / self.totals[label])

    def log_scores(self, text: str) -> dict[str, float]:
        """Return, for each label, log P(label) + Σ log P(word | label) over the known words."""
        words = [word for word in lower_words(text) if word in self.vocabulary]
        return {
            label: log(n / self.n_texts.total())
            + sum(self.log_probability(word, label) for word in words)
            for label, n in self.n_texts.items()
        }

    def _predict(self, text: str) -> str:
        scores = self.log_scores(text)
        return max(scores, key=scores.get)


class BagOfWords(TaskModel):
    """Learns a weight for each word and label; the label with the highest sum wins.

    This is logistic regression on which words a text has. Unlike naive Bayes, it learns all weights
    together: a word that always comes with another need not be counted twice (for text:
    Genkin, Lewis and Madigan 2007).

    n_words: also look at 2 or more neighbours together, so that "not good" can differ from "good".

    Raises ValueError for `n_words` below 1, and from `fit` unless there are two labels or more.

    >>> model = BagOfWords().fit([("I love it", "positive"), ("I hate it", "negative")])
    >>> model.predict("love it")
    'positive'
    """

    def __init__(self, n_words: int = 1):
        n_words = check_whole("n_words", n_words)
        counter = CountVectorizer(analyzer=partial(word_groups, n_words=n_words), binary=True)
        self.pipeline = make_pipeline(counter, LogisticRegression(max_iter=1000))

    def _fit(self, examples: list[tuple[str, Any]]) -> None:
        texts, labels = zip(*examples, strict=True)
        if len(set(labels)) < 2:
            raise ValueError(f"the examples need at least two labels; every one is {labels[0]!r}")
        self.pipeline.fit(texts, labels)

    def _predict(self, text: str) -> str:
        return self.pipeline.predict([text])[0].item()


def word_groups(text: str, n_words: int) -> list[str]:
    """Return every group of 1 to `n_words` neighbouring words, in lower case.

    >>> word_groups("Not good!", 2)
    ['not', 'good', '!', 'not good', 'good !']
    """
    words = lower_words(text)
    return [
        " ".join(words[i : i + n]) for n in range(1, n_words + 1) for i in range(len(words) - n + 1)
    ]
