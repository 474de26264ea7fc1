"""Tests of the processes that benchmarks start: how they are found, and told how they ended."""

import gc
import os
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path

import pytest

from benchmarks import page_training
from benchmarks.probe import ROOT, ask_process


@pytest.fixture(scope="module")
def find_from_above(tmp_path_factory):
    """Look for Deno in a fresh environment that sees the packages of a folder, with no home."""
    home = tmp_path_factory.mktemp("home")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", home / "top"], check=True)
    python = home / ("top/Scripts/python.exe" if os.name == "nt" else "top/bin/python")
    bare = {**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(home), "PATH": os.defpath}

    def find(packages):
        code = f"import site; site.addsitedir({str(packages)!r}); from benchmarks.deno import *; "
        command = [python, "-c", f"{code}print(find_deno())"]
        return subprocess.run(command, env=bare, capture_output=True, text=True)

    return find


def test_deno_is_found_from_an_environment_above(find_from_above):
    # Fails if Deno is looked for beside the Python that runs, or in the user's own folder: here it
    # is in neither, as on a machine where nothing but the repository was set up.
    found = find_from_above(Path(distribution("deno").locate_file("")).resolve())
    assert found.returncode == 0, found.stderr
    said = subprocess.run([found.stdout.strip(), "--version"], capture_output=True, text=True)
    assert said.stdout.startswith("deno ")


def test_without_deno_a_row_is_skipped(find_from_above, tmp_path):
    # Fails if the page's rows fail where Deno is not installed, or where its program is gone.
    missing = "SkippedError: the package deno "
    assert f"{missing}is not installed" in find_from_above(tmp_path).stderr
    info = tmp_path / "deno-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: deno\nVersion: 1.0\n", "utf-8")
    (info / "RECORD").write_text("deno/__init__.py,,\nbin/deno,,\nbin/deno.exe,,\n", "utf-8")
    assert f"{missing}has lost its program" in find_from_above(tmp_path).stderr


def test_an_engine_that_breaks_off_says_how(monkeypatch):
    # Fails if its row ends with a broken pipe, or counts as one with other answers.
    monkeypatch.setattr(page_training, "find_deno", lambda: sys.executable)  # knows no `run`
    with pytest.raises(RuntimeError, match="gives no answer: it ended with exit code 2"):
        page_training.Engine().ask(start={"weights": [0.0] * 100_000})


def test_an_engine_ends_with_its_row():
    # Fails if the engines of all rows stay, and take memory from those that come later.
    engine = page_training.Engine()
    process = engine.process
    assert process.poll() is None
    del engine
    gc.collect()
    assert process.wait(timeout=60)


def test_a_process_that_measures_itself_gives_its_number_or_its_reason(capfd):
    # Fails if the reason is a command of thirty lines, or a missing package counts as a fault.
    assert ask_process("import sys; print(2 * int(sys.argv[1]))", "21") == 42
    with pytest.raises(ModuleNotFoundError, match=r"^No module named 'no_such_package'$"):
        ask_process("import no_such_package")
    assert capfd.readouterr().err == ""  # nothing is wrong with the code
    with pytest.raises(RuntimeError, match=r"^in its own process: KeyError: 'VmHWM'$"):
        ask_process("{}['VmHWM']")


@pytest.mark.parametrize("module", ["benchmarks.gone", "llm_lib.gone"])
def test_a_module_of_our_own_that_is_missing_is_a_fault(module, capfd):
    # Fails if a module that was renamed skips the row, so that nobody ever hears of it.
    with pytest.raises(RuntimeError, match=f"No module named '{module}'"):
        ask_process(f"import {module}")
    assert "Traceback" in capfd.readouterr().err


@pytest.mark.skipif(os.name == "nt", reason="Windows has no signals that end a process")
def test_a_process_that_is_ended_from_outside_says_so():
    # Fails if a machine that runs out of memory is told as a fault of the row.
    with pytest.raises(RuntimeError, match="SIGKILL: did the machine run out of memory"):
        ask_process("import os; print('a warning', file=os.sys.stderr); os.kill(os.getpid(), 9)")
