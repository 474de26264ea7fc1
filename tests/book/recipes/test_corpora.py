"""The corpora of the book's recipes: which texts they stand for, and which are refused."""

import numpy as np
import pytest
import torch

from llm_lib.book.recipes.corpora import read_recipe, repeated_sequences
from llm_lib.book.small_world import SmallWorld
from llm_lib.bpe import BPETokenizer
from llm_lib.model.gpt import GPT, GPTConfig
from llm_lib.training.recipe import prepare
from tests.book.recipes.test_train import RECIPE

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
        read_recipe(tmp_path / "r.toml")


@pytest.mark.parametrize(("seeds", "corpus_seed", "seed"), [("", 0, 0), ("seed = 3", 3, 2)])
def test_a_small_world_is_made_as_the_recipe_says(tmp_path, seeds, corpus_seed, seed):
    # fails if whoever follows a recipe gets other texts, another tokenizer or other first weights
    text = RECIPE.replace("[tokenizer]", f"{seeds}\n[tokenizer]")
    (tmp_path / "r.toml").write_text(text + ("seed = 2" if seeds else ""))
    model, tokenizer, train, val = prepare(read_recipe(tmp_path / "r.toml"))
    texts = [*SmallWorld(corpus_seed, "train").documents(60)]
    expected = BPETokenizer.train(texts[:15], 300, special_tokens=["<|endoftext|>"])
    assert tokenizer.to_dict() == expected.to_dict()
    held_out = SmallWorld(corpus_seed, "held_out").documents(20)
    for tokens, documents in ((train, texts), (val, held_out)):
        end = expected.special_tokens["<|endoftext|>"]
        ids = [i for text in documents for i in (*expected.encode(text), end)]
        assert tokens.tolist() == ids and tokens.dtype == np.uint16
    torch.manual_seed(seed)
    same = GPT(GPTConfig(300, 16, 1, 2, 8))
    assert model.config == same.config
    assert torch.equal(model.token_embedding.weight, same.token_embedding.weight)


@pytest.mark.parametrize(("line", "seed"), [("", 0), ("seed = 7", 7)])
def test_repeats_are_made_as_the_recipe_says(tmp_path, line, seed):
    # fails if the text to test on is that of the training, or depends on more than the seed
    rest = RECIPE[RECIPE.index("[tokenizer]") :]
    text = REPEATS.replace("max_length = 4", f"max_length = 9\n{line}")
    (tmp_path / "r.toml").write_text(text + rest)
    _, tokenizer, train, val = prepare(read_recipe(tmp_path / "r.toml"))
    assert tokenizer.vocab_size == 300
    assert np.array_equal(train, repeated_sequences(100, 300, 4, 9, seed=seed))
    assert np.array_equal(val, repeated_sequences(50, 300, 4, 9, seed=seed + 1))


def test_repeated_sequences_of_any_vocabulary():
    # fails if ids above 65,535 wrap around, or lengths of 0 are waited for for ever
    ids = repeated_sequences(2000, 100_000, 5, 9, seed=1)
    assert ids.max() > 65_535 and ids.dtype == np.uint32
    assert repeated_sequences(2000, 65_536, 5, 9).dtype == np.uint16
    assert repeated_sequences(0, 10, 5, 9).size == 0
    with pytest.raises(ValueError, match="vocab_size must be a whole number of at least 1, got 0"):
        repeated_sequences(10, 0, 5, 9)
    for lengths in ((0, 0), (0, 5), (5, 4)):
        with pytest.raises(ValueError, match="_length must be a whole number of at least"):
            repeated_sequences(10, 10, *lengths)


def test_each_sequence_is_said_two_to_four_times():
    # fails if sequences come once or five times, or the row is a token short
    ids = repeated_sequences(4000, 1_000_000, 5, 5).reshape(-1, 5)
    changes = np.flatnonzero((ids[1:] != ids[:-1]).any(axis=1)) + 1
    times = np.diff([0, *changes])  # the last sequence may be cut
    assert set(times.tolist()) == {2, 3, 4}
    assert [repeated_sequences(n, 9, 1, 3).size for n in range(40)] == [*range(40)]
