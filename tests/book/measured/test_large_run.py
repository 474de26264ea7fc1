"""The plan of the large run: its rows against arithmetic by hand."""

import pytest

from llm_lib.book.measured.large_run import PLAN, RUN, plan_rows
from llm_lib.costs.run_plan import TrainingRun, estimate_shape, plan_run

N, RATE, BATCH, NETWORK = 70e9, 4e14, 2048 * 8192, 50e9
KEPT = ("selective", "full")
COMPUTE = 6 * N * BATCH / RATE / 2048  # seconds of 2,048 GPUs


def number(text: str) -> float:
    return float(text.split()[0].replace(",", ""))


def test_the_first_rows_are_those_of_six_n_d_and_sixteen_bytes():
    # fails if a row counts other operations, bytes or gradients than the chapter says
    one, naive, ring = plan_rows(3)
    assert number(one["model"]) == 16 * N / 1e9 and one["in all"] == "499 years"
    assert number(one["one step"]) == pytest.approx(2048 * COMPUTE, rel=1e-3)
    assert number(naive["sending"]) == pytest.approx(2 * 2047 * 2 * N / NETWORK, rel=1e-3)
    assert number(ring["sending"]) == pytest.approx(2 * 2 * N / NETWORK, abs=0.05)
    assert number(ring["one step"]) > COMPUTE > number(ring["sending"])
    assert naive["in all"] == "325 years" and ring["in all"] == "95 days"


def test_each_row_is_forced_by_the_one_before():
    # fails if a method is added where the number before it would have done, or doesn't help
    rows = plan_rows(len(PLAN))
    assert [row["fits"] for row in rows] == ["no"] * 4 + ["yes"] * 2
    shards, checkpointing, eight = rows[3:]
    assert number(shards["model"]) == pytest.approx(16 * N / 2048 / 1e9, abs=0.05)
    assert number(shards["activations"]) > 80 > number(checkpointing["activations"])
    assert number(eight["one step"]) < number(checkpointing["one step"]) / 5
    for way, left in (("zero1", 280), ("zero2", 140)):  # what the chapter says of them
        memory = plan_run(TrainingRun(**RUN | {"gpus": 2048, "parallel": way}))["memory"]
        assert sum(memory.values()) - memory["activations"] == pytest.approx(left * 1e9, rel=4e-3)


def test_what_the_chapter_says_beside_the_table():
    # fails if fused attention would fit, sending wouldn't hide, or one GPU more had a window
    plain = plan_run(TrainingRun(**RUN | PLAN["2,048, shards"]))
    fused = RUN | PLAN["2,048, shards"] | {"checkpointing": "selective"}
    kept = plan_run(TrainingRun(**fused))["memory"]["activations"]
    assert kept == pytest.approx(179e9, rel=0.01)
    assert 1 - kept / plain["memory"]["activations"] == pytest.approx(0.9, abs=0.01)
    blocks = estimate_shape(N)[0]
    assert blocks == pytest.approx(70, abs=1.5)
    assert plain["memory"]["activations"] / blocks == pytest.approx(27e9, rel=0.03)
    assert plain["time"]["network"] == pytest.approx(3 * 2 * N / NETWORK, abs=0.05)
    assert plain["time"]["network"] < plain["time"]["compute"] == pytest.approx(COMPUTE)
    with pytest.raises(ValueError, match="too few for 2,049 copies"):
        TrainingRun(**RUN | {"gpus": 2049})


def test_the_days_that_the_chapter_names():
    # fails if a row's days are others than in its text, or sixteen thousand GPUs win no more
    days = [row["in all"] for row in plan_rows(len(PLAN))[3:]]
    assert days == ["89 days", "119 days", "14 days"] and 119 / 8 > 14.5


def test_the_reasons_that_the_chapter_gives_for_fourteen_days():
    # fails if eight GPUs a window hold other shares, or the saved work is less than the waiting
    way = PLAN["16,384, 8 a window"]
    eight, full = (plan_run(TrainingRun(**RUN | way | {"checkpointing": c})) for c in KEPT)
    memory, time = eight["memory"], eight["time"]
    assert memory["weights"] + memory["gradients"] == pytest.approx(35e9)
    assert memory["activations"] == pytest.approx(22e9, rel=0.03)
    assert 1 < (full["time"]["compute"] - time["compute"]) / time["sums"] < 1.5


@pytest.mark.parametrize("n", [0, 7])
def test_there_are_only_so_many_rows(n):
    # fails if a row is asked for that is not there, and silently left out
    with pytest.raises(ValueError, match="n must be a whole number from 1 to 6"):
        plan_rows(n)
