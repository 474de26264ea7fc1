"""Recipes of one's own texts: what is read, what is held out, and what is refused."""

import pytest

from llm_lib.training.recipe import CORPORA, Recipe, TextFile

TEXT = "\n\n".join(
    f"Paragraph {i} tells of a fox who had {i} kites and a drum." for i in range(200)
)


def write(tmp_path, text=TEXT):
    (tmp_path / "my.txt").write_text(text, "utf-8")
    return str(tmp_path / "my.txt")


def test_a_text_is_cut_at_a_paragraph_and_nothing_is_lost(tmp_path):
    # fails if the end is learned from, a piece is left out, or a paragraph is cut in two
    tokenizer, train, held_out = TextFile(write(tmp_path), share=0.25).prepare(300)
    end = tokenizer.special_tokens["<|endoftext|>"]
    assert train[-1] == held_out[-1] == end
    parts = [tokenizer.decode(ids[:-1].tolist()) for ids in (train, held_out)]
    assert "".join(parts) == TEXT
    assert TEXT.index("Paragraph 150 ") < 0.75 * len(TEXT) < TEXT.index("Paragraph 151 ")
    assert parts[1].startswith("Paragraph 151 ")


def test_the_tokenizer_has_not_seen_what_is_held_out(tmp_path):
    # fails if merges are learned from the text that measures the loss
    text = "the fox had a kite " * 400 + "\n\n" + "zzzzqqqq " * 80
    tokenizer, _, held_out = TextFile(write(tmp_path, text)).prepare(300)
    assert not [token for token in tokenizer.vocab.values() if b"zz" in token]
    assert tokenizer.decode(held_out[:-1].tolist()) == "zzzzqqqq " * 80


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"too short", r"my\.txt has 2 words; give at least 500"),
        (b"\xff\xfe bytes " * 600, r"my\.txt can't be read as a text in UTF-8"),
        (None, r"my\.txt can't be read as a text"),
    ],
)
def test_what_is_no_text_is_refused(tmp_path, text, message):
    # fails if a model learns from bytes that are no text, or from a sentence
    if text is not None:
        (tmp_path / "my.txt").write_bytes(text)
    with pytest.raises(ValueError, match=message):
        TextFile(str(tmp_path / "my.txt")).prepare(300)


@pytest.mark.parametrize("share", [0, 1, "much"])
def test_a_share_is_between_nothing_and_all(share):
    # fails if nothing is left to learn from, or to measure on
    with pytest.raises((ValueError, TypeError), match="share"):
        TextFile("my.txt", share=share)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            '"text"',
            '"small-world"',
            r"corpus name must be one of \['token-files', 'text'\], got 'sma",
        ),
        ("file =", "files =", r"unknown \[corpus\] key 'files'"),
        ("vocab_size = 300", "", r"the \[tokenizer\] key 'vocab_size' is missing"),
        ("vocab_size = 300", "vocab_size = 1.5", "vocab_size must be a whole number"),
        ("n_head = 2", "n_heads = 2", r"unknown \[model\] key 'n_heads'"),
        ("n_embd = 8", "n_embd = 9", "n_embd"),
        ("steps = 4", "steps = 4\nfolder = 'x'", r"unknown \[training\] key 'folder'"),
        ("[training]", "[trainings]", r"the table \[training\] is missing"),
    ],
)
def test_a_mistake_is_named_with_its_file(tmp_path, old, new, message):
    # fails if the trainer knows texts that nobody gave it, or a mistake costs a training
    text = f"""
[corpus]
name = "text"
file = "{(tmp_path / "my.txt").as_posix()}"
[tokenizer]
vocab_size = 300
[model]
context_length = 16
n_layer = 1
n_head = 2
n_embd = 8
[training]
steps = 4
"""
    path = tmp_path / "r.toml"
    path.write_text(text)
    assert Recipe.read(path).corpus == CORPORA["text"]((tmp_path / "my.txt").as_posix())
    path.write_text(text.replace(old, new))
    with pytest.raises(ValueError, match=message) as error:
        Recipe.read(path)
    assert str(error.value).startswith(str(path))
