"""Tests of ``python -m benchmarks`` and its file, with rows that are made up: nothing is timed."""

import errno
import json
import os
import shutil
import subprocess
from importlib.metadata import version
from pathlib import Path

import pytest

from benchmarks import __main__ as command
from benchmarks.record import read_record
from benchmarks.running import Pace, run_rows
from benchmarks.table import Benchmark, NotComparableError, Outcome, Race, SkippedError

ROOT = Path(command.__file__).resolve().parent.parent


def row(name, ours=1.0, peer=2.0, **more):
    """A row whose sides say that they took so many seconds."""
    race = Race(lambda: ours, lambda: peer)
    return Benchmark(name, "some work", "somebody", lambda: race, reported=True, **more)


def broken(name, error):
    """A row that ends with an error."""

    def prepare():
        raise error

    return Benchmark(name, "some work", "somebody", prepare)


@pytest.fixture
def run_command(monkeypatch):
    """Run the command with rows of our own; return its exit status."""

    def run_it(rows, *arguments):
        monkeypatch.setattr(command, "load_benchmarks", lambda: rows)
        return command.main(["--rounds", "5", *arguments])

    monkeypatch.setattr(command, "use_one_thread", lambda: None)
    return run_it


def table_of(printed):
    """Return the lines of the last table that was printed."""
    lines = printed.splitlines()
    return lines[max(i for i, line in enumerate(lines) if line.startswith("name ")) :]


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (BrokenPipeError("no reader"), 1),
        (NotComparableError("different ids"), 1),
        (SkippedError("no GPU"), 0),
    ],
)
def test_a_row_that_fails_leaves_the_others_standing(run_command, capsys, error, status):
    # Fails if an hour's table is lost for one row, or the fault can't be told from outside.
    rows = [row("first"), broken("second", error), row("third", budget=9)]
    assert run_command(rows) == status
    first, second, third = table_of(capsys.readouterr().out)[2:5]
    assert first.split()[-9:-6] == ["2000.0", "ms", "2.00"]
    assert str(error) in second
    assert third.endswith("at least 9                  missed")


def test_a_budget_that_is_missed_is_no_failure(run_command):
    # Fails if a slow machine makes the command fail.
    assert run_command([row("slow", budget=9)]) == 0


def test_each_row_is_printed_when_it_is_done(capsys):
    # Fails if somebody who waits, or whose machine gives up, sees nothing of what was measured.
    seen = []

    def prepare():
        seen.append(capsys.readouterr())
        return Race(lambda: 1.0, lambda: 1.0)

    last = Benchmark("last", "", "", prepare, reported=True)
    run_rows([row("early", 1.0, 3.5), last], 5, Pace())
    head, _, early = seen[0].out.splitlines()
    assert early.startswith("early ") and "3.50" in early
    assert head.index("budget") == early.index("no budget")
    assert seen[0].err.splitlines()[-1].endswith("left] last …")


def test_the_time_left_goes_by_the_rows_that_were_measured():
    # Fails if a skipped row, which takes no time, makes the rest look short, or if a row known to
    # be long counts like any other.
    now = iter([0, 30, 100, 200, 290])
    pace, rows = Pace(clock=lambda: next(now)), [row("a"), row("b"), row("c")]
    assert pace.time_left(rows) == ""
    for problem in ("", "SKIPPED: no GPU"):
        pace.begin()
        pace.note(Outcome(rows[0], problem=problem))
    assert pace.time_left(rows[:3]) == "about 90 s left"  # 30 s each
    pace.begin()
    pace.note(Outcome(rows[1]))  # 120 s for two
    assert pace.time_left([rows[2], row("d", weight=9)]) == "about 10 minutes left"


def test_ctrl_c_leaves_what_is_done(run_command, capsys, tmp_path):
    # Fails if what was measured is lost, a broken row counts, or the end looks like success.
    rows = [row("first"), broken("second", KeyboardInterrupt()), row("third")]
    assert run_command(rows, "--json", str(tmp_path / "a.json")) == 130
    *table, end = table_of(capsys.readouterr().out)
    assert [line.split()[0] for line in table[2:]] == ["first"]
    assert end == "STOPPED: 1 of 3 rows were done"
    record = read_record(tmp_path / "a.json")
    assert record["stopped"] and [row["name"] for row in record["rows"]] == ["first"]


def test_the_file_has_what_the_table_has(run_command, tmp_path):
    # Fails if a figure is another one there, sides are swapped, or a problem is left out.
    rows = [row("a", 2.0, 3.0, budget=2, units=10), broken("b", SkippedError("no GPU"))]
    assert run_command(rows, "--json", str(tmp_path / "a.json")) == 0
    record = json.loads((tmp_path / "a.json").read_text("utf-8"))
    assert record["machine"] == command.machine() and record["versions"] == command.versions()
    assert record["rounds"] == 5 and record["stopped"] is False
    same = {"work": "some work", "peer": "somebody", "in": "seconds"}
    measured = {"rounds": 5, "median_ours": 2.0, "median_peer": 3.0, "ratio": 1.5}
    nothing = {"rounds": 0, "median_ours": None, "median_peer": None, "ratio": None}
    assert record["rows"] == [
        {"name": "a", **same, **measured, "budget": 2, "verdict": "missed", "problem": ""},
        {
            "name": "b",
            **same,
            **nothing,
            "budget": None,
            "verdict": "",
            "problem": "SKIPPED: no GPU",
        },
    ]


def test_the_file_is_written_whole_or_not_at_all(run_command, monkeypatch, capsys, tmp_path):
    # Fails if a disk that is full leaves half a file in the place of a good one, or a traceback.
    def fill_the_disk(descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    file = tmp_path / "a.json"
    file.write_text("as it was", "utf-8")
    monkeypatch.setattr(os, "fsync", fill_the_disk)
    assert run_command([row("a")], "--json", str(file)) == 1
    assert file.read_text("utf-8") == "as it was" and list(tmp_path.iterdir()) == [file]
    assert "a.json was not written: No space left on device" in capsys.readouterr().err


def test_a_file_stays_where_nothing_was_measured(run_command, tmp_path):
    # Fails if Ctrl-C in the first seconds costs the figures of another day.
    file = tmp_path / "a.json"
    file.write_text("as it was", "utf-8")
    assert run_command([broken("a", KeyboardInterrupt())], "--json", str(file)) == 130
    assert file.read_text("utf-8") == "as it was"


def test_a_place_that_can_not_be_written_is_refused_first(run_command, capsys, tmp_path):
    # Fails if an hour goes by before it turns out that there is no such folder.
    rows = [broken("a", KeyboardInterrupt())]
    for place, words in ((tmp_path, "is a folder"), (tmp_path / "no/a.json", "there is no folder")):
        with pytest.raises(SystemExit) as ended:
            run_command(rows, "--json", str(place))
        assert ended.value.code == 2 and words in capsys.readouterr().err


@pytest.mark.parametrize(("rounds", "said"), [(1, 2), (4, 2), (5, 0)])
def test_a_smoke_run_says_that_it_is_one(run_command, capsys, rounds, said):
    # Fails if figures of one round could be taken for a measurement.
    run_command([row("a")], "--rounds", str(rounds))
    assert capsys.readouterr().out.count("fewer than 5 rounds are no measurement") == said


@pytest.mark.skipif(not shutil.which("make"), reason="needs make")
def test_make_passes_rounds_and_rows_on():
    # Fails if ROUNDS or ONLY is not taken, or a plain `make bench` asks for something.
    def last_line(*variables):
        command = ["make", "-n", "bench", *variables]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        [line] = [line for line in done.stdout.splitlines() if "-m benchmarks" in line]
        return line.split("-m benchmarks")[1].split()

    assert last_line() == []
    assert last_line("ROUNDS=1", "ONLY=encoding windows") == [
        *["--rounds", "1", "--only", "encoding", "--only", "windows"]
    ]


def test_what_a_figure_was_measured_on_is_named(monkeypatch):
    # Fails if a figure stands there without machine or versions.
    monkeypatch.setattr(command, "PEERS", ("torch", "no-such-package"))
    said = command.describe(7)
    assert f"torch {version('torch')}" in said and "no-such-package missing" in said
    assert f"{os.cpu_count()} processors" in said and "medians of 7 rounds" in said


def test_command_line(capsys):
    # Fails if no rounds at all are let through, or rows can't be picked by name.
    names = ["a", "b"]
    assert command.parse(["--rounds", "1", "--only", "b", "--only", "a"], names).only == ["b", "a"]
    for wrong in (["--rounds", "0"], ["--only", "c"]):
        with pytest.raises(SystemExit):
            command.parse(wrong, names)
    assert "at least 1; got 0" in capsys.readouterr().err
