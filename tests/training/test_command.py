"""The command that trains on a text of one's own: what it writes, and what it says."""

import pytest

from llm_lib import complete, load_model
from llm_lib.training import command
from llm_lib.training.command import main
from tests.training.test_recipe import TEXT


@pytest.fixture
def small(monkeypatch):
    """A model that a test can wait for."""
    monkeypatch.setattr(command, "VOCAB_SIZE", 300)
    sizes = {"context_length": 16, "n_layer": 1, "n_head": 2, "n_embd": 16}
    monkeypatch.setattr(command, "MODEL", command.MODEL | sizes)
    settings = {"steps": 150, "eval_interval": 75, "progress": False}
    monkeypatch.setattr(command, "TRAINING", command.TRAINING | settings)


def test_a_text_of_ones_own_becomes_a_model_that_writes_like_it(small, tmp_path, capsys):
    # fails if the model learns nothing, or what is written can't be loaded and written on with
    (tmp_path / "my.txt").write_text(TEXT, "utf-8")
    assert main(["--text", str(tmp_path / "my.txt"), "--folder", str(tmp_path / "run")]) == 0
    assert f"text and the tokenizer of {tmp_path / 'my.txt'}" in capsys.readouterr().out
    model, tokenizer = load_model(tmp_path / "run" / "model")
    assert complete(model, tokenizer, ["Paragraph 7 tells of a"], 2) == ["fox who"]


def test_steps_and_seed_can_be_given(small, tmp_path, capsys):
    # fails if what is asked for is not what is done
    (tmp_path / "my.txt").write_text(TEXT, "utf-8")
    ask = ["--text", str(tmp_path / "my.txt"), "--folder", str(tmp_path / "run")]
    assert main([*ask, "--steps", "3", "--seed", "5"]) == 0
    assert main([*ask, "--steps", "3", "--seed", "6"]) == 1  # another training, in the same folder
    said = capsys.readouterr().out
    assert "seed = 5, this one has 6" in said


@pytest.mark.parametrize("arguments", [[], ["my.toml", "--text", "my.txt"]])
def test_one_of_the_two_has_to_be_given(arguments, capsys):
    # fails if nothing, or two things, are trained
    with pytest.raises(SystemExit):
        main(arguments)
    assert "usage" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["none.txt", "short.txt"])
def test_a_text_that_is_none_is_told_in_a_sentence(tmp_path, capsys, text):
    # fails if a traceback is all that a beginner gets, or a folder is left behind
    (tmp_path / "short.txt").write_text("A fox.")
    assert main(["--text", str(tmp_path / text), "--folder", str(tmp_path / "run")]) == 1
    assert capsys.readouterr().out.splitlines()[-1].startswith("error: ")
    assert not (tmp_path / "run").exists()
