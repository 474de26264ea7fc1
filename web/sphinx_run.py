"""Runs Jupyter Book: ``python -m web.sphinx_run FOLDER [--strict] [--read-all]``.

It builds the book in the working directory, as its own command does, with what that has no option
for: pages are read and written on two processors, and all are written, though only those are read
that have changed. Work that packages do again for each page is done once.
"""

from __future__ import annotations

import argparse
import gc
import multiprocessing
import sys
from functools import cache
from pathlib import Path

import pybtex.plugin
from jupyter_book.sphinx import build_sphinx

JOBS = 2


def do_once() -> None:
    """Let packages do once what they would do again for every page."""
    # each citation looks for its style among the entry points of all installed packages
    pybtex.plugin._load_entry_point = cache(pybtex.plugin._load_entry_point)
    # documents have nodes by the hundred thousand, of which hardly any is garbage before the end
    gc.set_threshold(200_000, 50, 100)


def build(folder: Path, strict: bool = False, read_all: bool = False) -> int:
    """Build the book in the working directory into `folder`/html; return 0 if all went well."""
    root = Path.cwd()
    result = build_sphinx(
        root,
        folder / "html",
        noconfig=True,
        path_config=root / "_config.yml",
        confoverrides={"external_toc_path": str(root / "_toc.yml"), "latex_individualpages": False},
        jobs=JOBS,
        force_all=True,
        freshenv=read_all,
        warningiserror=strict,
        keep_going=strict,
    )
    if isinstance(result, int):
        return result
    end_writers()  # an exception, which was told already
    return 1


def end_writers() -> None:
    """End the processes that write pages: after an error nobody reads what they send.

    Python waits for them when it ends, and they would wait for ever to be read.
    """
    for process in multiprocessing.active_children():
        process.terminate()
        process.join()


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return its exit code."""
    parser = argparse.ArgumentParser(description="Build the pages with Jupyter Book.")
    parser.add_argument("folder", type=Path, help="where html and .doctrees go")
    parser.add_argument("--strict", action="store_true", help="a warning is an error")
    parser.add_argument("--read-all", action="store_true", help="read unchanged pages again")
    options = parser.parse_args(arguments)
    do_once()
    return build(options.folder.resolve(), options.strict, options.read_all)


if __name__ == "__main__":
    sys.exit(main())
