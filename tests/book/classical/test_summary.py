"""Tests of the sentence ranker, against networkx and cases by hand."""

import networkx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from llm_lib.book.classical import SentenceRanker, rouge_1, small_world_examples
from llm_lib.book.classical.summary import split_sentences
from tests.book.classical.trained import WORDS, six


def test_ranks_equal_networkx():
    # Fails if the votes are not those of PageRank over the cosines of the sentences
    examples = small_world_examples("summary", 60)
    model = SentenceRanker(n_rounds=200).fit(examples)
    sentences = [sentence for text, _ in examples for sentence in split_sentences(text)]
    vectorizer = TfidfVectorizer(token_pattern=WORDS).fit(sentences)
    for text, _ in examples[:10]:
        dense = vectorizer.transform(split_sentences(text)).toarray()
        graph = networkx.from_numpy_array(dense @ dense.T * (1 - np.eye(len(dense))))
        expected = networkx.pagerank(graph, alpha=0.85, tol=1e-12, max_iter=500)
        shares = [share for _, share in model.rank(text)]
        np.testing.assert_allclose(shares, [*expected.values()], atol=1e-8)


def test_a_summary_is_a_sentence_of_the_text_and_never_more():
    # Fails if the ranker begins to write
    for text, answer in small_world_examples("summary", 100, "held_out", 3):
        summary = six().models["summary"].predict(text)
        assert summary in text
        assert summary != answer
    assert six().models["summary"].predict("") == ""
    assert six().models["summary"].predict("Qwxz! Vbnm?") == "Qwxz!"


def test_overlap_by_hand():
    # Fails if repeated words count more often than both texts have them, or marks count
    assert rouge_1("The kite, the kite.", "the red kite") == pytest.approx(2 * 2 / (4 + 3))
    assert rouge_1("fox", "hen") == 0
    assert rouge_1("", "hen") == 0


@settings(deadline=None)
@given(st.text(), st.text())
def test_overlap_is_a_fair_share(a, b):
    # Fails if the order of the texts matters, or a text does not agree with itself
    assert 0 <= rouge_1(a, b) == rouge_1(b, a) <= 1
    assert rouge_1(a, a) == 1


@settings(deadline=None)
@given(st.text(alphabet='ab .!?"\n'))
def test_cutting_sentences_loses_nothing_but_spaces(text):
    # Fails if a mark or a letter goes missing
    assert "".join("".join(split_sentences(text)).split()) == "".join(text.split())


@pytest.mark.parametrize("damping", [0, 1, -0.5, 1.5])
def test_wrong_arguments_are_named(damping):
    # Fails if a damping goes through with which no sentence, or only chance, is voted for.
    with pytest.raises(ValueError, match=f"damping must be above 0 and below 1, got {damping}"):
        SentenceRanker(damping=damping)


def test_shares_sum_to_one_however_few_rounds():
    # Fails if votes are won or lost on the way to where they settle.
    examples = small_world_examples("summary", 20)
    text, _ = examples[0]
    for n_rounds in (1, 2, 3):
        shares = SentenceRanker(n_rounds=n_rounds).fit(examples).rank(text)
        assert sum(share for _, share in shares) == pytest.approx(1)
    assert SentenceRanker().fit(examples).rank(text) == SentenceRanker(0.85, 50).fit(examples).rank(
        text
    )


def test_a_summary_may_be_partly_right():
    # Fails if it is marked right or wrong, as other answers are.
    assert SentenceRanker().grade("The kite flew.", "a kite") == pytest.approx(2 / 5)
