"""Checks a reader's file: behaviour, not wording, and the newest part first.

    python -m llm_lib.book.my_gpt check my_gpt.py 9

Each check holds the file's functions against the book's library, PyTorch or plain loops. Names and
arguments have to be those of the book's file; all else is the reader's. The file runs in a process
of its own, so that one that never ends is stopped, and the line is named at which it was.
"""

import faulthandler
import os
import random
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

import torch

# each of these adds its checks to the registry
import llm_lib.book.my_gpt.checks_answers
import llm_lib.book.my_gpt.checks_keeping
import llm_lib.book.my_gpt.checks_labels
import llm_lib.book.my_gpt.checks_model
import llm_lib.book.my_gpt.checks_modern
import llm_lib.book.my_gpt.checks_preferences
import llm_lib.book.my_gpt.checks_text
import llm_lib.book.my_gpt.checks_training
import llm_lib.book.my_gpt.checks_whole
import llm_lib.book.my_gpt.checks_writing  # noqa: F401
from llm_lib.book.my_gpt.reader import MistakeError, ReaderFile, captured, describe
from llm_lib.book.my_gpt.registry import CHECKS, Check
from llm_lib.book.my_gpt.stages import KEYS, Stage, find_stage

WRONG = 3  # the exit code of a process that has found a mistake, and said so
LIMIT = 60  # seconds that one check may take; the longest takes three


def checks_of(key: str) -> list[Check]:
    """Return the checks of one stage."""
    return [check for check in CHECKS if check.key == key]


def find_mistake(my: ReaderFile, check: Check) -> str:
    """Run a check; return what is wrong, in words, or ""."""
    random.seed(0)
    torch.manual_seed(0)
    try:
        with captured():
            check.function(my)
    except MistakeError as error:
        return str(error)
    except NotImplementedError as error:
        place = my.place_of(error)
        return f"{place.split(':')[0]} is still to be written: {error}"
    except SystemExit:
        return "your code ends the program: let it raise an error instead"
    except Exception as error:
        kind, place = type(error).__name__, my.place_of(error)
        asked = _asked(my, error)
        where = f"\n  {place}" if place else ""
        return f"{check.says} Your code stopped with {kind}: {error}{where}{asked}"
    return ""


def _asked(my: ReaderFile, error: BaseException) -> str:
    """Return how the function that an error names is called, as a line, or ""."""
    names = re.findall(r"(\w+)\(\)|object '?(\w+)|'(\w+)' object", str(error))
    found = [describe(name) for pair in names for name in pair if name and describe(name)]
    return f"\n  {found[0]}" if found else ""


def check_module(
    my: ReaderFile, stage: Stage, before: Callable[[], None] = lambda: None
) -> Iterator[tuple[Stage, str]]:
    """Yield (stage, what is wrong with it, or "") for a stage, and then for those before it.

    `before` is called at the beginning of each check.
    """
    for key in reversed(KEYS[: KEYS.index(stage.key) + 1]):
        problem = ""
        for check in checks_of(key):
            before()
            if problem := find_mistake(my, check):
                break
        yield find_stage(key), problem


def run_checks(
    path: Path, stage: Stage, report: IO[str], before: Callable[[], None] = lambda: None
) -> bool:
    """Check a file in this process, writing a line for each stage; return whether all is right.

    If the newest part fails and an older one does, too, both are named, since the older one may be
    why.
    """
    torch.set_num_threads(1)
    try:
        my = ReaderFile(path)
    except MistakeError as error:
        print(f"✗ {error}", file=report)
        return False
    except Exception as error:
        place = ReaderFile.place_of(type("Opened", (), {"path": path}), error)
        print(f"✗ the file stops when it is read: {error!r}\n  {place}", file=report)
        return False
    first = None
    for at, problem in check_module(my, stage, before):
        name = f"chapter {at.chapter}, {at.title.lower()}"
        if not problem:
            print(f"✓ {name}", file=report, flush=True)
        elif first is None:
            print(f"✗ {name}: {problem}", file=report, flush=True)
            first = at
        else:
            print(f"  It may come from {name}: {problem}", file=report, flush=True)
            return False
    return first is None


def check_file(
    path: str | os.PathLike, chapter: int | str, limit: float = LIMIT
) -> tuple[bool, str]:
    """Return whether a file does what its book asks up to a chapter, and what was found, in words.

    The file runs in a process of its own. Raises ValueError for a chapter that has no stage.
    """
    stage, path = find_stage(chapter), Path(path).resolve()
    if not path.is_file():
        return False, f"✗ there is no file {path.name} here: look at its name and its folder"
    here = str(Path(__file__).resolve().parents[3])
    paths = [here, *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(paths), "PYTHONUTF8": "1"}
    with tempfile.TemporaryFile("w+", encoding="utf-8") as trace:
        done = subprocess.run(
            [sys.executable, "-m", "llm_lib.book.my_gpt.check", str(path), stage.key, str(limit)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=trace,
            env=environment,
            encoding="utf-8",
        )
        trace.seek(0)
        said = trace.read()
    if done.returncode in (0, WRONG):
        return done.returncode == 0, done.stdout.strip()
    return False, f"{done.stdout}✗ {explain_end(said, path, limit)}".strip()


def check_my_gpt(chapter: int | str, path: str | os.PathLike = "my_gpt.py") -> None:
    """Print what is right in a file of yours up to a chapter, and what is not: for a notebook.

    Raises ValueError for a chapter that has no stage.
    """
    print(check_file(path, chapter)[1])


def explain_end(trace: str, path: Path, limit: float) -> str:
    """Return why a check ended without a word, from what Python wrote at its end."""
    places = re.findall(r'File "(.*)", line (\d+) in (\S+)', trace)
    mine = [(line, name) for file, line, name in places if Path(file) == path]
    if "Timeout" not in trace:
        return f"Python itself ended: {trace.strip()[-200:]}"
    if not mine:
        return f"a check did not come back within {limit:g} seconds"
    (line, name), unit = mine[0], "second" if limit == 1 else "seconds"
    return (
        f"your code did not come back within {limit:g} {unit}; it was in line {line}, in {name}: "
        "does its loop end?"
    )


def main(path: str, key: str, limit: str) -> int:
    """Check a file in this process, which ends with a trace if a check does not come back."""
    report = os.fdopen(os.dup(1), "w", encoding="utf-8")

    def set_clock() -> None:
        faulthandler.dump_traceback_later(float(limit), exit=True)

    set_clock()  # the file itself may never end
    is_right = run_checks(Path(path), find_stage(key), report, set_clock)
    faulthandler.cancel_dump_traceback_later()
    return 0 if is_right else WRONG


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
