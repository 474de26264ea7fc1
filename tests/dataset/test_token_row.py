"""Tests of rows of ids that lie in several arrays, against the same ids in one array."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llm_lib.dataset.token_row import TokenShards, as_token_array, cut_windows

LENGTHS = st.lists(st.integers(0, 12), min_size=1, max_size=8).filter(any)


def make(lengths):
    whole = np.arange(100, 100 + sum(lengths), dtype=np.uint16)
    return whole, TokenShards(np.split(whole, np.cumsum(lengths)[:-1]))


@settings(deadline=None)
@given(
    lengths=LENGTHS, start=st.none() | st.integers(-99, 99), stop=st.none() | st.integers(-99, 99)
)
def test_places_are_those_of_one_array(lengths, start, stop):
    # Fails if an id at a border, or in or beside an empty part, is lost or comes twice.
    whole, shards = make(lengths)
    assert len(shards) == len(whole) and shards.shape == whole.shape
    assert shards[start:stop].tolist() == whole[start:stop].tolist()
    assert shards[start:stop].dtype == np.uint16
    assert [shards[i] for i in range(-len(whole), len(whole))] == [*whole, *whole]
    assert list(shards) == list(whole) == np.asarray(shards).tolist()
    for outside in (len(whole), -len(whole) - 1):
        with pytest.raises(IndexError):
            shards[outside]


@settings(deadline=None)
@given(lengths=LENGTHS, length=st.integers(1, 40), data=st.data())
def test_windows_are_slices_of_one_array(lengths, length, data):
    # Fails if a window that crosses one border or several is put together wrongly.
    whole, shards = make(lengths)
    length = min(length, len(whole))
    places = st.lists(st.integers(0, len(whole) - length), max_size=9)
    starts = np.array(data.draw(places), np.int64)
    expected = [whole[start : start + length].tolist() for start in starts]
    assert cut_windows(shards, starts, length).tolist() == expected
    assert cut_windows(whole, starts, length).tolist() == expected


def test_what_shards_do_not_do():
    # Fails if a slice in steps gives the wrong ids in silence, or shards are copied on the way.
    _, shards = make([3, 4])
    with pytest.raises(ValueError, match="steps of 1"):
        shards[::2]
    with pytest.raises(ValueError, match="at least one"):
        TokenShards([])
    assert as_token_array(shards) is shards


def test_shards_of_different_dtypes_lose_no_id():
    # fails if ids above 65,535 are cut to the two bytes of the first shard
    small, large = np.array([1, 2], np.uint16), np.array([70_000, 3], np.int64)
    for parts in ([small, large], [large, small]):
        shards = TokenShards(parts)
        whole = np.concatenate(parts)
        assert shards.dtype == whole.dtype
        assert np.array_equal(shards[:], whole) and np.array_equal(np.asarray(shards), whole)
        assert cut_windows(shards, np.arange(4), 1).ravel().tolist() == whole.tolist()
        assert cut_windows(shards, np.array([1, 0]), 3).tolist() == [
            whole[1:].tolist(),
            whole[:3].tolist(),
        ]
    with pytest.raises(TypeError, match="whole numbers; these are float64"):
        TokenShards([np.array([1], np.int64), np.array([1], np.uint64)])
