"""CrossAttentionMap: what it accepts, and what wrong examples are told."""

import numpy as np
import pytest
import torch

from llm_lib.book.widgets import CrossAttentionMap


def example(n_layer=2, n_head=3, target=("rele", "tahu"), source=("the", "fox", "sees"), **more):
    """Return an example with random weights."""
    shape = (n_layer, n_head, len(target), len(source))
    weights = np.random.default_rng(0).random(shape)
    weights /= weights.sum(-1, keepdims=True)
    return {"source": list(source), "target": list(target), "weights": weights} | more


# Fails if weights are cut in the wrong order, or a setting is lost.
def test_what_the_page_gets():
    given = example(origin=[1, None], gloss=["fox", ""], note="right")
    lab = CrossAttentionMap([given], layer=1, word=1)
    [shown] = lab.examples
    np.testing.assert_allclose(shown["weights"], given["weights"], atol=1e-4)
    assert shown["origin"] == [1, None] and shown["gloss"] == ["fox", ""]
    assert shown["note"] == "right"
    assert (lab.layer, lab.head, lab.word, lab.initial["layer"]) == (1, -1, 1, 1)
    assert repr(lab) == "CrossAttentionMap()"


# Fails if tensors, as a model gives them, are refused.
def test_tensors_are_taken():
    given = example()
    given["weights"] = torch.tensor(given["weights"])
    assert CrossAttentionMap([given]).examples[0]["source"] == ["the", "fox", "sees"]


HALF = example()["weights"] / 2
WRONG_EXAMPLES = [
    ([], {}, ValueError, "at least one translation"),
    ([{"source": ["a"]}], {}, TypeError, "example 0 should be a dict with 'source', 'target'"),
    ([example() | {"target": ["a"]}], {}, ValueError, r"\(n_layer, n_head, 1, 3\); got \(2, 3, 2"),
    ([example() | {"weights": HALF}], {}, ValueError, "example 0: each row.*sum 1"),
    ([example(), example(n_head=2)], {}, ValueError, "as many layers and heads"),
    ([example(origin=[1])], {}, ValueError, "origin should have 2 entries; got 1"),
    ([example()], {"layer": 2}, ValueError, "layer must be a whole number from -1 to 1, got 2"),
    ([example()], {"head": "all"}, ValueError, "head must be a whole number.*got 'all'"),
    ([example()], {"word": 2}, ValueError, "word must be a whole number from 0 to 1, got 2"),
    ([example()], {"row": 2}, TypeError, "no setting 'row'; the settings are example"),
]


# Fails if a wrong argument is accepted, or its error does not say what is allowed.
@pytest.mark.parametrize(("examples", "settings", "error", "message"), WRONG_EXAMPLES)
def test_wrong_arguments(examples, settings, error, message):
    with pytest.raises(error, match=message):
        CrossAttentionMap(examples, **settings)
