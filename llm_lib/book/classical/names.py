"""Finds names by judging each word by its form and its neighbours."""

from itertools import groupby
from typing import Any

from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from llm_lib.book.classical.base import TaskModel
from llm_lib.tokenizer import split_words


class NameFinder(TaskModel):
    """Decides for each word whether it belongs to a name, from features that people thought of.

    Examples are pairs (text, list of names). The answer is the list of names in the order of the
    text, each once; neighbouring words of names form one name. Maximum entropy models, as logistic
    regression is also called, were the most common choice in the CoNLL-2003 task (Tjong Kim Sang
    and De Meulder 2003).

    Raises ValueError from `fit` unless the examples have both names and other words.

    >>> examples = [("The fox saw Mia.", ["Mia"]), ("Tom and Mia ran.", ["Tom", "Mia"])] * 10
    >>> NameFinder().fit(examples).predict("The fox and Lily ran.")
    ['Lily']
    """

    def _fit(self, examples: list[tuple[str, Any]]) -> None:
        features, is_name = [], []
        for text, names in examples:
            words = split_words(text)
            in_names = {part for name in names for part in split_words(name)}
            features += [word_features(words, i) for i in range(len(words))]
            is_name += [word in in_names for word in words]
        if len(set(is_name)) < 2:
            raise ValueError("the examples need at least one word in a name, and one that is not")
        self.pipeline = make_pipeline(DictVectorizer(), LogisticRegression(max_iter=1000))
        self.pipeline.fit(features, is_name)

    def _predict(self, text: str) -> list[str]:
        words = split_words(text)
        if not words:
            return []
        is_name = self.pipeline.predict([word_features(words, i) for i in range(len(words))])
        runs = groupby(zip(words, is_name, strict=True), key=lambda pair: pair[1])
        names = [" ".join(word for word, _ in run) for found, run in runs if found]
        return list(dict.fromkeys(names))


def word_features(words: list[str], i: int) -> dict[str, str | bool]:
    """Return what the model may know about word `i` of a text.

    >>> word_features(["Mia", "ran", "."], 0)
    {'word': 'mia', 'ending': 'ia', 'capital': True, 'before': '', 'after': 'ran'}
    """
    around = ["", *(word.lower() for word in words), ""]
    return {
        "word": around[i + 1],
        "ending": around[i + 1][-2:],
        "capital": words[i][0].isupper(),
        "before": around[i],
        "after": around[i + 2],
    }
