"""Tests that the quick way to encode and to count gives what the plain way gives."""

import heapq
import random
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llm_lib.book.corpus import load_corpus
from llm_lib.bpe import PATTERNS, BPETokenizer, fast, merges, pretokenize
from llm_lib.bpe.merges import token_bytes
from tests.tricky import SPECIALS, merge_lists, tricky_texts

OWN = r"([ab]+) ([ab]+)|(?<=a) |\w+|[\s\S]"  # has groups, and looks back across a space
patterns = st.sampled_from([*PATTERNS, OWN])
texts = st.lists(tricky_texts, max_size=6).map(" ".join)
SPACES = st.text(" \n\t\r\u3000a.1", max_size=30)  # where words begin and end is most in doubt


@pytest.fixture(scope="module")
def tokenizers():
    """For each pattern a tokenizer that joins spaces with anything, so that a cut shows in the ids.

    (Training would not: where a pattern always cuts, it learns no merge that tells.)
    """
    spaces, others = (b" ", b"\n", b"\t", b"\r"), (b"a", b".", b"1")
    joined = [(a, b) for a in spaces for b in spaces + others]
    joined += [(b, a) for a in spaces for b in others]
    made = {a + b for a, b in joined}
    text = load_corpus("speeches")[:30_000]
    learned = BPETokenizer.train(text, 700, pattern=r"[\s\S]{9}").merges
    merges = joined + [(a, b) for a, b in learned if a + b not in made]
    return {
        name: BPETokenizer(merges, pattern=name, special_tokens=SPECIALS)
        for name in [*PATTERNS, OWN]
    }


@settings(max_examples=1000, deadline=None)
@given(text=texts | SPACES, pattern=patterns, size=st.integers(1, 40), data=st.data())
def test_encode_equals_the_plain_way(tokenizers, text, pattern, size, data):
    # Fails if a word or a slice ends where the pattern would not have cut, if a merge, a special
    # token or a number goes another way, or if memory gives what belongs to another word.
    tokenizer = tokenizers[pattern]
    some = st.sets(st.sampled_from(sorted(SPECIALS))) | st.just("all")
    rules = {"allowed_special": data.draw(some), "disallowed_special": ()}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fast, "SLICE", size)
        patch.setattr(fast, "MEMORY", size)
        patch.setattr(fast, "LONG", size)
        fresh = BPETokenizer.from_dict(tokenizer.to_dict())
        plain = tokenizer.encode_plain(text, **rules)
        assert fresh.encode(text, **rules) == plain
        assert fresh.encode(text, **rules) == plain  # now that the words are known


@pytest.mark.parametrize("pattern", [*PATTERNS, OWN])
@pytest.mark.parametrize("text", ["a\n\t b", "\n\n\t\n\t bc", "x\t\n y z", " \n a", "a \u3000b"])
def test_spaces_before_the_first_word(tokenizers, pattern, text):
    # Fails if the text up to its first space is taken for a word though it ends in other spaces.
    assert tokenizers[pattern].encode(text) == tokenizers[pattern].encode_plain(text)


def test_encode_equals_the_plain_way_on_prose(tokenizers):
    # Fails if slices of the usual size, or a memory that fills up over a long text, change an id.
    text = load_corpus("speeches")[:200_000] + "    indented\n\n" + load_corpus("bible-bbe")[:9000]
    for tokenizer in tokenizers.values():
        assert tokenizer.encode(text) == tokenizer.encode_plain(text)


@settings(max_examples=500, deadline=None)
@given(
    documents=st.lists(texts | SPACES, max_size=3),
    pattern=patterns,
    size=st.integers(1, 40),
    specials=st.sets(st.sampled_from(sorted(SPECIALS))),
)
def test_counts_equal_the_plain_ones(documents, pattern, size, specials):
    # Fails if a chunk is cut or counted another way, or stands in another place: ties may be
    # broken by the order. Words are put down often, so that none may be lost or counted twice.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fast, "SLICE", size)
        patch.setattr(fast, "READ", 3 * size)
        counted = fast.count_chunks(documents, pattern, specials)
    assert [*counted.items()] == [*pretokenize.count_chunks(documents, pattern, specials).items()]


@settings(max_examples=500, deadline=None)
@given(merge_list=merge_lists(), text=st.text("abcd", max_size=40))
def test_both_ways_to_merge_equal_the_plain_one(merge_list, text):
    # Fails if the order of merges, or of overlapping places (aaa), is another in either of them.
    chunk, (_, new_ids) = text.encode(), token_bytes(merge_list)
    want = merges.merge_bytes(chunk, new_ids)
    assert fast.merge_bytes(chunk, new_ids) == want
    assert fast._merge_long_bytes(chunk, new_ids) == want


@pytest.mark.parametrize("letters", ["a", "ab", "abcdefghijklmnopqrstuvwxyz", "aé🙂"])
def test_long_chunks(letters):
    # Fails if a chunk without a space is merged another way when it is long. tiktoken is the judge.
    tokenizer = BPETokenizer.train([load_corpus("speeches")[:50_000], "a" * 999], 700)
    theirs = tokenizer.to_tiktoken()
    rng = random.Random(0)
    for length in (fast.LONG - 1, fast.LONG, fast.LONG + 1, 3000):
        text = "".join(rng.choices(letters, k=length))
        assert tokenizer.encode(text) == theirs.encode(text)


def test_a_very_long_chunk_takes_few_steps(monkeypatch):
    # Fails if the work on one chunk of 100,000 letters grows as the square of its length: the heap
    # has to do it, in fewer than 2 steps for each letter.
    steps = []
    push = heapq.heappush
    monkeypatch.setattr("heapq.heappush", lambda *args: (steps.append(1), push(*args)))
    tokenizer = BPETokenizer.train("the cat and the hat " * 5, 270)
    text = "".join(random.Random(0).choices(["the", "cat", "hat", "x"], k=40_000))
    steps.clear()
    ids = tokenizer.encode(text)
    assert tokenizer.decode(ids) == text
    assert len(ids) < 0.7 * len(text)
    assert 10_000 < len(steps) < 2 * len(text)


def test_a_known_word_is_not_merged_again(monkeypatch):
    # Fails if nothing is remembered: a word that comes again has to be looked up alone.
    merged = []
    once = fast.merge_bytes
    monkeypatch.setattr(fast, "merge_bytes", lambda *args: (merged.append(args[0]), once(*args))[1])
    tokenizer = BPETokenizer.train("low lower lowest", 262)
    tokenizer.encode("low, lower low, low lower\nlow")
    assert max(Counter(merged).values()) == 1
    assert set(merged) == {b"low", b",", b" lower", b" low", b"\n"}


def test_slices_are_short_and_begin_with_a_space():
    # Fails if a long text becomes one slice, so that all its words are in memory at once.
    slices = list(fast.cut_slices("one two  three\n\n" * 20_000))
    assert max(map(len, slices)) < 9000
    assert all(part[0] == " " and part[1] != " " for part in slices[1:])
    assert len(list(fast.cut_slices("x" * 100_000))) == 1
    assert len(list(fast.cut_slices("one two " * 20_000, "[a-z ]+"))) == 1


@settings(max_examples=300, deadline=None)
@given(text=texts, name=st.sampled_from(sorted(PATTERNS)), size=st.integers(1, 12))
def test_slices_may_be_cut_alone(text, name, size):
    # Fails if a slice ends where one of the patterns would not have cut, or loses part of the text.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fast, "SLICE", size)
        slices = list(fast.cut_slices(text, name))
    assert "".join(slices) == text
    alone = [chunk for part in slices for chunk in pretokenize.cut_chunks(part, name)]
    assert alone == list(pretokenize.cut_chunks(text, name))


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
    counts = fast.count_chunks(documents())
    assert len(alive) <= 1
    assert set(counts) == {"low", " lower", " 0", " 1", " 2"}


def test_words_in_memory_are_put_down(monkeypatch):
    # Fails if texts without safe cuts, which are a word each, pile up for as long as it counts.
    held = []
    add = fast._move_counts
    monkeypatch.setattr(fast, "READ", 100)
    monkeypatch.setattr(
        fast, "_move_counts", lambda words, *rest: (held.append(len(words)), add(words, *rest))
    )
    counts = fast.count_chunks(f"a  b{'c' * i}" for i in range(100))
    assert max(held) <= 30 and counts["a"] == 100


@pytest.mark.parametrize(("vocab_size", "dtype"), [(2**16, "uint16"), (2**16 + 1, "uint32")])
def test_the_largest_id_has_room(vocab_size, dtype):
    # Fails if the last id of a large vocabulary wraps around, or ids take more than they need.
    encoder = fast.Encoder("gpt2", {}, range(256), vocab_size)
    ids = encoder.encode(["a", vocab_size - 1])
    assert ids.tolist() == [97, vocab_size - 1] and ids.dtype == dtype
