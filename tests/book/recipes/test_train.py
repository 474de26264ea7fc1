"""The command that follows a recipe: what it writes, and what it says of recipes that are wrong."""

import contextlib
import re
from functools import partial

import numpy as np
import pytest
import torch

from llm_lib.book.recipes.corpora import BOOK_CORPORA, read_recipe
from llm_lib.dataset import write_token_file
from llm_lib.pretrained.save_load import load_model
from llm_lib.tokenizer import END_OF_TEXT
from llm_lib.training import command
from llm_lib.training.distributed import Ranks
from llm_lib.training.recipe import prepare

main = partial(command.main, corpora=BOOK_CORPORA)
TOKENS = np.random.default_rng(0).integers(11, size=2000).astype(np.uint16)
RECIPE = """
[corpus]
name = "small-world"
documents = 60
validation_documents = 20
[tokenizer]
vocab_size = 300
[model]
context_length = 16
n_layer = 1
n_head = 2
n_embd = 8
[training]
steps = 4
batch_size = 2
eval_interval = 2
progress = false
"""


def test_the_command_trains_and_writes_a_model_that_loads(tmp_path, capsys):
    # fails if the recipe, the tokenizer or the log is not written
    (tmp_path / "tiny.toml").write_text(RECIPE)
    assert main([str(tmp_path / "tiny.toml"), "--folder", str(tmp_path / "run")]) == 0
    assert "validation loss" in capsys.readouterr().out
    model, tokenizer = load_model(tmp_path / "run" / "model")
    assert model.config.vocab_size == tokenizer.vocab_size == 300
    assert (tmp_path / "run" / "model" / "training_log.json").exists()


def test_a_base_model_reads_stories_alone(tmp_path, capsys):
    # fails if requests and answers are in its text, or its tokenizer is not the one named
    stories = RECIPE.replace('"small-world"', '"small-world-stories"\ntokenizer = "sprout"')
    (tmp_path / "base.toml").write_text(stories.replace("= 300", "= 1536"))
    recipe = read_recipe(tmp_path / "base.toml")
    _, tokenizer, train, _ = prepare(recipe)
    text = tokenizer.decode(train.tolist())
    assert text.count(END_OF_TEXT) == 60
    assert "User:" not in text
    assert "Bot:" not in text
    assert tokenizer.vocab == load_model("sprout")[1].vocab
    (tmp_path / "base.toml").write_text(stories)
    assert main([str(tmp_path / "base.toml"), "--folder", str(tmp_path / "run")]) == 1
    assert "sprout has 1536 tokens, the recipe's vocab_size is 300" in capsys.readouterr().out


def test_another_seed_can_be_asked_for(tmp_path):
    # fails if a second run with another seed repeats the first
    def weights(name, recipe, *options):
        (tmp_path / f"{name}.toml").write_text(recipe)
        folder = tmp_path / name
        assert main([str(tmp_path / f"{name}.toml"), "--folder", str(folder), *options]) == 0
        return load_model(folder / "model")[0].token_embedding.weight

    asked = weights("a", RECIPE, "--seed", "3")
    assert torch.equal(asked, weights("b", RECIPE + "seed = 3"))
    assert not torch.equal(asked, weights("c", RECIPE))
    assert torch.equal(asked, weights("a", RECIPE, "--seed", "3"))  # again: nothing is left to do


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"small-world"', '"big-world"', "corpus name must be one of.*'small-world'.*'big-world'"),
        ("n_head = 2", "n_heads = 2", r"unknown \[model\] key 'n_heads'; known are"),
        ("steps = 4", "step = 4", r"unknown \[training\] key 'step'"),
        ("[tokenizer]", "[tokeniser]", r"the table \[tokenizer\] is missing"),
        ("[model]", "[model", "not valid TOML"),
        ("vocab_size = 300", "vocab_size = 100", "vocab_size is 100"),
        ("n_head = 2", "n_head = 3", "n_embd 8 is not a multiple of n_head 3"),
        ("steps = 4", "steps = 4\nlearning_rate = -1", "learning_rate must be above 0, got -1"),
        ("documents = 60\n", "documents = 0\n", r"\[corpus\] documents must be a whole number"),
        ("= 60", "= '60'", r"\[corpus\] documents must be a whole number .* got '60'"),
        ("documents = 60\n", "", r"the \[corpus\] key 'documents' is missing"),
        (
            "context_length = 16",
            "context_length = 100_000",
            "tokens, too few for context_length=100000",
        ),
    ],
)
def test_a_wrong_recipe_says_what_is_wrong_and_writes_nothing(tmp_path, capsys, old, new, message):
    # fails if a misspelt key is ignored, a traceback is shown, or a folder is left behind
    (tmp_path / "tiny.toml").write_text(RECIPE.replace(old, new))
    assert main([str(tmp_path / "tiny.toml"), "--folder", str(tmp_path / "run")]) == 1
    out = capsys.readouterr().out
    assert re.search(message, out), out
    assert not (tmp_path / "run").exists()


def test_a_recipe_may_read_shards(tmp_path, capsys):
    # fails if shards are not read in order, or those of another tokenizer are
    from llm_lib.tokenizer import IntegerTokenizer

    tokenizer = IntegerTokenizer(11)
    tokenizer.save(tmp_path / "tokenizer.json")
    write_token_file(tmp_path / "train", TOKENS, tokenizer=tokenizer, shard_size=700)
    write_token_file(tmp_path / "validation", TOKENS[:200], tokenizer=tokenizer)
    names = ("train", "validation", "tokenizer.json")
    paths = "\n".join(f"{n.split('.')[0]} = {str(tmp_path / n)!r}" for n in names)
    corpus = RECIPE[RECIPE.index("[corpus]") : RECIPE.index("[tokenizer]")]
    recipe = RECIPE.replace(corpus, f'[corpus]\nname = "token-files"\n{paths}\n')
    (tmp_path / "shards.toml").write_text(recipe.replace("= 300", "= 11").replace("= 16", "= 8"))
    assert main([str(tmp_path / "shards.toml"), "--folder", str(tmp_path / "run")]) == 0
    (tmp_path / "shards.toml").write_text(recipe)
    assert main([str(tmp_path / "shards.toml"), "--folder", str(tmp_path / "run")]) == 1
    assert "has 11 tokens, the recipe's vocab_size is 300" in capsys.readouterr().out


def test_a_recipe_that_is_not_there(capsys):
    # fails if a traceback is shown
    assert main(["configs/nowhere.toml"]) == 1
    assert "there is no recipe configs/nowhere.toml" in capsys.readouterr().out


def test_a_batch_that_cannot_be_shared_is_refused_at_once(tmp_path, monkeypatch, capsys):
    # fails if the text and the tokenizer are prepared first, which takes minutes
    (tmp_path / "tiny.toml").write_text(RECIPE)
    three = contextlib.nullcontext(Ranks(0, 3))
    monkeypatch.setattr(command, "process_group", lambda: three)
    assert main([str(tmp_path / "tiny.toml"), "--folder", str(tmp_path / "run")]) == 1
    out = capsys.readouterr().out
    assert "a batch_size of 2 can't be shared by 3 processes" in out
    assert "preparing" not in out
