"""Tests of the processes that benchmarks start: how they ended is told."""

import os

import pytest

from benchmarks.probe import ask_process


def test_a_process_that_measures_itself_gives_its_number_or_its_reason():
    # Fails if the reason is a command of thirty lines, or a missing package counts as a fault.
    assert ask_process("import sys; print(2 * int(sys.argv[1]))", "21") == 42
    with pytest.raises(ModuleNotFoundError, match=r"^No module named 'no_such_package'$"):
        ask_process("import no_such_package")
    with pytest.raises(RuntimeError, match=r"^in its own process: KeyError: 'VmHWM'$"):
        ask_process("{}['VmHWM']")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no signals that end a process")
def test_a_process_that_is_ended_from_outside_says_so():
    # Fails if a machine that runs out of memory is told as a fault of the row.
    with pytest.raises(RuntimeError, match="SIGKILL: did the machine run out of memory"):
        ask_process("import os; print('a warning', file=os.sys.stderr); os.kill(os.getpid(), 9)")
