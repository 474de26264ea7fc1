"""Tests of the word-by-word translator, against Small World's dictionary and matrices."""

import numpy as np
import pytest

from llm_lib.book.classical import WordTranslator, small_world_examples
from llm_lib.book.classical.translation import learn_meanings
from llm_lib.book.small_world import SmallWorld, lumi_dictionary, translate_to_lumi
from tests.book.classical.trained import six


def test_the_whole_dictionary_is_learned():
    # Fails if a word is aligned with another one's translation
    assert six().models["translate"].dictionary == lumi_dictionary()


@pytest.mark.parametrize("split", ["held_out", "new_names"])
def test_translations_of_new_sentences_are_exact(split):
    # Fails if words or their order are wrong in sentences with pairs that training did not have
    world = SmallWorld(5, split)
    for _ in range(200):
        sentence = world.example("translate").prompt.removeprefix("Say in Lumi: ")
        assert six().models["translate"].predict(sentence) == translate_to_lumi(sentence)


def test_what_the_translator_has_not_seen():
    # Fails if unknown words vanish, known ones without translation stay, or marks are lost
    lumi = lumi_dictionary()
    translate = six().models["translate"].predict
    assert translate("The dragon sees the kite!") == f"dragon {lumi['kite']} {lumi['sees']}!"
    assert translate("fox kite") == f"{lumi['fox']} {lumi['kite']}"
    assert translate("") == ""


def test_the_commonest_order_of_words_wins():
    # Fails if an order that came once counts more than one that came twice.
    words = [("a", "x"), ("b", "y"), ("c", "z")] * 3
    pairs = [("a c", "x z"), ("a b", "y x"), ("b c", "z y")]
    model = WordTranslator().fit([*pairs, *words])
    assert model.predict("c a") == "x z" and model.predict("a c") == "z x"


def test_half_a_meaning_is_enough():
    # Fails if a word with two equally likely translations is left out.
    assert WordTranslator().fit([("a", "x"), ("a", "y")]).predict("a") in ("x", "y")
    three = WordTranslator().fit([("a", "x"), ("a", "y"), ("a", "z")])
    assert three.predict("a") == ""


def test_meanings_equal_those_of_a_matrix():
    # Fails if the rounds of expectation maximization are not those of IBM's Model 1
    pairs = [
        (source.split(), target.split()) for source, target in small_world_examples("translate", 40)
    ]
    english = sorted({word for source, _ in pairs for word in source})
    lumi = sorted({word for _, target in pairs for word in target})
    in_source = np.array([[source.count(e) for e in english] for source, _ in pairs])  # (N, E)
    in_target = np.array([[target.count(w) for w in lumi] for _, target in pairs])  # (N, L)
    t = np.ones((len(english), len(lumi)))
    for _ in range(5):
        shares = in_target / np.maximum(in_source @ t, 1e-300)  # (N, L)
        t = t * (in_source.T @ shares)
        t /= t.sum(axis=1, keepdims=True)
    ours = learn_meanings(pairs, 5)
    np.testing.assert_allclose([[ours[e].get(w, 0) for w in lumi] for e in english], t, atol=1e-12)
    examples = small_world_examples("translate", 40)
    model, ten = WordTranslator().fit(examples), WordTranslator(10).fit(examples)
    assert model.meanings == ten.meanings  # ten rounds, if nobody says how many


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: WordTranslator(1.5), "n_rounds must be a whole number of at least 1, got 1.5"),
        (lambda: WordTranslator().fit([("...", "rele")]), r"need words; got \('...', 'rele'\)"),
    ],
)
def test_wrong_arguments_are_named(call, message):
    # Fails if a bad value goes unnoticed or is not named.
    with pytest.raises(ValueError, match=message):
        call()
