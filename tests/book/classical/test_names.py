"""Tests of the name finder, on texts with names that training never had."""

import pytest

from llm_lib.book.classical import NameFinder, small_world_examples
from tests.book.classical.trained import six


@pytest.mark.parametrize("split", ["held_out", "new_names"])
def test_names_are_found_that_training_never_had(split):
    # Fails if the finder only remembers names, or takes "The" for one
    assert six().models["names"].score(small_world_examples("names", 200, split, 9)) == 1


def test_a_name_of_two_words_is_one_and_is_given_once():
    # Fails if parts of a name come apart, or a name comes twice
    model = six().models["names"]
    assert model.predict("Mia Lou and Tom sat by the pond. Mia Lou laughed.")[:2] == [
        "Mia Lou",
        "Tom",
    ]
    assert model.predict("  ") == []


def test_wrong_arguments_are_named():
    # Fails if a bad value goes unnoticed or is not named.
    with pytest.raises(ValueError, match="at least one word in a name, and one"):
        NameFinder().fit([("a b", [])])
