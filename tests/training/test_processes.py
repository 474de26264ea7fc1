"""Functions that run in several real processes: what they return, and what they leave behind."""

import multiprocessing
import sys
import time

import pytest

from llm_lib.training import processes
from llm_lib.training.processes import run_on_ranks


def add_up(numbers, factor):
    import torch
    from torch import distributed as dist

    rank = dist.get_rank()
    mine = torch.tensor([scaled(numbers[rank], factor)])
    dist.all_reduce(mine)
    return {"rank": rank, "of": dist.get_world_size(), "sum": mine.item()}


def scaled(number, factor):
    return float(number * factor)


def draw():
    import torch

    return torch.rand(3).tolist()


def fail_on_one():
    from torch import distributed as dist

    if dist.get_rank() == 1:
        raise ValueError("no such window")
    dist.barrier()  # for ever, if nobody ends it


def need_what_is_elsewhere():
    return multiprocessing.cpu_count()


def wait_for_nobody():
    import time

    time.sleep(600)


@pytest.fixture(autouse=True)
def nobody_is_left():
    yield
    assert multiprocessing.active_children() == []


@pytest.mark.parametrize("ranks", [1, 3])
def test_each_rank_returns_its_own(ranks):
    # fails if ranks are mixed up, a message is lost, or arguments and helpers do not arrive
    found = run_on_ranks(add_up, [1, 10, 100], 2, ranks=ranks, also=[scaled])
    total = [2, 22, 222][ranks - 1]
    assert found == [{"rank": r, "of": ranks, "sum": total} for r in range(ranks)]


def test_it_works_without_copies(monkeypatch):
    # fails where a process can't be copied: on Windows, on a Mac, beside a GPU
    monkeypatch.setattr(processes, "_can_fork", lambda: False)
    found = run_on_ranks(add_up, [1, 10], 2, also=[scaled])
    assert [each["sum"] for each in found] == [22, 22]


def test_random_numbers_begin_alike():
    # fails if ranks start with other weights than each other, or than in the run before
    first, second = run_on_ranks(draw), run_on_ranks(draw)
    assert first[0] == first[1] == second[0]


def test_a_rank_that_fails_ends_all_and_is_named():
    # fails if the others wait for ever, or the error of the wrong rank is told
    began = time.monotonic()
    with pytest.raises(RuntimeError, match=r"rank 1 of 2 failed: ValueError: no such window \(in:"):
        run_on_ranks(fail_on_one)
    assert time.monotonic() - began < 60


def test_a_missing_import_gets_advice():
    # fails if the reader is left alone with a NameError
    with pytest.raises(RuntimeError, match=r"'multiprocessing' is not defined.*it has to import"):
        run_on_ranks(need_what_is_elsewhere)


def test_waiting_has_an_end():
    # fails if a function that never returns blocks a notebook
    with pytest.raises(TimeoutError, match=r"longer than 0\.5 seconds"):
        run_on_ranks(wait_for_nobody, timeout=0.5)


def test_what_cannot_travel_is_refused():
    # fails if a function is sent without what it uses, or bad numbers start processes
    kept = 3

    def inner():
        return kept

    with pytest.raises(TypeError, match="inner uses kept of the function around it"):
        run_on_ranks(inner)
    with pytest.raises(TypeError, match="made with def; got <function"):
        run_on_ranks(lambda: 1)
    with pytest.raises(ValueError, match="ranks must be a whole number from 1 to 16, got 0"):
        run_on_ranks(draw, ranks=0)


@pytest.mark.skipif(sys.platform != "linux", reason="there are no copies elsewhere")
def test_the_notebook_keeps_its_own_output(capfd):
    # fails if a copy prints into the notebook, or takes its output away
    run_on_ranks(draw)
    print("still here")
    assert capfd.readouterr().out == "still here\n"
