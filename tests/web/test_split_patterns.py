"""Patterns of a tokenizer that a reader brings: quick on every text, or refused in words."""

from __future__ import annotations

import pytest

from llm_lib.bpe.convert import SINGLE_DIGITS
from llm_lib.bpe.pretokenize import PATTERNS, cut_chunks
from tests.bpe.test_convert import LLAMA_3
from tests.web.widget_page import plain_script

QWEN = LLAMA_3.replace("{1,3}", "")
ISOLATED = rf"{LLAMA_3}|(?:(?!{LLAMA_3})[\s\S])+"  # what a file of Hugging Face's says
PLAIN = [r"\s?\w++|[^\w\s]+|\s+", r"[a-z]+|\d", r"\s|\S+", r"[\s\S]+", r" ?[^\s]+|\s{1,3}|'ll"]
GOOD = [*PATTERNS, SINGLE_DIGITS, LLAMA_3, QWEN, ISOLATED, *PLAIN]
BAD = [
    r"(\p{L}+)+\d|.",  # twice as long with each letter
    r"(\p{L}++)++\d|.",  # the same once the second plus is gone
    r"(?:a|a)*b|.",
    r"(a*)*b|.",
    r"\p{L}*\p{L}*\p{L}*\p{L}*\d|.",  # with the fourth power of the letters
    r"a?a?a?a?a?a?a?a?a?a?a?a?a?a?aaaaaaaaaaaaab|.",
    r"[a-z]+[a-z]+\d|[\s\S]",
    r"(?=(\w+)+\d).|.",
    r"(.)\1+x|.",
    LLAMA_3 + r"|(\p{L}+)+\d",
]
LONG = [
    "a" * 20_000,
    " " * 20_000 + "x",
    "1" * 20_000,
    "!" * 20_000,
    "A" * 20_000 + "1",
    "\n" * 9999,
]


@pytest.fixture(scope="module")
def reader(browser):
    """A page that reads tokenizers."""
    page = browser.new_page()
    page.set_content("<!doctype html><title>patterns</title>")
    page.add_script_tag(content=plain_script("engine/tokenizer_file.js"))
    yield page
    page.close()


def said(reader, pattern: str) -> str:
    """Return "read", or what the page says of a tokenizer with this pattern."""
    return reader.evaluate(
        """(pattern) => {
          try { readTokenizer({ type: "bpe", pattern, merges: [] }, 256); return "read"; }
          catch (error) { return error.message; }
        }""",
        pattern,
    )


@pytest.mark.parametrize("pattern", BAD)
def test_a_pattern_that_may_never_end_is_refused(reader, pattern):
    # fails if somebody's file can stop the page with a text of thirty letters
    words = said(reader, pattern)
    assert "might take for ever on some texts" in words and "gpt2, cl100k, o200k" in words


@pytest.mark.parametrize("pattern", GOOD)
def test_known_and_plain_patterns_are_read(reader, pattern):
    # fails if a tokenizer that llm_lib writes for a published model, or for a plain pattern of one's
    # own, can't be brought; or if one of them does not come to an end where all characters are alike
    assert said(reader, pattern) == "read"
    lengths = reader.evaluate(
        """([pattern, texts]) => {
          const split = splitPattern(pattern);
          return texts.map((text) => text.match(split)?.join("").length ?? 0);
        }""",
        [pattern, LONG],
    )
    if pattern not in PLAIN:
        assert lengths == [len(text) for text in LONG]


@pytest.mark.parametrize("pattern", [LLAMA_3, QWEN, ISOLATED])
def test_patterns_of_published_files_cut_as_in_python(reader, pattern):
    # fails if a contraction in capitals, which some browsers can't follow, is cut elsewhere
    texts = [
        "I'LL go, you'Re here.\n\n  It’s 12345 o'clock!",
        "don'T 'ſo\t\t x  y \n z",
        "Ünïcode's ٣٤٥",
    ]
    cut = reader.evaluate(
        "([pattern, texts]) => texts.map((text) => text.match(splitPattern(pattern)))",
        [pattern, texts],
    )
    assert cut == [list(cut_chunks(text, pattern)) for text in texts]
