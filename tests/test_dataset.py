"""Tests of windows, loaders and token files, against slices written out by hand."""

import json

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from llm_lib.bpe import BPETokenizer
from llm_lib.dataset import (
    HEADER_SIZE,
    TokenDataset,
    create_dataloader,
    read_token_file,
    tokenizer_fingerprint,
    write_token_file,
)
from llm_lib.tokenizer import CharTokenizer


@given(n=st.integers(2, 60), length=st.integers(1, 12), stride=st.integers(1, 15) | st.none())
def test_windows_are_the_slices_of_the_text(n, length, stride):
    # Fails if a window is missed, shifted, or if y is not one token ahead of x.
    tokens = list(range(100, 100 + n))
    step = stride or length
    expected = [
        (tokens[i : i + length], tokens[i + 1 : i + length + 1])
        for i in range(0, n, step)
        if i + length + 1 <= n
    ]
    if not expected:
        with pytest.raises(ValueError, match="too few"):
            TokenDataset(tokens, length, stride)
        return
    dataset = TokenDataset(tokens, length, stride)
    assert len(dataset) == len(expected)
    assert [(x.tolist(), y.tolist()) for x, y in dataset] == expected


@pytest.mark.parametrize(
    "tokens",
    [
        list(range(20)),
        np.arange(20, dtype=np.uint16),
        np.arange(20, dtype=np.int32)[::1],
        torch.arange(20),
        range(20),
    ],
)
def test_ids_may_come_in_any_form(tokens):
    # Fails if one form of ids gives other types or values than another.
    x, y = TokenDataset(tokens, 4)[1]
    assert (x.tolist(), y.tolist()) == ([4, 5, 6, 7], [5, 6, 7, 8])
    assert x.dtype == y.dtype == torch.int64


def test_nothing_is_copied():
    # Fails if the dataset takes memory of its own for a large array.
    tokens = np.arange(1000, dtype=np.uint16)
    dataset = TokenDataset(tokens, 10)
    tokens[0] = 999
    assert dataset[0][0][0] == 999


@pytest.mark.parametrize(
    ("arguments", "error", "named"),
    [
        (([1, 2, 3], 3), ValueError, "too few for context_length=3"),
        (([], 1), ValueError, "too few"),
        (([1, 2, 3], 0), ValueError, "context_length"),
        (([1, 2, 3], 1, 0), ValueError, "stride"),
        (([1, 2, 3], 1, -1), ValueError, "stride"),
        (([1, 2, 3], 1.0), ValueError, "context_length"),
        (([1.0, 2.0, 3.0], 1), TypeError, "whole numbers"),
        (("some text", 1), TypeError, "encode"),
        ((torch.zeros(3, 3, dtype=torch.long), 1), ValueError, "one row"),
    ],
)
def test_bad_windows_are_refused(arguments, error, named):
    # Fails if a bad value is taken, or its error does not name it.
    with pytest.raises(error, match=named):
        TokenDataset(*arguments)


def starts(loader):
    return [x[:, 0].tolist() for x, _ in loader]


def test_every_window_comes_once_an_epoch():
    # Fails if shuffling loses or repeats a window.
    loader = create_dataloader(range(101), batch_size=4, context_length=5, drop_last=False)
    for _ in range(3):
        assert sorted(i for batch in starts(loader) for i in batch) == list(range(0, 100, 5))


def test_order_depends_on_the_seed_alone():
    # Fails if two runs differ, if epochs repeat one order, or if global seeds leak in.
    options = {"batch_size": 4, "context_length": 5}
    torch.manual_seed(1)
    first = create_dataloader(range(101), seed=7, **options)
    one = [starts(first), starts(first)]
    torch.manual_seed(2)
    second = create_dataloader(range(101), seed=7, **options)
    assert one == [starts(second), starts(second)]
    assert one[0] != one[1]
    assert one[0] != starts(create_dataloader(range(101), seed=8, **options))


def test_batches_have_shape_and_order():
    # Fails if batches are not (B, T), the last is kept or dropped against the option, or y is off.
    options = {"batch_size": 3, "context_length": 2, "shuffle": False}
    dropped = list(create_dataloader(range(21), **options))
    kept = list(create_dataloader(range(21), drop_last=False, **options))
    assert [tuple(x.shape) for x, _ in dropped] == [(3, 2)] * 3
    assert [tuple(x.shape) for x, _ in kept] == [(3, 2)] * 3 + [(1, 2)]
    assert all(torch.equal(y, x + 1) and x.dtype == torch.int64 for x, y in kept)


def test_bad_batches_are_refused():
    # Fails if a loader is made that would silently give nothing.
    with pytest.raises(ValueError, match="too few for a batch of 8"):
        create_dataloader(range(20), batch_size=8, context_length=4)
    with pytest.raises(ValueError, match="batch_size"):
        create_dataloader(range(20), batch_size=0, context_length=4)


@pytest.mark.parametrize(("vocab_size", "size"), [(300, 2), (2**16, 2), (2**16 + 1, 4)])
def test_token_file_comes_back(vocab_size, size, tmp_path):
    # Fails if an id is changed, or takes more bytes than it needs.
    ids = [0, 1, vocab_size - 1, 7]
    for form in (ids, iter(ids), np.array(ids), torch.tensor(ids)):
        path = tmp_path / "a.tokens"
        assert write_token_file(path, form, vocab_size=vocab_size) == 4
        assert path.stat().st_size == HEADER_SIZE + 4 * size
        tokens = read_token_file(path)
        assert isinstance(tokens, np.memmap)
        assert tokens.tolist() == ids
    assert TokenDataset(tokens, 3)[0][1].tolist() == ids[1:]


def test_long_token_file_in_blocks(tmp_path, monkeypatch):
    # Fails if the places where blocks meet lose or repeat ids.
    monkeypatch.setattr("llm_lib.dataset.BLOCK", 7)
    ids = list(range(50))
    for form in (ids, (i for i in ids), np.array(ids)):
        write_token_file(tmp_path / "a", form, vocab_size=50)
        assert read_token_file(tmp_path / "a").tolist() == ids
    write_token_file(tmp_path / "a", [], vocab_size=50)
    assert read_token_file(tmp_path / "a").tolist() == []


def test_token_file_remembers_its_tokenizer(tmp_path):
    # Fails if ids of one tokenizer can be read as those of another.
    tokenizer = BPETokenizer.train("low lower lowest", 260)
    other = BPETokenizer.train("low lower lowest", 259)
    path = tmp_path / "a.tokens"
    write_token_file(path, tokenizer.encode_iterable(["low", " lower"]), tokenizer=tokenizer)
    assert tokenizer.decode(read_token_file(path, tokenizer=tokenizer)) == "low lower"
    for wrong in (other, CharTokenizer("low er")):
        with pytest.raises(ValueError, match="another tokenizer"):
            read_token_file(path, tokenizer=wrong)
    assert tokenizer_fingerprint(tokenizer) != tokenizer_fingerprint(other)


def test_damaged_token_files_are_refused(tmp_path):
    # Fails if a file that is cut short or is something else is read as ids.
    path = tmp_path / "a.tokens"
    write_token_file(path, range(100), vocab_size=100)
    whole = path.read_bytes()
    header = json.loads(whole[:HEADER_SIZE])

    def refused(content, named):
        path.write_bytes(content)
        with pytest.raises(ValueError, match=named) as caught:
            read_token_file(path)
        assert "a.tokens" in str(caught.value)

    def with_header(**fields):
        raw = json.dumps(header | fields).ljust(HEADER_SIZE).encode()
        return raw + whole[HEADER_SIZE:]

    refused(whole[:-1], "cut short")
    refused(whole + b"\0", "damaged")
    refused(b"", "not a token file")
    refused(b"\xff" * 1000, "not a token file")
    refused(b"[" * 100_000, "not a token file")
    refused(with_header(format="other"), "not a token file")
    refused(with_header(dtype="object"), "'dtype'")
    refused(with_header(count=-1), "'count'")
    refused(with_header(count=None), "'count'")
    refused(with_header(dtype="uint32"), "cut short")


def test_bad_ids_leave_no_file(tmp_path):
    # Fails if an id outside the vocabulary is wrapped around, or half a file stays behind.
    path = tmp_path / "a.tokens"
    for wrong, error in (([1, 300], ValueError), ([-1], ValueError), ([0.5], TypeError)):
        with pytest.raises(error):
            write_token_file(path, wrong, vocab_size=300)
    with pytest.raises(ValueError, match="vocab_size"):
        write_token_file(path, [1])
    assert list(tmp_path.iterdir()) == []
