"""Tests of these checks: the book's file passes, and planted mistakes are named."""

import pytest

from llm_lib.book.my_gpt.stages import text_at
from tests.book.my_gpt.planted import is_named, mistakes_of, problem_with

KEYS = ("13b",)


@pytest.mark.parametrize("key", KEYS)
def test_the_book_s_file_passes(key, tmp_path):
    # fails if a check asks for what the file does not do
    assert not problem_with(text_at(key), key, tmp_path)


@mistakes_of(*KEYS)
def test_a_mistake_is_named(mistake, tmp_path):
    # fails if a check overlooks the mistake, or calls it by another name
    named, said = is_named(mistake, tmp_path)
    assert named, said


def test_a_tokenizer_that_describes_nothing_is_told(tmp_path):
    # fails if to_dict may stay empty where save goes round it
    text = text_at("13b")
    for old, new in (
        ('"tokenizer": tokenizer.to_dict()', '"tokenizer": [*tokenizer.merges.items()]'),
        ('Tokenizer.from_dict(state["tokenizer"])', 'Tokenizer(dict(state["tokenizer"]))'),
        ('return data | {"special_tokens": [*self.special]}', "return None"),
    ):
        assert old in text
        text = text.replace(old, new)
    assert "should be the same tokenizer" in problem_with(text, "13b", tmp_path)
