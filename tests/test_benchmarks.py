"""Tests of the benchmarks' table, with a clock that is made up: nothing is timed."""

import gc
from dataclasses import replace

import pytest
import torch
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode

from benchmarks.generating import products_of
from benchmarks.table import (
    Benchmark,
    NotComparableError,
    Outcome,
    Race,
    SkippedError,
    expect_widths,
    format_row,
    format_table,
    run,
    to_cells,
)
from benchmarks.training_step import make_products
from benchmarks.twins import SIZES, llama_config, to_llama
from llm_lib.model.gpt import GPT, GPTConfig


@pytest.fixture(scope="module", autouse=True)
def small_heap():
    """Keep what other tests have left from being searched for garbage at each round."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


class FakeWork:
    """A clock, and work that moves it on by seconds known beforehand."""

    def __init__(self, ours, peer):
        self.now, self.calls = 0.0, []
        self.seconds = {"ours": iter(ours), "peer": iter(peer)}

    def do(self, side):
        self.calls.append(side)
        self.now += next(self.seconds[side])

    def race(self):
        return Race(
            ours=lambda: self.do("ours"),
            peer=lambda: self.do("peer"),
            reset=lambda: self.calls.append("reset"),
        )


def benchmark(prepare, **more):
    return Benchmark("name", "some work", "somebody", prepare, **more)


def run_fake(ours, peer, **more):
    work = FakeWork(ours, peer)
    outcome = run(benchmark(work.race, **more), rounds=len(ours), clock=lambda: work.now)
    return work, outcome


def fail(error):
    def prepare():
        raise error

    return prepare


def test_ratio_is_the_median_of_paired_ratios():
    # Fails if medians are divided (that gives 2.0), or ours and peer are swapped.
    _, outcome = run_fake(ours=[1, 2, 4], peer=[4, 6, 4])
    assert outcome.ratio == pytest.approx(3.0)


def test_sides_take_turns_and_reset_comes_first():
    # Fails if one side always has the warm start, or a cold run is not made cold again.
    work, _ = run_fake([1, 1, 1], [1, 1, 1])
    one, other = ["reset", "ours", "peer"], ["reset", "peer", "ours"]
    assert work.calls == [*one, *other, *one]


def test_reset_is_not_timed():
    # Fails if the preparation of a cold run counts against us.
    work = FakeWork([1], [1])
    race = Race(
        lambda: work.do("ours"), lambda: work.do("peer"), lambda: setattr(work, "now", work.now + 9)
    )
    outcome = run(benchmark(lambda: race), rounds=1, clock=lambda: work.now)
    assert outcome.ours == [1] and outcome.peer == [1]


@pytest.mark.parametrize(("budget", "word"), [(1.5, "met"), (2.0, "met"), (2.1, "missed")])
def test_table_holds_a_row_against_its_budget(budget, word):
    # Fails if the verdict is turned round, or the limit itself does not count as met.
    _, outcome = run_fake([0.1] * 5, [0.2] * 5, budget=budget)
    row = format_table([outcome]).splitlines()[2]
    end = ["100.0", "200.0", "ms", "2.00", "at", "least", f"{budget:g}", word]
    assert row.split()[-8:] == end


def test_a_row_that_misses_says_how_far_one_could_come():
    # Fails if the bound is held against ours, or stands beside a budget that was met.
    work = FakeWork([2.0] * 5, [4.0] * 5)
    bound = lambda: setattr(work, "now", work.now + 1.6)  # noqa: E731
    race = Race(lambda: work.do("ours"), lambda: work.do("peer"), bound=bound)
    kinds = {3: "missed; the half would give 2.50", 2: "met"}
    for budget, words in kinds.items():
        work.seconds = {"ours": iter([2.0] * 5), "peer": iter([4.0] * 5)}
        row = benchmark(lambda: race, budget=budget, bound="the half")
        outcome = run(row, rounds=5, clock=lambda: work.now)
        assert format_table([outcome]).splitlines()[2].endswith(f"at least {budget}  {words}")


def test_memory_is_what_the_functions_return():
    # Fails if the row of a race for memory is timed, or shows another unit.
    outcome = run(benchmark(lambda: Race(lambda: 2e6, lambda: 3e6), memory=True, budget=1), 5)
    assert outcome.ours == [2e6] * 5
    row = format_table([outcome]).splitlines()[2]
    assert row.split()[-8:] == ["2.0", "3.0", "MB", "1.50", "at", "least", "1", "met"]


def test_seconds_may_be_reported():
    # Fails if work in another process is timed by the clock of this one.
    outcome = run(benchmark(lambda: Race(lambda: 0.2, lambda: 0.1), reported=True, budget=1), 5)
    assert outcome.ours == [0.2] * 5
    row = format_table([outcome]).splitlines()[2]
    assert row.split()[-8:] == ["200.0", "100.0", "ms", "0.50", "at", "least", "1", "missed"]


def test_a_peer_may_run_a_part():
    # Fails if the time of a peer too slow to run whole is not made up to the whole work.
    work = FakeWork([1], [2])
    race = Race(lambda: work.do("ours"), lambda: work.do("peer"), peer_runs=100)
    outcome = run(benchmark(lambda: race), rounds=1, clock=lambda: work.now)
    assert outcome.ratio == pytest.approx(200)


def test_table_says_where_there_is_no_budget_and_lines_up():
    # Fails if a row without a budget gets a verdict, or columns shift with the length of a cell.
    outcomes = [run_fake([1], [1], note="a remark")[1], run_fake([1], [1000.0], budget=1)[1]]
    head, rule, first, second, empty, note = format_table(outcomes).splitlines()
    assert first.endswith("no budget yet for this row")
    assert head.index("budget") == first.index("no budget") == second.index("at least")
    assert set(rule) == {"-", " "} and (empty, note) == ("", "name: a remark")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ModuleNotFoundError("No module named 'peer'"), "SKIPPED: No module named 'peer'"),
        (SkippedError("no bfloat16 here"), "SKIPPED: no bfloat16 here"),
        (NotComparableError("different ids"), "NOT COMPARABLE: different ids"),
        (BrokenPipeError(32, "Broken pipe"), "FAILED: BrokenPipeError: [Errno 32] Broken pipe"),
        (ValueError("no sense\n\n  at all"), "FAILED: ValueError: no sense at all"),
        (AssertionError(), "FAILED: AssertionError"),
    ],
)
def test_problems_stand_in_the_table(error, words):
    # Fails if a missing peer, one with other answers, or any other fault ends the run or passes in
    # silence, or its reason breaks the table's line.
    outcome = run(benchmark(fail(error), budget=2))
    assert outcome == Outcome(outcome.benchmark, problem=words)
    lines = format_table([outcome]).splitlines()
    assert lines[2].endswith(f"at least 2  {words}")
    assert lines[-1] == f"{words.partition(':')[0]}: 1 of 1 rows: name"


def test_only_what_nobody_has_foreseen_has_a_traceback(capsys):
    # Fails if a fault can't be found, or a missing package fills the screen.
    run(benchmark(fail(SkippedError("no GPU here"))))
    assert capsys.readouterr().err == ""
    run(benchmark(fail(KeyError("blocks"))))
    assert "in prepare\n    raise error\n" in capsys.readouterr().err


@pytest.mark.parametrize("told", [0.0, -1.0, float("nan"), float("inf"), None])
@pytest.mark.parametrize("side", ["ours", "peer"])
def test_what_has_no_ratio_fails_alone(side, told, capsys):
    # Fails if a row that took no time ends the run later, where its ratio is computed.
    race = Race(**{"ours": lambda: 1.0, "peer": lambda: 1.0, side: lambda: told})
    outcome = run(benchmark(lambda: race, reported=True), 5)
    assert outcome.problem.startswith("FAILED: ") and "FAILED" in format_table([outcome])


def test_the_last_lines_count_what_is_not_as_it_should_be():
    # Fails if a table with holes, or with budgets that are missed, could be taken for a whole one.
    rows = [benchmark(fail(SkippedError("no GPU"))), benchmark(fail(ImportError()))]
    missed = benchmark(lambda: Race(lambda: 1.0, lambda: 1.0), reported=True, budget=2)
    rows += [missed, replace(missed, budget=1), replace(missed, name="b")]
    assert format_table(run(row) for row in rows).splitlines()[-3:] == [
        "SKIPPED: 1 of 5 rows: name",
        "FAILED: 1 of 5 rows: name",
        "BUDGET MISSED: 2 of 5 rows: name, b",
    ]


@pytest.mark.parametrize(("asked", "runs"), [(1, 1), (7, 5)])
def test_a_row_that_takes_minutes_has_rounds_of_its_own(asked, runs):
    # Fails if a smoke run trains five times for twenty minutes, or seven rounds are taken.
    race = Race(lambda: 1.0, lambda: 1.0)
    assert len(run(benchmark(lambda: race, reported=True, rounds=5), asked).ours) == runs


def test_rows_line_up_before_others_are_known():
    # Fails if the columns of rows that are printed one by one shift with what was measured.
    rows = [benchmark(SkippedError, units=9, budget=1), replace(benchmark(None), name="longer")]
    widths = expect_widths(rows)
    wide = Outcome(rows[0], ours=[9 / 123_456], peer=[9 / 1_234])
    narrow = Outcome(rows[1], ours=[0.001], peer=[0.612])
    lines = [format_row(to_cells(outcome), widths) for outcome in (wide, narrow)]
    assert "123,456" in lines[0] and "612.00" in lines[1]
    assert lines[0].index("at least 1") == lines[1].index("no budget")
    assert lines[0].index("tok/s") == lines[1].index("ms")


def test_tokens_a_second_are_shown_where_a_row_counts_tokens():
    # Fails if the figures are times still, or the two sides are swapped.
    _, outcome = run_fake([0.5] * 5, [2.0] * 5, units=1000, budget=3)
    row = format_table([outcome]).splitlines()[2]
    assert row.split()[-8:] == ["2,000", "500", "tok/s", "4.00", "at", "least", "3", "met"]


@pytest.mark.parametrize("size", SIZES, ids=lambda size: size.name)
def test_operations_are_those_that_torch_counts(size):
    # Fails if the share of the machine's speed is told with operations that are not done.
    model, _ = make_gpt(size)
    ids = torch.zeros(1, size.context_length, dtype=torch.int64)
    with FlopCounterMode(display=False) as counter, sdpa_kernel(SDPBackend.MATH):
        model(ids).sum().backward()
    assert size.batch_size * counter.get_total_flops() == pytest.approx(size.flops(), rel=0.01)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: size.name)
def test_the_bound_is_the_products_with_the_weights(size):
    # Fails if a weight is left out, or gradients are: then the bound promises too much.
    products = make_products(replace(size, steps=1, batch_size=1), torch.float32)
    with FlopCounterMode(display=False) as counter:
        products()
    attention = 12 * size.n_layer * size.context_length**2 * size.n_embd
    expected = size.flops() / size.batch_size - attention
    assert counter.get_total_flops() == pytest.approx(expected, rel=0.01)


def test_the_bound_of_reading_is_each_matrix_once():
    # Fails if a matrix of a block is left out or multiplied twice, or by another number of rows.
    switches = {"position": "rotary", "norm": "rms", "mlp": "swiglu", "bias": False}
    model = GPT(GPTConfig(50, 16, 2, 4, 32, n_kv_head=2, n_hidden=40, **switches))
    with FlopCounterMode(display=False) as counter:
        products_of(model, 7)()
    numbers = sum(p.numel() for p in model.blocks.parameters() if p.dim() == 2)
    assert counter.get_total_flops() == 2 * 7 * numbers


def test_weights_go_over_to_llama():
    # Fails if a weight has another name there, or a head's rows are cut in the wrong place.
    from transformers import LlamaForCausalLM

    torch.manual_seed(0)
    switches = {"position": "rotary", "norm": "rms", "mlp": "swiglu", "bias": False}
    ours = GPT(GPTConfig(50, 16, 2, 4, 32, n_kv_head=2, rope_base=500.0, n_hidden=40, **switches))
    peer = LlamaForCausalLM(llama_config(ours.config))
    peer.load_state_dict(to_llama(ours))
    ids = torch.randint(50, (2, 16))
    torch.testing.assert_close(peer.eval()(ids).logits, ours(ids), atol=1e-4, rtol=1e-4)


def make_gpt(size):
    shape = {name: getattr(size, name) for name in ("vocab_size", "n_layer", "n_head", "n_embd")}
    model = GPT(GPTConfig(context_length=size.context_length, **shape))
    assert model.count_parameters() == pytest.approx(float(size.name.split()[0]) * 1e6, rel=0.15)
    return model, shape
