"""Lets a process of its own measure itself, so that nothing else counts."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from web.ending import in_words

ROOT = Path(__file__).resolve().parent.parent
# a module of our own that is not there is a fault, and nothing that one could install
MISSING = r"^ModuleNotFoundError: (?!No module named '(?:benchmarks|llm_lib|web)\b)(.*)"


def ask_process(code: str, *arguments: str) -> int:
    """Run Python code with arguments, and return the whole number that it prints.

    Raises ModuleNotFoundError if the code misses a package, and RuntimeError if it fails, each with
    the reason that it gave; all that it said of a failure stands on stderr.
    """
    command = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if not done.returncode:
        return int(done.stdout)
    if missing := re.search(MISSING, done.stderr, re.MULTILINE | re.DOTALL):
        raise ModuleNotFoundError(missing[1].strip())
    print(done.stderr, end="", file=sys.stderr, flush=True)
    last = done.stderr.strip().rpartition("\n")[2] if done.returncode > 0 else ""
    raise RuntimeError(f"in its own process: {last or in_words(done.returncode)}")
