"""Tests of token files and shards, against the ids that went in and against damage done by hand."""

import hashlib
import json
import os
import pickle
import shutil
import struct
import tracemalloc

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from llm_lib.bpe import BPETokenizer
from llm_lib.dataset import token_file
from llm_lib.dataset.token_file import (
    HEADER_SIZE,
    read_token_file,
    read_token_header,
    tokenizer_fingerprint,
    write_token_file,
)
from llm_lib.tokenizer import CharTokenizer


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
    header = {"vocab_size": vocab_size, "count": 4, "dtype": f"uint{8 * size}", "tokenizer": None}
    assert header.items() <= read_token_header(path).items()


@pytest.mark.parametrize(("vocab_size", "kind"), [(300, "H"), (100_000, "I")])
def test_the_format_is_the_one_that_is_described(tmp_path, vocab_size, kind):
    # Fails if files of an older library can't be read, or other programs can't read ours.
    header = {"format": "llm_lib tokens 1", "dtype": f"uint{8 * struct.calcsize(kind)}"}
    header |= {"count": 3, "vocab_size": vocab_size, "tokenizer": None}
    raw = json.dumps(header).encode().ljust(255) + b"\n" + struct.pack(f"<3{kind}", 1, 299, 7)
    (tmp_path / "theirs").write_bytes(raw)
    assert read_token_file(tmp_path / "theirs").tolist() == [1, 299, 7]
    write_token_file(tmp_path / "ours", [1, 299, 7], vocab_size=vocab_size)
    assert (tmp_path / "ours").read_bytes() == raw


def test_the_largest_vocabulary_is_what_four_bytes_hold(tmp_path):
    # Fails if an id could be asked for that the file has no room for.
    write_token_file(tmp_path / "a", [2**32 - 1], vocab_size=2**32)
    assert read_token_file(tmp_path / "a").tolist() == [2**32 - 1]
    with pytest.raises(ValueError, match="vocab_size must be a whole number from 1 to"):
        write_token_file(tmp_path / "b", [1], vocab_size=2**32 + 1)


def test_a_fingerprint_is_that_of_the_description():
    # Fails if a file no longer knows its tokenizer after an update, or by the order of its fields.
    class Described:
        def __init__(self, fields):
            self.to_dict = lambda: fields

    expected = hashlib.sha256(b'{"a": 1, "b": [2]}').hexdigest()[:16]
    for fields in ({"a": 1, "b": [2]}, {"b": [2], "a": 1}):
        assert tokenizer_fingerprint(Described(fields)) == expected


@pytest.mark.parametrize(
    ("cut", "is_place"),
    [
        (lambda ids: ids, True),
        (lambda ids: ids[1000:4000], True),
        (lambda ids: ids[5:5], True),
        (lambda ids: ids[::2], False),
        (lambda ids: ids[:4000].reshape(2, 2000), False),
        (lambda ids: ids[:4000] + 1, False),
    ],
)
def test_another_process_is_sent_the_place_in_the_file(tmp_path, cut, is_place):
    # Fails if a worker gets other ids, or a copy of those that it could read itself.
    write_token_file(tmp_path / "a", np.arange(5000), vocab_size=5000)
    ids = cut(read_token_file(tmp_path / "a"))
    sent = pickle.dumps(ids)
    assert np.array_equal(pickle.loads(sent), ids)
    assert (len(sent) < 500) is is_place


def test_long_token_file_in_blocks(tmp_path, monkeypatch):
    # Fails if the places where blocks meet lose or repeat ids.
    monkeypatch.setattr("llm_lib.dataset.token_file.BLOCK", 7)
    ids = list(range(50))
    parts = [ids[:20], np.array([], int), np.array(ids[20:21]), torch.tensor(ids[21:])]
    for form in (ids, (i for i in ids), np.array(ids), iter(parts), parts):
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
    refused(with_header(dtype="uint32"), "'dtype' should be uint16, to hold 100 different ids")
    refused(with_header(vocab_size=100_000), "'dtype' should be uint32")
    refused(with_header(vocab_size=100_000, dtype="uint32"), "cut short")
    refused(with_header(vocab_size="many"), "'vocab_size'")


def test_bad_ids_leave_no_file(tmp_path):
    # Fails if an id outside the vocabulary is wrapped around, or half a file stays behind.
    path = tmp_path / "a.tokens"
    array = np.array([299, 300], np.uint16)
    cases = [([1, 300], ValueError), ([-1], ValueError), ([0.5], TypeError), ("text", TypeError)]
    for wrong, error in [*cases, (array, ValueError), ([array[:1], array], ValueError)]:
        with pytest.raises(error):
            write_token_file(path, wrong, vocab_size=300)
    with pytest.raises(ValueError, match="vocab_size"):
        write_token_file(path, [1])
    assert list(tmp_path.iterdir()) == []


def test_an_old_file_stays_if_the_new_one_fails(tmp_path):
    # Fails if an error halfway destroys what was there.
    for shard_size in (None, 5):
        path = tmp_path / f"ids-{shard_size}"
        write_token_file(path, range(20), vocab_size=20, shard_size=shard_size)
        with pytest.raises(ValueError, match="id 20 is outside"):
            write_token_file(path, (i for i in range(21)), vocab_size=20, shard_size=shard_size)
        assert list(read_token_file(path)) == list(range(20))
    assert len(list(tmp_path.iterdir())) == 2


def test_writing_takes_little_memory(tmp_path):
    # Fails if a text is put together in memory before it is written.
    part = np.arange(100_000) % 1000
    for name, shard_size in (("file", None), ("folder", 700_000)):
        tracemalloc.start()
        parts = (part for _ in range(40))
        write_token_file(tmp_path / name, parts, vocab_size=1000, shard_size=shard_size)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 3_000_000  # the ids are 8 MB in the file


@settings(deadline=None)
@given(n=st.integers(0, 40), shard_size=st.integers(1, 50), block=st.integers(1, 20))
def test_shards_come_back_as_one_row(tmp_path_factory, n, shard_size, block):
    # Fails if an id is lost, or lies in another shard than it should.
    folder, ids = tmp_path_factory.mktemp("shards") / "ids", list(range(n))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("llm_lib.dataset.token_file.BLOCK", block)
        assert write_token_file(folder, iter(ids), vocab_size=50, shard_size=shard_size) == n
    pieces = [ids[i : i + shard_size] for i in range(0, n, shard_size)] or [[]]
    names = [f"{number:05d}.tokens" for number in range(len(pieces))]
    assert sorted(file.name for file in folder.iterdir()) == names
    assert [read_token_file(folder / name).tolist() for name in names] == pieces
    tokens = read_token_file(folder)
    assert len(tokens) == n and tokens.dtype == np.uint16
    assert tokens[:].tolist() == ids


def make_shards(folder, tokenizer=None, n=10):
    options = {"tokenizer": tokenizer} if tokenizer else {"vocab_size": 300}
    write_token_file(folder, range(n), shard_size=4, **options)
    return folder


def test_damaged_shards_are_refused(tmp_path):
    # Fails if a text with a hole, or one put together from two texts, is read as whole.
    other = make_shards(tmp_path / "other", n=20)
    tokenizer = BPETokenizer.train("low lower lowest", 260)
    third = make_shards(tmp_path / "third", tokenizer)

    def refused(named, damage, **options):
        folder = make_shards(tmp_path / "ids")
        damage(folder)
        with pytest.raises(ValueError, match=named):
            read_token_file(folder, **options)

    first, second, last = (f"0000{i}.tokens" for i in range(3))
    refused("not a folder of shards", empty)
    refused("00000.tokens is missing", lambda f: (f / first).unlink())
    refused("shard 00001.tokens of 3 is missing", lambda f: (f / second).unlink())
    refused("shard 00002.tokens of 3 is missing", lambda f: (f / last).unlink())
    refused("does not belong", lambda f: shutil.copy(f / first, f / second))
    refused("does not belong", lambda f: shutil.copy(other / second, f / second))
    refused("does not belong", lambda f: shutil.copy(third / second, f / second))
    refused("'shards'", lambda f: write_token_file(f / first, [1], vocab_size=300))
    refused("00001.tokens.*cut short", lambda f: (f / second).write_bytes(whole(f / second)[:-1]))
    refused("not a token file", lambda f: (f / last).write_bytes(b"?"))
    refused("does not say which tokenizer", lambda f: None, tokenizer=tokenizer)
    assert list(read_token_file(third, tokenizer=tokenizer)) == list(range(10))


def empty(folder):
    for file in folder.iterdir():
        file.unlink()


def whole(file):
    return file.read_bytes()


def test_shards_take_the_place_of_shards_alone(tmp_path):
    # Fails if rewriting leaves old shards behind, or deletes what somebody else has put there.
    folder = make_shards(tmp_path / "ids", n=40)
    make_shards(folder, n=5)
    assert sorted(file.name for file in folder.iterdir()) == ["00000.tokens", "00001.tokens"]
    (folder / "thesis.docx").write_text("years of work")
    (tmp_path / "file").write_text("something")
    for path in (folder, tmp_path / "file"):
        with pytest.raises(ValueError, match="other things than shards"):
            make_shards(path)
    assert (folder / "thesis.docx").exists()
    with pytest.raises(ValueError, match=r"shard_size.*at least 1, got 0"):
        write_token_file(tmp_path / "new", [1], vocab_size=5, shard_size=0)
    assert len(list(tmp_path.iterdir())) == 2


def test_a_file_that_is_not_there(tmp_path):
    # Fails if a missing file is read as an empty text.
    with pytest.raises(FileNotFoundError):
        read_token_file(tmp_path / "nowhere")


def test_shards_that_can_not_be_put_in_place_leave_the_old_ones(tmp_path, monkeypatch):
    # fails if the old folder is gone, under another name, or pieces of the new one stay
    folder = make_shards(tmp_path / "ids", n=10)
    replace = token_file.os.replace

    def refuse(source, target):
        if str(source).endswith(".tmp"):
            raise PermissionError("in use")
        replace(source, target)

    monkeypatch.setattr(token_file.os, "replace", refuse)
    with pytest.raises(PermissionError, match="in use"):
        make_shards(folder, n=20)
    assert [path.name for path in tmp_path.iterdir()] == ["ids"]
    assert list(read_token_file(folder)) == list(range(10))


def test_shards_are_on_the_disk_before_they_take_their_place(tmp_path, monkeypatch):
    # fails if a power cut could leave a folder of empty shards
    events, fsync, replace = [], os.fsync, os.replace
    monkeypatch.setattr(os, "fsync", lambda n: (events.append("written"), fsync(n)))
    monkeypatch.setattr(os, "replace", lambda *a: (events.append("renamed"), replace(*a)))
    make_shards(tmp_path / "ids", n=10)
    assert events == ["written"] * 3 + ["renamed"]


def test_a_file_that_names_no_tokenizer_says_so(tmp_path):
    # fails if "another tokenizer" is blamed where there was none
    write_token_file(tmp_path / "a", [1, 2], vocab_size=260)
    tokenizer = BPETokenizer.train("low lower lowest", 260)
    with pytest.raises(ValueError, match="does not say which tokenizer wrote it"):
        read_token_file(tmp_path / "a", tokenizer=tokenizer)
    with pytest.raises(ValueError, match="give a tokenizer, or vocab_size"):
        write_token_file(tmp_path / "b", [1, 2])
