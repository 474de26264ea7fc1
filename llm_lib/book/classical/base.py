"""The interface that all classical models share: fit, predict and score."""

from collections import Counter
from collections.abc import Iterable
from typing import Any, Self

from llm_lib.tokenizer import check_text, split_words

Examples = Iterable[tuple[str, Any]]  # each a text and the right answer


class TaskModel:
    """A model for one task: `fit` on examples, then `predict`, and `score` on other examples.

    A subclass writes `_fit(examples)` and `_predict(text)`, and, where an answer can be partly
    right, `grade(prediction, answer)`.
    """

    is_fitted = False

    def fit(self, examples: Examples) -> Self:
        """Learn from pairs (text, answer), replacing what was learned before; return the model.

        Raises ValueError if there are none, TypeError if one is not a pair that begins with text.
        """
        self._fit(check_examples(examples))
        self.is_fitted = True
        return self

    def predict(self, text: str) -> Any:
        """Return the model's answer to one text.

        Raises ValueError before `fit`, and TypeError for what is not text.
        """
        if not self.is_fitted:
            raise ValueError(f"this {type(self).__name__} has learned nothing yet: call fit first")
        return self._predict(check_text(text))

    def score(self, examples: Examples) -> float:
        """Return the mean grade, from 0 to 1, over pairs (text, answer) that `fit` has not seen.

        The errors are those of `fit` and `predict`.
        """
        grades = [
            self.grade(self.predict(text), answer) for text, answer in check_examples(examples)
        ]
        return sum(grades) / len(grades)

    def grade(self, prediction: Any, answer: Any) -> float:
        """Return 1 for the right answer, 0 for any other."""
        return float(prediction == answer)

    def _fit(self, examples: list[tuple[str, Any]]) -> None:
        raise NotImplementedError

    def _predict(self, text: str) -> Any:
        raise NotImplementedError


class MostCommon(TaskModel):
    """Always gives the most frequent answer of its examples: what any model must beat.

    >>> model = MostCommon().fit([("win!", "spam"), ("hi", "not spam"), ("bye", "not spam")])
    >>> model.predict("win!")
    'not spam'
    """

    def _fit(self, examples: list[tuple[str, Any]]) -> None:
        [(self.answer, _)] = Counter(answer for _, answer in examples).most_common(1)

    def _predict(self, text: str) -> Any:
        return self.answer


def lower_words(text: str) -> list[str]:
    """Split text into words and punctuation marks, in lower case.

    >>> lower_words("Win a FREE kite!")
    ['win', 'a', 'free', 'kite', '!']
    """
    return split_words(text.lower())


def check_examples(examples: Examples) -> list[tuple[str, Any]]:
    """Return the examples as a list. Errors: those of `TaskModel.fit`."""
    pairs = list(examples)
    if not pairs:
        raise ValueError("there are no examples; give at least one pair (text, answer)")
    for pair in pairs:
        if not (isinstance(pair, tuple | list) and len(pair) == 2 and isinstance(pair[0], str)):
            raise TypeError(f"an example should be a pair (text, answer); got {pair!r:.80}")
    return pairs
