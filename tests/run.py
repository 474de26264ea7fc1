"""Runs all tests, a line a stage: ``python -m tests.run``, or only the stages that are named.

The first stage that fails ends the run; the summary is printed all the same. What each stage
printed is kept in `_build/test-logs`.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOGS = ROOT / "_build/test-logs"
PYTHON = sys.executable
PYTEST = [PYTHON, "-m", "pytest", "-q", "--tb=short", "-p", "no:cacheprovider", "--timeout=300"]
PARALLEL = ["-n", "2", "--dist", "loadfile"]
WAITING = ["-n", "3", "--dist", "loadscope"]  # browser tests mostly wait for the page
NOTEBOOKS = [
    *["--nbval", "--nbval-current-env", "-p", "tests.notebooks.nbval_rules"],
    *["--nbval-sanitize-with", "tests/notebooks/sanitize.cfg"],
]
MARKS = "not browser and not jupyter and not slow"  # a -m here replaces the one in pyproject.toml
STAGES: dict[str, list[list[str]]] = {
    "lint": [
        [PYTHON, "-m", "ruff", "check", "."],
        [PYTHON, "-m", "ruff", "format", "--check", "."],
        [PYTHON, "-m", "web.notebooks", "check"],
    ],
    "unit": [
        [*PYTEST, *PARALLEL, "--doctest-modules", "-m", MARKS, "tests", "llm_lib", "web"],
    ],
    "notebooks": [[*PYTEST, *PARALLEL, *NOTEBOOKS, "chapters"]],
    "build": [[PYTHON, "-m", "web.build"]],
    "browser": [[*PYTEST, *WAITING, "-m", "browser", "tests/web"]],
    "jupyter": [[*PYTEST, "-m", "jupyter and not slow", "tests/jupyter"]],
}


def environment() -> dict[str, str]:
    """Return the environment for tests: UTF-8, two threads, kernels without a network."""
    paths = [str(ROOT / "web/offline"), str(ROOT), os.environ.get("PYTHONPATH", "")]
    fixed = {"PYTHONPATH": os.pathsep.join(p for p in paths if p), "PYTHONUTF8": "1"}
    # passive: a thread that waits for another gives up its processor. Else it spins, and several
    # programs that share two cores take thirty times as long.
    threads = {"OMP_NUM_THREADS": "2", "OMP_WAIT_POLICY": "passive"}
    defaults = threads | {"PLOTLY_RENDERER": "plotly_mimetype"}
    return defaults | dict(os.environ) | fixed


def count(log: str, word: str) -> int:
    """Sum what pytest's closing lines say about `word`.

    >>> count("== 3 failed, 20 passed in 1.2s ==", "passed")
    20
    """
    return sum(int(number) for number in re.findall(rf"\b(\d+) {word}\b.* in [\d.]+s", log))


def run_stage(name: str) -> tuple[bool, str]:
    """Run one stage's commands until one fails; return whether all passed, and what they said."""
    log = ""
    for command in STAGES[name]:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
        )
        log += f"$ {' '.join(command)}\n{done.stdout}\n"
        if done.returncode:
            return False, log
    return True, log


def main(names: list[str]) -> int:
    """Run the stages; print a line for each and pytest's kind of last line."""
    unknown = set(names) - set(STAGES)
    if unknown:
        print(f"no such stage: {', '.join(unknown)}; there are {', '.join(STAGES)}")
        return 2
    LOGS.mkdir(parents=True, exist_ok=True)
    start, passed, failed = time.perf_counter(), 0, 0
    lines: list[str] = []
    for name in names or list(STAGES):
        if failed:
            lines.append(f"{name:<10} not run")
            continue
        began = time.perf_counter()
        print(f"{name:<10} …", flush=True)
        good, log = run_stage(name)
        (LOGS / f"{name}.log").write_text(log, "utf-8")
        tests = count(log, "passed")
        passed += tests or int(good)
        failed += 0 if good else max(1, count(log, "failed") + count(log, "errors?"))
        verdict = "passed" if good else "FAILED"
        tally = f", {tests} tests" if tests else ""
        lines.append(f"{name:<10} {verdict} in {time.perf_counter() - began:.1f} s{tally}")
        print(lines[-1], flush=True)
        if not good:
            print(log[-20_000:], flush=True)
    print("\n".join(["", "Summary", *lines]))
    print(f"{passed} passed, {failed} failed in {time.perf_counter() - start:.1f}s")
    print(f"{passed} passed, {failed} failed")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
