"""`tests.run`: what it counts, what it names when a stage hangs, and which tests were slow."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time

import pytest

from tests import run
from tests.run import Stage

SLOW = "import time\ndef test_quick(): pass\ndef test_endless():\n    while True: time.sleep(1)\n"


@pytest.fixture
def stage(tmp_path, monkeypatch):
    """A function that makes a stage "tried" of commands, with logs in a folder of its own."""
    monkeypatch.setattr(run, "LOGS", tmp_path)

    def make(*commands, **how):
        monkeypatch.setitem(run.STAGES, "tried", Stage([*commands], **how))
        return tmp_path

    return make


def test_what_hangs_is_ended_and_named(stage, monkeypatch):
    # fails if a test that never ends holds up the run, or nobody learns which one it was
    folder = stage()
    (folder / "test_slow.py").write_text(SLOW, "utf-8")
    stage(run.pytest(str(folder / "test_slow.py"), f"--rootdir={folder}"))
    times = run.times_file("tried")
    limit = time.monotonic() + 60

    class Impatient(subprocess.Popen):
        def communicate(self, input=None, timeout=None):
            if timeout is None:
                return super().communicate()
            # time is up when the endless test has begun, however slow the machine is
            while "test_endless" not in (times.read_text("utf-8") if times.exists() else ""):
                assert time.monotonic() < limit, "the test never began"
                time.sleep(0.1)
            raise subprocess.TimeoutExpired("pytest", timeout)

    monkeypatch.setattr(run.subprocess, "Popen", Impatient)
    good, log = run.run_stage("tried")
    assert not good
    assert log.splitlines()[-1].endswith("running was: test_slow.py::test_endless")
    assert any(row.endswith("tried test_slow.py::test_quick") for row in run.slowest(["tried"]))


def test_commands_run_side_by_side_and_each_is_heard(stage):
    # fails if one of two commands is not run, or its failure is lost behind the other's success
    fine, bad = ([sys.executable, "-c", f"print({n}); raise SystemExit({n})"] for n in (0, 1))
    stage(fine, bad, side_by_side=2)
    good, log = run.run_stage("tried")
    assert not good and "\n0\n" in log and "\n1\n" in log
    stage(fine, fine, side_by_side=2)
    assert run.run_stage("tried")[0]


def test_who_is_ended_from_outside_does_not_fail_in_silence(stage):
    # fails if a command that the system has killed, without a word of its own, leaves none
    kill = "import os, signal; os.kill(os.getpid(), getattr(signal, 'SIGKILL', signal.SIGTERM))"
    stage([sys.executable, "-c", kill])
    good, log = run.run_stage("tried")
    assert not good and re.search(r"Failed: .*\nit (was )?ended .*(SIGKILL|exit code)", log)


STALLS = """import pathlib
from tests.web.browser import StalledError
def test_stalls():
    tries = pathlib.Path(__file__).with_name("tries")
    tries.write_text(tries.read_text() + "x" if tries.exists() else "x")
    if len(tries.read_text()) < {needed}:
        raise StalledError
def test_other():
    assert {fine}
"""


@pytest.mark.parametrize(
    ("needed", "fine", "is_good", "tries"),
    [(2, True, True, 2), (3, True, False, 2), (2, False, False, 1)],
)
def test_what_a_browser_painted_no_more_is_run_once_more(
    stage, monkeypatch, needed, fine, is_good, tries
):
    # fails if a browser's fault fails the stage, a test is run until it passes, or a failure of
    # another kind is run again
    folder = stage()
    file = folder / "test_tried.py"
    file.write_text(STALLS.format(needed=needed, fine=fine), "utf-8")
    monkeypatch.setenv("PYTHONPATH", str(run.ROOT))
    monkeypatch.setattr(run, "ROOT", folder)
    stage(run.pytest("-p", "no:nbval", file.name))
    assert run.run_stage("tried")[0] == is_good
    assert len((folder / "tries").read_text("utf-8")) == tries


def test_what_was_compiled_is_kept_where_python_may_not_write_it(stage, monkeypatch):
    # fails if each process compiles torch anew, or a file is left beside the sources
    folder = stage()
    monkeypatch.setattr(run, "BYTECODE", folder / "bytecode")
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    (folder / "sources").mkdir()
    (folder / "sources/tried.py").write_text("", "utf-8")
    monkeypatch.setenv("PYTHONPATH", str(folder / "sources"))
    stage([sys.executable, "-c", "import tried"])
    assert run.run_stage("tried")[0]
    assert len(list((folder / "bytecode").rglob("tried.*.pyc"))) == 1
    assert [path.name for path in (folder / "sources").iterdir()] == ["tried.py"]


TWO = """
import pathlib, signal, sys
from tests import run
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job ignores it
run.LOGS = pathlib.Path({folder!r} + "-logs")
hang = "import pathlib, time; pathlib.Path({folder!r} + '/{{}}').touch(); time.sleep(600)"
for name in ("one", "two", "three"):
    run.STAGES[name] = run.Stage([[sys.executable, "-c", hang.format(name)]] * 2, single=True)
run.lacks = lambda names: None
try:
    run.main(["one", "two", "three"])
except KeyboardInterrupt:
    raise SystemExit(130)
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows sends Ctrl-C to the children, too")
def test_two_run_at_a_time_and_ctrl_c_ends_them(tmp_path):
    # fails if single stages wait for each other, or if Ctrl-C waits for what runs or starts more
    script = [sys.executable, "-c", TWO.format(folder=str(tmp_path))]
    with subprocess.Popen(script, cwd=run.ROOT, stdout=subprocess.PIPE, text=True) as main:
        try:
            limit = time.monotonic() + 60
            while {path.name for path in tmp_path.iterdir()} != {"one", "two"}:
                assert time.monotonic() < limit and main.poll() is None
                time.sleep(0.05)
            main.send_signal(signal.SIGINT)
            main.communicate(timeout=60)
        finally:
            main.kill()
    assert main.returncode == 130
    assert {path.name for path in tmp_path.iterdir()} == {"one", "two"}


def test_no_browser_is_told_before_anything_runs(stage, monkeypatch, capsys):
    # fails if whoever has no browser learns so after ten minutes
    monkeypatch.setattr("web.browser.find_browser", lambda: None)
    monkeypatch.setattr("web.browser.own_browser", lambda: None)
    monkeypatch.setattr(run, "run_stage", lambda name: pytest.fail(f"{name} was run"))
    assert run.main(["lint", "browser"]) == 1
    assert "apt install chromium" in capsys.readouterr().out


def test_an_unknown_stage_lists_the_known(capsys):
    # fails if a typing error runs nothing and passes
    assert run.main(["brwser"]) == 2
    assert "notebooks, build, unit" in capsys.readouterr().out


def test_the_short_run_leaves_no_kind_of_test_out():
    # fails if a kind of test is in everything, and a person's ten minutes have nothing of it; what
    # is left out is named, and has to be there
    short = {
        "short-unit": "unit",
        "pages": "browser",
        "one-jupyter": "jupyter",
        "one-colab": "colab",
    }
    all_ = {name for name, stage in run.STAGES.items() if not stage.on_demand}
    assert {short.get(name, name) for name in run.SHORT} == all_ - {"commands"}
    assert [path for path in run.LONG if not (run.ROOT / path).exists()] == []
    assert [name for name in run.ONCE if not (run.ROOT / "tests/web" / name).exists()] == []


def test_everything_is_asked_for_by_name(monkeypatch, capsys):
    # fails if `all` leaves out a stage, or if no name means everything
    asked = []
    monkeypatch.setattr(run, "lacks", lambda names: asked.append(names) or "nothing")
    run.main(["all"])
    run.main([])
    assert asked == [[n for n, s in run.STAGES.items() if not s.on_demand], run.SHORT]
