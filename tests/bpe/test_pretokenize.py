"""Tests of cutting text into chunks, against plain regular expressions and tiktoken's tables."""

from collections import Counter

import pytest
import regex
import tiktoken
from hypothesis import given, settings
from hypothesis import strategies as st

from llm_lib.bpe.pretokenize import (
    PATTERNS,
    any_of,
    compile_pattern,
    count_chunks,
    cut_chunks,
    valid_text,
)
from tests.tricky import MOVED, is_settled, tricky_texts


@settings(max_examples=300, deadline=None)
@given(text=tricky_texts, name=st.sampled_from(sorted(PATTERNS)))
def test_chunks_are_the_whole_text(text, name):
    # Fails if a chunk is lost, comes twice or out of order: a pattern must match every character.
    assert "".join(cut_chunks(text, name)) == text


def test_chunks_of_a_pattern_with_groups():
    # Fails if the groups are taken for the chunks, or what is not matched is.
    assert list(cut_chunks("ab, cd!", r"(\w)(\w)")) == ["ab", "cd"]


def test_counting_chunks():
    # Fails if the cut of contractions or spaces changes, or documents run into each other.
    assert count_chunks("I'm  in") == Counter({"I": 1, "'m": 1, " ": 1, " in": 1})
    assert count_chunks(["to", "be", "to"]) == Counter({"to": 2, "be": 1})
    assert count_chunks("a<x>b", special_tokens=["<x>"]) == Counter({"a": 1, "b": 1})


CATEGORIES = [
    r"\p{L}",
    r"\p{N}",
    r"\p{M}",
    r"\s",
    *(rf"\p{{{c}}}" for c in "Lu Ll Lt Lm Lo".split()),
]


@pytest.fixture(scope="module")
def every():
    """All characters on which the tables of Unicode should agree."""
    no_surrogates = (*range(0xD800), *range(0xE000, 0x110000))
    return "".join(filter(is_settled, map(chr, no_surrogates)))


@pytest.mark.parametrize("category", CATEGORIES)
def test_every_character_is_what_tiktoken_takes_it_for(every, category):
    # Fails if a character is a letter, digit, mark or space for us and not for tiktoken, or the
    # other way round: of all characters that Python's own table knows.
    ranks = {bytes([i]): i for i in range(256)}
    theirs = tiktoken.Encoding(
        "all", pat_str=category, mergeable_ranks=ranks, special_tokens={}
    ).encode_ordinary(every)
    ours = regex.findall(category, every)
    assert bytes(theirs).decode() == "".join(ours)
    assert len(every) > 280_000 and 20 < len(ours) < 200_000


def test_the_letter_that_moved_is_only_one():
    # Fails if the tests leave out more of Unicode than they say.
    assert len(MOVED) == 1 and not is_settled(MOVED) and is_settled("a") and is_settled("\ud83d")


def test_spaces_are_spaces_for_python():
    # Fails if the patterns see a space where str.isspace sees none: words are told apart by it.
    assert all(c.isspace() for c in regex.findall(r"\s", "".join(map(chr, range(0x110000)))))


@pytest.mark.parametrize("pattern", ["(", "gpt-2(", 3, None])
def test_bad_patterns_are_refused(pattern):
    # Fails if a pattern that can't be compiled ends in an error of another library.
    with pytest.raises(ValueError, match="pattern should be one of gpt2, cl100k, o200k, or a reg"):
        compile_pattern(pattern)


def test_longer_tokens_are_found_first():
    # Fails if a token that begins another hides it, or a mark is taken for a pattern.
    assert any_of(frozenset(["x", "xy"])).match("xy")[0] == "xy"
    assert any_of(frozenset(["a.c", "|"])).findall("abc|a.c") == ["|", "a.c"]


@given(st.text(st.characters()))
def test_valid_text_is_what_tiktoken_reads(text):
    # Fails if half of a surrogate pair, or a pair written as two halves, is read another way.
    bytes_only = tiktoken.Encoding(
        "bytes",
        pat_str=r"[\s\S]",
        mergeable_ranks={bytes([i]): i for i in range(256)},
        special_tokens={},
    )
    assert list(valid_text(text).encode()) == bytes_only.encode_ordinary(text)
    with pytest.raises(TypeError, match="text should be a str; got bytes"):
        valid_text(b"abc")
