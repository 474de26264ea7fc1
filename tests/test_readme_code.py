"""The README's code: each block of Python runs as it stands, and does what it says."""

import contextlib
import io
import re
from pathlib import Path

import pytest

from llm_lib import generate, load_model
from tests.pretrained.test_huggingface import make
from tests.training.test_recipe import TEXT

README = (Path(__file__).parents[1] / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


def run(code: str) -> str:
    """Run a block of code; return what it prints."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(compile(code, "README.md", "exec"), {})
    return said.getvalue()


def block_with(piece: str) -> str:
    """Return the one block that has this piece."""
    [found] = [block for block in BLOCKS if piece in block]
    return found


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A folder of the reader's own, with a text in it."""
    monkeypatch.chdir(tmp_path)
    Path("my.txt").write_text(TEXT, "utf-8")


def test_a_model_writes_and_shows_its_heads():
    # fails if the first thing that a reader tries ends in an error, or the story has no end
    said = run(block_with("HeadLab"))
    assert "Mia" in said and "kite" in said and "<|endoftext|>" in said


def test_a_text_of_ones_own():
    # fails if the README's lines train nothing that can be loaded
    code = block_with("my.txt")
    assert "steps=2000" in code
    run(code.replace("steps=2000", "steps=3, progress=False").replace("1024", "300"))
    model, tokenizer = load_model("my_model")
    assert model.config.vocab_size == tokenizer.vocab_size == 300


def test_a_folder_from_the_hub():
    # fails if load_model knows only folders of our own
    make("llama", Path("folder_from_the_hub"))
    run(block_with("folder_from_the_hub"))


def test_lora_learns_to_answer():
    # fails if nothing is learned, or what is kept can't be loaded
    run(block_with("add_lora").replace("steps=20,", "steps=20, progress=False,"))
    model, tokenizer = load_model("my_adapter")
    ids = tokenizer.encode("User: Who has the kite?\nBot:")
    assert "Mia" in tokenizer.decode(generate(model, ids, 3, temperature=0))


def test_a_head_is_taken_from_one_text_to_another():
    # fails if the two answers are not those that the README names
    assert run(block_with("put_head_0")).split() == ["kite", "drum"]
