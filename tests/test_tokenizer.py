"""Tests of the plain tokenizers, by hand-worked examples and round trips."""

import json

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from llm_lib.bpe import BPETokenizer, load_tokenizer
from llm_lib.tokenizer import CharTokenizer, IntegerTokenizer, Tokenizer, WordTokenizer

TEXT = "The cat sat. The dog, too!"
SAMPLES = [
    (CharTokenizer.from_text(TEXT), TEXT),
    (WordTokenizer.from_text(TEXT), TEXT),
    (WordTokenizer.from_text(TEXT, unknown="<unk>"), TEXT),
    (IntegerTokenizer(20), "3 17 5"),
    (BPETokenizer.train(TEXT, 265, special_tokens=["<|endoftext|>"]), TEXT),
]


@pytest.mark.parametrize(("tokenizer", "text"), SAMPLES)
def test_each_kind_keeps_the_protocol(tokenizer, text):
    # Fails if an id falls outside the vocabulary, or a text does not come back.
    assert isinstance(tokenizer, Tokenizer)
    ids = tokenizer.encode(text)
    assert all(type(i) is int and 0 <= i < tokenizer.vocab_size for i in ids)
    assert tokenizer.decode(ids) == text


@pytest.mark.parametrize(("tokenizer", "text"), SAMPLES)
def test_saved_and_loaded_is_the_same(tokenizer, text, tmp_path):
    # Fails if saving loses part of the tokenizer, or leaves a temporary file behind.
    path = tmp_path / "tokenizer.json"
    tokenizer.save(path)
    for loaded in (load_tokenizer(path), type(tokenizer).load(path)):
        assert type(loaded) is type(tokenizer)
        assert loaded.to_dict() == tokenizer.to_dict()
        assert loaded.encode(text) == tokenizer.encode(text)
    assert [file.name for file in tmp_path.iterdir()] == ["tokenizer.json"]


@pytest.mark.parametrize(("tokenizer", "text"), SAMPLES)
def test_ids_may_come_as_arrays(tokenizer, text):
    # Fails if only lists of Python's own ints can be decoded.
    ids = tokenizer.encode(text)
    for form in (tuple(ids), np.array(ids), list(np.array(ids)), torch.tensor(ids), iter(ids)):
        assert tokenizer.decode(form) == text


@pytest.mark.parametrize(("tokenizer", "text"), SAMPLES)
def test_bad_ids_and_texts_are_refused(tokenizer, text):
    # Fails if a bad id is read from the end of the vocabulary, or gives a bare IndexError.
    for bad in (-1, tokenizer.vocab_size):
        with pytest.raises(ValueError, match=f"{bad} is out of range"):
            tokenizer.decode([0, bad])
    for bad in (1.5, "a", [1, 2], None):
        with pytest.raises(TypeError, match="whole numbers"):
            tokenizer.decode([bad])
    with pytest.raises(TypeError, match="bytes"):
        tokenizer.encode(b"text")


@given(st.text(min_size=1))
def test_characters_come_back(text):
    # Fails if a character is changed or two characters share an id.
    tokenizer = CharTokenizer.from_text(text)
    ids = tokenizer.encode(text)
    assert tokenizer.decode(ids) == text
    assert len(set(ids)) == len(set(text)) == tokenizer.vocab_size


def test_unknown_pieces_are_named():
    # Fails if the reader is not told which piece has no id.
    with pytest.raises(ValueError, match="'z'"):
        CharTokenizer("abc").encode("abz")
    with pytest.raises(ValueError, match="'bird'"):
        WordTokenizer.from_text(TEXT).encode("The bird")
    tokenizer = WordTokenizer.from_text(TEXT, unknown="<unk>")
    assert tokenizer.decode(tokenizer.encode("The bird sat.")) == "The <unk> sat."


@pytest.mark.parametrize("text", ["3 x", "20", "-1", "1.5", "3,4", "٣"])
def test_only_whole_numbers_in_range(text):
    # Fails if something that is not an id of the vocabulary becomes one.
    with pytest.raises(ValueError, match="whole number from 0 to 19"):
        IntegerTokenizer(20).encode(text)


def test_vocabularies_are_checked():
    # Fails if a vocabulary is accepted in which an id would be ambiguous.
    with pytest.raises(ValueError, match="'a' comes twice"):
        CharTokenizer("aba")
    with pytest.raises(ValueError, match="not one character"):
        CharTokenizer(["ab"])
    with pytest.raises(ValueError, match="none"):
        WordTokenizer([])
    with pytest.raises(ValueError, match="vocab_size must be a whole number of at least 1"):
        IntegerTokenizer(0)


def test_wrong_class_for_a_file(tmp_path):
    # Fails if one kind of tokenizer is read as another.
    path = tmp_path / "tokenizer.json"
    CharTokenizer("ab").save(path)
    with pytest.raises(ValueError, match="'char'"):
        WordTokenizer.load(path)


def test_a_failed_save_keeps_the_old_file(tmp_path):
    # Fails if a save that breaks off destroys the file that was there.
    path = tmp_path / "tokenizer.json"
    CharTokenizer("ab").save(path)
    broken = CharTokenizer("ab")
    broken.characters = [object()]  # can't be written as JSON
    with pytest.raises(TypeError):
        broken.save(path)
    assert json.loads(path.read_text())["characters"] == ["a", "b"]
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize(
    ("tokenizer", "shown"),
    [
        (CharTokenizer("ab"), "CharTokenizer(vocab_size=2)"),
        (WordTokenizer(["a"], unknown="?"), "WordTokenizer(vocab_size=2, unknown='?')"),
        (IntegerTokenizer(64), "IntegerTokenizer(64)"),
    ],
)
def test_a_tokenizer_says_what_it_is(tokenizer, shown):
    # Fails if a cell that ends in a tokenizer shows an address in memory.
    assert repr(tokenizer) == shown


@pytest.mark.parametrize("kind", [CharTokenizer, WordTokenizer])
def test_a_vocabulary_of_other_things_is_refused(kind):
    # Fails if a number becomes a token that no text can hold.
    with pytest.raises(TypeError, match="should be strings; got 3"):
        kind(["a", 3])
