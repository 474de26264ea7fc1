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
from llm_lib.bpe.words import cut_slices
from tests.tricky import MOVED, is_settled, tricky_texts

texts = st.lists(tricky_texts, max_size=6).map(" ".join)


@settings(max_examples=300, deadline=None)
@given(text=texts, name=st.sampled_from(sorted(PATTERNS)), size=st.integers(1, 12))
def test_slices_and_words_change_nothing(text, name, size):
    # Fails if a slice or a word ends where one of the patterns would not have cut, or loses part
    # of the text, or words that are forgotten take their count or their place along. Slices of a
    # few letters put every place to the test.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("llm_lib.bpe.words.SLICE", size)
        patch.setattr("llm_lib.bpe.pretokenize.MEMORY", size)
        whole = [match[0] for match in regex.finditer(PATTERNS[name], text)]
        assert list(cut_chunks(text, name)) == whole
        valid = [match[0] for match in regex.finditer(PATTERNS[name], valid_text(text))]
        counted = count_chunks([text, text], name)
        assert list(counted.items()) == list(Counter(valid * 2).items())  # in the same order
        assert "".join(whole) == "".join(cut_slices(text)) == text


def test_slices_are_short_and_begin_with_a_space():
    # Fails if a long text becomes one slice, so that all its chunks are in memory at once.
    slices = list(cut_slices("one two  three\n\n" * 20_000))
    assert max(map(len, slices)) < 9000
    assert all(part[0] == " " and part[1] != " " for part in slices[1:])
    assert len(list(cut_slices("x" * 100_000))) == 1


def test_counting_chunks():
    # Fails if the cut of contractions or spaces changes, or documents run into each other.
    assert count_chunks("I'm  in") == Counter({"I": 1, "'m": 1, " ": 1, " in": 1})
    assert count_chunks(["to", "be", "to"]) == Counter({"to": 2, "be": 1})
    assert count_chunks("a<x>b", special_tokens=["<x>"]) == Counter({"a": 1, "b": 1})


def test_memory_grows_with_distinct_chunks_only():
    # Fails if counting keeps the documents, or their chunks, and not the distinct ones alone.
    def documents():
        for number in range(1000):
            alive.append(number)
            yield Watched(f"low lower {number % 3}")

    class Watched(str):
        def __del__(self):
            alive.pop()

    alive = []
    counts = count_chunks(documents())
    assert len(alive) <= 1
    assert set(counts) == {"low", " lower", " 0", " 1", " 2"}


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
