"""Tests of rows of ids that lie in several arrays, against the same ids in one array."""

import numpy as np
import pytest
import torch
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
    with pytest.raises(ValueError, match="at least one shard"):
        TokenShards([])
    assert as_token_array(shards) is shards


@pytest.mark.parametrize("ids", [[3, 1], (3, 1), np.array([3, 1], np.uint16), torch.tensor([3, 1])])
def test_ids_in_one_row_are_taken(ids):
    # Fails if ids have to be put into an array by hand.
    assert as_token_array(ids).tolist() == [3, 1]
    assert as_token_array([]).shape == (0,)


def test_what_is_no_row_of_ids_is_refused():
    # Fails if a text, halves of ids or a table of them are taken for a row of ids.
    for wrong in ([1.5], "a text", ["a"], torch.ones(2)):
        with pytest.raises((TypeError, ValueError), match="token ids should be"):
            as_token_array(wrong)
    for wrong in (3, np.zeros((2, 2), int), torch.zeros(1, 1, dtype=torch.long), np.zeros((0, 2))):
        with pytest.raises(ValueError, match="in one row; these have the shape"):
            as_token_array(wrong)


def test_a_window_outside_of_the_text_is_named():
    # Fails if the wrong one of several is named, or the first or last place is refused.
    whole, shards = make([4, 6])
    for tokens in (whole, shards):
        assert cut_windows(tokens, np.array([0, 7]), 3).tolist() == [
            [100, 101, 102],
            [107, 108, 109],
        ]
        assert cut_windows(tokens, np.array([], int), 3).shape == (0, 3)
        for starts, wrong in (([0, 7, 8], 8), ([0, 7, -1], -1), ([9], 9)):
            with pytest.raises(IndexError, match=f"of 3 ids begins at {wrong}: .* at 0 to 7"):
                cut_windows(tokens, np.array(starts), 3)


def test_shards_become_the_array_that_is_asked_for():
    # Fails if numpy gets another dtype than it asks for, or functions of arrays see no row.
    _, shards = make([3, 4])
    assert np.asarray(shards).dtype == np.uint16
    assert np.asarray(shards, np.int64).dtype == np.int64
    assert shards.ndim == np.asarray(shards).ndim


def test_only_the_shards_of_a_piece_are_read():
    # Fails if a piece touches files that it does not need: with terabytes it would never come.
    class Part(np.ndarray):
        def __getitem__(self, index):
            touched.append(int(self.view(np.ndarray)[0]))
            return super().__getitem__(index)

    parts = [np.arange(n, n + 10).view(Part) for n in (0, 10, 20)]
    shards = TokenShards(parts)
    for cut, needed in (
        (lambda: shards[10:20], [10]),
        (lambda: shards[9], [0]),
        (lambda: shards[9:11], [0, 10]),
    ):
        touched = []
        cut()
        assert touched == needed
    touched = []
    assert shards.windows(np.array([7]), 3).tolist() == [[7, 8, 9]]
    assert set(touched) <= {0}


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
