"""Tests of finding special tokens in a text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llm_lib.bpe.special import number_specials, split_special

IDS = {"<a>": 300, "<a><b>": 301, "<c>": 302}
texts = st.lists(st.sampled_from(["<a>", "<b>", "<c>", "<", "x", " "])).map("".join)


@given(text=texts, allowed=st.sets(st.sampled_from(sorted(IDS))))
def test_parts_are_the_whole_text(text, allowed):
    # Fails if text is lost, or a token that is not allowed is read, or one that is allowed is not.
    parts = list(split_special(text, IDS, allowed, ()))
    token_of = {i: token for token, i in IDS.items()}
    assert "".join(part if isinstance(part, str) else token_of[part] for part in parts) == text
    assert {part for part in parts if isinstance(part, int)} <= {IDS[token] for token in allowed}
    between = [part for part in parts if isinstance(part, str)]
    assert not any(token in part for part in between for token in allowed)


def test_a_longer_token_is_read_first():
    # Fails if the order of the tokens decides, and not their length.
    assert [p for p in split_special("<a><b><a>", IDS, "all", ()) if p] == [301, 300]


def test_a_token_that_is_not_allowed_is_refused():
    # Fails if "all" refuses what is allowed, or lets another through, or the message names neither.
    assert list(split_special("x<c>", IDS, {"<c>"}, "all")) == ["x", 302, ""]
    with pytest.raises(ValueError, match=r"the special token '<a>'; pass allowed_special=\{'<a>'}"):
        list(split_special("<c><a>", IDS, {"<c>"}, "all"))
    assert list(split_special("<c><a>", IDS, {"<c>"}, {"<a><b>"})) == ["", 302, "<a>"]


def test_numbers():
    # Fails if ids do not count up, or those that are given are changed.
    assert number_specials(["<a>", "<c>"], 7) == {"<a>": 7, "<c>": 8}
    assert number_specials(IDS, 7) == IDS
