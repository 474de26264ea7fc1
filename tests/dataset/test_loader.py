"""Tests of windows and loaders, against slices and loops written out by hand."""

import json
import pickle

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from torch.utils.data import DataLoader

from llm_lib.dataset import (
    ShuffledWindows,
    TokenDataset,
    TokenShards,
    WindowLoader,
    WindowSampler,
    create_dataloader,
    read_token_file,
    write_token_file,
)
from llm_lib.dataset import loader as module


@settings(deadline=None)
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


@pytest.mark.parametrize("wrong", [-1, -3, 98, 1000])
def test_windows_outside_of_the_text_are_refused(wrong):
    # fails if a place before the text is counted from its end
    for tokens in (np.arange(100), TokenShards([np.arange(60), np.arange(60, 100)])):
        windows = TokenDataset(tokens, 2)
        assert windows.windows_at(np.array([0, 97]))[1][:, -1].tolist() == [2, 99]
        assert windows.windows_at(np.array([], int))[0].shape == (0, 2)
        with pytest.raises(IndexError, match=f"no window of 3 ids begins at {wrong}: .* 0 to 97"):
            windows.windows_at(np.array([5, wrong, 7]))


def test_a_loader_refuses_a_sampler_that_shifts():
    # fails if the shift is drawn and then ignored
    dataset = TokenDataset(np.arange(100), 5)
    sampler = WindowSampler(len(dataset) - 1, 3, max_shift=5)
    with pytest.raises(ValueError, match="max_shift is 5: leave it at 1"):
        WindowLoader(dataset, sampler)


def test_pytorchs_own_loader_reshuffles_each_epoch():
    # fails if a plain DataLoader shows the first epoch's order again and again
    dataset, sampler = TokenDataset(np.arange(100), 5), WindowSampler(19, 4, seed=2)
    loader = DataLoader(dataset, batch_sampler=sampler, collate_fn=lambda pair: pair)
    expected = WindowLoader(dataset, WindowSampler(19, 4, seed=2))
    epochs = [starts(loader) for _ in range(3)]
    assert epochs == [starts(expected) for _ in range(3)]
    assert epochs[0] != epochs[1] != epochs[2]


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


def test_one_or_several_windows():
    # Fails if a slice, a negative number or a place between windows gives something else.
    dataset = TokenDataset(range(20), 4)
    x, y = dataset[1:3]
    assert x.tolist() == [[4, 5, 6, 7], [8, 9, 10, 11]] and torch.equal(y, x + 1)
    assert dataset[-1][0].tolist() == [12, 13, 14, 15]
    assert dataset.windows_at(np.array([3, 15]))[0].tolist() == [[3, 4, 5, 6], [15, 16, 17, 18]]
    with pytest.raises(IndexError):
        dataset[4]


def test_batches_are_the_same_however_many_are_cut_at_once(monkeypatch):
    # Fails if batches are lost or mixed where one chunk ends and the next begins.
    options = {"batch_size": 3, "context_length": 4, "stride": 2, "drop_last": False}
    given = [b[0].tolist() for b in create_dataloader(range(150), **options)]
    assert len(given) == 25
    for chunk in (1, 24, 60, 999):
        monkeypatch.setattr(module, "CHUNK", chunk)
        assert [b[0].tolist() for b in create_dataloader(range(150), **options)] == given


def test_a_loader_knows_its_length_in_batches_and_in_chunks(monkeypatch):
    # Fails if a progress bar would end too early or too late.
    monkeypatch.setattr(module, "CHUNK", 60)
    for n in (150, 151, 170):
        loader = create_dataloader(range(n), batch_size=3, context_length=4)
        assert len(loader) == len(list(loader))
        assert len(loader.batch_sampler) == len(list(loader.batch_sampler))


def test_whoever_gives_no_seed_gets_the_batches_of_seed_0():
    # Fails if a training that gives no seed changes with an update of the library.
    options = {"batch_size": 4, "context_length": 5}
    plain, zero = (create_dataloader(range(101), **options, **s) for s in ({}, {"seed": 0}))
    assert starts(plain) == starts(zero)
    plain, zero = (ShuffledWindows(range(101), 4, 5, **s) for s in ({}, {"seed": 0}))
    assert torch.equal(plain[0][0], zero[0][0])


def test_other_random_numbers_are_left_alone():
    # Fails if going through a loader changes what dropout draws.
    torch.manual_seed(0)
    expected = torch.rand(3)
    torch.manual_seed(0)
    starts(create_dataloader(range(101), batch_size=4, context_length=5))
    assert torch.equal(torch.rand(3), expected)


LOADER = {"batch_size": 3, "context_length": 4, "stride": 3, "seed": 5}


def take(loader, n):
    """Go through n batches, over as many epochs as it takes, and stop there."""
    while n:
        for _ in loader:
            n -= 1
            if not n:
                break


@pytest.mark.parametrize("num_workers", [0, 2])
@pytest.mark.parametrize("place", [0, 7, 43, 44, 57])
def test_a_resumed_loader_goes_on_exactly(num_workers, place, monkeypatch):
    # Fails if batches that workers have fetched ahead count as seen, or an order is lost.
    monkeypatch.setattr(module, "CHUNK", 60)  # five batches at a time: to stop within a chunk
    options = LOADER | {"num_workers": num_workers}
    whole = create_dataloader(np.arange(400), **LOADER)
    unbroken = starts(whole) + starts(whole) + starts(whole)
    assert len(unbroken) == 3 * 44
    stopped = create_dataloader(np.arange(400), **options)
    take(stopped, place)
    state = json.dumps(stopped.state_dict())
    resumed = create_dataloader(np.arange(400), **options)
    resumed.load_state_dict(json.loads(state))
    epoch = place // 44
    assert starts(resumed) == unbroken[place : (epoch + 1) * 44]
    assert starts(resumed) == unbroken[(epoch + 1) * 44 : (epoch + 2) * 44]


def test_each_loop_is_an_epoch():
    # Fails if a loop that was left early goes on in the next, or its epoch comes twice.
    whole = create_dataloader(range(101), batch_size=4, context_length=5)
    epochs = [starts(whole) for _ in range(3)]
    broken = create_dataloader(range(101), batch_size=4, context_length=5)
    assert next(iter(broken))[0][:, 0].tolist() == epochs[0][0]
    assert broken.state_dict()["step"] == 1
    assert starts(broken) == epochs[1]
    assert broken.state_dict()["epoch"] == 2 and broken.state_dict()["step"] == 0
    assert starts(broken) == epochs[2]


def test_workers_that_stay_give_the_same_batches():
    # Fails if workers that live on from epoch to epoch repeat an order.
    options = {"num_workers": 2, "persistent_workers": True, "prefetch_factor": 3}
    plain, workers = (create_dataloader(range(400), **LOADER, **o) for o in ({}, options))
    assert [starts(plain), starts(plain)] == [starts(workers), starts(workers)]
    assert workers.num_workers == 2 and workers.prefetch_factor == 3


@pytest.mark.filterwarnings("ignore")  # PyTorch warns where there is no GPU to pin for
def test_pinned_batches_lie_in_one_piece():
    # Fails if pin_memory does not reach PyTorch, or x and y can't be copied in the background.
    pinned = create_dataloader(range(400), **LOADER, pin_memory=True)
    assert pinned.pin_memory
    assert all(x.is_contiguous() and y.is_contiguous() for x, y in pinned)
    plain = create_dataloader(range(400), **LOADER)
    assert [starts(plain), starts(plain)][1] == starts(pinned)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"seed": 6}, "seed=6; this one has seed=5"),
        ({"batch_size": 2}, "batch_size=2"),
        ({"stride": 4}, "stride=4"),
        ({"n_windows": 1}, "n_windows=1"),
        ({"world_size": None}, "world_size=None"),
        ({"step": 44}, "the state's step must be a whole number from 0 to 43, got 44"),
        ({"epoch": "1"}, "the state's epoch must be a whole number of at least 0, got '1'"),
    ],
)
def test_a_state_of_another_loader_is_refused(change, named):
    # Fails if a run goes on with other batches than it would have had.
    loader = create_dataloader(range(400), **LOADER)
    with pytest.raises(ValueError, match=named):
        loader.load_state_dict(loader.state_dict() | change)


def test_ranks_resume_from_one_state():
    # Fails if the place in an epoch depends on the rank.
    stopped, resumed, whole = (
        [create_dataloader(range(400), **LOADER, rank=rank, world_size=2) for rank in (0, 1)]
        for _ in range(3)
    )
    for loader in stopped:
        take(loader, 9)
    assert stopped[0].state_dict() == stopped[1].state_dict()
    for rank in (0, 1):
        resumed[rank].load_state_dict(stopped[0].state_dict())
        assert starts(resumed[rank]) == starts(whole[rank])[9:]


@pytest.mark.parametrize("shard_size", [None, 37])
def test_a_file_gives_what_the_array_gives(tmp_path, shard_size):
    # Fails if windows differ where they cross from shard to shard, here or in a worker.
    ids = np.random.default_rng(0).integers(500, size=400)
    write_token_file(tmp_path / "ids", ids, vocab_size=500, shard_size=shard_size)
    tokens = read_token_file(tmp_path / "ids")
    expected = [(x.tolist(), y.tolist()) for x, y in create_dataloader(ids, **LOADER)]
    for num_workers in (0, 2):
        loader = create_dataloader(tokens, **LOADER, num_workers=num_workers)
        assert [(x.tolist(), y.tolist()) for x, y in loader] == expected


@pytest.mark.parametrize("shard_size", [None, 15_000])
def test_a_worker_is_sent_the_place_and_not_the_ids(tmp_path, shard_size):
    # Fails if a worker of a new process gets a copy of the text, or another piece of it.
    ids = np.random.default_rng(0).integers(500, size=50_000)
    write_token_file(tmp_path / "ids", ids, vocab_size=500, shard_size=shard_size)
    tokens = read_token_file(tmp_path / "ids")
    for part in (tokens, tokens[1000:]) if shard_size is None else (tokens,):
        sent = pickle.dumps(TokenDataset(part, 10))
        assert len(sent) < 3000
        assert np.array_equal(pickle.loads(sent).tokens[:], part[:])
    assert np.array_equal(pickle.loads(pickle.dumps(tokens[10:30] + 1)), ids[10:30] + 1)


@settings(deadline=None)
@given(
    n=st.integers(20, 300),
    length=st.integers(1, 9),
    batch_size=st.integers(1, 4),
    seed=st.integers(0, 9),
)
def test_batches_of_a_training_never_change(n, length, batch_size, seed):
    # Fails if a run that goes on after an update of the library would see other batches.
    tokens = np.arange(n)
    n_windows = (n - length) // length
    assume(n_windows >= batch_size)
    windows = ShuffledWindows(tokens, batch_size, length, seed)
    for index in range(2 * (n_windows // batch_size) + 1):
        epoch, slot = divmod(index, n_windows // batch_size)
        rng = np.random.default_rng((seed, epoch))
        offset = rng.integers(length)
        places = rng.permutation(n_windows)[slot * batch_size : (slot + 1) * batch_size]
        x, y = windows[index]
        assert x.tolist() == [
            list(range(p * length + offset, (p + 1) * length + offset)) for p in places
        ]
        assert torch.equal(y, x + 1)


def test_ranks_of_a_training_share_its_batch():
    # Fails if two processes train on the same windows, or at different offsets.
    whole = ShuffledWindows(np.arange(500), 6, 7, seed=1)
    parts = [ShuffledWindows(np.arange(500), 2, 7, 1, rank=r, world_size=3) for r in range(3)]
    for index in (0, 4, 30):
        together = torch.cat([part[index][0] for part in parts])
        assert sorted(together.tolist()) == sorted(whole[index][0].tolist())
    with pytest.raises(ValueError, match="20 tokens are too few for a batch of 6 windows of 7"):
        ShuffledWindows(np.arange(20), 2, 7, rank=0, world_size=3)
