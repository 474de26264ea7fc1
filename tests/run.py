"""Runs tests, a line a stage: ``python -m tests.run``, ``all``, or the stages that are named.

Without a name it tells in ten minutes whether a change is sound: every chapter is run and compared,
every page opened, every widget shown and every film walked through, once. `all` is everything.

The stages `notebooks`, `commands` and `build` run with `.venv`, which holds what a reader has and
nothing more; the others with the Python that runs this, which sees the tests' own packages besides.
Stages that keep one processor busy run two at a time. The first that fails ends the run; the
summary is printed all the same. What each stage printed is kept in `_build/test-logs`.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.watch import VARIABLE, read_failures, read_times
from web import ending
from web.execution import kept_here

ROOT = Path(__file__).resolve().parent.parent
LOGS = ROOT / "_build/test-logs"
BYTECODE = ROOT / "_build/bytecode"  # where nothing may be written beside the sources
PYTHON = sys.executable
READER = str(ROOT / (".venv/Scripts/python.exe" if os.name == "nt" else ".venv/bin/python"))
PYTEST = ["-m", "pytest", "-q", "--tb=short", "-p", "no:cacheprovider", "-p", "tests.watch"]
CORES = min(max(2, os.cpu_count() or 2), 8)
PARALLEL = ["-n", str(CORES), "--dist", "loadfile"]
# a worker takes a page or a story at a time; one more works while others wait for their browser
PAGES = ["-n", str(CORES + 1), "--dist", "loadscope", "-p", "no:nbval"]
NBVAL = [
    *["--nbval", "--nbval-current-env", "-p", "tests.notebooks.nbval_rules"],
    *["--nbval-sanitize-with", "tests/notebooks/sanitize.cfg", "--nbval-cell-timeout=180"],
]
# what has a stage of its own, or is run on demand; a -m here replaces the one in pyproject.toml
APART = "browser site slow reader clean jupyter colab language other_browsers".split()
UNIT = ["-m", f"not ({' or '.join(APART)})"]
COLAB = [PYTHON, "-m", "tests.colab.environment"]  # before a test's time begins to run
TIMEOUT = "--timeout=180"  # seconds a test
STAGE_LIMIT = 3000  # seconds a stage: a run that hangs ends by itself
SLOWEST = 20
STALLED = "StalledError"  # the name of what tests/web/browser.py raises
PAGE_MODULES = ["web/progress", "web/offline_reading/main.js"]  # the worker knows no page's types
GERMAN = "chapters/14_scaling_laws.ipynb"  # the page that is tested in another language
ONE_COLAB = "03_tokenization"
CHAPTERS = sorted((ROOT / "chapters").glob("*.ipynb"))
# By themselves, and first, those that take long: begun late, they would be waited for alone. The
# others a few at a time: to start afresh for each costs as much as to run a short one.
LONGEST = [path for path in CHAPTERS if path.stem[:2] in ("19", "13", "01", "02")][::-1]
OTHERS = [path for path in CHAPTERS if path not in LONGEST]
AT_A_TIME = 4
# left to `all`: real texts and models by the thousand, whole programs, environments, processes
LONG = [
    *[
        "tests/book/studies",
        "tests/book/classical",
        "tests/pretrained/test_gguf.py",
        "tests/bpe/test_fast.py",
    ],
    *[
        "tests/bpe/test_tokenizer.py",
        "tests/test_colab_notebooks.py",
        "tests/book/test_notebook.py",
    ],
    *["tests/tools/test_install.py", "tests/tools/test_new_chapter.py", "tests/test_address.py"],
    *["tests/tools/test_execution.py", "tests/tools/test_fonts.py", "tests/test_assets.py"],
    *["tests/training/test_distributed.py", "tests/training/test_sharded.py"],
    *["tests/training/test_processes.py", "tests/training/test_resuming.py"],
    *["tests/book/recipes/test_tune.py", "tests/notebooks/test_twice.py"],
    *["tests/book/my_gpt/test_smollm2.py"],
    *["tests/notebooks/test_nbval_rules.py", "tests/test_benchmarks_processes.py"],
]
ONCE = ["test_pages.py", "test_room.py", "test_walkthrough_stories.py"]
# each page is opened, each widget is shown, and each film goes through its scenes, at one width
AT_ONE_WIDTH = "mounts_in_silence or test_on_a_page or (test_nothing_overlaps and 772)"


def pytest(*arguments: str, python: str = PYTHON) -> list[str]:
    """Return the command that runs pytest as all stages do."""
    return [python, *PYTEST, *([TIMEOUT] if python == PYTHON else []), *arguments]


def nbval(*chapters: Path) -> list[str]:
    """Return the command that runs chapters as a reader can, and compares each output."""
    return pytest(*NBVAL, *(path.relative_to(ROOT).as_posix() for path in chapters), python=READER)


def nbval_all() -> list[list[str]]:
    """Return the commands that run all chapters."""
    batches = [OTHERS[i : i + AT_A_TIME] for i in range(0, len(OTHERS), AT_A_TIME)]
    return [nbval(*chapters) for chapters in [*([path] for path in LONGEST), *batches]]


@dataclass(frozen=True)
class Stage:
    """Commands, how many run side by side, and whether without a network or only when asked for.

    single: it keeps one processor busy, and leaves the other to a stage like it.
    """

    commands: list[list[str]]
    side_by_side: int = 1
    single: bool = False
    offline: bool = True
    on_demand: bool = False


STAGES = {
    "lint": Stage(
        [
            [PYTHON, "-m", "ruff", "check", "."],
            [PYTHON, "-m", "ruff", "format", "--check", "."],
            [PYTHON, "-m", "web.notebooks", "check"],
            [PYTHON, "-m", "deno", "fmt", "--check"],
            [PYTHON, "-m", "deno", "lint"],
            [PYTHON, "-m", "deno", "check", "--no-remote", "llm_lib", *PAGE_MODULES],
        ],
        side_by_side=2,
    ),
    "notebooks": Stage(nbval_all(), side_by_side=2),
    "build": Stage([[READER, "-m", "web.build"]]),
    "unit": Stage([pytest(*PARALLEL, "--doctest-modules", *UNIT, "tests", "llm_lib", "web")]),
    "browser": Stage([pytest(*PAGES, "-m", "browser", "tests/web")]),
    "colab": Stage(
        [COLAB, pytest("-m", "colab and not slow", "tests/colab")], offline=False, single=True
    ),
    "jupyter": Stage(
        [pytest("-m", "jupyter and not slow", "tests/jupyter")], offline=False, single=True
    ),
    "site": Stage([pytest("-m", "site", "tests/web")], single=True),
    "commands": Stage([pytest("-m", "reader", "tests/reader", python=READER)], single=True),
    "short-unit": Stage(
        [
            pytest(
                *[*PARALLEL, "--doctest-modules", *UNIT, "tests", "llm_lib", "web"],
                *[f"--ignore={path}" for path in LONG],
            )
        ],
        on_demand=True,
    ),
    "pages": Stage(
        [
            pytest(
                *[*PAGES, "-m", "browser", "-k", AT_ONE_WIDTH],
                *[f"tests/web/{name}" for name in ONCE],
            )
        ],
        on_demand=True,
    ),
    "one-jupyter": Stage(
        [pytest("-m", "jupyter and not slow", "tests/jupyter/test_chapters.py")],
        offline=False,
        single=True,
        on_demand=True,
    ),
    "one-colab": Stage(
        [COLAB, pytest("-m", "colab and not slow", "-k", ONE_COLAB, "tests/colab")],
        offline=False,
        single=True,
        on_demand=True,
    ),
    "language": Stage(
        [
            [READER, "-m", "web.build", "--only", GERMAN, "--language", "de"],
            pytest("-m", "language", "tests/language"),
        ],
        on_demand=True,
    ),
    "other_browsers": Stage(
        [pytest("-m", "other_browsers", "tests/web/test_other_browsers.py")], on_demand=True
    ),
    "all-jupyter": Stage([pytest("-m", "jupyter", "tests/jupyter")], offline=False, on_demand=True),
    "all-colab": Stage(
        [COLAB, pytest("-m", "colab", "-n", "2", "tests/colab")], offline=False, on_demand=True
    ),
}


ALL = "all"  # what is not on demand
SHORT = ["lint", "notebooks", "build", "short-unit", "pages", "one-jupyter", "one-colab", "site"]


def environment(stage: str) -> dict[str, str]:
    """Return the environment for tests: UTF-8, two threads, kernels without a network."""
    is_offline = stage not in STAGES or STAGES[stage].offline
    offline = [str(ROOT / "web/offline")] if is_offline else []
    paths = [*offline, str(ROOT), os.environ.get("PYTHONPATH", "")]
    fixed = {
        "PYTHONPATH": os.pathsep.join(p for p in paths if p),
        "PYTHONUTF8": "1",
        "DENO_DIR": str(ROOT / "_build/deno"),
        "DENO_NO_UPDATE_CHECK": "1",
        VARIABLE: str(times_file(stage)),
    }
    fixed |= kept_here()
    if stage == "notebooks":  # as when outputs are stored: what widgets publish stays out of them
        fixed["LLM_LIB_SITE_MODELS"] = str(ROOT / "_build/test-models")
    if sys.dont_write_bytecode:  # each of hundreds of processes would compile torch anew
        fixed |= {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(BYTECODE)}
    # passive: a thread that waits for another gives up its processor. Else it spins, and several
    # programs that share two cores take thirty times as long.
    threads = {"OMP_NUM_THREADS": "2", "OMP_WAIT_POLICY": "passive"}
    defaults = threads | {"PLOTLY_RENDERER": "plotly_mimetype"}
    return defaults | dict(os.environ) | fixed


def times_file(stage: str) -> Path:
    """Return where a stage's tests note their times."""
    return LOGS / f"{stage}.times"


def count(log: str, word: str) -> int:
    """Sum what pytest's closing lines say about `word`.

    >>> count("== 3 failed, 20 passed in 1.2s ==", "passed")
    20
    """
    return sum(int(number) for number in re.findall(rf"\b(\d+) {word}\b.* in [\d.]+s", log))


class Running:
    """The commands that run, in whatever thread: Ctrl-C reaches the first thread alone."""

    def __init__(self) -> None:
        """Begin with none."""
        self.commands: set[subprocess.Popen] = set()
        self.stopped = False

    def stop(self) -> None:
        """End all of them, and let none begin."""
        self.stopped = True
        for command in list(self.commands):
            end(command)


RUNNING = Running()


def run_command(command: list[str], stage: str, until: float) -> tuple[int | None, str]:
    """Run a command; return its exit code, None if time was up, and what it printed.

    Whatever it has started ends with it: a browser or a kernel that stays would hold up all else.
    """
    if RUNNING.stopped:
        return 1, "stopped\n"
    running = subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment(stage),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
    )
    RUNNING.commands.add(running)
    try:
        said, _ = running.communicate(timeout=max(1, until - time.monotonic()))
        code = running.returncode
    except subprocess.TimeoutExpired:
        end(running)
        code, (said, _) = None, running.communicate()
    finally:
        RUNNING.commands.discard(running)
    return code, f"$ {' '.join(command)}\n{said}\n"


def stalled(stage: str) -> list[str]:
    """Return the tests to run anew, where all that failed is a browser that painted no more.

    A failure of another kind is one: then none is run again. See `tests.web.browser.StalledError`.
    """
    failed = read_failures(times_file(stage))
    return list(failed) if all(STALLED in why for why in failed.values()) else []


def end(running: subprocess.Popen) -> None:
    """End a command and all that it has started."""
    if os.name == "nt":
        running.kill()
    else:
        os.killpg(running.pid, signal.SIGKILL)


def run_stage(name: str) -> tuple[bool, str]:
    """Run one stage's commands until one fails; return whether all passed, and what they said."""
    stage, log = STAGES[name], ""
    times_file(name).unlink(missing_ok=True)
    until = time.monotonic() + STAGE_LIMIT
    with ThreadPoolExecutor(stage.side_by_side) as pool:
        jobs = [pool.submit(run_command, command, name, until) for command in stage.commands]
        try:
            for job, command in zip(jobs, stage.commands, strict=True):
                code, said = job.result()
                log += said
                if code and (anew := stalled(name)):
                    code, said = run_command(pytest("-p", "no:nbval", *anew), name, until)
                    log += said
                if code is None:
                    hung = ", ".join(read_times(times_file(name))[1]) or "no test"
                    return False, f"{log}{name} took over {STAGE_LIMIT} s; running was: {hung}\n"
                if code:  # whoever is ended from outside has not said so
                    return False, f"{log}Failed: {' '.join(command)}\n{ending.in_words(code)}\n"
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
    return True, log


def slowest(names: list[str], n: int = SLOWEST) -> list[str]:
    """Return a line for each of the `n` slowest tests of some stages."""
    rows = [
        (seconds, f"{name} {test}")
        for name in names
        for test, seconds in read_times(times_file(name))[0].items()
    ]
    return [f"{seconds:7.1f} s  {test}" for seconds, test in sorted(rows, reverse=True)[:n]]


def lacks(names: list[str]) -> str | None:
    """Return what is missing for the stages, with what to type, before minutes have gone by."""
    if not os.path.exists(READER):
        return "there is no .venv: type  make build  first"
    browsing = {"browser", "jupyter", "all-jupyter", "language", "pages", "one-jupyter"}
    if browsing & set(names):
        from web.browser import find_browser, own_browser

        if not (find_browser() or own_browser()):
            return (
                "the tests need Chrome or Chromium: install one (Debian and Ubuntu: sudo apt "
                "install chromium), or say where it is: CHROMIUM=/path/to/chrome make test"
            )
    return None


@dataclass
class Report:
    """What became of a stage, and how many of its tests passed and failed."""

    name: str
    verdict: str
    passed: int = 0
    failed: int = 0

    def __str__(self) -> str:
        """Return the line that tells it."""
        return f"{self.name:<10} {self.verdict}"


def report_on(name: str) -> Report:
    """Run a stage and tell of it, with the end of what it printed if it failed."""
    print(f"{name:<10} …", flush=True)
    began = time.monotonic()
    good, log = run_stage(name)
    (LOGS / f"{name}.log").write_text(log, "utf-8")
    tests = count(log, "passed")
    verdict = f"{'passed' if good else 'FAILED'} in {time.monotonic() - began:.1f} s"
    failed = 0 if good else max(1, count(log, "failed") + count(log, "errors?"))
    report = Report(
        name, verdict + (f", {tests} tests" if tests else ""), tests or int(good), failed
    )
    print("\n".join([str(report), *([] if good else [log[-20_000:]])]), flush=True)
    return report


def grouped(names: list[str]) -> list[list[str]]:
    """Part stages into what runs at a time: one that needs all processors, or a row of single ones.

    >>> grouped(["lint", "unit", "jupyter", "site", "browser"])
    [['lint'], ['unit'], ['jupyter', 'site'], ['browser']]
    """
    groups: list[list[str]] = []
    for name in names:
        if groups and STAGES[name].single and STAGES[groups[-1][-1]].single:
            groups[-1].append(name)
        else:
            groups.append([name])
    return groups


def side_by_side(run: Callable[[str], Report], names: list[str]) -> list[Report]:
    """Return what `run` makes of each name, two at a time; Ctrl-C ends all that runs."""
    with ThreadPoolExecutor(2) as pool:
        try:
            return list(pool.map(run, names))
        except BaseException:
            RUNNING.stop()
            raise


def main(names: list[str]) -> int:
    """Run the stages; print a line for each, the slowest tests, and pytest's kind of last line."""
    if names == [ALL]:
        names = [name for name, stage in STAGES.items() if not stage.on_demand]
    if unknown := set(names) - set(STAGES):
        print(f"no such stage: {', '.join(unknown)}; there are {ALL}, {', '.join(STAGES)}")
        return 2
    names = names or SHORT
    if missing := lacks(names):
        print(f"Not tested: {missing}")
        return 1
    LOGS.mkdir(parents=True, exist_ok=True)
    for gone in (BYTECODE / tempfile.gettempdir().lstrip("/")).glob("pytest-of-*"):
        shutil.rmtree(gone, ignore_errors=True)
    start, reports = time.monotonic(), []
    for group in grouped(names):
        if any(report.failed for report in reports):
            reports += [Report(name, "not run") for name in group]
        else:
            reports += side_by_side(report_on, group)
    passed, failed = sum(r.passed for r in reports), sum(r.failed for r in reports)
    if slow := slowest(names):
        print("\n".join(["", f"The {SLOWEST} slowest tests", *slow]))
    print("\n".join(["", "Summary", *(str(report) for report in reports)]))
    print(f"{passed} passed, {failed} failed in {time.monotonic() - start:.1f}s")
    print(f"{passed} passed, {failed} failed")
    return int(failed > 0)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        print("\nStopped.")
        sys.exit(130)
