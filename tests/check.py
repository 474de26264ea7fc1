"""One chapter in a minute: ``python -m tests.check 09`` tests its cells, exercises and page.

What it does is what `tests.run` does for all chapters; the page alone is built more loosely, so
that the others need not be run.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests import run

PAGE_TESTS = ["test_pages.py", "test_page_room.py", "test_pages_on_a_phone.py", "test_links.py"]


def find_chapter(name: str) -> Path:
    """Return the notebook that a name means: "09", "self_attention", "b", "appendix_b" …

    Raises ValueError, with the names that there are, unless it means one.
    """
    stems = {path.stem: path for path in run.CHAPTERS}
    wanted = name.strip().lower().removesuffix(".ipynb").split("/")[-1]
    exact = [stem for stem in stems if wanted in (stem, stem.split("_")[0])]
    exact += [stem for stem in stems if stem.startswith(f"appendix_{wanted}_")]
    found = exact or [stem for stem in stems if wanted and wanted in stem]
    if len(found) != 1:
        raise ValueError(
            f"{name!r} names {'no chapter' if not found else f'{len(found)} chapters'}; there are "
            f"{', '.join(short(stem) for stem in stems)}: type  make check CHAPTER=09"
        )
    return stems[found[0]]


def short(stem: str) -> str:
    """Return what one types for a chapter.

    >>> short("09_self_attention"), short("appendix_b_maths")
    ('09', 'b')
    """
    return stem.removeprefix("appendix_").split("_")[0]


def steps(chapter: Path) -> dict[str, list[str]]:
    """Return what is run for a chapter, by name."""
    part = chapter.stem.split("_")
    number = f"ch{part[0]}" if part[0].isdigit() else "_".join(part[:2])
    exercises = run.ROOT / f"tests/book/test_checks_{number}.py"
    page = [f"tests/web/{file}" for file in PAGE_TESTS]
    return {
        "cells": run.nbval(chapter),
        **({"exercises": run.pytest(str(exercises))} if exercises.exists() else {}),
        "page": [run.READER, "-m", "web.build", "--only", str(chapter)],
        "browser": run.pytest("-n", "2", "--dist", "loadscope", *page, "-k", chapter.stem),
    }


def main(arguments: list[str], run_command: Callable = run.run_command) -> int:
    """Check the chapter that is named; return 0, or 1 where something is wrong."""
    try:
        chapter = find_chapter(arguments[0] if len(arguments) == 1 else "")
    except ValueError as error:
        print(error)
        return 2
    if missing := run.lacks(["browser"]):
        print(f"Not tested: {missing}")
        return 1
    os.environ["LLM_BOOK_SITE"] = str(run.ROOT / "_build/check/html")
    run.LOGS.mkdir(parents=True, exist_ok=True)
    commands = steps(chapter)

    def work(name: str) -> bool:
        start = time.monotonic()
        stage = {"cells": "notebooks", "page": "build"}.get(name, name)
        code, said = run_command(commands[name], stage, start + run.STAGE_LIMIT)
        took = f"in {time.monotonic() - start:.1f} s"
        print(
            f"{name:<10} passed {took}"
            if code == 0
            else f"{name:<10} FAILED {took}\n{said[-8000:]}"
        )
        sys.stdout.flush()
        return code == 0

    with ThreadPoolExecutor() as pool:
        for together in (("cells", "exercises"), ("page",), ("browser",)):
            if not all(list(pool.map(work, [name for name in together if name in commands]))):
                return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
