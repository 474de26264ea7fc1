"""Tests of documents: that none is on both sides, and that their ends are marked."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llm_lib.bpe import BPETokenizer
from llm_lib.dataset.documents import encode_documents, split_documents
from llm_lib.dataset.token_file import read_token_file, write_token_file
from llm_lib.tokenizer import CharTokenizer

TEXTS = st.lists(st.text("ab \n", max_size=4), max_size=30)


def plain(text):
    return " ".join(text.split())


@settings(deadline=None)
@given(texts=TEXTS, share=st.floats(0.01, 0.99), seed=st.integers(0, 5))
def test_no_text_is_on_both_sides(texts, share, seed):
    # Fails if a copy leaks from one side to the other, a document is lost, or a side is empty.
    distinct = {plain(text) for text in texts}
    if len(distinct) < 2:
        with pytest.raises(ValueError, match="2 distinct documents"):
            split_documents(texts, share, seed)
        return
    train, val = split_documents(texts, share, seed)
    assert sorted(train + val) == sorted(texts)
    sides = {plain(text) for text in train}, {plain(text) for text in val}
    assert not sides[0] & sides[1] and all(sides)
    assert abs(len(sides[1]) - share * len(distinct)) <= 1
    assert train == [text for text in texts if plain(text) in sides[0]]  # the old order is kept


def test_sides_depend_on_the_texts_and_the_seed():
    # Fails if the order of the texts matters, chance plays a part, or the seed does not.
    texts = [f"text {i}" for i in range(100)]
    train, val = split_documents(texts, 0.2, seed=1)
    assert (len(train), len(val)) == (80, 20)
    assert set(split_documents(iter(texts[::-1]), 0.2, seed=1)[1]) == set(val)
    assert set(split_documents(texts, 0.2, seed=2)[1]) != set(val)
    larger = split_documents(texts, 0.4, seed=1)[1]
    assert set(val) < set(larger)  # who was kept for the test is so with a larger share, too


def test_a_tenth_is_kept_by_seed_0_unless_told_otherwise():
    # Fails if the split that the chapter shows changes for whoever gives no numbers.
    texts = [f"text {i}" for i in range(100)]
    assert split_documents(texts) == split_documents(texts, val_share=0.1, seed=0)
    assert len(split_documents(texts)[1]) == 10


@pytest.mark.parametrize(("vocab_size", "dtype"), [(2**16, np.uint16), (2**16 + 1, np.uint32)])
def test_the_largest_id_fits(vocab_size, dtype):
    # Fails if the last id of a vocabulary wraps around, or ids take more bytes than they need.
    class Numbers:
        special_tokens = {"<|endoftext|>": vocab_size - 1}

        def encode(self, text):
            return [int(word) for word in text.split()]

    Numbers.vocab_size = vocab_size
    [ids] = encode_documents(["1 2"], Numbers())
    assert ids.tolist() == [1, 2, vocab_size - 1] and ids.dtype == dtype


@pytest.mark.parametrize("share", [0, 1, -0.5, 20])
def test_shares_that_cannot_be(share):
    # Fails if one side would be empty.
    with pytest.raises(ValueError, match="val_share must be above 0 and below 1"):
        split_documents(["a", "b"], share)


def test_each_document_ends_with_the_mark(tmp_path):
    # Fails if the mark is missing, is cut into pieces, or all documents are read at once.
    tokenizer = BPETokenizer.train("low lower", 260, special_tokens=["<|endoftext|>"])
    read = []
    documents = (read.append(text) or text for text in ("low", "", "lower"))
    parts = encode_documents(documents, tokenizer)
    assert next(parts).tolist() == [*tokenizer.encode("low"), tokenizer.vocab_size - 1]
    assert read == ["low"]
    write_token_file(tmp_path / "a", parts, tokenizer=tokenizer)
    rest = read_token_file(tmp_path / "a", tokenizer=tokenizer)
    assert tokenizer.decode(rest) == "<|endoftext|>lower<|endoftext|>"
    assert rest.dtype == np.uint16


def test_a_tokenizer_without_the_mark():
    # Fails if the mark is spelt out in characters without a word.
    with pytest.raises(ValueError, match=r"no special token '<\|endoftext\|>'"):
        encode_documents(["a"], CharTokenizer("<|endoftxa>"))
    with pytest.raises(ValueError, match="no special token '<end>'"):
        encode_documents(["a"], BPETokenizer.train("low", 257), "<end>")
