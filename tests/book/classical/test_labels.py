"""Tests of naive Bayes and the bag of words, against scikit-learn and cases by hand."""

from functools import cache
from math import log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import make_pipeline

from llm_lib.book.classical import BagOfWords, MostCommon, NaiveBayes
from llm_lib.book.classical.labels import word_groups
from llm_lib.book.labelled import load_labelled, split_examples
from tests.book.classical.trained import MESSAGES, WORDS


@cache
def real(name):
    return split_examples(load_labelled(name))


def test_naive_bayes_by_hand():
    # Fails if counts, smoothing or the share of a label are computed in another way
    scores = NaiveBayes().fit(MESSAGES).log_scores("Free for you")  # nobody knows "for"
    # Five words are known. "spam" has 2 words in 1 of 3 texts; "fine" has 4 in 2 of 3.
    assert scores["spam"] == pytest.approx(log(1 / 3 * (1 + 1) / (2 + 5) * (0 + 1) / (2 + 5)))
    assert scores["fine"] == pytest.approx(log(2 / 3 * (0 + 1) / (4 + 5) * (2 + 1) / (4 + 5)))


@pytest.mark.parametrize("smoothing", [1.0, 0.1])
def test_naive_bayes_equals_scikit_learn(smoothing):
    # Fails if our naive Bayes is not the one of the textbooks
    train, test = real("sms-spam")
    ours = NaiveBayes(smoothing).fit(train)
    theirs = make_pipeline(CountVectorizer(token_pattern=WORDS), MultinomialNB(alpha=smoothing))
    theirs.fit(*zip(*train, strict=True))
    for text, log_p in zip(
        (text for text, _ in test[:200]),
        theirs.predict_log_proba([text for text, _ in test[:200]]),
        strict=True,
    ):
        scores = np.array([ours.log_scores(text)[label] for label in theirs.classes_])
        np.testing.assert_allclose(scores - np.logaddexp.reduce(scores), log_p, atol=1e-8)


@settings(deadline=None)
@given(st.text(max_size=40), st.sampled_from([label for _, label in MESSAGES]))
def test_probabilities_of_the_words_sum_to_one(text, label):
    # Fails if smoothing is forgotten in the divisor
    model = NaiveBayes().fit([*MESSAGES, (text, "fine")])
    assert sum(np.exp(model.log_probability(w, label)) for w in model.vocabulary) == pytest.approx(
        1
    )


@pytest.mark.parametrize("n_words", [1, 2])
def test_bag_of_words_equals_scikit_learn(n_words):
    # Fails if words or pairs of words are cut or counted in another way
    train, test = (part[:800] for part in real("questions"))
    counter = CountVectorizer(token_pattern=WORDS, ngram_range=(1, n_words), binary=True)
    theirs = make_pipeline(counter, LogisticRegression(max_iter=1000))
    theirs.fit(*zip(*train, strict=True))
    ours = BagOfWords(n_words).fit(train)
    expected = theirs.predict([text for text, _ in test]).tolist()
    assert [ours.predict(text) for text, _ in test] == expected
    right = [e == label for e, (_, label) in zip(expected, test, strict=True)]
    assert ours.score(test) == np.mean(right)


@settings(deadline=None)
@given(st.text(), st.integers(1, 4))
def test_word_groups_are_all_stretches_of_words(text, n_words):
    # Fails if a group is lost, or one reaches over the end
    n = len(word_groups(text, 1))
    groups = word_groups(text, n_words)
    assert len(groups) == sum(max(0, n - size + 1) for size in range(1, n_words + 1))


@pytest.mark.parametrize(
    ("name", "model", "least"),
    [
        ("sms-spam", NaiveBayes(), 0.97),
        ("movie-reviews", BagOfWords(), 0.75),
        ("questions", BagOfWords(n_words=2), 0.82),
    ],
)
def test_real_texts_are_classified_better_than_by_the_most_common_label(name, model, least):
    # Fails if a model no longer learns from real texts
    train, test = real(name)
    assert model.fit(train).score(test) > max(least, MostCommon().fit(train).score(test) + 0.05)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: NaiveBayes(0), "smoothing must be above 0, got 0"),
        (lambda: BagOfWords(0), "n_words must be a whole number of at least 1, got 0"),
        (
            lambda: BagOfWords().fit([("a", "x"), ("b", "x")]),
            "two labels; every one is 'x'",
        ),
    ],
)
def test_wrong_arguments_are_named(call, message):
    # Fails if a bad value goes unnoticed or is not named.
    with pytest.raises(ValueError, match=message):
        call()
