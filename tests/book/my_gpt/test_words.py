"""How the file cuts a text into words by other models' patterns: as the package `regex` does."""

import sys
import unicodedata

import pytest
import regex

from llm_lib.book.my_gpt.checks_modern import LLAMA3
from llm_lib.bpe.convert import SINGLE_DIGITS
from llm_lib.bpe.pretokenize import PATTERNS

THEIRS = {
    "GPT-2": PATTERNS["gpt2"],
    "SmolLM2": SINGLE_DIGITS,
    "Llama 3": LLAMA3,
    "Qwen 2": LLAMA3.replace(r"\p{N}{1,3}", r"\p{N}"),
    "with accents": LLAMA3.replace(r"?\p{L}+", r"?[\p{L}\p{M}]+").replace(r"s\p", r"s\p{M}\p"),
}
TEXTS = (
    "Hello world, it's (nice) here 12345",
    "User: Mia's 12 foxes met ½ of Tom's.\n\n \u00c9l e\u0301 🙂 _x_ we'LL 3²!\r\n  [a-b] ^c]",
    "日本語 ١٢٣ Ⅳ \u2009x ſ K ı 'ſ 'S\u00a0 \t\n",
)


@pytest.mark.parametrize("name", THEIRS)
def test_words_are_those_of_regex(my, name):
    # fails if a word is lost or cut elsewhere, as when letters within [...] are not put in as such
    for text in TEXTS:
        words = my.find_words(text, THEIRS[name])
        assert words == regex.findall(THEIRS[name], text)
        assert "".join(words) == text


@pytest.mark.parametrize("name", THEIRS)
def test_each_character_is_of_the_same_kind(my, name):
    # fails if a character of Unicode is a letter here and none there
    characters = map(chr, range(sys.maxunicode + 1))
    both_know = [
        c
        for c in characters
        if unicodedata.category(c) not in ("Cn", "Co", "Cs") and regex.match(r"\P{Cn}", c)
    ]
    spaces = "\x1c\x1d\x1e\x1f"  # re takes these four for spaces, and regex does not
    text = "a".join(c for c in both_know if c not in spaces)
    assert my.find_words(text, THEIRS[name]) == regex.findall(THEIRS[name], text)


@pytest.mark.parametrize("pattern", ["[a-z]+", "nobody's"])
def test_a_pattern_that_loses_text_is_named(my, pattern):
    # fails if words that no pattern finds are gone without a word
    with pytest.raises(ValueError, match=f"leaves out parts .*{regex.escape(pattern)}"):
        my.find_words("the sea", pattern)


def test_a_tokenizer_needs_one_token_that_ends(my):
    # fails if <|endoftext|> is asked of a tokenizer that has <|im_end|>
    assert my.Tokenizer({}, special={"<|im_end|>": 256}).end == 256
    assert my.Tokenizer({}, special={"<|endoftext|>": 300}).end == 300
