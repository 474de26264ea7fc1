"""Tests of chapter 01's checks: right answers by another way, and the usual wrong ones."""

import math
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest

from llm_lib.book.exercises import check


def loss(guesses, words):
    with np.errstate(divide="ignore"):
        given = [guess.get(word, 0.0) for guess, word in zip(guesses, words, strict=True)]
        return float(np.mean(-np.log(given)))


def generate(next_words, text, n):
    if n == 0 or not next_words(text):
        return [*text]
    [(best, _), *_] = sorted(next_words(text).items(), key=lambda pair: -pair[1])
    return [*text] if best == "<end>" else generate(next_words, [*text, best], n - 1)


def pairs(words):
    both = Counter(pairwise(words))
    starts = Counter(words[:-1])
    return {a: {d: k / starts[a] for (c, d), k in both.items() if c == a} for a in starts}


RIGHT = {"01-loss": loss, "01-generate": generate, "01-pairs": pairs}


def generate_by_last_word(next_words, text, n):
    words = list(text)
    for _ in range(n):
        shares = next_words(words[-1:])
        best = max(shares, key=shares.get, default="<end>")
        if best == "<end>":
            break
        words.append(best)
    return words


def generate_with_end(next_words, text, n):
    words = list(text)
    for _ in range(n):
        shares = next_words(words)
        if not shares:
            break
        words.append(max(shares, key=shares.get))
        if words[-1] == "<end>":
            break
    return words


def generate_first_listed(next_words, text, n):
    words = list(text)
    for _ in range(n):
        best = next(iter(next_words(words)), "<end>")
        if best == "<end>":
            break
        words.append(best)
    return words


def loss_of_the_mean(guesses, words):
    given = [guess.get(word, 0) for guess, word in zip(guesses, words, strict=True)]
    return -math.log(np.mean(given)) if any(given) else math.inf


def loss_of_known_words(guesses, words):
    known = [(g, w) for g, w in zip(guesses, words, strict=True) if w in g]
    return loss(*zip(*known, strict=True))


def counted(words):
    n = Counter(words[:-1])
    return {a: {b: round(p * n[a]) for b, p in row.items()} for a, row in pairs(words).items()}


def shares_of_all(words):
    rows = counted(words).items()
    return {a: {b: n / (len(words) - 1) for b, n in row.items()} for a, row in rows}


def even_shares(words):
    return {a: dict.fromkeys(row, 1 / len(row)) for a, row in pairs(words).items()}


def with_last_word(words):
    return {word: {} for word in words} | pairs(words)


def generate_in_place(next_words, text, n):
    for _ in range(n):
        p = next_words(text)
        best = max(p, key=p.get, default="<end>")
        if best == "<end>":
            break
        text.append(best)
    return text


WRONG = {
    "the caller's list changed": ("01-generate", generate_in_place),
    "the sum, not the mean": ("01-loss", lambda g, w: loss(g, w) * len(w)),
    "in bits": ("01-loss", lambda g, w: loss(g, w) / math.log(2)),
    "without the minus": ("01-loss", lambda g, w: -loss(g, w)),
    "the surprise of the mean": ("01-loss", loss_of_the_mean),
    "unknown words left out": ("01-loss", loss_of_known_words),
    "only what was generated": ("01-generate", lambda f, t, n: generate(f, t, n)[len(t) :]),
    "only the last word read": ("01-generate", generate_by_last_word),
    "the end kept": ("01-generate", generate_with_end),
    "the first word, not the likeliest": ("01-generate", generate_first_listed),
    "counts, not shares": ("01-pairs", counted),
    "shares of all pairs": ("01-pairs", shares_of_all),
    "an even share for all that followed": ("01-pairs", even_shares),
    "an entry for the last word": ("01-pairs", with_last_word),
}


def test_predicted_surprise():
    # fails if the registered answer is not the ratio of the logarithms, or near misses get no help
    assert check("01-predict-surprise", np.log2(8) / np.log2(2))
    assert check("01-predict-surprise", 3)
    assert "quarter" in repr(check("01-predict-surprise", 4))
    assert "how much larger" in repr(check("01-predict-surprise", math.log(4)))
    assert not check("01-predict-surprise", 2)


@pytest.mark.parametrize(
    ("mistake", "said"),
    [
        (lambda g, w: loss(g, w) / math.log(2), "in bits"),
        (lambda g, w: -loss(g, w), "minus sign"),
        (lambda g, w: loss(g, w) * len(w), "divide by how many"),
        (loss_of_the_mean, "and then the mean"),
    ],
)
def test_a_wrong_loss_is_told_what_it_is(mistake, said):
    # fails if a usual slip gets no message of its own
    assert said in repr(check("01-loss", mistake))


def test_the_surprise_of_one_word_is_no_ratio():
    # fails if 2.079, ln 8, gets no message of its own
    assert "surprise of the second" in repr(check("01-predict-surprise", 2.079))
    assert "surprise of the first" in repr(check("01-predict-surprise", 0.693))


def test_explained_invention():
    # fails if a wrong explanation is taken, or goes without a word
    assert check("01-explain-invented", "b")
    assert "no database" in repr(check("01-explain-invented", "a"))
    assert "larger models" in repr(check("01-explain-invented", "c"))
    assert "choose one of" in repr(check("01-explain-invented", "d"))
