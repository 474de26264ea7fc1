"""Tests of the n-gram models, against a slow version and cases worked out by hand."""

import random
from collections import Counter
from fractions import Fraction
from itertools import pairwise
from math import exp, inf, log

import numpy as np
import pytest

from llm_lib.before.ngram import NGramModel, count_runs, share_seen

TEXT = [0, 1, 2, 0, 1, 3, 0, 1, 2, 4, 0, 3, 1, 2, 0, 1]
V = 6  # id 5 never comes


def slow(ids, context, token, k, V, interpolate):
    """The formula of the docstring, in exact fractions, by scanning the text."""

    def places(length):
        want = context[len(context) - length :]
        return [t for t in range(length, len(ids)) if ids[t - length : t] == want]

    def p(length):
        if length < 0:
            return Fraction(1, V)
        after = [ids[t] for t in places(length)]
        lower = p(length - 1) if interpolate else Fraction(1, V)
        return (after.count(token) + k * V * lower) / (len(after) + k * V)

    return p(len(context))


@pytest.mark.parametrize("interpolate", [False, True])
@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_equal_to_a_scan_of_the_text(n, interpolate):
    # fails if a count, a total or the order of the mixing is wrong
    k = Fraction(1, 8)
    model = NGramModel(n, V, k=float(k), interpolate=interpolate).fit(TEXT)
    for context in ([0, 1, 2], [2, 0, 1], [3, 0, 3], [5, 5, 5], [4, 0, 3], [1, 1, 4]):
        used = context[len(context) - n + 1 :] if n > 1 else []
        row = model.next_probabilities(context)
        for token in range(V):
            expected = float(slow(TEXT, used, token, k, V, interpolate))
            assert model.probability(context, token) == pytest.approx(expected, abs=1e-12)
            assert row[token] == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("interpolate", [False, True])
def test_probabilities_sum_to_one(interpolate):
    # fails if smoothing gives away more, or less, than it takes
    model = NGramModel(3, V, k=0.3, interpolate=interpolate).fit(TEXT)
    for context in ([], [0], [0, 1], [5, 5], [1, 0]):  # the last token has no follower at one place
        assert model.next_probabilities(context).sum() == pytest.approx(1)


def test_by_hand():
    # fails if add-one smoothing or the loss is not what one gets on paper
    ids = [0, 1, 2, 0, 1, 3, 0, 4, 2]  # the cat sat the cat ran the dog sat
    model = NGramModel(2, 5, k=1).fit(ids)
    assert model.probability([4], 2) == pytest.approx(2 / 6)
    assert model.probability([4], 3) == pytest.approx(1 / 6)
    bare = NGramModel(2, 5, k=0).fit(ids)
    assert bare.log_probabilities([0, 1, 2])[1:].tolist() == pytest.approx([log(2 / 3), log(1 / 2)])
    assert bare.loss([4, 3]) == inf
    assert model.perplexity([4, 3]) == pytest.approx(exp(-(log(2 / 14) + log(1 / 6)) / 2))


@pytest.mark.parametrize("interpolate", [False, True])
def test_after_a_context_that_never_came_nothing_is_known_without_k(interpolate):
    # fails if what was never counted gets a probability, or a division by 0 comes through
    model = NGramModel(3, V, k=0, interpolate=interpolate).fit(TEXT)
    assert model.next_probabilities([5, 5]).tolist() == [0] * V
    assert [model.probability([5, 5], token) for token in range(V)] == [0] * V


def test_a_hundredth_is_added_unless_another_k_is_given():
    # fails if the models of the chapter smooth more or less than they say
    assert NGramModel(1, 2).fit([0]).probability([], 1) == pytest.approx(0.01 / 1.02)


def test_the_start_of_a_text_uses_what_there_is():
    # fails if the first tokens are predicted from tokens that are not there
    model = NGramModel(3, V, k=0.5).fit(TEXT)
    chances = np.exp(model.log_probabilities([0, 1, 2]))
    one, two = (NGramModel(n, V, k=0.5).fit(TEXT) for n in (1, 2))
    expected = [one.probability([], 0), two.probability([0], 1), model.probability([0, 1], 2)]
    assert chances.tolist() == pytest.approx(expected)


def test_shortened_is_the_shorter_model():
    # fails if sharing the counts changes a probability, or a longer n goes through
    long = NGramModel(4, V, k=0.1, interpolate=True).fit(TEXT)
    for n in (1, 2, 3, 4):
        fresh = NGramModel(n, V, k=0.2).fit(TEXT)
        assert long.shortened(n, k=0.2, interpolate=False).loss(TEXT) == fresh.loss(TEXT)
        assert long.shortened(n).interpolate
    with pytest.raises(ValueError, match="runs of 4 tokens, not of 5"):
        long.shortened(5)


def test_samples_follow_the_probabilities():
    # fails if a draw ignores the context, the probabilities or the seed
    model = NGramModel(2, V, k=0.05).fit(TEXT)
    drawn = Counter(model.sample([3, 0], 1, seed=s)[0] for s in range(2000))
    for token, p in enumerate(model.next_probabilities([0])):
        assert drawn[token] / 2000 == pytest.approx(p, abs=0.04)
    assert model.sample([0], 9, seed=4) == model.sample([0], 9, seed=4)
    first = random.Random(0).choices(range(V), model.next_probabilities([0]))
    assert model.sample([0], 1) == first  # the seed of whoever gives none
    assert NGramModel(2, V, k=0).fit([0, 1]).sample([0], 5) == [1]  # nothing is known after 1


def test_counts_and_shares():
    # fails if runs are counted twice or across the end, or known ones are missed
    assert count_runs([1, 1, 1], 2) == {(1, 1): 2}
    assert count_runs([1], 2) == {}
    assert share_seen(TEXT, [0, 1, 2, 5], 2) == pytest.approx(2 / 3)
    pairs, triples = {*pairwise(TEXT)}, {*zip(TEXT, TEXT[1:], TEXT[2:], strict=False)}
    assert NGramModel(2, V).fit(TEXT).count_parameters() == len(pairs)
    mixed = NGramModel(3, V, interpolate=True).fit(TEXT)
    assert mixed.count_parameters() == len({*TEXT}) + len(pairs) + len(triples)
    assert mixed.shortened(3, interpolate=False).count_parameters() == len(triples)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: NGramModel(0, 5), "n must be a whole number of at least 1, got 0"),
        (lambda: NGramModel(2, 0), "vocab_size must be"),
        (lambda: NGramModel(2, 5, k=-1), "k must be at least 0, got -1"),
        (lambda: NGramModel(2, 5).fit([1, 5]), "id 5 is out of range"),
        (lambda: NGramModel(2, 5).fit([]), "no tokens to count"),
        (lambda: NGramModel(2, 5).probability([1], 2), "call fit"),
        (lambda: NGramModel(2, 5).fit([1]).loss([]), "no tokens to predict"),
        (lambda: share_seen([1, 2], [1], 2), "fewer than 2 tokens"),
    ],
)
def test_errors_say_what_is_wrong(call, words):
    # fails if a mistake goes through, or its message does not help
    with pytest.raises(ValueError, match=words):
        call()
