"""Tests of the order of windows, against PyTorch's DistributedSampler and one process alone."""

from itertools import chain

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from torch.utils.data import DistributedSampler

from llm_lib.dataset.sampler import WindowSampler

SIZES = {
    "n": st.integers(1, 120),
    "batch_size": st.integers(1, 6),
    "world_size": st.integers(1, 5),
    "shuffle": st.booleans(),
    "drop_last": st.booleans(),
    "seed": st.integers(0, 99),
}


def make_ranks(n, batch_size, world_size, **options):
    """Return a sampler for each rank, where the numbers allow it."""
    rest = n % (batch_size * world_size)
    assume(n >= (batch_size * world_size if options["drop_last"] else world_size))
    assume(options["drop_last"] or not 0 < rest < world_size)
    return [
        WindowSampler(n, batch_size, rank=rank, world_size=world_size, **options)
        for rank in range(world_size)
    ]


@settings(deadline=None)
@given(**SIZES)
def test_ranks_together_are_one_process_with_a_larger_batch(n, batch_size, world_size, **options):
    # Fails if a window is shown twice or never, or ranks have different numbers of batches.
    ranks = make_ranks(n, batch_size, world_size, **options)
    one = WindowSampler(n, batch_size * world_size, **options)
    assert {len(rank) for rank in ranks} == {len(one)}
    for number in (0, len(one) - 1, len(one), 3 * len(one) - 1):
        parts = [rank[number].tolist() for rank in ranks]
        assert sorted(chain.from_iterable(parts)) == sorted(one[number].tolist())
        assert all(parts) and max(map(len, parts)) - min(map(len, parts)) <= 1
    for epoch in range(2):
        numbers = range(epoch * len(one), (epoch + 1) * len(one))
        shown = sorted(i for rank in ranks for number in numbers for i in rank[number])
        if options["drop_last"]:
            assert len(shown) == len(set(shown)) == n - n % (batch_size * world_size)
        else:
            assert shown == list(range(n))


@settings(deadline=None)
@given(n=SIZES["n"], batch_size=SIZES["batch_size"], world_size=SIZES["world_size"])
def test_ranks_take_what_pytorch_would_give_them(n, batch_size, world_size):
    # Fails if windows are dealt otherwise than in PyTorch, whose batches end in a smaller one.
    ranks = make_ranks(n, batch_size, world_size, shuffle=False, drop_last=True)
    for rank, sampler in enumerate(ranks):
        theirs = DistributedSampler(range(n), world_size, rank, shuffle=False, drop_last=True)
        ours = np.concatenate(list(sampler)).tolist()
        assert ours == list(theirs)[: len(ours)]
        assert len(list(theirs)) - len(ours) < batch_size


def test_orders_differ_from_epoch_to_epoch_and_never_by_chance():
    # Fails if epochs repeat an order, the seed is ignored, or what was asked before matters.
    sampler, again = (WindowSampler(50, 10, seed=3) for _ in range(2))
    orders = [[sampler[e * 5 + i].tolist() for i in range(5)] for e in range(3)]
    assert orders[0] != orders[1] != orders[2]
    for number in (14, 2, 7):
        assert again[number].tolist() == sampler[number].tolist()
    assert WindowSampler(50, 10, seed=4)[0].tolist() != sampler[0].tolist()
    plain = WindowSampler(5, 2, shuffle=False, drop_last=False)
    assert [plain[i].tolist() for i in range(4)] == [[0, 1], [2, 3], [4], [0, 1]]


def test_any_batch_may_be_asked_for_first():
    # Fails if a batch of a later epoch needs the epochs before it.
    whole = WindowSampler(10, 5)
    batches = [whole[number].tolist() for number in range(8)]
    for number, batch in enumerate(batches):
        assert WindowSampler(10, 5, seed=0)[number].tolist() == batch


def test_each_loop_is_the_next_epoch():
    # Fails if a second loop shows the first one's order again, or leaves an epoch out.
    sampler = WindowSampler(10, 5, seed=2)
    loops = [[batch.tolist() for batch in sampler] for _ in range(3)]
    assert loops == [[sampler[2 * e].tolist(), sampler[2 * e + 1].tolist()] for e in range(3)]


def test_each_epoch_draws_its_shift():
    # Fails if all epochs cut a text at the same places, or a shift reaches the next window.
    sampler, shifts = WindowSampler(10, 5, max_shift=3), []
    for number in range(0, 60, 2):
        sampler[number]
        shifts.append(sampler.shift)
    assert set(shifts) == {0, 1, 2}


@pytest.mark.parametrize("n", [100, 255, 256, 300, 65_535, 65_536, 70_000])
def test_no_number_is_too_large(n):
    # Fails if the small numbers in which an order is kept wrap around.
    batch = WindowSampler(n, n, seed=1)[0]
    assert batch.dtype == np.int64
    assert np.array_equal(np.sort(batch), np.arange(n))
    # A shuffle of a larger type draws the same order.
    rng, expected = np.random.default_rng((1, 0)), np.arange(n)
    rng.shuffle(expected)
    assert np.array_equal(batch, expected)


@pytest.mark.parametrize(
    ("numbers", "options", "named"),
    [
        ((10, 0), {}, "batch_size"),
        ((10, 2), {"world_size": 0}, "world_size"),
        ((10, 2), {"rank": 1}, "rank must be a whole number from 0 to 0"),
        ((10, 2), {"rank": -1, "world_size": 2}, "rank"),
        ((10, 2), {"seed": -1}, "seed must be a whole number of at least 0"),
        ((3, 4), {}, "there are 3 windows, too few for a batch of 4; take"),
        ((7, 4), {"world_size": 2}, "too few for a batch of 4 on each of 2 ranks"),
        ((0, 4), {"drop_last": False}, "too few"),
        ((10, 3), {"world_size": 3, "drop_last": False}, "last 1 of 10 windows can't be shared"),
    ],
)
def test_plans_that_cannot_be(numbers, options, named):
    # Fails if a process would wait for ever for one that has no batch left.
    with pytest.raises(ValueError, match=named):
        WindowSampler(*numbers, **options)
    with pytest.raises(IndexError, match="counted from 0"):
        WindowSampler(10, 2)[-1]
