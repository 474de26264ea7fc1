"""Lets a process of its own measure itself, so that nothing else counts."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from web.ending import in_words

ROOT = Path(__file__).resolve().parent.parent
MISSING = "ModuleNotFoundError: "


def ask_process(code: str, *arguments: str) -> int:
    """Run Python code with arguments, and return the whole number that it prints.

    Raises ModuleNotFoundError if the code misses a package, and RuntimeError if it fails, each with
    the reason that it gave; all that it said stands on stderr.
    """
    command = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if not done.returncode:
        return int(done.stdout)
    print(done.stderr, end="", file=sys.stderr, flush=True)
    _, missing, what = f"\n{done.stderr}".rpartition(f"\n{MISSING}")
    if missing:
        raise ModuleNotFoundError(what.strip())
    last = done.stderr.strip().rpartition("\n")[2] if done.returncode > 0 else ""
    raise RuntimeError(f"in its own process: {last or in_words(done.returncode)}")
