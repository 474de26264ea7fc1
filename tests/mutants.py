"""Changes a module a little, again and again, and lists the changes that no test notices.

``python -m tests.mutants llm_lib/before/ngram.py`` makes each change in a copy of the tree and runs
the module's own test file and its doctests. What survives is a change that makes no difference, or
a test that is missing. It forks, so not on Windows.
"""

import argparse
import contextlib
import gc
import importlib
import multiprocessing
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from tests.mutations import Finder, Mutant

ROOT = Path(__file__).resolve().parent.parent
NOT_COPIED = shutil.ignore_patterns(".git", ".venv*", "_build", "runs", "__pycache__", ".*cache")
PRELOADED = ("torch._dynamo", "pytest", "hypothesis.internal", "tokenizers", "sklearn.linear_model")
LIMIT = 120  # seconds that the tests of a change may take: a change can make a loop endless
OPTIONS = "-x -q -p no:cacheprovider -p no:unraisableexception --doctest-modules".split()


def own_tests(file: str) -> list[str]:
    """Return where a module's tests stand: in its test file and in its docstrings.

    >>> own_tests("llm_lib/bpe/merges.py")
    ['tests/bpe/test_merges.py', 'llm_lib/bpe/merges.py']
    """
    inside = Path(file).relative_to("llm_lib")
    tests = Path("tests") / inside.with_name(f"test_{inside.name}")
    return [tests.as_posix(), file]


def run_tests(tests: list[str]) -> bool:
    """Run tests in this worker's copy of the tree, by a process of its own; return if all pass."""
    child = os.fork()
    if not child:
        code = 1
        try:
            os.setsid()
            for stream in range(3):
                os.dup2(os.open(os.devnull, os.O_RDWR), stream)
            for name in [m for m in sys.modules if m.split(".")[0] in ("tests", "llm_lib", "web")]:
                del sys.modules[name]
            code = importlib.import_module("pytest").main([*OPTIONS, f"--rootdir={ROOT}", *tests])
        finally:
            os._exit(int(code))
    until, done = time.monotonic() + LIMIT, 0
    while not done and time.monotonic() < until:
        time.sleep(0.02)
        done, status = os.waitpid(child, os.WNOHANG)
    with contextlib.suppress(ProcessLookupError):  # also ends what the tests have left running
        os.killpg(child, signal.SIGKILL)
    if not done:
        os.waitpid(child, 0)
    return bool(done) and status == 0


def prepare(folder: str) -> None:
    """Give a worker a copy of the tree, in which it may break things, and load what is slow."""
    global ROOT, _changes
    tree, _changes = Path(tempfile.mkdtemp(dir=folder)) / "tree", 0
    shutil.copytree(ROOT, tree, ignore=NOT_COPIED)
    os.chdir(tree)
    os.environ |= {"PYTHONPATH": str(tree), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    sys.path[:] = [str(tree), *(path for path in sys.path if path not in ("", str(ROOT)))]
    ROOT = tree
    for name in PRELOADED:
        importlib.import_module(name)
    gc.freeze()  # else each run of the tests goes through all that torch has loaded


def write(file: str, source: str) -> None:
    """Write a file of the worker's copy, at a time of its own: no cache passes for up to date."""
    global _changes
    _changes += 1
    (ROOT / file).write_text(source, "utf-8")
    os.utime(ROOT / file, (_changes, _changes))


def survives(mutant: Mutant, more_tests: list[str]) -> bool:
    """Whether the tests of a module pass although it is changed."""
    source = (ROOT / mutant.file).read_text("utf-8")
    write(mutant.file, mutant.apply(source))
    try:
        return run_tests([*own_tests(mutant.file), *more_tests])
    finally:
        write(mutant.file, source)


def main(arguments: list[str] | None = None) -> int:
    """Try the changes to the files that are named; print what survives, and a line for each."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("files", nargs="+", help="such as llm_lib/before/ngram.py")
    parser.add_argument("--tests", nargs="*", default=[], help="more test files to run")
    parser.add_argument("--sample", type=int, help="try only so many changes, drawn at random")
    parser.add_argument("--jobs", type=int, default=2, help="how many to try side by side")
    options = parser.parse_args(arguments)
    sources = {file: (ROOT / file).read_text("utf-8") for file in options.files}
    mutants = [m for file, source in sources.items() for m in Finder(file, source).found]
    if options.sample and options.sample < len(mutants):
        mutants = random.Random(0).sample(mutants, options.sample)
    whole = [Mutant(file, 0, 0, "") for file in sources]
    tried, survived, fork = Counter(), Counter(), multiprocessing.get_context("fork")
    with (
        tempfile.TemporaryDirectory() as folder,
        ProcessPoolExecutor(options.jobs, fork, prepare, (folder,)) as pool,
    ):
        attempt = partial(survives, more_tests=options.tests)
        passing = zip(sources, pool.map(attempt, whole), strict=True)
        if failing := [file for file, passes in passing if not passes]:
            print(f"Nothing was changed yet, and tests fail: of {', '.join(failing)}.")
            return 2
        for mutant, passes in zip(mutants, pool.map(attempt, mutants), strict=True):
            tried[mutant.file] += 1
            survived[mutant.file] += passes
            if passes:
                print(mutant.describe(sources[mutant.file]), flush=True)
    for file in tried:
        print(f"{file}: {tried[file]} changes, {survived[file]} survived")
    share = 1 - survived.total() / max(1, tried.total())
    print(f"{share:.1%} of {tried.total()} changes were noticed.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
