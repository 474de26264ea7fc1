"""Recipes: which texts they stand for, and which are refused."""

import numpy as np
import pytest

from llm_lib.training.recipe import Recipe, repeated_sequences
from tests.training.test_command import RECIPE

REPEATS = """[corpus]
name = "repeats"
tokens = 100
validation_tokens = 50
min_length = 4
max_length = 4
"""


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("= 4", "= 0", r"\[corpus\] min_length must be a whole number of at least 1, got 0"),
        ("max_length = 4", "max_length = 3", "max_length must be a whole number of at least 4"),
        ("= 100", "= 1.5", r"\[corpus\] tokens must be a whole number"),
    ],
)
def test_sequences_that_cannot_be_are_refused_before_they_are_made(tmp_path, old, new, message):
    # fails if lengths of 0 are waited for for ever
    recipe = RECIPE[RECIPE.index("[tokenizer]") :]
    (tmp_path / "r.toml").write_text(REPEATS.replace(old, new) + recipe)
    with pytest.raises(ValueError, match=message):
        Recipe.read(tmp_path / "r.toml")


def test_repeated_sequences_of_any_vocabulary():
    # fails if ids above 65,535 wrap around, or lengths of 0 are waited for for ever
    ids = repeated_sequences(2000, 100_000, 5, 9, seed=1)
    assert ids.max() > 65_535 and ids.dtype == np.uint32
    assert repeated_sequences(2000, 65_536, 5, 9).dtype == np.uint16
    assert repeated_sequences(0, 10, 5, 9).size == 0
    for lengths in ((0, 0), (0, 5), (5, 4)):
        with pytest.raises(ValueError, match="_length must be a whole number of at least"):
            repeated_sequences(10, 10, *lengths)
